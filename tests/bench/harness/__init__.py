"""What benches measure with and on."""
