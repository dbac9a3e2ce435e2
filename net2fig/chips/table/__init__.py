"""A table of chips: its rows, its columns and its numbers."""
