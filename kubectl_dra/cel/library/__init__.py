"""The function libraries that Kubernetes' CEL environment has, one file each."""
