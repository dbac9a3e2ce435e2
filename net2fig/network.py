"""The network that a reader returns: layers, one per call, and the tensors between them.

A `Network` is flat: nested models are replaced by their layers, and their names are in
`Layer.scope`. Its value does not depend on the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from net2fig.errors import Notice
from net2fig.graphs import Grid, choose_grid, is_map

if TYPE_CHECKING:
    import networkx as nx

Shape = tuple[int | None, ...]
"""The shape of a tensor, batch axis first, as in Keras; None for an unknown axis."""

LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
"""The letters for axes of unknown length, by the number of axes."""


class Share(int):
    """An axis of unknown length, as a share of the input: "H/2".

    As a number it is the length for a nominal size, so that shares compare like lengths.
    """

    words: str

    def __new__(cls, size: int, words: str) -> Self:
        """Return the share of `size` nominal pixels, with its text."""
        made = super().__new__(cls, size)
        made.words = words
        return made

    def __str__(self) -> str:
        """Return the text."""
        return self.words


class Step(Struct, frozen=True):
    """One step into a nested model: its name, its class, and which of its calls this is, from 1.

    `class_name` is empty where the reader does not know it.
    """

    name: str
    class_name: str = ""
    call: int = 1

    @property
    def id(self) -> str:
        """The step in ids of layers: "encoder", "encoder@2"."""
        return self.name if self.call == 1 else f"{self.name}@{self.call}"


class Layer(Struct, frozen=True):
    """One call of a layer (or of an operation on tensors).

    `id` is unique in the network. The first call of a layer has its name for an id, later calls
    `name@2`, `name@3` …; names inside nested models are written `outer/inner`.
    `class_name` is the author's word for the class, `op` the word of grammar/vocabulary.toml for
    the same; the two are equal where nothing else is set.
    `outputs` has one entry per tensor that the call returns; None where the shape is unknown.
    `config` is the layer's own configuration as JSON values (never executed, never None). Only
    readers and attributes.py look into it.
    `scope` names the nested models that the layer lies in, outermost first.
    `weights` is the same for all calls that use the same weights: the id of the first of them. It
    is empty where no other call does.
    `axes` says for each output what its axes are, one letter of `ROLES` an axis ("NSSC", "NCSS");
    where it is empty, they are the usual ones for the rank (`get_usual_axes`).
    """

    id: str
    name: str
    class_name: str
    module: str | None
    config: Mapping[str, Any]
    outputs: tuple[Shape | None, ...]
    params: int | None = None
    scope: tuple[Step, ...] = ()
    weights: str = ""
    axes: tuple[str, ...] = ()
    op: str = ""

    def __post_init__(self) -> None:
        """Use the author's word as the operation if no other is given."""
        if not self.op:
            force_setattr(self, "op", self.class_name)

    @property
    def output(self) -> Shape | None:
        """The shape of the first tensor that the call returns."""
        return self.outputs[0] if self.outputs else None

    @property
    def shared(self) -> bool:
        """Whether other calls use the same weights; a layer without weights shares none."""
        return bool(self.weights) and self.params != 0

    @property
    def weights_key(self) -> str:
        """The key under which weights are counted: layers that share weights have the same."""
        return self.weights or self.id

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the nested models around the layer, outermost first."""
        return tuple(step.name for step in self.scope)

    def shape(self, port: int = 0) -> Shape | None:
        """Return the shape of one of its outputs; None if it is unknown or missing."""
        return self.outputs[port] if port < len(self.outputs) else None

    def axes_of(self, port: int = 0) -> str:
        """Return the axes of one of its outputs; empty for the usual ones."""
        return self.axes[port] if port < len(self.axes) else ""

    def extent(self, port: int = 0) -> Extent | None:
        """Return the resolution and the features of one of its outputs."""
        return extent(self.shape(port), self.axes_of(port))


class Edge(Struct, frozen=True, order=True):
    """The tensor `source_port` of `source`, used as input number `target_port` of `target`."""

    source: str
    target: str
    source_port: int = 0
    target_port: int = 0


class Port(Struct, frozen=True):
    """An input or an output of the whole network, with its name and its tensor."""

    name: str
    layer: str
    tensor: int = 0


class Loss(Struct, frozen=True):
    """What a training minimizes at one output, by the canonical name or the author's own.

    `output` is its name or number; empty for all. `from_logits`: the loss applies the last function
    itself; None where the source does not tell. `applied`: what code applies first, "?" if unknown.
    """

    name: str
    output: str = ""
    from_logits: bool | None = False
    applied: str = ""


class Sample(Struct, frozen=True):
    """What code tells of one sample of its data: its shape, its range, and whether it is whole."""

    shape: tuple[int | None, ...]
    low: float | None = None
    high: float | None = None
    whole: bool = False


class Feed(Struct, frozen=True):
    """What code gives to a model in one call, in the order of its inputs and of its outputs."""

    inputs: tuple[Sample | None, ...] = ()
    targets: tuple[Sample | None, ...] = ()
    line: str = ""


class Training(Struct, frozen=True):
    """How a model is trained: None and empty where its source does not state it.

    `rate` is the learning rate, of a schedule the first. `line` is the line of code that states it,
    `pixels` a data set of pictures that nothing scales. `feeds` are data given to the model.
    """

    optimizer: str = ""
    rate: float | None = None
    losses: tuple[Loss, ...] = ()
    metrics: tuple[str, ...] = ()
    batch: int | None = None
    epochs: int | None = None
    line: str = ""
    pixels: str = ""
    feeds: tuple[Feed, ...] = ()


class Part(Struct, frozen=True):
    """One of several models that a network holds: its name, the ids of its layers, its training."""

    name: str
    layers: tuple[str, ...]
    training: Training | None = None


class Network(Struct, frozen=True, dict=True):
    """Layers in a topological order, edges ordered by target and input number.

    Every layer lies on a path to an output: others were dropped, with a notice. `reader` is one of
    saved, keras, record, live, plain. `parts` are the models of a source that holds several, which
    share no tensor; each has its own training. `training` is None if the source does not tell it.
    `lines` are the lines of code that made layers, by id: "unet.py:31".
    """

    name: str
    layers: tuple[Layer, ...]
    edges: tuple[Edge, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    source: str = ""
    reader: str = "plain"
    notices: tuple[Notice, ...] = ()
    parts: tuple[Part, ...] = ()
    training: Training | None = None
    lines: Mapping[str, str] = {}

    @cached_property
    def _by_id(self) -> dict[str, Layer]:
        """The layers by id."""
        return {layer.id: layer for layer in self.layers}

    def __getitem__(self, id: str) -> Layer:
        """Return the layer with this id."""
        return self._by_id[id]

    def __contains__(self, id: object) -> bool:
        """Tell whether there is a layer with this id."""
        return id in self._by_id

    @property
    def params(self) -> int | None:
        """The number of parameters; None if that of a layer is unknown."""
        return count_params(self.layers)

    @property
    def is_open(self) -> bool:
        """Whether a layer returns a tensor with an unknown axis other than the batch."""
        shapes = (shape for layer in self.layers for shape in layer.outputs if shape)
        return any(None in shape[1:] for shape in shapes)

    def shape(self, edge: Edge) -> Shape | None:
        """Return the shape of the tensor that an edge carries."""
        return self[edge.source].shape(edge.source_port)

    def axes(self, edge: Edge) -> str:
        """Return the axes of the tensor of an edge; empty for the usual ones."""
        return self[edge.source].axes_of(edge.source_port)

    def extent(self, edge: Edge) -> Extent | None:
        """Return the resolution and the features of the tensor that an edge carries."""
        return self.tensor_extent(edge.source, edge.source_port)

    def tensor_extent(self, id: str, port: int = 0) -> Extent | None:
        """Return the resolution and the features of a tensor, with the grid of its tokens."""
        found, grid = self[id].extent(port), self._grids.get((id, port))
        return replace(found, grid=grid) if found is not None and grid is not None else found

    @cached_property
    def _grids(self) -> dict[tuple[str, int], Grid]:
        """The grids that sequences were made from, by tensor.

        A sequence as long as a grid has places is that grid, also with a class token more: that of
        what is read, or of a map on the way, which heads hide. Others beside maps are squares.
        """
        into: dict[str, list[Edge]] = {}
        for edge in self.edges:
            into.setdefault(edge.target, []).append(edge)
        found: dict[tuple[str, int], Grid] = {}
        passed: dict[str, frozenset[Grid]] = {}
        has_maps = any(each and is_map(each.spatial) for each in map(Layer.extent, self.layers))
        for layer in self.layers:
            edges = into.get(layer.id, ())
            maps = frozenset[Grid]().union(*(passed[edge.source] for edge in edges))
            for port in range(len(layer.outputs)):
                made = layer.extent(port)
                if made is None or None in made.spatial:
                    continue
                if is_map(made.spatial):
                    maps |= {made.spatial}
                elif made.spatial:
                    tensors = [(edge.source, edge.source_port) for edge in edges]
                    read = [found[tensor] for tensor in tensors if tensor in found]
                    grid = choose_grid(read, maps, made.spatial[0], beside=has_maps)
                    if grid is not None:
                        found[layer.id, port] = grid
            passed[layer.id] = maps
        return found

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return the network as a networkx graph, with each layer's fields on its node."""
        import networkx as nx

        graph = nx.MultiDiGraph(name=self.name)
        for layer in self.layers:
            graph.add_node(
                layer.id,
                name=layer.name,
                class_name=layer.class_name,
                op=layer.op,
                config=dict(layer.config),
                shape=layer.output,
                params=layer.params,
            )
        for edge in self.edges:
            graph.add_edge(edge.source, edge.target, shape=self.shape(edge))
        return graph


def count_params(layers: Iterable[Layer]) -> int | None:
    """Return the number of parameters of layers, those of shared layers counted once.

    Ensures: None if that of a layer is unknown.
    """
    counts = {layer.weights_key: layer.params for layer in layers}
    known = [count for count in counts.values() if count is not None]
    return sum(known) if len(known) == len(counts) else None


def count_part_params(network: Network, part: Part) -> int | None:
    """Return the number of parameters of a part; None if that of a layer is unknown."""
    return count_params(network[id] for id in part.layers)


class Extent(Struct, frozen=True):
    """The resolution and the number of features of a tensor.

    A vector has no spatial axes; its `features` are its units. A sequence has one; `grid` is the
    resolution of the grid whose places its steps are, such as the patches of a picture.
    """

    spatial: tuple[int | None, ...] = ()
    features: int | None = None
    grid: tuple[int | None, ...] = ()

    @property
    def known(self) -> bool:
        """Whether every number is known."""
        return None not in self.spatial and self.features is not None

    @property
    def resolution(self) -> int | None:
        """The greatest spatial axis, which heights show; None if it is unknown or there is none."""
        known = [axis for axis in self.grid or self.spatial if axis is not None]
        return max(known) if known else None


BATCH, FEATURES, SPACE, STEP = ROLES = "NCST"
"""The roles of axes: batch, features, spatial, steps of a sequence."""


def get_usual_axes(rank: int) -> str:
    """Return the usual axes of a tensor: the features are last.


    >>> get_usual_axes(2), get_usual_axes(3), get_usual_axes(4)
    ('NC', 'NTC', 'NSSC')
    """
    if rank < 3:
        return "NC"[:rank]
    return "NTC" if rank == 3 else f"N{SPACE * (rank - 2)}C"


def find_feature_axis(rank: int, axes: str = "") -> int:
    """Return the number of the axis with the features; the last one if there is none.


    >>> find_feature_axis(4), find_feature_axis(4, "NCSS")
    (3, 1)
    """
    known = axes if len(axes) == rank else get_usual_axes(rank)
    return known.find(FEATURES) % rank if rank else 0


def extent(shape: Shape | None, axes: str = "") -> Extent | None:
    """Split a shape into resolution and features; `axes` are the roles of its axes.


    >>> extent((None, 32, 32, 64))
    Extent(spatial=(32, 32), features=64)
    >>> extent((None, 64, 32, 32), "NCSS")
    Extent(spatial=(32, 32), features=64)
    >>> extent((None, 10))
    Extent(spatial=(), features=10)
    """
    if shape is None:
        return None
    if len(shape) < 2:
        return Extent()
    if len(axes) != len(shape) or axes[-1] == FEATURES:
        return Extent(tuple(shape[1:-1]), shape[-1])
    spatial = tuple(size for size, role in zip(shape, axes, strict=True) if role in (SPACE, STEP))
    return Extent(spatial, shape[axes.index(FEATURES)] if FEATURES in axes else None)
