"""Agreement with recorded truth, counted."""
