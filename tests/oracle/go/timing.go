package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/dynamic-resource-allocation/cel"
)

// allocationTiming asks for passes over all nodes, each with a new allocator, which is what the
// scheduler does for each pod. It looks at 16 nodes at a time.
type allocationTiming struct {
	allocationQuestion
	Passes  int `json:"passes"`
	Workers int `json:"workers"`
}

// timings of the passes; Count is how many nodes fit, or how many selectors selected a device.
type timings struct {
	Milliseconds []float64 `json:"milliseconds"`
	Count        int       `json:"count"`
}

func timeAllocation(question allocationTiming) (any, error) {
	return timed(question.Passes, question.pass)
}

// pass looks at every node once and counts those that fit.
func (q allocationTiming) pass() (int, error) {
	allocator, err := q.allocator()
	if err != nil {
		return 0, err
	}
	var fitting atomic.Int64
	var failed atomic.Value
	var group sync.WaitGroup
	workers := max(q.Workers, 1)
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < len(q.Nodes); i += workers {
				ctx, cancel := context.WithTimeout(context.Background(), q.timeout())
				results, err := allocator.Allocate(ctx, q.Nodes[i], q.Claims)
				cancel()
				switch {
				case err != nil && ctx.Err() == nil:
					failed.Store(err.Error())
				case results != nil:
					fitting.Add(1)
				}
			}
		})
	}
	group.Wait()
	if text := failed.Load(); text != nil {
		return 0, fmt.Errorf("%v", text)
	}
	return int(fitting.Load()), nil
}

// selectorTiming asks for passes of all selectors over all devices, one by one, as the allocator
// evaluates them: compiled once, every device on its own.
type selectorTiming struct {
	celEnvironment
	Exprs   []string             `json:"exprs"`
	Driver  string               `json:"driver"`
	Devices []resourceapi.Device `json:"devices"`
	Passes  int                  `json:"passes"`
}

func timeSelectors(question selectorTiming) (any, error) {
	var selectors []cel.CompilationResult
	for _, expression := range question.Exprs {
		compiled := question.compile(expression)
		if compiled.Error != nil {
			return nil, compiled.Error
		}
		selectors = append(selectors, compiled)
	}
	return timed(question.Passes, func() (int, error) { return question.pass(selectors) })
}

// pass counts how often a selector selects a device.
func (q selectorTiming) pass(selectors []cel.CompilationResult) (int, error) {
	selected := 0
	for _, selector := range selectors {
		for _, device := range q.Devices {
			match, _, err := selector.DeviceMatches(context.Background(), cel.Device{
				Driver:                   q.Driver,
				AllowMultipleAllocations: device.AllowMultipleAllocations,
				Attributes:               device.Attributes,
				Capacity:                 device.Capacity,
			})
			if err != nil {
				return 0, err
			}
			if match {
				selected++
			}
		}
	}
	return selected, nil
}

// timed runs a pass once to warm up, and then as often as asked, with the garbage of the one
// before collected.
func timed(passes int, pass func() (int, error)) (any, error) {
	count, err := pass()
	if err != nil {
		return nil, err
	}
	answer := timings{Count: count}
	for range max(passes, 1) {
		runtime.GC()
		began := time.Now()
		if _, err := pass(); err != nil {
			return nil, err
		}
		answer.Milliseconds = append(answer.Milliseconds, float64(time.Since(began).Microseconds())/1000)
	}
	return answer, nil
}
