"""Reads scripts and notebooks: runs as much of the code as the model needs."""
