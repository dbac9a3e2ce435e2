"""Replaces a model inside `TimeDistributed` by its layers.

Requires: a network with all shapes that can be inferred.
Ensures: if the wrapped model has one input and one output, its layers replace the wrapper, in a
scope with the model's name and with shapes without the time axis. Two layers of class `TimeSteps`,
where that axis is split and joined, enclose them; the second has the wrapper's id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec.structs import replace

from net2fig.attributes import Config
from net2fig.errors import Net2figError
from net2fig.network import Edge, Layer, Network, Shape, Step
from net2fig.read.calls import WRAPPER
from net2fig.read.plain_json import parse_name

STEPS = "TimeSteps"
"""The class of the layers that split a sequence into steps and join it again."""


ReadModel = Callable[[Config, Shape], Network]
"""Reads a model from its configuration and its input shape, without the batch."""


def wraps_model(layer: Layer) -> bool:
    """Tell whether a layer wraps a model whose layers its configuration lists."""
    inner = layer.config.get("layer") if layer.class_name == WRAPPER else None
    data = inner.get("config") if isinstance(inner, dict) else None
    return isinstance(data, dict) and isinstance(data.get("layers"), list)


def unwrap_models(network: Network, read_model: ReadModel) -> Network:
    """Return the network with the models in wrappers replaced by their layers."""
    if not any(map(wraps_model, network.layers)):
        return network
    unwrapper = Unwrapper(network)
    for layer in network.layers:
        inner = read_inner(network, layer, read_model) if wraps_model(layer) else None
        if inner is None:
            unwrapper.layers.append(layer)
        else:
            unwrapper.unwrap(layer, inner)
    place = {layer.id: at for at, layer in enumerate(unwrapper.layers)}
    edges = [
        edge
        if edge.target not in unwrapper.entries
        else replace(edge, target=unwrapper.entries[edge.target])
        for edge in network.edges
    ]
    return replace(
        network,
        layers=tuple(unwrapper.layers),
        edges=tuple(
            sorted(
                [*edges, *unwrapper.edges], key=lambda edge: (place[edge.target], edge.target_port)
            )
        ),
    )


def read_inner(network: Network, layer: Layer, read_model: ReadModel) -> Network | None:
    """Return the network of the model in a wrapper, for one step of its input."""
    shapes = [network.shape(edge) for edge in network.edges if edge.target == layer.id]
    shape = shapes[0] if len(shapes) == 1 else None
    if shape is None or len(shape) < 3:
        return None
    try:
        network_inside = read_model(layer.config["layer"], shape[2:])
    except Net2figError:
        return None
    return (
        network_inside if len(network_inside.inputs) == len(network_inside.outputs) == 1 else None
    )


class Unwrapper:
    """Builds the network: layers in order, new edges, and the entry of each wrapper."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.layers: list[Layer] = []
        self.edges: list[Edge] = []
        self.entries: dict[str, str] = {}
        self.first: dict[str, str] = {}
        self.scopes = Counter(
            layer.scope[:depth]
            for layer in network.layers
            for depth in range(1, len(layer.scope) + 1)
        )
        self.wrapped = Counter(
            parse_name(layer.config["layer"]["config"].get("name"), "model")
            for layer in network.layers
            if wraps_model(layer)
        )

    def next_step(self, scope: tuple[Step, ...], name: str, class_name: str) -> Step:
        """Return an unused step for another call of a model."""
        step = Step(name, class_name)
        while self.scopes[*scope, step]:
            step = replace(step, call=step.call + 1)
        self.scopes[*scope, step] += 1
        return step

    def unwrap(self, layer: Layer, inner: Network) -> None:
        """Add the layers of a model in place of its wrapper."""
        name = parse_name(inner.name, "model")
        class_name = parse_name(layer.config["layer"].get("class_name"), "")
        step = self.next_step(layer.scope, name, class_name)
        path = f"{layer.id[: len(layer.id) - len(layer.id.rpartition('/')[2])]}{step.id}/"
        is_shared = bool(layer.weights) or self.wrapped[name] > 1
        first = self.first.setdefault(layer.weights or name, path) if is_shared else path
        entry, end_port = f"{layer.id}/steps", inner.outputs[0]
        source = next(edge for edge in self.network.edges if edge.target == layer.id)
        shape = self.network.shape(source)
        self.entries[layer.id] = entry
        self.layers.append(
            make_end(layer, entry, None if shape is None else (shape[0], *shape[2:]))
        )
        ids = {inner.inputs[0].layer: entry}
        for each in inner.layers:
            if each.id in ids:
                continue
            ids[each.id] = f"{path}{each.id}"
            self.layers.append(
                replace(
                    each,
                    id=ids[each.id],
                    scope=(*layer.scope, step, *each.scope),
                    weights=f"{first}{each.weights_key}" if is_shared or each.weights else "",
                )
            )
        self.edges += [
            replace(edge, source=ids[edge.source], target=ids[edge.target]) for edge in inner.edges
        ]
        self.edges.append(Edge(ids[end_port.layer], layer.id, end_port.tensor))
        self.layers.append(make_end(layer, layer.id, layer.output))


def make_end(layer: Layer, id: str, shape: Shape | None) -> Layer:
    """Return the layer at one end of an opened wrapper."""
    config = {"name": layer.name}
    return replace(
        layer,
        id=id,
        class_name=STEPS,
        op=STEPS,
        config=config,
        outputs=(shape,),
        axes=(),
        params=0,
        weights="",
    )
