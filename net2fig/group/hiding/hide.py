"""Leave out layers whose data passes through, and join what remains.

Requires: a network as its reader made it.
Ensures: every layer is a node or hidden; a node reads, in the order of its ports, what the layers
before it made, looked at through the hidden ones; no network is hidden whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.errors import Notice, suggestion
from net2fig.group.graph import Graph, Known, Node, Tensor, known_as, node_of
from net2fig.group.hiding.by_shape import call_by, find_by_shape
from net2fig.group.hiding.left_out import list_left_out
from net2fig.group.hiding.regroup import find_regroupings
from net2fig.group.hiding.splits import find_splits
from net2fig.network import Edge, Extent, Layer, Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from net2fig.outline import NEEDED, Because, LeftOut
from net2fig.pattern import fits_form

ALL = LEVELS[0]
"""The level at which nothing is hidden, joined or folded."""


class Hidden(Struct, frozen=True):
    """What is left of a network, what is not shown of it, and what could not be hidden.

    `left_out` is that of the outline.
    """

    graph: Graph
    left_out: tuple[LeftOut, ...]
    because: tuple[Because, ...]
    notices: tuple[Notice, ...]


def hide(network: Network, grammar: Grammar, options: Options, level: str) -> Hidden:
    """Return the graph of the layers that are drawn at a level."""
    incoming = _incoming(network)
    known = {layer.id: known_as(layer, grammar) for layer in network.layers}
    known |= find_by_shape(network, incoming, known, grammar)
    because = tuple(_because(network, known, options, level, incoming))
    by_level = {each.layer for each in because if each.by in ("kind", "constant")}
    gone = frozenset(each.layer for each in because if not each.is_drawn)
    words = find_regroupings(network, known, gone, incoming)
    words |= dict.fromkeys(find_splits(network, known, gone), "")
    needed = frozenset(words) & by_level
    known |= {id: call_by(word, known[id], grammar) for id, word in words.items() if word}
    because = tuple(replace(each, by=NEEDED) if each.layer in needed else each for each in because)
    gone -= needed
    ports = {port.layer for port in network.inputs}
    if all(layer.id in gone or layer.id in ports for layer in network.layers):
        gone, because = frozenset(), ()
    graph = _joined(network, known, gone, incoming, exact=level == ALL)
    notices = _notices(network, grammar, known, options) if options.hide or options.show else ()
    kept = _kept(network, known, gone, options)
    left_out = list_left_out(network, known, gone)
    return Hidden(graph, left_out, because, (*notices, *kept))


def is_meant(item: str, words: Collection[str]) -> bool:
    """Tell whether a word of `hide` or `show` is one of a layer's, or a form with `*` or `?`.

    >>> is_meant("aux_*", ["aux_1", "Conv2D"]), is_meant("aux", ["aux_1"])
    (True, False)
    """
    return item in words or fits_form(item, words)


def _kept(
    network: Network, known: Mapping[str, Known], gone: frozenset[str], options: Options
) -> Iterator[Notice]:
    """Tell of what was to be hidden and is drawn all the same: as data cannot pass, or as asked."""
    shown = frozenset(options.show)
    for item in options.hide or ():
        words = {layer.id: known[layer.id].words(layer) for layer in network.layers}
        meant = {id: each for id, each in words.items() if is_meant(item, each)}
        if meant and gone.isdisjoint(meant):
            text = (
                f"cannot hide {item!r}: it is an input, joins several tensors, or is all there is"
            )
            if all(any(is_meant(word, each) for word in shown) for each in meant.values()):
                text = f"cannot hide {item!r}: it is shown as well as hidden, and 'show' wins"
            yield Notice("cannot-hide", text, ("hide", item))


def _incoming(network: Network) -> dict[str, list[Edge]]:
    incoming: dict[str, list[Edge]] = {layer.id: [] for layer in network.layers}
    for edge in network.edges:
        incoming[edge.target].append(edge)
    for edges in incoming.values():
        edges.sort(key=lambda edge: edge.target_port)
    return incoming


def _because(
    network: Network,
    known: Mapping[str, Known],
    options: Options,
    level: str,
    incoming: Mapping[str, list[Edge]],
) -> Iterator[Because]:
    """Yield why each layer is hidden, by the author or by the level, or shown in spite of that."""
    ports = {port.layer for port in network.inputs}
    kinds = {found.kind for found in known.values()}
    for layer in network.layers:
        edges = incoming[layer.id]
        # Data passes through a layer only where exactly one tensor comes in.
        if layer.id in ports or len({(edge.source, edge.source_port) for edge in edges}) != 1:
            continue
        kind = known[layer.id].entry_kind
        # A merge of one tensor is arithmetic with a constant.
        constant = kind.id == "merge" and len(edges) == 1
        words = known[layer.id].words(layer)
        hide, show = (
            next((item for item in items if is_meant(item, words)), None)
            for items in (options.hide or (), options.show)
        )
        left_out = kind.is_left_out and known[layer.id].beside not in kinds
        own = level != ALL and (left_out or constant)
        if hide is None and not own:
            continue
        if show is not None:
            yield Because(layer.id, "show", show)
        elif hide is not None:
            yield Because(layer.id, "hide", hide)
        else:
            yield Because(layer.id, "constant" if constant else "kind", kind.id)


def _joined(
    network: Network,
    known: Mapping[str, Known],
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
    kinds = {id: found.kind for id, found in known.items()}
    sources: dict[str, tuple[Tensor, ...]] = {}
    put_together: dict[Tensor, Extent | None] = {}
    for layer in network.layers:
        edges = incoming[layer.id]
        found = [origin.get(edge.source, (edge.source, edge.source_port)) for edge in edges]
        if layer.id in gone:
            origin[layer.id] = found[0]
            put_together |= _put_together(network, layer, found[0], kinds)
            continue
        through = any(edge.source in gone for edge in edges)
        # Two parts of a hidden split are two tensors, which a gate multiplies.
        apart = len({edge.source for edge in edges}) == 1 < len({e.source_port for e in edges})
        is_merge = kinds[layer.id] == "merge"
        once = not exact and not (is_merge and (apart or not through))
        sources[layer.id] = tuple(dict.fromkeys(found)) if once else tuple(found)
    extents = _extents(network, sources, kinds) | put_together
    nodes: dict[str, Node] = {
        layer.id: node_of(layer, known[layer.id], sources[layer.id], extents.get((layer.id, 0)))
        for layer in network.layers
        if layer.id not in gone
    }
    outputs = tuple(
        (port.name, origin.get(port.layer, (port.layer, port.tensor))) for port in network.outputs
    )
    return Graph(nodes, tuple((port.name, port.layer) for port in network.inputs), outputs, extents)


def _put_together(
    network: Network, layer: Layer, tensor: Tensor, kinds: Mapping[str, str]
) -> dict[Tensor, Extent | None]:
    """Return what goes on from a pooling whose points a hidden layer makes a sequence of.

    So it is where what comes before is done for each step of the sequence.
    """
    if kinds[tensor[0]] != "pool":
        return {}
    before, after = network[tensor[0]].extent(tensor[1]), layer.extent()
    made = before and after and not before.spatial and set(after.spatial) - {1}
    alone = made and sum(edge.source == tensor[0] for edge in network.edges) == 1
    return {tensor: after} if alone else {}


def _extents(
    network: Network, sources: Mapping[str, tuple[Tensor, ...]], kinds: Mapping[str, str]
) -> dict[Tensor, Extent | None]:
    """Return what each tensor looks like; what an embedding looks up is a sequence of tokens.

    One token is a number, and what is looked up for it a vector.
    """
    tokens = {
        tensor: network.tensor_extent(id, 0)
        for id, read in sources.items()
        if kinds[id] == "embedding" or (kinds[id] == "other" and _looks_up(network, id, read))
        for tensor in read
        if kinds[tensor[0]] == "input"
    }
    found: dict[Tensor, Extent | None] = {}
    for id in sources:
        for number, shape in enumerate(network[id].outputs):
            if (id, number) in tokens and shape is not None and len(shape) == 2:
                # Tokens are as high as what is looked up for them.
                made = tokens[id, number]
                grid = made.grid if made and made.spatial == (shape[1],) else ()
                found[id, number] = Extent((shape[1],), None, grid)
            else:
                found[id, number] = extent = network.tensor_extent(id, number)
                if kinds[id] == "embedding" and extent and extent.spatial == (1,):
                    # What is looked up for one number is a vector.
                    found[id, number] = Extent((), extent.features)
    return found


def _looks_up(network: Network, id: str, read: tuple[Tensor, ...]) -> bool:
    """Tell whether a layer of the author's own looks up features for each place of a vector."""
    if len(read) != 1:
        return False
    before, after = network[read[0][0]].extent(read[0][1]), network.tensor_extent(id, 0)
    if before is None or after is None or before.spatial or len(after.spatial) != 1:
        return False
    return before.features == after.spatial[0] and after.features is not None


def _notices(
    network: Network, grammar: Grammar, known: Mapping[str, Known], options: Options
) -> tuple[Notice, ...]:
    """Tell of what was to be hidden or shown and is neither in the network nor in the catalogue."""
    words = {f":{kind}" for kind in grammar.kinds} | set(grammar.by_class)
    for layer in network.layers:
        words.update(known[layer.id].words(layer))
    notices = []
    for place, items in (("hide", options.hide or ()), ("show", options.show)):
        for item in items:
            if not is_meant(item, words):
                hint = suggestion(item, sorted(words))
                text = f"unknown layer, class or kind: {item!r} in {place}"
                text = f"{text} ({hint})" if hint else text
                notices.append(Notice(f"unknown-{place}", text, (place, item)))
    return tuple(notices)
