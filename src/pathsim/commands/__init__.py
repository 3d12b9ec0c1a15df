"""The verbs of the command line, one a file: `arguments` declares, `run` does and returns the exit code."""
