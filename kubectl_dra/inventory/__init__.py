"""What the cluster has: typed, indexed, immutable."""
