"""Colours, textures, glyphs and scales."""
