"""Go programs of this project: their module files, and the cache in which they are built."""
