"""Possible futures: all that is uncertain drawn many times, chance and inputs kept apart, and what of it matters."""
