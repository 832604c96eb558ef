package main

import (
	"context"

	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/dynamic-resource-allocation/cel"
)

// selectorQuestion is one selector and one device.
type selectorQuestion struct {
	celEnvironment
	Expr                     string                                                    `json:"expr"`
	Driver                   string                                                    `json:"driver"`
	Attributes               map[resourceapi.QualifiedName]resourceapi.DeviceAttribute `json:"attributes"`
	Capacity                 map[resourceapi.QualifiedName]resource.Quantity           `json:"capacity"`
	AllowMultipleAllocations *bool                                                     `json:"allowMultipleAllocations"`
}

// celEnvironment is what an expression is compiled for. Env is empty for stored expressions, or
// NewExpressions for those that are being admitted.
type celEnvironment struct {
	Env                string `json:"env"`
	ConsumableCapacity bool   `json:"consumableCapacity"`
	ListTypeAttributes bool   `json:"listTypeAttributes"`
}

type selectorAnswer struct {
	CompileError string `json:"compileError,omitempty"`
	MatchError   string `json:"matchError,omitempty"`
	Match        bool   `json:"match"`
	MaxCost      uint64 `json:"maxCost"`    // the estimate that admission holds against its limit
	ActualCost   uint64 `json:"actualCost"` // what this evaluation cost
	OutType      string `json:"outType,omitempty"`
}

func answerSelector(question selectorQuestion) (any, error) {
	compiled := question.compile(question.Expr)
	if compiled.Error != nil {
		return selectorAnswer{CompileError: compiled.Error.Error()}, nil
	}
	match, details, err := compiled.DeviceMatches(context.Background(), question.device())
	answer := selectorAnswer{Match: match, MaxCost: compiled.MaxCost, OutType: compiled.OutputType.String()}
	if err != nil {
		answer.MatchError = err.Error()
	}
	if details != nil && details.ActualCost() != nil {
		answer.ActualCost = *details.ActualCost()
	}
	return answer, nil
}

func (e celEnvironment) compile(expression string) cel.CompilationResult {
	features := cel.Features{EnableConsumableCapacity: e.ConsumableCapacity}
	if e.ListTypeAttributes {
		// 1.34 and 1.35 have no such feature, and answer as the later ones do without it
		_ = switchOn(&features, "Enable", map[string]bool{"ListTypeAttributes": true})
	}
	options := cel.Options{}
	if e.Env != "" {
		env := environment.Type(e.Env)
		options.EnvType = &env
	}
	return cel.GetCompiler(features).CompileCELExpression(expression, options)
}

func (q selectorQuestion) device() cel.Device {
	capacity := map[resourceapi.QualifiedName]resourceapi.DeviceCapacity{}
	for name, value := range q.Capacity {
		capacity[name] = resourceapi.DeviceCapacity{Value: value}
	}
	return cel.Device{
		Driver:                   q.Driver,
		AllowMultipleAllocations: q.AllowMultipleAllocations,
		Attributes:               q.Attributes,
		Capacity:                 capacity,
	}
}
