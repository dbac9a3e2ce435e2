"""Scenes as slides of PowerPoint: native shapes, which can be moved, coloured and written on."""
