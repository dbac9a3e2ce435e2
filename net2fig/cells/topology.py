"""The topologies of cells, from grammar/cells: ports, nodes, edges, and the weights of the layer.

A topology holds for the layers of its `ops` for which its condition is true. A condition is a flag
of the layer ("use_bias"), or its opposite ("!use_bias"); nodes, ports, edges and weights may have
one too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

from msgspec import Struct, convert, field
from msgspec.structs import replace

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir

FOLDER = "cells"
"""The folder of topologies, and the schema of its files."""

JOIN = "join"
"""The op of a point at which tensors come together, and go on side by side."""

UPWARDS = "attention"
"""The sort of topologies whose data flow upwards, through rows that close where they are empty."""

ALL = "all"
"""The key of the weights of a node that has one input."""


class CellPort(Struct, frozen=True):
    """A tensor that goes in or out at a side of the frame; `at` is column and row."""

    id: str
    symbol: str
    side: str
    at: tuple[float, float]
    size: str = ""
    when: str = ""

    @property
    def is_output(self) -> bool:
        """Whether the tensor goes out."""
        return self.side in ("right", "top")


class CellNode(Struct, frozen=True):
    """An operation: where it stands, its activation, its weights by the tensor they multiply.

    `span` is how many columns its box reaches over. `symbol` is what equations call its result,
    `name` what sentences call it. `times` is the count of the layer that tells how often it is
    there.
    """

    id: str
    op: str
    at: tuple[float, float]
    act: str = ""
    text: str = ""
    span: float = 0.0
    weights: Mapping[str, str] = field(default_factory=dict)
    bias: tuple[str, ...] = ()
    symbol: str = ""
    name: str = ""
    when: str = ""
    times: str = ""

    @property
    def is_point(self) -> bool:
        """Whether it is a point rather than a shape."""
        return self.op == JOIN


class CellEdge(Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """A tensor on its way: `path` says where the line turns, `size` what is printed beside it.

    A step "h3.5" of a path leads to column 3.5, "v2" to row 2; without a number, to the target. A
    `lane` is a state that is handed on from step to step.
    """

    source: str
    target: str
    path: str
    lane: bool = False
    size: str = ""
    when: str = ""


class CellWeight(Struct, frozen=True):
    """A variable of the layer, cut into equal parts along its last axis."""

    name: str
    parts: tuple[str, ...]
    when: str = ""


class Stack(Struct, frozen=True):
    """The nodes that are there once for each head, in a frame with their number."""

    label: str
    around: tuple[str, ...]


class Decline(Struct, frozen=True):
    """A configuration that no figure shows: its condition, and what it is."""

    when: str
    reason: str


class Phase(Struct, frozen=True):
    """What happens in a part of a step: the nodes and ports that take part, and words.

    Formulas in the text stand in braces.
    """

    id: str
    title: str
    nodes: tuple[str, ...]
    text: str


class Topology(Struct, frozen=True):
    """A file of grammar/cells.

    `sort` says how its sizes follow from the layer, `product` how weights are applied: "dot" or
    "conv". `crossings` is how often its lines cross.
    """

    ops: tuple[str, ...]
    label: str
    sort: str
    port: tuple[CellPort, ...]
    node: tuple[CellNode, ...]
    edge: tuple[CellEdge, ...]
    weight: tuple[CellWeight, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    when: str = ""
    product: str = "dot"
    crossings: int = 0
    stack: Stack | None = None
    decline: tuple[Decline, ...] = ()
    phase: tuple[Phase, ...] = ()


class Part(Struct, frozen=True):
    """How an operation is drawn: its shape, its role in the palette, its words in the legend."""

    shape: str
    label: str = ""
    role: str = ""
    text: str = ""


class MonoBorder(Struct, frozen=True):
    """The border of a box without colour: its width, and lengths of ink and gaps."""

    width: float
    dash: tuple[float, ...] = ()


@cache
def load_topologies() -> tuple[Topology, ...]:
    """Return the topologies that ship with net2fig; one that extends another adds what differs."""
    paths = sorted((data_dir("grammar") / FOLDER).glob("*.toml"))
    files = {path.stem: load_toml(path, FOLDER) for path in paths}
    return tuple(
        convert({**files.get(data.pop("extends", ""), {}), **data}, Topology)
        for data in files.values()
    )


@cache
def load_parts() -> Mapping[str, Part]:
    """Return how operations are drawn."""
    return convert(_load_looks()["op"], dict[str, Part])


@cache
def load_borders() -> Mapping[str, MonoBorder]:
    """Return the borders of boxes without colour, by role."""
    return convert(_load_looks()["mono"], dict[str, MonoBorder])


def _load_looks() -> dict[str, Any]:
    return load_toml(data_dir("grammar") / "cell_parts.toml", "cell_parts")


def holds(condition: str, flags: Collection[str]) -> bool:
    """Tell whether a condition is true.

    >>> holds("", ()), holds("a", {"a"}), holds("!a", {"a"})
    (True, True, False)
    """
    if condition.startswith("!"):
        return condition[1:] not in flags
    return not condition or condition in flags


Item = TypeVar("Item", CellPort, CellNode, CellEdge, CellWeight)


def select(items: tuple[Item, ...], flags: Collection[str]) -> tuple[Item, ...]:
    """Return the items whose condition is true."""
    return tuple(item for item in items if holds(item.when, flags))


def resolve_topology(topology: Topology, flags: Collection[str]) -> Topology:
    """Return a topology without what does not hold; lines go on past what is left out."""
    nodes = select(topology.node, flags)
    ids = {node.id for node in nodes}
    left_out = [node.id for node in topology.node if node.id not in ids]
    edges = select(topology.edge, flags)
    for id in left_out:
        edges = _bypass(edges, id)
    return replace(
        topology,
        port=select(topology.port, flags),
        node=_close_rows(nodes, topology.node) if topology.sort == UPWARDS else nodes,
        edge=edges,
        weight=select(topology.weight, flags),
        phase=_close_phases(topology, {*ids, *(p.id for p in select(topology.port, flags))}),
    )


def _bypass(edges: tuple[CellEdge, ...], id: str) -> tuple[CellEdge, ...]:
    """Return edges that lead past a node with one input."""
    before = next((edge.source for edge in edges if edge.target == id), id)
    return tuple(
        replace(edge, source=before) if edge.source == id else edge
        for edge in edges
        if edge.target != id
    )


def _close_phases(topology: Topology, ids: Collection[str]) -> tuple[Phase, ...]:
    """Return the phases without what is left out; those of which nothing is left go."""
    phases = (
        replace(phase, nodes=tuple(id for id in phase.nodes if id in ids))
        for phase in topology.phase
    )
    return tuple(phase for phase in phases if phase.nodes)


def _close_rows(nodes: tuple[CellNode, ...], every: tuple[CellNode, ...]) -> tuple[CellNode, ...]:
    """Return nodes moved together where rows are empty: those above an empty row move down."""
    rows = sorted({node.at[1] for node in every})
    kept = {node.at[1] for node in nodes}
    empty = {one: two - one for one, two in pairwise(rows) if one not in kept}
    return tuple(
        replace(
            node,
            at=(node.at[0], node.at[1] + sum(by for row, by in empty.items() if row > node.at[1])),
        )
        for node in nodes
    )


def list_conditions(topology: Topology) -> set[str]:
    """Return the words of all conditions of a topology."""
    every = [
        topology.when,
        *(item.when for item in topology.port),
        *(item.when for item in topology.node),
        *(item.when for item in topology.edge),
        *(item.when for item in topology.weight),
        *(item.when for item in topology.decline),
    ]
    return {condition.removeprefix("!") for condition in every if condition}
