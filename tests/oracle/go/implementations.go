//go:build !kubernetes_1_34

package main

import "k8s.io/dynamic-resource-allocation/structured"

// restrictImplementations lets only the named implementation be chosen, or any if none is named.
func restrictImplementations(name string) error {
	if name == "" {
		structured.EnableAllocators()
	} else {
		structured.EnableAllocators(name)
	}
	return nil
}
