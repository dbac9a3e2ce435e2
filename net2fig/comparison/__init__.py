"""Compares two models: the differences in words, and a figure of both."""

from __future__ import annotations

from net2fig.comparison.differences import Difference
from net2fig.comparison.pipeline import compare
from net2fig.comparison.result import Comparison

__all__ = ["Comparison", "Difference", "compare"]
