"""Sweeps: thousands of scenarios, on a laptop or a cluster, that lose nothing and do nothing twice.

A scenario is a care system with its study. It is run in units, each some replications of all its care
models. A unit is done if and only if its file is in the store, where it appears whole or not at all under a
name that says what it depends on. So there are no locks and no bookkeeping: whoever runs units skips
those whose files are there, two who run the same one write the same bytes, and the same command
again is the resume. Readers go by the plan of a sweep, not by what lies in folders.
"""
