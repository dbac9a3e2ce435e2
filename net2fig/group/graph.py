"""The small value that the passes of this stage work on: nodes, and the tensors that they read.

A node is known by its key, the id of the layer whose tensors leave it. A group has one way out, so
contracting nodes into a group puts the group in the place of its last node: no reader of the group
has to be rewritten, and the order of the nodes stays topological.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from net2fig.attributes import Attributes, attributes_of
from net2fig.data.grammar import Grammar, Kind
from net2fig.network import Extent, Layer
from net2fig.outline import Block

Tensor = tuple[str, int]
"""The key of the node that makes it, and which of that node's tensors it is."""

Dilation = tuple[int, ...]
"""The dilation of a kernel, an axis each."""

HOLD = -1
"""The port by which the end of a unit of a comb holds the side output of the unit."""

SIDE = -2
"""The port of the side output of a group, which a merge reads beside those of its neighbours."""

CONCATENATE = "concatenate"
ADD = "add"
"""The entry of the catalogue whose classes add up the features of what they join."""

GATE = "multiply"
"""The entry whose classes weigh what they join: a skip around a gate is no residual."""

ATTENTION = "attention"
"""The kind whose layers attend to themselves, or to others."""

SPLIT = "split"
"""The entry whose layers take a tensor apart."""

UP = "up"
"""The kind whose layers raise the resolution."""

WRAPPER = "wrapper"
"""The entry of the catalogue whose classes are read through to the layer that they wrap."""

DEEPEST_WRAP = 8
"""How many wrappers are read through."""

SIZES = (
    "kernel",
    "pool",
    "factor",
    "groups",
    "heads",
    "depth_multiplier",
    "activation",
)
"""What of a configuration tells two layers of one class apart for whoever folds them."""

OPAQUE = ("op", "other")
"""Kinds of which nothing is known: there, only equal configurations are equal layers."""

WEIGHTLESS = frozenset({"input", "pool", "merge", "activation", "dropout", "pad", "reshape", "op"})
"""Kinds of layers that have no weights to share or to train."""

ASIDE = ("name", "trainable", "dtype", "build_config", "registered_name", "module")
"""What of a configuration says nothing about what the layer does."""


class Node(Struct, frozen=True):
    """One thing that would be drawn.

    Nodes with one `repeat_key` are the same when repeats are looked for, those with one `fold_key`
    when neighbours are folded. `members` are the nodes that a group or a folded run was made of,
    and `variant` is the mark of an occurrence that differs from the body of its group; `core` holds
    the keys of the members that all occurrences have, where that is known. `entry` is that of the
    catalogue, for a layer. `dilations` are those of the layer, or of what all occurrences have: a
    chain of groups folds whatever they are, with a note.
    """

    key: str
    repeat_key: str
    fold_key: str
    block: Block
    sources: tuple[Tensor, ...]
    members: tuple[Node, ...] = ()
    variant: str = ""
    changes_resolution: bool = False
    entry: str = ""
    core: frozenset[str] = frozenset()
    dilations: tuple[Dilation, ...] = ()

    @property
    def is_pointwise(self) -> bool:
        """Whether it is a 1×1 convolution."""
        return self.block.kind == "conv" and not self.members and self.block.attributes.is_pointwise


class Graph(Struct, frozen=True, dict=True):
    """Nodes in a topological order, and the ports of the network.

    `extents` tells what each tensor looks like; it outlives every contraction.
    """

    nodes: Mapping[str, Node]
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, Tensor], ...]
    extents: Mapping[Tensor, Extent | None]

    @cached_property
    def _readers(self) -> dict[str, tuple[str, ...]]:
        """The nodes that read a node, in topological order."""
        readers: dict[str, dict[str, None]] = {key: {} for key in self.nodes}
        for node in self.nodes.values():
            for source, _ in node.sources:
                # The body of a group reads what is outside of it.
                if source in readers:
                    readers[source][node.key] = None
        return {key: tuple(found) for key, found in readers.items()}

    def readers(self, key: str) -> tuple[str, ...]:
        """Return the keys of the nodes that read a node, in topological order."""
        return self._readers[key]

    def leaving(self) -> frozenset[str]:
        """Return the keys of the nodes that are outputs of the network."""
        return frozenset(source for _, (source, _) in self.outputs)

    def output(self, key: str) -> Extent | None:
        """Return what leaves a node."""
        return self.extents.get((key, 0))


def contract(graph: Graph, groups: Iterable[Node]) -> Graph:
    """Return the graph with the members of each group replaced by the group.

    Requires: the groups share no member; the key of a group is that of its one exit.
    Ensures: the nodes are in a topological order.
    """
    by_exit = {group.key: group for group in groups}
    gone = {member.key for group in by_exit.values() for member in group.members}
    nodes: dict[str, Node] = {}
    for key, node in graph.nodes.items():
        if key in by_exit:
            nodes[key] = by_exit[key]
        elif key not in gone:
            nodes[key] = node
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents)


def entering(members: Sequence[Node]) -> tuple[Tensor, ...]:
    """Return the tensors that the members read from outside, each once, in order."""
    inside = {member.key for member in members}
    found = (tensor for member in members for tensor in member.sources if tensor[0] not in inside)
    return tuple(dict.fromkeys(found))


def exits(graph: Graph, keys: Iterable[str]) -> list[str]:
    """Return which of the nodes are read from outside of them, or leave the network."""
    inside, leaving = frozenset(keys), graph.leaving()
    return [
        key
        for key in inside
        if key in leaving or any(reader not in inside for reader in graph.readers(key))
    ]


class Known(Struct, frozen=True):
    """What the catalogue says of a layer, read through its wrappers."""

    class_name: str
    attributes: Attributes
    entry: str
    entry_kind: Kind
    beside: str = ""

    @property
    def op(self) -> str:
        """The operation that the layer is, or that it wraps."""
        return self.attributes.op

    @property
    def kind(self) -> str:
        """The kind of the layer."""
        return self.entry_kind.id

    def words(self, layer: Layer) -> tuple[str, ...]:
        """Return by what the layer may be called in `hide` and `show`."""
        classes = dict.fromkeys((layer.class_name, layer.op, self.class_name, self.op))
        return (f":{self.kind}", *classes, layer.name, layer.id)


def known_as(layer: Layer, grammar: Grammar) -> Known:
    """Return what the catalogue says of a layer.

    Bounded, since a saved file may wrap a layer as often as it likes.
    """
    at = attributes_of(layer)
    entry = grammar.entry(at.op)
    for _ in range(DEEPEST_WRAP):
        inner = at.wraps if entry.id == WRAPPER else None
        if inner is None:
            break
        at, entry = inner, grammar.entry(inner.op)
    entry = grammar.entry(at.drawn_op)
    return Known(at.class_name, at, entry.id, grammar.kinds[entry.kind], entry.beside)


def node_of(layer: Layer, known: Known, sources: tuple[Tensor, ...], out: Extent | None) -> Node:
    """Return the node of one layer that is drawn."""
    at = known.attributes
    block = Block(
        id=layer.id,
        type=known.class_name,
        kind=known.kind,
        layers=(layer.id,),
        output=out,
        name=layer.name,
        attributes=attributes_of(layer) if at.depth else at,
        shared=layer.shared,
        frozen=known.kind not in WEIGHTLESS and is_frozen(layer, at),
        op=at.drawn_op,
    )
    wrap = f"{layer.op} " if at.depth else ""
    repeat_key = f"{wrap}{at.drawn_op}{'' if at.is_pointwise else ' k'}"
    if known.kind == ATTENTION and len(sources) > 1:
        # What attends to something else is another thing than what attends to itself.
        repeat_key += " across"
    if known.kind == ATTENTION and at.get("causal"):
        repeat_key += " masked"
    return Node(
        key=layer.id,
        repeat_key=repeat_key,
        fold_key=f"{repeat_key} {_fold_key(known.kind, at)}{' frozen' if block.frozen else ''}",
        block=block,
        sources=sources,
        changes_resolution=at.changes_resolution,
        entry=known.entry,
        dilations=dilations_of(at),
    )


def is_frozen(layer: Layer, at: Attributes) -> bool:
    """Tell whether a layer has weights that are not trained."""
    states = (attributes_of(layer).get("trainable"), at.get("trainable"))
    return layer.params != 0 and False in states


def kernel_axes_of(at: Attributes) -> tuple[Any, ...]:
    """Return the sizes of a kernel along its axes; none where it is one number, or none at all."""
    return at.numbers_of("kernel") if isinstance(at.get("kernel"), list | tuple) else ()


def dilations_of(at: Attributes) -> tuple[Dilation, ...]:
    """Return the dilation of a layer, none where it is one or unknown, as a tuple of one."""
    axes = at.numbers_of("dilation")
    if not all(isinstance(axis, int) for axis in axes) or set(axes) <= {1}:
        return ()
    return (tuple(map(int, axes)),)


def _fold_key(kind: str, at: Attributes) -> str:
    if kind not in OPAQUE:
        return " ".join(f"{word}={at[word]}" for word in SIZES if word in at)
    told = {key: value for key, value in at.stated.items() if key not in ASIDE}
    return json.dumps(told, sort_keys=True, default=str)
