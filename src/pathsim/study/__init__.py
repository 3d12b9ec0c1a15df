"""Studies: replications, pairing, stopping, results, and the systems with known answers."""
