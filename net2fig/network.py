"""What was read: layers, one per call, and the tensors between them.

A `Network` is flat: nested models are taken apart and leave their names behind in `Layer.scope`.
It is the same value whichever reader made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from net2fig.errors import Notice

if TYPE_CHECKING:
    import networkx as nx

Shape = tuple[int | None, ...]
"""The shape of a tensor, batch axis first, as Keras says it; None for an unknown axis."""

LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
"""The letters for axes of unknown length, by the number of axes."""


class Share(int):
    """An axis whose length is not known, but how much it is of what comes in: "H/2".

    As a number it is the length for a nominal size, so that shares are compared as lengths are.
    """

    words: str

    def __new__(cls, size: int, words: str) -> Self:
        """Return the share of so many nominal pixels, said in words."""
        made = super().__new__(cls, size)
        made.words = words
        return made

    def __str__(self) -> str:
        """Return the words."""
        return self.words


class Layer(Struct, frozen=True):
    """One call of a layer (or of an operation on tensors).

    `id` is unique in the network. The first call of a layer has its name for an id, later calls
    `name@2`, `name@3` …; names inside nested models are written `outer/inner`.
    `outputs` has one entry per tensor that the call returns; None where the shape is unknown.
    `config` is the layer's own configuration as JSON values (never executed, never None).
    `scope` names the nested models that the layer lies in, outermost first.
    `shared` is true for every call of a layer that is called more than once.
    """

    id: str
    name: str
    class_name: str
    module: str | None
    config: Mapping[str, Any]
    outputs: tuple[Shape | None, ...]
    params: int | None = None
    scope: tuple[str, ...] = ()
    shared: bool = False

    @property
    def output(self) -> Shape | None:
        """The shape of the first tensor that the call returns."""
        return self.outputs[0] if self.outputs else None


class Edge(Struct, frozen=True, order=True):
    """The tensor `source_port` of `source`, used as input number `target_port` of `target`."""

    source: str
    target: str
    source_port: int = 0
    target_port: int = 0


class Port(Struct, frozen=True):
    """An input or an output of the whole network: its name and the tensor that it is."""

    name: str
    layer: str
    tensor: int = 0


class Network(Struct, frozen=True, dict=True):
    """Layers in a topological order, edges ordered by target and input number.

    Every layer lies on a path to an output: those that do not were dropped when it was read, with
    a notice. `reader` is one of saved, keras, record, live, plain.
    """

    name: str
    layers: tuple[Layer, ...]
    edges: tuple[Edge, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    source: str = ""
    reader: str = "plain"
    notices: tuple[Notice, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Layer]:
        """The layers by their ids."""
        return {layer.id: layer for layer in self.layers}

    def __getitem__(self, id: str) -> Layer:
        """Return the layer with this id."""
        return self._by_id[id]

    def __contains__(self, id: object) -> bool:
        """Tell whether there is a layer with this id."""
        return id in self._by_id

    @property
    def channels_first(self) -> bool:
        """Whether its convolutions put the channels before the spatial axes."""
        return any(layer.config.get("data_format") == "channels_first" for layer in self.layers)

    @property
    def params(self) -> int | None:
        """The number of its parameters; None where that of a layer is unknown."""
        return total_params(self.layers)

    @property
    def is_open(self) -> bool:
        """Whether an axis other than the batch is unknown in what some layer returns."""
        shapes = (shape for layer in self.layers for shape in layer.outputs if shape)
        return any(None in shape[1:] for shape in shapes)

    def shape(self, edge: Edge) -> Shape | None:
        """Return the shape of the tensor that an edge carries."""
        outputs = self[edge.source].outputs
        return outputs[edge.source_port] if edge.source_port < len(outputs) else None

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return the network as a networkx graph, with each layer's fields on its node."""
        import networkx as nx

        graph = nx.MultiDiGraph(name=self.name)
        for layer in self.layers:
            graph.add_node(
                layer.id,
                name=layer.name,
                class_name=layer.class_name,
                config=dict(layer.config),
                shape=layer.output,
                params=layer.params,
            )
        for edge in self.edges:
            graph.add_edge(edge.source, edge.target, shape=self.shape(edge))
        return graph


def total_params(layers: Iterable[Layer]) -> int | None:
    """Return the number of parameters of layers, those of a shared layer once.

    Ensures: None where that of a layer is not known.
    """
    counts: dict[str, int | None] = {}
    for layer in layers:
        # The calls of one layer differ in their ids by "@2", "@3".
        counts[re.sub(r"@\d+", "", layer.id) if layer.shared else layer.id] = layer.params
    known = [count for count in counts.values() if count is not None]
    return sum(known) if len(known) == len(counts) else None


class Extent(Struct, frozen=True):
    """What a reader sees of a tensor: its resolution and its number of features.

    A vector has no spatial axes; its `features` are its units. A sequence has one.
    """

    spatial: tuple[int | None, ...] = ()
    features: int | None = None

    @property
    def known(self) -> bool:
        """Whether every number is known."""
        return None not in self.spatial and self.features is not None

    @property
    def resolution(self) -> int | None:
        """The greatest spatial axis, which is what a height shows; None where unknown or none."""
        known = [axis for axis in self.spatial if axis is not None]
        return max(known) if known else None


def extent(shape: Shape | None, channels_first: bool = False) -> Extent | None:
    """Split a shape, batch axis first, into resolution and features.

    >>> extent((None, 32, 32, 64))
    Extent(spatial=(32, 32), features=64)
    >>> extent((None, 10))
    Extent(spatial=(), features=10)
    """
    if shape is None:
        return None
    if len(shape) < 2:
        return Extent()
    if channels_first and len(shape) > 3:
        return Extent(tuple(shape[2:]), shape[1])
    return Extent(tuple(shape[1:-1]), shape[-1])
