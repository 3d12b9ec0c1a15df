"""Where numbers come from: sources and roles, calibration, one's own register, trials in silico, validation."""
