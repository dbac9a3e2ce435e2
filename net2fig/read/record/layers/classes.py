"""Stand-ins for the classes of keras.layers, created on demand."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.wrappers import LAYER_BASES
from net2fig.read.record.loose import tell
from net2fig.read.record.session import load_facts
from net2fig.read.record.tensors.graph import Functions
from net2fig.read.script.unknown.values import UnknownValue, name_of


@cache
def get_layer_class(name: str) -> type[Layer]:
    """Return the stand-in for a class of keras.layers."""
    known = load_facts()["layers"][name]
    base = LAYER_BASES.get(name, Layer)
    return type(name, (base,), {"_facts": known, "__module__": known["home"]})


def make_functional_form(name: str) -> Callable[..., Any]:
    """Return keras.layers.add or another function that creates a layer and calls it."""
    first = {"Concatenate": "axis", "Dot": "axes"}.get(name)

    def form(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        if args:
            if first is None or len(args) > 1 or first in kwargs:
                decline(f"keras.layers.{name.lower()} with {len(args) + 1} arguments")
            kwargs[first] = args[0]
        elif first is not None:
            kwargs.setdefault(first, -1)
        return get_layer_class(name)(**kwargs)(inputs)

    form.__name__ = name.lower()
    return form


def make_layer_of(value: UnknownValue) -> Any:
    """Return a layer with the name of an unknown value, of which nothing else is known."""
    words = re.findall(r"[A-Za-z_]\w*", name_of(value))
    # Of `TFBertModel.from_pretrained(…)`, the class is what a reader knows.
    return make_named_layer(next((w for w in reversed(words) if w[0].isupper()), words[-1]))


def make_named_layer(name: str, find_shape: Callable[[Any], Any] | None = None) -> Any:
    """Return a layer of which only the name is known, and perhaps how its result is shaped."""
    tell(f"{name}, of which only the name is drawn")
    names = {"__module__": "keras.src.layers", "_facts": Layer._facts}
    layer: Any = type(name, (Layer,), names)()
    object.__setattr__(layer, "_find_shape", find_shape)
    return layer


Functions.layered = make_layer_of
