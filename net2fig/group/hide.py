"""Leave out layers whose data passes through, and join what remains.

Requires: a network as its reader made it.
Ensures: every layer is a node or hidden; a node reads, in the order of its ports, what the layers
before it made, looked at through the hidden ones; no network is hidden whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from net2fig.errors import Notice, suggestion
from net2fig.grammar import Grammar
from net2fig.group.graph import Graph, Node, Tensor, node_of, wrapped
from net2fig.network import Edge, Extent, Layer, Network, extent
from net2fig.options import LEVELS, Options

ALL = LEVELS[0]
"""The level at which nothing is hidden, joined or folded."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is left of a network, what is not shown of it, and what could not be hidden."""

    graph: Graph
    counts: tuple[tuple[str, int], ...]
    notices: tuple[Notice, ...]


def hide(network: Network, grammar: Grammar, options: Options, level: str) -> Hidden:
    """Return the graph of the layers that are drawn at a level."""
    incoming = _incoming(network)
    gone = _chosen(network, grammar, options, level, incoming)
    drawn = [layer.id for layer in network.layers if layer.id not in gone]
    ports = {port.layer for port in network.inputs}
    if all(id in ports for id in drawn):
        gone = frozenset()
    counts = Counter(layer.class_name for layer in network.layers if layer.id in gone)
    graph = _joined(network, grammar, gone, incoming, exact=level == ALL)
    return Hidden(graph, tuple(counts.items()), _notices(network, grammar, options))


def _incoming(network: Network) -> dict[str, list[Edge]]:
    incoming: dict[str, list[Edge]] = {layer.id: [] for layer in network.layers}
    for edge in network.edges:
        incoming[edge.target].append(edge)
    for edges in incoming.values():
        edges.sort(key=lambda edge: edge.target_port)
    return incoming


def _chosen(
    network: Network,
    grammar: Grammar,
    options: Options,
    level: str,
    incoming: Mapping[str, list[Edge]],
) -> frozenset[str]:
    """Return the ids of the layers to hide: the level's own and those asked for, less the shown."""
    ports = {port.layer for port in network.inputs}
    chosen = set()
    for layer in network.layers:
        sources = {(edge.source, edge.source_port) for edge in incoming[layer.id]}
        # Data passes through a layer only where exactly one tensor comes in.
        if layer.id in ports or len(sources) != 1:
            continue
        kind = grammar.kinds[grammar.entry(wrapped(layer, grammar)[0]).kind]
        # A merge of one tensor is arithmetic with a constant.
        own = level != ALL and (kind.hide == "layers" or kind.id == "merge")
        if kind.id == "merge" and len(incoming[layer.id]) > 1:
            own = False
        asked = _listed(layer, kind.id, grammar, options.hide or ())
        if (own or asked) and not _listed(layer, kind.id, grammar, options.show):
            chosen.add(layer.id)
    return frozenset(chosen)


def _listed(layer: Layer, kind: str, grammar: Grammar, items: tuple[str, ...]) -> bool:
    words = (f":{kind}", layer.class_name, wrapped(layer, grammar)[0], layer.name, layer.id)
    return any(word in items for word in words) if items else False


def _joined(
    network: Network,
    grammar: Grammar,
    gone: frozenset[str],
    incoming: Mapping[str, list[Edge]],
    *,
    exact: bool,
) -> Graph:
    """Return the graph of the layers that remain.

    A tensor that reaches a layer twice only because a hidden layer was on one of the ways, or that
    is given twice to a layer that is no merge (attention of a sequence to itself), counts once.
    """
    origin: dict[str, Tensor] = {}
    kinds = {layer.id: grammar.kind(wrapped(layer, grammar)[0]).id for layer in network.layers}
    sources: dict[str, tuple[Tensor, ...]] = {}
    for layer in network.layers:
        edges = incoming[layer.id]
        found = [origin.get(edge.source, (edge.source, edge.source_port)) for edge in edges]
        if layer.id in gone:
            origin[layer.id] = found[0]
            continue
        through = any(edge.source in gone for edge in edges)
        once = not exact and (through or kinds[layer.id] != "merge")
        sources[layer.id] = tuple(dict.fromkeys(found)) if once else tuple(found)
    extents = _extents(network, sources, kinds)
    nodes: dict[str, Node] = {
        layer.id: node_of(layer, grammar, sources[layer.id], extents.get((layer.id, 0)))
        for layer in network.layers
        if layer.id not in gone
    }
    outputs = tuple(
        (port.name, origin.get(port.layer, (port.layer, port.tensor))) for port in network.outputs
    )
    return Graph(nodes, tuple((port.name, port.layer) for port in network.inputs), outputs, extents)


def _extents(
    network: Network, sources: Mapping[str, tuple[Tensor, ...]], kinds: Mapping[str, str]
) -> dict[Tensor, Extent | None]:
    """Return what each tensor looks like; what an embedding looks up is a sequence of tokens."""
    first = network.channels_first
    tokens = {
        tensor
        for id, read in sources.items()
        if kinds[id] == "embedding"
        for tensor in read
        if kinds[tensor[0]] == "input"
    }
    found: dict[Tensor, Extent | None] = {}
    for id in sources:
        for number, shape in enumerate(network[id].outputs):
            if (id, number) in tokens and shape is not None and len(shape) == 2:
                found[id, number] = Extent((shape[1],), None)
            else:
                found[id, number] = extent(shape, first)
    return found


def _notices(network: Network, grammar: Grammar, options: Options) -> tuple[Notice, ...]:
    """Tell of what was to be hidden or shown and is neither in the network nor in the catalogue."""
    known = {f":{kind}" for kind in grammar.kinds} | set(grammar.by_class)
    for layer in network.layers:
        known.update((layer.class_name, wrapped(layer, grammar)[0], layer.name, layer.id))
    notices = []
    for place, items in (("hide", options.hide or ()), ("show", options.show)):
        for item in items:
            if item not in known:
                hint = suggestion(item, sorted(known))
                text = f"unknown layer, class or kind: {item!r} in {place}"
                notices.append(Notice(f"unknown-{place}", f"{text} ({hint})" if hint else text))
    return tuple(notices)
