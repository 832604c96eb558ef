"""Kubernetes' value types, and the way from bytes to objects and back; knows nothing of devices."""
