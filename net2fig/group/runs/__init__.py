"""Runs: what is drawn once though it occurs several times in a row."""
