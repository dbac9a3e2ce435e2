"""From a network to its outline: hide, match named groups, find repeats, fold."""

from __future__ import annotations

from net2fig.group.outlines import Outlines, bodies, outline

__all__ = ["Outlines", "bodies", "outline"]
