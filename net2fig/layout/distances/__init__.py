"""How far columns stand apart: distances of what is in them, and what touches."""
