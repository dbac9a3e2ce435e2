"""Parts of a network that are drawn alone."""

from __future__ import annotations

from net2fig.excerpts.cut import take_excerpts

__all__ = ["take_excerpts"]
