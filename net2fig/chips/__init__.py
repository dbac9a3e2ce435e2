"""Chips: a whole network as a strip of small cells, alone or in a table with others."""

from __future__ import annotations

from net2fig.chips.pipeline import chip
from net2fig.chips.result import Chips

__all__ = ["Chips", "chip"]
