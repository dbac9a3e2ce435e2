"""Annotations: what an author adds to a figure, anchored to names."""

from __future__ import annotations

from net2fig.compose.annotations.assembly import annotate, has_annotations

__all__ = ["annotate", "has_annotations"]
