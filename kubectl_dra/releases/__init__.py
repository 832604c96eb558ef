"""What differs between Kubernetes releases."""
