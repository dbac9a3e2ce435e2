"""Pins and tints on a finished figure: they change no layout and are held to its laws."""

from __future__ import annotations

from net2fig.marking.mark import mark_scene
from net2fig.marking.marks import Marks, load_marks

__all__ = ["Marks", "load_marks", "mark_scene"]
