"""Where objects come from; the only package that touches network, disk or environment."""
