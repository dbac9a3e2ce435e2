"""A figure as a web page: the same drawing, interactive.

Pointing at a glyph shows its layers; a group opens in place; the entries of the legend show their
glyphs. The page is one file and refers to no other.
"""

from __future__ import annotations

from net2fig.html.figure_section import make_figure_section, render_html
from net2fig.html.section import Section
from net2fig.html.states import MAX_BYTES, MAX_STATES, Redraw

__all__ = ["MAX_BYTES", "MAX_STATES", "Redraw", "Section", "make_figure_section", "render_html"]
