"""From a layer of a network to its cell.

Ensures: what a cell shows is what the layer does. A configuration that no topology covers is
declined with a `ModelError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from net2fig.attributes import Attributes, NoRule, attributes_of, get_framework
from net2fig.cells.cell import Cell
from net2fig.cells.notes import write_notes
from net2fig.cells.sizes import COUNTS, SIZES
from net2fig.cells.topology import (
    UPWARDS,
    Topology,
    holds,
    list_conditions,
    load_topologies,
    resolve_topology,
)
from net2fig.errors import ModelError, one_of, suggestion
from net2fig.network import (
    BATCH,
    FEATURES,
    Edge,
    Layer,
    Network,
    Shape,
    get_usual_axes,
)

RUNNER = "RNN"
"""What runs a cell along a sequence and does nothing else."""

TENSORS = {"torch": ("query", "key", "value")}
"""The order of the tensors that an attention reads, by framework."""

MASKED, GIVEN_STATE = "masked", "given_state"
"""Flags of an attention with a mask, and of a recurrent layer whose first state is an input."""

USUAL_TENSORS = ("query", "value", "key")


def list_cells(network: Network) -> list[Layer]:
    """Return the layers of whose op there is a topology."""
    ops = {RUNNER, *(op for topology in load_topologies() for op in topology.ops)}
    return [layer for layer in network.layers if layer.op in ops]


def find_layer(network: Network, name: str) -> Layer:
    """Return the layer with a name; without a name, the only one that has a cell."""
    cells = [layer.id for layer in list_cells(network)]
    source = network.source or network.name
    if name in network:
        return network[name]
    if name:
        named = [layer for layer in network.layers if name in (layer.name, layer.class_name)]
        if len(named) == 1 or (named and len({layer.name for layer in named}) == 1):
            return named[0]
        if cells:
            message = f"unknown layer: {name!r} in {source} {one_of(cells)}"
            raise ModelError(message, hint=suggestion(name, cells))
    if not cells:
        message = f"missing layer: {source} has neither a recurrent layer nor an attention"
        raise ModelError(message)
    if len(cells) > 1:
        message = f"ambiguous layer: {source} has {len(cells)} with a cell {one_of(cells)}"
        raise ModelError(message, hint=f"name one: MODEL:{cells[0]}")
    return network[cells[0]]


def make_cell(network: Network, layer: Layer) -> Cell:
    """Return the cell of a layer."""
    edges = [edge for edge in network.edges if edge.target == layer.id]
    layer = replace(layer, outputs=(put_features_last(layer.output, layer.axes_of()),), axes=())
    wiring: set[str] = set()
    topologies = [each for each in load_topologies() if layer.op in each.ops]
    try:
        if any(each.sort == UPWARDS for each in topologies):
            tensors = find_tensors(layer, edges)
            wiring = find_wiring(edges, tensors)
            edges = [tensors[name] for name in USUAL_TENSORS if name in tensors]
        elif len(edges) > 1:
            wiring = {GIVEN_STATE}
        shapes = [put_features_last(network.shape(edge), network.axes(edge)) for edge in edges]
        return configure(layer, attributes_of(layer), shapes, wiring)
    except NoRule as error:
        raise decline(layer, str(error)) from None


def put_features_last(shape: Shape | None, axes: str) -> Shape | None:
    """Return a shape with the batch first and the features last."""
    if shape is None or len(axes) != len(shape) or axes == get_usual_axes(len(axes)):
        return shape
    order = sorted(range(len(axes)), key=lambda n: (axes[n] == FEATURES, axes[n] != BATCH, n))
    return tuple(shape[number] for number in order)


def decline(layer: Layer, reason: str) -> ModelError:
    """Return the error about a configuration that is not covered."""
    return ModelError(f"unsupported cell: {layer.name!r} of class {layer.class_name} ({reason})")


def configure(
    layer: Layer, at: Attributes, shapes: Sequence[Shape | None], wiring: Iterable[str]
) -> Cell:
    """Return the cell of a layer, or of one that it wraps."""
    runner = at
    if at.op == RUNNER:
        at = at.layer(at["cell"])
    candidates = [each for each in load_topologies() if at.op in each.ops]
    if not candidates:
        labels = sorted({each.label for each in load_topologies()})
        raise decline(layer, f"there are cells of {', '.join(labels)}")
    if get_framework(layer.module) == "torch" and "use_bias" not in at:
        raise decline(layer, "the file does not state its configuration")
    flags = find_flags(at, candidates) | set(wiring)
    topology = next((each for each in candidates if holds(each.when, flags)), None)
    for case in (case for each in candidates for case in each.decline):
        if holds(case.when, flags):
            raise decline(layer, f"{case.reason} is not drawn")
    if topology is None:
        raise decline(layer, "its inputs are not known")
    inner = None
    if at.is_bidirectional:
        check_alike(layer, at)
        inner = configure(layer, at.wrapped, shapes, ())
    resolved = resolve_topology(topology, flags)
    words = {node.id: node.act for node in resolved.node if node.act}
    acts = {id: find_function(at, word, resolved) for id, word in words.items()}
    sizes = SIZES[topology.sort](layer, at, shapes)
    counts = COUNTS[topology.sort](at) if topology.sort in COUNTS else {}
    cell = Cell(layer, resolved, at, runner, flags, sizes, acts, counts, inner=inner)
    return replace(cell, notes=tuple(write_notes(cell)))


def find_flags(at: Attributes, candidates: Sequence[Topology]) -> frozenset[str]:
    """Return the conditions of topologies that hold for a layer, as far as it states them."""
    conditions = {word for each in candidates for word in list_conditions(each)}
    flags = {word for word in conditions if is_set(at, word, candidates[0])}
    if any(at.flag(word) for word in ("causal", "sliding_window", "attention_mask")):
        flags.add(MASKED)
    return frozenset(flags)


def is_set(at: Attributes, condition: str, topology: Topology) -> bool:
    """Tell whether a word of a layer is set, or has a value: "use_bias", "merge=sum"."""
    word, mark, value = condition.partition("=")
    default = topology.defaults.get(word)
    found = at.get(word)
    if found is None and at.wraps is not None:
        found = at.wrapped.get(word)
    found = default if found is None else found
    if mark:
        return str(found) == value
    return bool(found)


def find_function(at: Attributes, word: str, topology: Topology) -> str:
    """Return the function of a node by its name in the framework."""
    if word in at:
        return at.name_function(word) or "linear"
    return str(topology.defaults.get(word, word))


def find_tensors(layer: Layer, edges: Sequence[Edge]) -> dict[str, Edge]:
    """Return the edges by which an attention reads query, value and perhaps key."""
    names = TENSORS.get(get_framework(layer.module), USUAL_TENSORS)
    tensors = {names[edge.target_port]: edge for edge in edges if edge.target_port < len(names)}
    if "query" not in tensors or "value" not in tensors:
        raise NoRule("its inputs are not known")
    return tensors


def find_wiring(edges: Sequence[Edge], tensors: Mapping[str, Edge]) -> set[str]:
    """Return which tensors of an attention are one, and whether a mask is another."""
    read = {name: (edge.source, edge.source_port) for name, edge in tensors.items()}
    read.setdefault("key", read["value"])
    masked = {MASKED} if len(edges) > len(tensors) else set()
    if len(set(read.values())) == 1:
        return {"self", *masked}
    return {"memory" if read["key"] == read["value"] else "apart", *masked}


def check_alike(layer: Layer, at: Attributes) -> None:
    """Raise if the two layers of a wrapper differ in more than their direction."""
    back = at.get("backward_layer")
    if back is None:
        return
    ignored = {"name", "go_backwards", "build_config", "dtype", "seed"}
    one, two = (
        {key: each for key, each in stated.items() if key not in ignored}
        for stated in (at.wrapped.stated, at.layer(back).stated)
    )
    if one != two or at.wrapped.op != at.layer(back).op:
        raise decline(layer, "its two layers differ")
