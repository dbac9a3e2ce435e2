"""Parts of a network that are drawn alone."""

from __future__ import annotations

from net2fig.excerpts.cut import take_excerpts
from net2fig.excerpts.outputs import drop_hidden_outputs

__all__ = ["drop_hidden_outputs", "take_excerpts"]
