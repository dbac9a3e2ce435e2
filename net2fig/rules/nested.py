"""A model inside a wrapper, such as `TimeDistributed(model)`.

It is drawn as one layer, but its shapes and its parameters are those of the network inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.rules.shapes_common import Config, Inputs

DEEPEST = 3
"""So many models in wrappers in models in wrappers are looked into: each is, several times."""

depth: ContextVar[int] = ContextVar("depth", default=0)


def inner_network(config: Config, inputs: Inputs) -> Network | None:
    """Return the network of a functional model given tensors of these shapes, None if it is none.

    Requires: `config` is that of a functional model, as Keras saves it.
    """
    # The reader of networks knows the rules of shapes, which ask here.
    from net2fig.read.keras.architecture import network_of

    if depth.get() >= DEEPEST:
        return None
    layers = [dict(layer) for layer in config["layers"]]
    names = input_names(config["input_layers"])
    for name, shape in zip(names, inputs, strict=True):
        for layer in layers:
            if layer.get("name") == name:
                layer["config"] = {**layer["config"], "batch_shape": list(shape)}
    data = {"class_name": "Functional", "config": {**config, "layers": layers}}
    token = depth.set(depth.get() + 1)
    try:
        return network_of(data, source="a wrapper", reader="saved", name=None)
    except ModelError:
        return None
    finally:
        depth.reset(token)


def input_names(value: Any) -> list[str]:
    """Return the names of the layers that a list of references names.

    >>> input_names(["a", 0, 0]), input_names([["a", 0, 0], ["b", 0, 0]])
    (['a'], ['a', 'b'])
    """
    if isinstance(value, list) and value and isinstance(value[0], str):
        return [value[0]]
    items = value.values() if isinstance(value, Mapping) else value
    return [name for item in items for name in input_names(item)]
