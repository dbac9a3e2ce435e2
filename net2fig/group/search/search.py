"""The automatic groups, from their search to their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.group.assemble import Spec, occurrences, rewritten, shown
from net2fig.group.classes.called import called_groups
from net2fig.group.classes.class_calls import ClassCalls, find_class_calls
from net2fig.group.comb import attached, detached
from net2fig.group.graph import Graph, Node
from net2fig.group.naming.names import propose
from net2fig.group.runs.nested import fold_nested
from net2fig.group.search.decompose import decompose
from net2fig.group.search.inline import inline
from net2fig.group.search.nested_skips import nested_units
from net2fig.group.search.post_norm import join_post_norms, split_post_norms
from net2fig.group.search.repeats import repeats
from net2fig.group.search.same_bodies import unite, unite_turns
from net2fig.group.search.score import OVERHEAD
from net2fig.group.search.unique_blocks import collapse_unique
from net2fig.network import Network
from net2fig.options.types import LEVELS, STRICTNESS
from net2fig.outline import Origin

NO_CLASSES: Mapping[str, str] = {}


def found_groups(
    graph: Graph,
    grammar: Grammar,
    given: Mapping[str, Spec],
    level: str,
    match: str,
    network: Network | None = None,
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with its repeats as groups, and what is known of each by its repeat key.

    Ensures: at the last level, what is met once is collapsed as well. The classes in the scopes of
    `network` name the groups that they make, and no window cuts their calls.
    """
    graph = strict(graph, match)
    calls = find_class_calls(graph, network)
    found = _finish(*_smallest(graph, calls), given, level)
    by_class, classes = called_groups(graph, network, once=level == LEVELS[-1])
    if classes:
        other = _finish(*_smallest(by_class, calls, classes), given, level, classes)
        # What the author made a class of is one thing to them.
        if other.is_whole and _measure(other) <= _measure(found):
            found = other
    graph, repeat_keys = found.graph, found.keys
    met = occurrences(graph, repeat_keys)
    names = propose(graph, repeat_keys, grammar, [spec.name for spec in given.values()], network)

    def named(node: Node) -> Node:
        if node.repeat_key not in names:
            return node
        return replace(node, block=replace(node.block, type=names[node.repeat_key]))

    specs = {
        repeat_key: Spec(name, origin=Origin("once" if len(met[repeat_key]) == 1 else "repeats"))
        for repeat_key, name in names.items()
    }
    return rewritten(graph, named), specs


Searched = tuple[Graph, tuple[str, ...]]
"""A graph with its groups, and the repeat keys of these."""


class Found(Struct, frozen=True):
    """A graph with its groups, and their repeat keys; whether each class is one group at most."""

    graph: Graph
    keys: tuple[str, ...]
    is_whole: bool


def _finish(
    graph: Graph,
    repeat_keys: tuple[str, ...],
    given: Mapping[str, Spec],
    level: str,
    classes: Mapping[str, str] = NO_CLASSES,
) -> Found:
    """Collapse what is met once, where the level asks for it, and unite what differs in turns."""
    graph, repeat_keys = _joining(graph, repeat_keys)
    single: tuple[str, ...] = ()
    if level == LEVELS[-1]:
        graph, single = collapse_unique(graph, repeat_keys)
    keys = (*repeat_keys, *single)
    plain = {key: classes.get(key, "") for key in keys}
    graph, united = unite_turns(graph, {key: spec.name for key, spec in given.items()} | plain)
    kept = tuple(key for key in keys if united[key] == key)
    bearers = Counter(classes[key] for key in kept if key in classes)
    return Found(graph, kept, all(count == 1 for count in bearers.values()))


def _joining(graph: Graph, repeat_keys: tuple[str, ...]) -> Searched:
    """Return the groups with those that join nested skips, where that makes the figure smaller."""
    joined, keys = nested_units(graph)
    if not keys:
        return graph, repeat_keys
    met = occurrences(joined, repeat_keys)
    # What is met in such a unit alone may be better shown there.
    drawn = {node.repeat_key for node in joined.nodes.values()}
    within = [key for key in met if key not in drawn]
    joined, kept = inline(joined, (*within, *keys))
    gone = set(within) - set(kept)
    found = (joined, tuple(key for key in (*repeat_keys, *keys) if key not in gone))
    return _smaller((graph, repeat_keys), found)


def _smallest(graph: Graph, calls: ClassCalls, classes: Mapping[str, str] = NO_CLASSES) -> Searched:
    """Return the repeats of a graph, with its combs as units where that makes it smaller."""
    plain = _search(graph, calls, tuple(classes))
    comb_graph, combs = detached(graph)
    if not combs:
        return plain
    taken_off, repeat_keys = _search(comb_graph, calls, tuple(classes))
    combed = attached(taken_off, graph, combs)
    return _smaller(plain, (combed, repeat_keys)) if combed else plain


def _search(graph: Graph, calls: ClassCalls, classes: tuple[str, ...]) -> Searched:
    """Return the repeats of a graph, looked at wide where that makes it smaller."""
    graph = join_post_norms(graph)
    searched = repeats(graph, calls)
    found = _united(searched, classes)
    if any(map(_looks_wider, (graph, searched[0]))):
        found = _smaller(found, _united(repeats(graph, calls, wide=True), classes))
    ends = _search_to_ends(graph, calls, classes)
    return _smaller(found, ends) if ends else found


def _search_to_ends(graph: Graph, calls: ClassCalls, classes: tuple[str, ...]) -> Searched | None:
    """Return the repeats of a graph of which nothing leaves that is read, if none hides an output.

    What leaves two towers before they meet would keep them from being taken apart.
    """
    ends = tuple(port for port in graph.outputs if not graph.readers(port[1][0]))
    if not ends or len(ends) == len(graph.outputs):
        return None
    found, repeat_keys = _united(repeats(replace(graph, outputs=ends), calls), classes)
    if any(tensor[0] not in found.nodes for _, tensor in graph.outputs):
        return None
    return replace(found, outputs=graph.outputs), repeat_keys


def _looks_wider(graph: Graph) -> bool:
    return decompose(graph) != decompose(graph, wide=True)


def _united(searched: Searched, classes: tuple[str, ...]) -> Searched:
    """Return the repeats and the groups of classes, equal ones as one."""
    graph, repeat_keys = inline(searched[0], (*classes, *searched[1]))
    graph = split_post_norms(graph)
    graph, united = unite(graph, repeat_keys)
    return graph, tuple(dict.fromkeys(united[repeat_key] for repeat_key in repeat_keys))


def _smaller(first: Searched, other: Searched) -> Searched:
    return other if _cost(*other) < _cost(*first) else first


def _measure(found: Found) -> int:
    """Return how many glyphs figure and legend have, without the bodies of what is met once."""
    met = occurrences(found.graph, found.keys)
    return _cost(found.graph, tuple(key for key, nodes in met.items() if len(nodes) > 1))


def _cost(graph: Graph, repeat_keys: tuple[str, ...]) -> int:
    """Return how many glyphs the figure and its legend have."""
    met = occurrences(graph, repeat_keys)
    return len(fold_nested(graph).nodes) + sum(
        len(shown(nodes).members) + OVERHEAD for nodes in met.values()
    )


def strict(graph: Graph, match: str) -> Graph:
    """Return the graph with the repeat keys of layers as fine as is asked; groups keep theirs."""
    if match == STRICTNESS[0]:
        return graph

    def fine(node: Node) -> Node:
        sizes = f" {graph.output(node.key)}" if match == STRICTNESS[-1] else ""
        return node if node.members else replace(node, repeat_key=node.fold_key + sizes)

    nodes = {key: fine(node) for key, node in graph.nodes.items()}
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents)
