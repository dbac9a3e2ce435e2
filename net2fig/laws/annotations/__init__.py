"""The laws of what an author adds to a figure."""

from __future__ import annotations

from net2fig.laws.annotations.marks import check_annotations

__all__ = ["check_annotations"]
