"""Volumes: feature maps as cuboids in a parallel projection, layers as bands and slabs.

`scope` says what the style is for. `shading` gives every look its faces; `sizes` turns extents into
cuboids, above which stand `titles`; `contacts` says which of them touch; `diagram` makes of all
that what the layout places.
"""

from net2fig.compose.volumes.diagram import make_volumes
from net2fig.compose.volumes.scope import select_outlines
from net2fig.compose.volumes.shading import shade_book

__all__ = ["make_volumes", "select_outlines", "shade_book"]
