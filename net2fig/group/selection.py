"""Layers that were picked by hand, as the body of a group.

Requires: a graph in topological order.
Ensures: the members have one way out; all that lies between two of them is one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.group.assemble import body_graph, body_outline, group_node
from net2fig.group.emit import blocks_of, links_of
from net2fig.group.graph import Graph, Node, entering, exits
from net2fig.group.patterns.match import matches
from net2fig.group.patterns.writer import BY_KIND, BY_NAME, BY_TYPE, pattern_of
from net2fig.outline import EXIT, Definition, Link, Outline
from net2fig.pattern import parse

KEY = "selection"
"""The repeat key of the group while it is none."""

GREATEST = 3
"""By how much a selection may grow so that one tensor comes in."""


class Selection(Struct, frozen=True):
    """The members of a group to be, and those of them that were not picked."""

    graph: Graph
    members: tuple[Node, ...]
    added: tuple[str, ...] = ()

    @property
    def node(self) -> Node:
        """The group as a node."""
        return group_node(self.graph, self.members, KEY)


class NoGroupError(Exception):
    """Why some layers can be no group; `names` are those that are at fault."""

    def __init__(self, why: str, names: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why, self.names = why, tuple(names)


class Offer(Struct, frozen=True):
    """A pattern for a selection, how general it is, and the places that it matches."""

    label: str
    pattern: str
    places: tuple[tuple[Node, ...], ...]


def select(graph: Graph, layers: Collection[str], *, grow: bool = True) -> Selection:
    """Return the selection that holds some layers and all between them.

    It grows backwards so that one tensor comes in, where few more layers are needed.
    """
    # An input reads nothing, and is part of no group.
    picked = {
        key
        for key, node in graph.nodes.items()
        if node.sources and not set(layers).isdisjoint(node.block.layers)
    }
    if not picked:
        raise NoGroupError("none of these is a layer that is drawn by itself")
    keys = _close(graph, picked)
    keys = _with_one_inlet(graph, keys) if grow else keys
    outlets = sorted(exits(graph, keys), key=list(graph.nodes).index)
    if len(outlets) > 1:
        names = [graph.nodes[key].block.name or key for key in outlets]
        raise NoGroupError("data leaves it at several layers", names)
    members = tuple(node for key, node in graph.nodes.items() if key in keys)
    if len(members) < 2:
        raise NoGroupError("a group holds two layers at least")
    return Selection(graph, members, tuple(key for key in graph.nodes if key in keys - picked))


def offers(selection: Selection) -> list[Offer]:
    """Return the patterns for a selection from one place to the most general, each with its places.

    Ensures: the selection itself is one of the places of each.
    """
    node, graph = selection.node, selection.graph
    body = body_outline(graph, node, "layers")
    whole = _unfolded(graph, node)
    texts = {
        "these layers only": pattern_of(_definition(whole), by=BY_NAME),
        "same layers, same kernels": pattern_of(_definition(body), exact=True),
        "same layers": pattern_of(_definition(body), by=BY_TYPE),
        "same kinds": pattern_of(_definition(body), by=BY_KIND),
    }
    own = {member.key for member in selection.members}
    # Of labels with one text, the more general holds.
    labels = {text: label for label, text in texts.items() if text is not None}
    found = []
    for text, label in labels.items():
        places = tuple(matches(graph, parse(text)))
        if any({member.key for member in place} == own for place in places):
            found.append(Offer(label, text, places))
    return found


def _definition(body: Outline) -> Definition:
    return Definition(KEY, body, 1, len(body.blocks))


def _unfolded(graph: Graph, node: Node) -> Outline:
    """Return the body of a group with each layer by itself."""
    inner = body_graph(graph, node)
    last = node.members[-1].key
    links = (*links_of(inner), Link(last, EXIT, graph.output(last)))
    return Outline(blocks=tuple(replace(b, count=1) for b in blocks_of(inner)), links=links)


def _close(graph: Graph, picked: set[str]) -> set[str]:
    """Return the nodes with all that lies on a path from one to another."""
    sources = {key: [s for s, _ in node.sources] for key, node in graph.nodes.items()}
    after = _reach(graph.nodes, sources, picked)
    readers = {key: graph.readers(key) for key in graph.nodes}
    before = _reach(reversed(list(graph.nodes)), readers, picked)
    return after & before


def _reach(
    keys: Iterable[str], neighbours: Mapping[str, Collection[str]], start: Collection[str]
) -> set[str]:
    """Return what is reached from some keys, in an order in which neighbours come first."""
    reached: set[str] = set()
    for key in keys:
        if key in start or not reached.isdisjoint(neighbours[key]):
            reached.add(key)
    return reached


def _with_one_inlet(graph: Graph, keys: set[str]) -> set[str]:
    """Return the nodes with all behind the nearest one through which what comes in has gone."""
    if _has_one_inlet(graph, keys):
        return keys
    order = list(graph.nodes)
    grown = set(keys)
    for key in reversed(order[: max(map(order.index, keys))]):
        if len(grown) > GREATEST * len(keys):
            return keys
        reads = {tensor[0] for tensor in entering([graph.nodes[k] for k in order if k in grown])}
        if len(reads) == 1:
            break
        if key in reads:
            grown.add(key)
    closed = _close(graph, grown)
    fits = len(closed) <= GREATEST * len(keys) and _has_one_inlet(graph, closed)
    return closed if fits and len(exits(graph, closed)) == 1 else keys


def _has_one_inlet(graph: Graph, keys: set[str]) -> bool:
    """Tell whether a match may read what these nodes read."""
    members = [node for key, node in graph.nodes.items() if key in keys]
    fed = [node for node in members if any(source not in keys for source, _ in node.sources)]
    return len({source for source, _ in entering(members)}) == 1 or len(fed) == 1
