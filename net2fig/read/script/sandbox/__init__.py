"""Replaces functions that a script must not run while its model is built."""
