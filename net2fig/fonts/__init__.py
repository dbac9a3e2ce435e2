"""Fonts: where they are, and how wide their letters are."""
