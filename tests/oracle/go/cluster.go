package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	resourceapi "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/dynamic-resource-allocation/cel"
	"k8s.io/dynamic-resource-allocation/structured"
)

// cluster is what an allocator is made from.
type cluster struct {
	Features               map[string]bool              `json:"features"`    // by upstream's names of the allocator's features
	CELFeatures            map[string]bool              `json:"celFeatures"` // where the CEL environment has others
	AllocatedDevices       []deviceName                 `json:"allocatedDevices"`
	AllocatedSharedDevices []string                     `json:"allocatedSharedDevices"` // driver/pool/device/shareID
	AggregatedCapacity     []heldCapacity               `json:"aggregatedCapacity"`
	Classes                classLister                  `json:"classes"`
	Slices                 []*resourceapi.ResourceSlice `json:"slices"`
}

type deviceName struct{ Driver, Pool, Device string }

// heldCapacity is what existing shares of one device hold together.
type heldCapacity struct {
	deviceName
	Consumed map[resourceapi.QualifiedName]resource.Quantity
}

func (n deviceName) id() structured.DeviceID {
	return structured.MakeDeviceID(n.Driver, n.Pool, n.Device)
}

func (c cluster) allocator() (structured.Allocator, error) {
	var features structured.Features
	if err := switchOn(&features, "", c.Features); err != nil {
		return nil, err
	}
	cache, err := c.celCache()
	if err != nil {
		return nil, err
	}
	return structured.NewAllocator(context.Background(), features, c.allocated(), c.Classes, c.Slices, cache)
}

func (c cluster) allocated() structured.AllocatedState {
	state := structured.AllocatedState{
		AllocatedDevices:         sets.New[structured.DeviceID](),
		AllocatedSharedDeviceIDs: sets.New[structured.SharedDeviceID](),
		AggregatedCapacity:       structured.NewConsumedCapacityCollection(),
	}
	for _, device := range c.AllocatedDevices {
		state.AllocatedDevices.Insert(device.id())
	}
	for _, share := range c.AllocatedSharedDevices {
		state.AllocatedSharedDeviceIDs.Insert(sharedDeviceID(share))
	}
	for _, held := range c.AggregatedCapacity {
		state.AggregatedCapacity.Insert(structured.NewDeviceConsumedCapacity(held.id(), held.Consumed))
	}
	return state
}

// sharedDeviceID reads driver/pool/device/shareID, where the pool may have slashes itself.
func sharedDeviceID(text string) structured.SharedDeviceID {
	parts := strings.Split(text, "/")
	device, share := len(parts)-2, types.UID(parts[len(parts)-1])
	name := deviceName{Driver: parts[0], Pool: strings.Join(parts[1:device], "/"), Device: parts[device]}
	return structured.MakeSharedDeviceID(name.id(), &share)
}

// celCaches holds one cache for each CEL environment, as large as selectors may need.
var celCaches = map[cel.Features]*cel.Cache{}

// celCache is what the scheduler makes from the feature gates: the same as the allocator's
// features, unless the question says otherwise.
func (c cluster) celCache() (*cel.Cache, error) {
	flags := map[string]bool{
		"ConsumableCapacity": c.Features["ConsumableCapacity"],
		"ListTypeAttributes": c.Features["ListTypeAttributes"],
	}
	for name, enabled := range c.CELFeatures {
		flags[name] = enabled
	}
	var features cel.Features
	if err := switchOn(&features, "Enable", flags); err != nil {
		return nil, err
	}
	if celCaches[features] == nil {
		celCaches[features] = cel.NewCache(10000, features)
	}
	return celCaches[features], nil
}

// switchOn sets the boolean fields of a struct by name. What a release does not have can only be off.
func switchOn(features any, prefix string, flags map[string]bool) error {
	fields := reflect.ValueOf(features).Elem()
	for name, enabled := range flags {
		field := fields.FieldByName(prefix + name)
		if field.IsValid() {
			field.SetBool(enabled)
		} else if enabled {
			return fmt.Errorf("this release has no feature %s", name)
		}
	}
	return nil
}

// classLister answers as the scheduler's lister does.
type classLister []*resourceapi.DeviceClass

func (c classLister) List() ([]*resourceapi.DeviceClass, error) { return c, nil }

func (c classLister) Get(name string) (*resourceapi.DeviceClass, error) {
	for _, class := range c {
		if class.Name == name {
			return class, nil
		}
	}
	return nil, apierrors.NewNotFound(resourceapi.Resource("deviceclass"), name)
}
