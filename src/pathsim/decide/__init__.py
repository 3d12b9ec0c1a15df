"""What follows from numbers that are uncertain: what is worth its money, what to find out, when to stop, how many of what, for whom."""
