"""A figure as a web page: the same drawing, interactive.

Pointing at a glyph shows its layers; a group opens in place; the entries of the legend show their
glyphs. The page is one file and refers to no other.
"""

from __future__ import annotations

from net2fig.html.document import render_html
from net2fig.html.states import MAX_BYTES, MAX_STATES

__all__ = ["MAX_BYTES", "MAX_STATES", "render_html"]
