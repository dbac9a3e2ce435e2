"""A model inside `TimeDistributed` is opened: its layers stand in the network as any others.

Requires: a network whose shapes are known as far as they can be.
Ensures: where the wrapped model has one input and one output, its layers take the place of the
wrapper, in a scope of its name, with shapes without the axis of time. Two layers of class
`TimeSteps` stand at its ends, where that axis goes and comes back; the second keeps the id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec.structs import replace

from net2fig.attributes import Config
from net2fig.errors import Net2figError
from net2fig.network import Edge, Layer, Network, Shape, Step
from net2fig.options.input_shapes import InputShape
from net2fig.read.calls import WRAPPER
from net2fig.read.plain_json import name_of

STEPS = "TimeSteps"
"""The class of what takes the steps of a sequence apart, and puts them together."""


ReadModel = Callable[[Config, InputShape], Network]
"""From the configuration of a model, and the shape of what goes in, to its network."""


def wraps_model(layer: Layer) -> bool:
    """Tell whether a layer wraps a model whose layers its configuration lists."""
    inner = layer.config.get("layer") if layer.class_name == WRAPPER else None
    data = inner.get("config") if isinstance(inner, dict) else None
    return isinstance(data, dict) and isinstance(data.get("layers"), list)


def unwrapped(network: Network, read_model: ReadModel) -> Network:
    """Return the network with the models in wrappers opened, read as any others."""
    if not any(map(wraps_model, network.layers)):
        return network
    work = Work(network)
    for layer in network.layers:
        inner = inner_of(network, layer, read_model) if wraps_model(layer) else None
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


def inner_of(network: Network, layer: Layer, read_model: ReadModel) -> Network | None:
    """Return the network of the model in a wrapper, for one step of what comes in."""
    shapes = [network.shape(edge) for edge in network.edges if edge.target == layer.id]
    shape = shapes[0] if len(shapes) == 1 else None
    if shape is None or len(shape) < 3:
        return None
    try:
        found = read_model(layer.config["layer"], InputShape(None, shape[2:]))
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
        self.first: dict[str, str] = {}
        self.scopes = Counter(
            layer.scope[:depth]
            for layer in network.layers
            for depth in range(1, len(layer.scope) + 1)
        )
        self.wrapped = Counter(
            name_of(layer.config["layer"]["config"].get("name"), "model")
            for layer in network.layers
            if wraps_model(layer)
        )

    def free(self, scope: tuple[Step, ...], name: str, class_name: str) -> Step:
        """Return the step into one more call of a model, which no other call has."""
        own = Step(name, class_name)
        while self.scopes[*scope, own]:
            own = replace(own, call=own.call + 1)
        self.scopes[*scope, own] += 1
        return own

    def open(self, layer: Layer, inner: Network) -> None:
        """Put the layers of a model in the place of the wrapper."""
        name = name_of(inner.name, "model")
        class_name = name_of(layer.config["layer"].get("class_name"), "")
        own = self.free(layer.scope, name, class_name)
        path = f"{layer.id[: len(layer.id) - len(layer.id.rpartition('/')[2])]}{own.id}/"
        again = bool(layer.weights) or self.wrapped[name] > 1
        first = self.first.setdefault(layer.weights or name, path) if again else path
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
                    weights=f"{first}{each.weights_key}" if again or each.weights else "",
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
