"""Checks of a network, of its training and of a run: what cannot work, what may not, advice."""
