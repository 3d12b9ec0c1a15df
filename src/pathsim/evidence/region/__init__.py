"""A region from few figures: capacities in proportion to Esbjerg's, levels fitted to local figures, written as a file like the shipped ones."""
