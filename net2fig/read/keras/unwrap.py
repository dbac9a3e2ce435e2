"""A model inside `TimeDistributed` is opened: its layers stand in the network as any others.

Requires: a network whose shapes are known as far as they can be.
Ensures: where the wrapped model has one input and one output, its layers take the place of the
wrapper, in a scope of its name, with shapes without the axis of time. Two layers of class
`TimeSteps` stand at its ends, where that axis goes and comes back; the second keeps the id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from net2fig.errors import Net2figError
from net2fig.network import Edge, Layer, Network, Shape
from net2fig.options.input_shapes import InputShape
from net2fig.read.assemble import WRAPPER
from net2fig.read.plain_json import name_of

STEPS = "TimeSteps"
"""The class of what takes the steps of a sequence apart, and puts them together."""


def wraps_model(class_name: str, config: Mapping[str, Any]) -> bool:
    """Tell whether a layer wraps a model whose layers its configuration lists."""
    inner = config.get("layer") if class_name == WRAPPER else None
    data = inner.get("config") if isinstance(inner, dict) else None
    return isinstance(data, dict) and isinstance(data.get("layers"), list)


def unwrapped(network: Network) -> Network:
    """Return the network with the models in wrappers opened."""
    work = Work(network)
    for layer in network.layers:
        inner = inner_of(network, layer) if wraps_model(layer.class_name, layer.config) else None
        if inner is None:
            work.layers.append(layer)
        else:
            work.open(layer, inner)
    place = {layer.id: at for at, layer in enumerate(work.layers)}
    edges = [
        edge if edge.target not in work.entries else replace(edge, target=work.entries[edge.target])
        for edge in network.edges
    ]
    return replace(
        network,
        layers=tuple(work.layers),
        edges=tuple(
            sorted([*edges, *work.edges], key=lambda edge: (place[edge.target], edge.target_port))
        ),
    )


def inner_of(network: Network, layer: Layer) -> Network | None:
    """Return the network of the model in a wrapper, for one step of what comes in."""
    # The reader of configurations ends in this module.
    from net2fig.read.keras.architecture import network_of

    shapes = [network.shape(edge) for edge in network.edges if edge.target == layer.id]
    shape = shapes[0] if len(shapes) == 1 else None
    if shape is None or len(shape) < 3:
        return None
    step = InputShape(None, shape[2:])
    try:
        found = network_of(
            layer.config["layer"], source="a wrapper", reader="saved", name=None, shapes=(step,)
        )
    except Net2figError:
        return None
    return found if len(found.inputs) == len(found.outputs) == 1 else None


class Work:
    """What is being collected: layers in their order, edges inside, where to enter."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.layers: list[Layer] = []
        self.edges: list[Edge] = []
        self.entries: dict[str, str] = {}
        self.scopes = Counter(
            layer.scope[:depth]
            for layer in network.layers
            for depth in range(1, len(layer.scope) + 1)
        )
        self.wrapped = Counter(
            name_of(layer.config["layer"]["config"].get("name"), "model")
            for layer in network.layers
            if wraps_model(layer.class_name, layer.config)
        )

    def free(self, scope: tuple[str, ...], name: str) -> str:
        """Return a name for one more call of a model, which no other call has."""
        number, own = 1, name
        while self.scopes[*scope, own]:
            number += 1
            own = f"{name}@{number}"
        self.scopes[*scope, own] += 1
        return own

    def open(self, layer: Layer, inner: Network) -> None:
        """Put the layers of a model in the place of the wrapper."""
        name = name_of(inner.name, "model")
        own = self.free(layer.scope, name)
        path = f"{layer.id[: len(layer.id) - len(layer.id.rpartition('/')[2])]}{own}/"
        entry, goal = f"{layer.id}/steps", inner.outputs[0]
        source = next(edge for edge in self.network.edges if edge.target == layer.id)
        shape = self.network.shape(source)
        self.entries[layer.id] = entry
        self.layers.append(steps(layer, entry, None if shape is None else (shape[0], *shape[2:])))
        ids = {inner.inputs[0].layer: entry}
        for each in inner.layers:
            if each.id in ids:
                continue
            ids[each.id] = f"{path}{each.id}"
            self.layers.append(
                replace(
                    each,
                    id=ids[each.id],
                    scope=(*layer.scope, own, *each.scope),
                    shared=each.shared or layer.shared or self.wrapped[name] > 1,
                )
            )
        self.edges += [
            replace(edge, source=ids[edge.source], target=ids[edge.target]) for edge in inner.edges
        ]
        self.edges.append(Edge(ids[goal.layer], layer.id, goal.tensor))
        self.layers.append(steps(layer, layer.id, layer.output))


def steps(layer: Layer, id: str, shape: Shape | None) -> Layer:
    """Return what stands at one end of an opened wrapper."""
    config = {"name": layer.name}
    return replace(
        layer, id=id, class_name=STEPS, config=config, outputs=(shape,), params=0, shared=False
    )
