"""Manifests → findings with their places, and repairs of the files themselves."""
