package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/dynamic-resource-allocation/structured"
)

// filterTimeout is how long the scheduler lets one node take, unless it is told otherwise.
const filterTimeout = 10 * time.Second

// shareID stands in for every share's random ID, so that answers can be compared.
var shareID = types.UID("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")

// allocationQuestion is one pod's claims on a cluster, for one node or for several that share one
// allocator, as the nodes of one scheduling attempt do.
type allocationQuestion struct {
	cluster
	Claims         []*resourceapi.ResourceClaim `json:"claims"`
	Node           *v1.Node                     `json:"node"`
	Nodes          []*v1.Node                   `json:"nodes"`
	Implementation string                       `json:"implementation"` // instead of the one that the features select
	TimeoutSeconds float64                      `json:"timeoutSeconds"` // instead of the scheduler's 10
}

type allocationAnswer struct {
	Implementation string `json:"implementation"`
	Expect         any    `json:"expect"` // a nodeAnswer, or one by node name
}

// nodeAnswer is what the allocator says of one node.
type nodeAnswer struct {
	Verdict string                         `json:"verdict"` // fits, does-not-fit, or error:CLASS
	Error   string                         `json:"error"`
	Results []resourceapi.AllocationResult `json:"results"`
}

func answerAllocation(question allocationQuestion) (any, error) {
	if err := restrictImplementations(question.Implementation); err != nil {
		return nil, err
	}
	allocator, err := question.allocator()
	if err != nil {
		return nil, err
	}
	answer := allocationAnswer{Implementation: implementation(allocator)}
	if question.Node != nil {
		answer.Expect = ask(allocator, question.Node, question.Claims, question.timeout())
		return answer, nil
	}
	answers := map[string]nodeAnswer{}
	for _, node := range question.Nodes {
		answers[node.Name] = ask(allocator, node, question.Claims, question.timeout())
	}
	answer.Expect = answers
	return answer, nil
}

func (q allocationQuestion) timeout() time.Duration {
	if q.TimeoutSeconds > 0 {
		return time.Duration(q.TimeoutSeconds * float64(time.Second))
	}
	return filterTimeout
}

// implementation names the package that an allocator comes from: stable, incubating, experimental.
func implementation(allocator structured.Allocator) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(fmt.Sprintf("%T", allocator), "*"), ".")
	return name
}

// ask evaluates one node. A crash is an answer, too: some releases have one.
func ask(allocator structured.Allocator, node *v1.Node, claims []*resourceapi.ResourceClaim, timeout time.Duration) (answer nodeAnswer) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = nodeAnswer{Verdict: "error:panic", Error: fmt.Sprint(cause)}
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	results, err := allocator.Allocate(ctx, node, claims)
	for _, result := range results {
		for i := range result.Devices.Results {
			if result.Devices.Results[i].ShareID != nil {
				result.Devices.Results[i].ShareID = &shareID
			}
		}
	}
	answer = nodeAnswer{Verdict: verdict(results, err), Results: results}
	if err != nil {
		answer.Error = err.Error()
	}
	return answer
}

func verdict(results []resourceapi.AllocationResult, err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "error:timeout"
	case err != nil:
		return "error:" + errorClass(err.Error())
	case results == nil:
		return "does-not-fit"
	}
	return "fits"
}

// errorClass is a short name for what an error is about, found by the words that upstream uses.
func errorClass(text string) string {
	for _, class := range errorClasses {
		if strings.Contains(text, class.words) {
			return class.name
		}
	}
	return "other"
}

var errorClasses = []struct{ name, words string }{
	{"cel-runtime", "CEL runtime error"},
	{"cel-compile", "CEL compile error"},
	{"invalid-pools", "invalid resource pools were encountered"},
	{"pool-invalid", "duplicate device name"},
	{"all-pool-incomplete", "is currently being updated"},
	{"all-pool-invalid", "is currently invalid"},
	{"all-constraint", "because a claim constraint would not be satisfied"},
	{"too-many-devices", "exceeds the claim limit"},
	{"no-class", "could not retrieve device class"},
	{"feature-disabled", "feature is disabled"},
	{"constraint-unknown", "unsupported constraint type"},
	{"no-allocator", "no allocator available"},
	{"capacity", "capacity for device"},
	{"derived-attribute", "derived attribute"},
	{"node-selector", "node selector"},
}
