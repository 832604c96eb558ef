"""The Common Expression Language as Kubernetes sets it up; knows nothing of devices."""
