"""What we may say: one finding, one file, one page."""
