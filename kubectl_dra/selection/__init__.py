"""Selectors and devices: what an expression selects, and why."""
