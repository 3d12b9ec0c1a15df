"""Free numbers of a care system fitted to published figures, with how sure they then are."""
