"""A real vote replayed through every door, and the simulated devices that bench and tests share."""
