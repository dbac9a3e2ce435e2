"""From an outline to a scene: sizes and looks, labels, legend, page."""

from __future__ import annotations

from net2fig.compose.composition import Composition
from net2fig.compose.fit import fitted
from net2fig.compose.notices import with_notices
from net2fig.compose.style.style_book import group_styles
from net2fig.compose.wording.alt import describe

__all__ = ["Composition", "describe", "fitted", "group_styles", "with_notices"]
