//go:build kubernetes_1_34

package main

import "errors"

// restrictImplementations refuses: 1.34 always chooses by the features.
func restrictImplementations(name string) error {
	if name != "" {
		return errors.New("1.34 chooses its implementation by the features alone")
	}
	return nil
}
