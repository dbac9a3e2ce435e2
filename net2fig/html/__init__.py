"""A figure as a page of its own: the same drawing, to be asked and opened.

Whoever points at a glyph is told of its layers; a group opens in place; the entries of the legend
show where they are meant. The page holds all that it needs and refers to nothing.
"""

from __future__ import annotations

from net2fig.html.document import render_html
from net2fig.html.states import MAX_BYTES, MAX_STATES

__all__ = ["MAX_BYTES", "MAX_STATES", "render_html"]
