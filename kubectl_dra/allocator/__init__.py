"""The structured allocator, followed decision by decision."""
