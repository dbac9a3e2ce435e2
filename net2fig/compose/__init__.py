"""From an outline to a scene: sizes and looks, labels, legend, page."""

from __future__ import annotations

from net2fig.compose.alt import describe
from net2fig.compose.fit import fitted
from net2fig.compose.looks import group_styles
from net2fig.compose.notices import with_notices
from net2fig.compose.page import Page

__all__ = ["Page", "describe", "fitted", "group_styles", "with_notices"]
