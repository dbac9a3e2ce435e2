"""From an outline to a scene: sizes and looks, labels, legend, page."""

from __future__ import annotations

from net2fig.compose.annotations import has_annotations
from net2fig.compose.composition import Composition
from net2fig.compose.fit import fit_to_page
from net2fig.compose.notices import add_notices
from net2fig.compose.style.style_book import make_group_styles
from net2fig.compose.wording.alt_parts import describe_parts

__all__ = [
    "Composition",
    "add_notices",
    "describe_parts",
    "fit_to_page",
    "has_annotations",
    "make_group_styles",
]
