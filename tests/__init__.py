"""The tests of kubectl dra, and the real Kubernetes machinery that they run against."""
