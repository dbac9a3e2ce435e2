"""Parameter counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from net2fig.network import Shape


def count(class_name: str, config: Mapping[str, Any], inputs: Sequence[Shape | None]) -> int | None:
    """Return the number of parameters of a layer, None where no rule knows it."""
    return None
