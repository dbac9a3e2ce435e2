"""Say in what some occurrences of a group differ from the body that the legend shows.

Ensures: each kind of variant is told, each set of kernels that is not that of the body, features
that grow along a run, and several inputs, which the body does not tell apart. Where there are
several groups, a note names its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from net2fig.grammar import Grammar
from net2fig.group.assemble import occurrences, shown
from net2fig.group.blocks import BARE, POOLED, PROJECTED
from net2fig.group.fold import growth
from net2fig.group.graph import Graph, Node

SAID = {
    PROJECTED: ("projects its shortcut", "project their shortcut"),
    POOLED: ("pools its shortcut", "pool their shortcut"),
    BARE: ("has no shortcut", "have no shortcut"),
}
"""What is said of one, and of several."""


def notes(graph: Graph, names: Mapping[str, str], grammar: Grammar) -> dict[str, tuple[str, ...]]:
    """Return the sentences for each group, by its token."""
    found: dict[str, tuple[str, ...]] = {}
    for token, nodes in occurrences(graph, names).items():
        said = [
            *_variants(graph, nodes, grammar),
            *_kernels(nodes),
            *_features(graph, nodes),
            *_inputs(nodes),
        ]
        if len(names) > 1 and said:
            told = "; ".join(words[0].lower() + words[1:] for words in said)
            found[token] = (f"{names[token]}: {told}.",)
        else:
            found[token] = tuple(f"{words}." for words in said)
    return found


def _variants(graph: Graph, nodes: Sequence[Node], grammar: Grammar) -> list[str]:
    said = []
    for variant in dict.fromkeys(node.variant for node in nodes if node.variant):
        mine = [node for node in nodes if node.variant == variant]
        if len(mine) == len(nodes):
            continue
        who, one = _who(graph, mine, nodes)
        how = _shortcut(mine, grammar) if variant == PROJECTED else ""
        said.append(f"{who} {SAID[variant][0 if one else 1]}{how}")
    return said


def _who(graph: Graph, mine: Sequence[Node], nodes: Sequence[Node]) -> tuple[str, bool]:
    """Return which of the occurrences differ, and whether the words are for one of them."""
    heads = [node for node in nodes if _heads(graph, node, nodes)]
    keys = [node.key for node in mine]
    if keys == [node.key for node in heads]:
        return ("The first of each stage" if len(keys) > 1 else "The first"), True
    if keys == [node.key for node in nodes if node.moves] and len(keys) > 1:
        return "Those that change the resolution", False
    if keys == [node.key for node in nodes if _widens(graph, node)] and len(keys) > 1:
        return "Those that change the features", False
    return f"{len(mine)} of {len(nodes)}", len(mine) == 1


def _heads(graph: Graph, node: Node, nodes: Sequence[Node]) -> bool:
    """Tell whether what leaves an occurrence differs from what comes in from the one before."""
    keys = {other.key for other in nodes}
    return not any(
        source in keys and graph.output(source) == graph.output(node.key)
        for source, _ in node.sources
    )


def _widens(graph: Graph, node: Node) -> bool:
    """Tell whether the number of features changes on the way through."""
    after = graph.output(node.key)
    return any(
        after is not None and before is not None and before.features != after.features
        for before in (graph.extents.get(tensor) for tensor in node.sources)
    )


def _shortcut(mine: Sequence[Node], grammar: Grammar) -> str:
    """Return what all the projections are, in brackets, if they are the same."""
    said: set[str] = set()
    for node in mine:
        outside = {source for source, _ in node.sources}
        inside = {member.key: member for member in node.members}
        ways = [inside[source] for source, _ in node.members[-1].sources if source in inside]
        short = [way for way in ways if all(source in outside for source, _ in way.sources)]
        said.update((_kernel(way) + grammar.entry(way.block.type).label) for way in short)
    return f" ({said.pop()})" if len(said) == 1 else ""


def _kernel(node: Node) -> str:
    size = node.block.config.get("kernel_size")
    return "×".join(map(str, size)) + " " if isinstance(size, list | tuple) else ""


def _kernels(nodes: Sequence[Node]) -> list[str]:
    """Tell of the kernels that some occurrences have and the body shown has not."""
    told = _sizes(shown(nodes))
    counts: Counter[str] = Counter()
    for node in nodes:
        other = [size for size in _sizes(node) if size not in told]
        if (other and not node.variant) or set(other) - {"1×1"}:
            counts[" and ".join(dict.fromkeys(other))] += 1
    return [
        f"{count} of {len(nodes)} {'has' if count == 1 else 'have'} {sizes} kernels"
        for sizes, count in counts.items()
    ]


def _features(graph: Graph, nodes: Sequence[Node]) -> list[str]:
    """Tell by how much the features grow from one neighbour to the next, which a run hides."""
    keys = {node.key for node in nodes}
    steps: dict[tuple[int, int], None] = {}
    for node in nodes:
        before = [source for source, _ in node.sources if source in keys]
        first = graph.output(before[0]) if before else None
        second = graph.output(node.key)
        if growth(node) > 1 and first and second and first.spatial == second.spatial:
            steps[first.features or 0, second.features or 0] = None
    added = {second - first for first, second in steps}
    if len(added) == 1 and len(steps) > 1:
        return [f"Each adds {added.pop()} features"] if added != {0} else []
    return [
        f"The features grow from {first} to {second}" for first, second in steps if second > first
    ]


def _inputs(nodes: Sequence[Node]) -> list[str]:
    """Tell of several inputs, if all occurrences but the first ones have as many."""
    counts = [len({source for source, _ in node.sources}) for node in nodes]
    most = max(counts)
    return [f"Each reads {most} tensors"] if most > 1 and counts.count(most) > 1 else []


def _sizes(node: Node) -> list[str]:
    if node.members:
        return [size for member in node.members for size in _sizes(member)]
    return [_kernel(node).strip()] if _kernel(node) else []
