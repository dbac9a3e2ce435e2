"""Shapes of outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from net2fig.network import Shape


def shape_of(value: Any) -> Shape | None:
    """Return a shape from what JSON holds, None unless it is a list of numbers and nulls."""
    if not isinstance(value, (list, tuple)):
        return None
    if all(axis is None or (type(axis) is int and axis >= 0) for axis in value):
        return tuple(value)
    return None


def merged(stated: Shape | None, found: Shape | None) -> Shape | None:
    """Return the stated shape, its unknown axes filled in with what was found."""
    if stated is None or found is None or len(stated) != len(found):
        return found if stated is None else stated
    return tuple(b if a is None else a for a, b in zip(stated, found, strict=True))


def infer(
    class_name: str,
    config: Mapping[str, Any],
    inputs: Sequence[Shape | None],
    *,
    operation: bool = False,
) -> Sequence[Shape | None]:
    """Return the shapes of the outputs of a layer, as many as are known."""
    if class_name == "Dense" and inputs and inputs[0]:
        return ((*inputs[0][:-1], config["units"]),)
    return ()
