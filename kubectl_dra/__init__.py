"""kubectl dra: Dynamic Resource Allocation, seen and explained."""

__version__ = "0.1.0"
