"""The stand-ins for the classes of keras.layers, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.wrappers import BASES
from net2fig.read.record.session import facts
from net2fig.read.record.unknown import decline


@cache
def layer_class(name: str) -> type[Layer]:
    """Return the stand-in for a class of keras.layers."""
    known = facts()["layers"][name]
    base = BASES.get(name, Layer)
    return type(name, (base,), {"_facts": known, "__module__": known["home"]})


def functional_form(name: str) -> Callable[..., Any]:
    """Return keras.layers.add and its like: a layer made and called at once."""
    first = {"Concatenate": "axis", "Dot": "axes"}.get(name)

    def form(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        if args:
            if first is None or len(args) > 1 or first in kwargs:
                decline(f"keras.layers.{name.lower()} with {len(args) + 1} arguments")
            kwargs[first] = args[0]
        elif first is not None:
            kwargs.setdefault(first, -1)
        return layer_class(name)(**kwargs)(inputs)

    form.__name__ = name.lower()
    return form
