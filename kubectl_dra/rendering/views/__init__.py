"""One file per report: which tables and lines show it."""
