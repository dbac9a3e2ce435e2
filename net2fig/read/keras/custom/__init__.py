"""Layers of the author's own, by what their code says."""
