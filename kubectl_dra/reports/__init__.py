"""One frozen Report per command: what it found, ready for any renderer."""
