"""Report → text; knows no cluster and no search."""
