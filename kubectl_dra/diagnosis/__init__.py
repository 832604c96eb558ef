"""Verdict → findings: why a pod waits, and what would change it."""
