"""Say in what some occurrences of a group differ from the body that the legend shows.

Ensures: each kind of variant is told, each set of kernels that is not that of the body, features
that grow along a run, and what several inputs are: the body shows only that there are several.
Where there are several groups, a note names its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.group.assemble import Spec, occurrences, shown
from net2fig.group.fold import growth, same_extent
from net2fig.group.graph import Graph, Node
from net2fig.group.naming.inside import inside, most_features
from net2fig.group.search.blocks import BARE, BOTH, POOLED, PROJECTED, SLIM
from net2fig.group.search.cells import FITTED

SAID = {
    PROJECTED: ("projects its shortcut", "project their shortcut"),
    POOLED: ("pools its shortcut", "pool their shortcut"),
    BARE: ("has no shortcut", "have no shortcut"),
    SLIM: ("lacks", "lack"),
}
"""What is said of one, and of several."""


NOUNS = ("block", "cell", "module", "layer")
"""What one occurrence of a group may be called, by the last word of the group's name."""

PLACES = ("first", "second", "third")


def noted(graph: Graph, specs: Mapping[str, Spec], grammar: Grammar) -> dict[str, Spec]:
    """Return what is known of groups, with the sentences that tell of their differences."""
    said = notes(graph, {token: spec.name for token, spec in specs.items()}, grammar)
    return {token: replace(spec, notes=said.get(token, ())) for token, spec in specs.items()}


def notes(graph: Graph, names: Mapping[str, str], grammar: Grammar) -> dict[str, tuple[str, ...]]:
    """Return the sentences for each group, by its token."""
    found: dict[str, tuple[str, ...]] = {}
    deepest = most_features(graph)
    for token, nodes in occurrences(graph, names).items():
        said = [
            *_variants(graph, nodes, grammar, noun(names[token])),
            *_fitted(graph, nodes, grammar, noun(names[token])),
            *_kernels(nodes),
            *_features(graph, nodes),
            *_inputs(graph, nodes, names, noun(names[token])),
        ]
        hidden = inside(graph, nodes, deepest)
        said += hidden
        # Of what is inside, one has to know of what.
        if (len(names) > 1 or hidden) and said:
            told = "; ".join(words[0].lower() + words[1:] for words in said)
            found[token] = (f"{names[token]}: {told}.",)
        else:
            found[token] = tuple(f"{words}." for words in said)
    return found


def noun(name: str) -> str:
    """Return what one occurrence of a group is called in a sentence: its last word if it is one."""
    last = name.rstrip(" ↓ABCDEFGHIJKLMNOPQRSTUVWXYZ").rsplit(maxsplit=1)
    return last[-1].lower() if last and last[-1].lower() in NOUNS else NOUNS[0]


def _variants(graph: Graph, nodes: Sequence[Node], grammar: Grammar, word: str) -> list[str]:
    said = []
    marks = dict.fromkeys(mark for node in nodes for mark in node.variant.split(BOTH) if mark)
    for mark in marks:
        mine = [node for node in nodes if mark in node.variant.split(BOTH)]
        if len(mine) == len(nodes) or mark not in SAID:
            continue
        who, one = (
            _first_stage(mine, nodes, word) if mark == SLIM else _who(graph, mine, nodes, word)
        )
        how = ""
        if mark == PROJECTED:
            how = _shortcut(mine, grammar)
        elif mark == SLIM:
            how = _lacking(mine, nodes, grammar)
        said.append(f"{who} {SAID[mark][0 if one else 1]}{how}")
    return said


def _first_stage(mine: Sequence[Node], nodes: Sequence[Node], word: str) -> tuple[str, bool]:
    """Return which of the occurrences differ, where these are likely the first ones."""
    if list(mine) != list(nodes[: len(mine)]):
        return f"{len(mine)} of {len(nodes)}", len(mine) == 1
    return (f"The first {word}", True) if len(mine) == 1 else ("Those of the first stage", False)


def _lacking(mine: Sequence[Node], nodes: Sequence[Node], grammar: Grammar) -> str:
    """Return which layer of the body shown those without it lack: its first or its last."""
    body = [member for member in shown(nodes).members if len(member.sources) == 1]
    first = len(mine[0].members) and mine[0].members[0].token == body[0].token
    gone = body[-1] if first else body[0]
    which = "last" if first else "first"
    return f" the {which} {_kernel(gone)}{grammar.entry(gone.block.op or gone.block.type).label}"


def _who(graph: Graph, mine: Sequence[Node], nodes: Sequence[Node], word: str) -> tuple[str, bool]:
    """Return which of the occurrences differ, and whether the words are for one of them."""
    heads = [node for node in nodes if _heads(graph, node, nodes)]
    keys = [node.key for node in mine]
    if keys == [node.key for node in heads]:
        return f"The first {word}{' of each stage' if len(keys) > 1 else ''}", True
    if keys == [node.key for node in nodes if node.moves] and len(keys) > 1:
        return "Those that change the resolution", False
    if keys == [node.key for node in nodes if _widens(graph, node)] and len(keys) > 1:
        return "Those that change the features", False
    for number, place in enumerate(PLACES):
        if keys == [node.key for node in nodes[number : number + 1]]:
            return f"The {place} {word}", True
    return f"{len(mine)} of {len(nodes)}", len(mine) == 1


def _fitted(graph: Graph, nodes: Sequence[Node], grammar: Grammar, word: str) -> list[str]:
    """Tell by which layers some occurrences fit what they read, where others do otherwise."""
    ways: dict[str, list[Node]] = {}
    for node in nodes:
        if node.variant == FITTED:
            ways.setdefault(_fitting(node, grammar), []).append(node)
    usual = _fitting(shown(nodes), grammar)
    said = []
    for way, mine in ways.items():
        who, one = _who(graph, mine, nodes, word)
        has, lacks = ("has", "lacks") if one else ("have", "lack")
        how = f"{has} {way} in place of {usual}" if usual else f"{has} {way} before an input"
        said.append(f"{who} {how if way else f'{lacks} {usual} before an input'}")
    return said


def _fitting(node: Node, grammar: Grammar) -> str:
    """Return the layers before the core of a cell, in words."""
    labels = Counter(
        grammar.entry(member.block.op or member.block.type).label
        for member in node.members
        if node.core and member.key not in node.core
    )
    words = [f"{'one' if count == 1 else count} {label}" for label, count in labels.items()]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


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
        said.update(
            (_kernel(way) + grammar.entry(way.block.op or way.block.type).label) for way in short
        )
    return f" ({said.pop()})" if len(said) == 1 else ""


def _kernel(node: Node) -> str:
    size = node.block.attributes.get("kernel")
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
        if growth(node) > 1 and first and second and same_extent(first, second, growth(node)):
            steps[first.features or 0, second.features or 0] = None
    added = {second - first for first, second in steps}
    if len(added) == 1 and len(steps) > 1:
        return [f"Each adds {added.pop()} features to its input"] if added != {0} else []
    return [
        f"The features grow from {first} to {second}" for first, second in steps if second > first
    ]


def _inputs(graph: Graph, nodes: Sequence[Node], names: Mapping[str, str], word: str) -> list[str]:
    """Tell what several inputs are, or how many where the body shown has fewer."""
    read = [{source for source, _ in node.sources} for node in nodes]
    counts = [len(sources) for sources in read]
    most = max(counts)
    if most < 2 or counts.count(most) < 2:
        return []
    keys = {node.key for node in nodes}
    if most == 2 and max(len(sources & keys) for sources in read) == 2:
        return [f"Each reads the two {word}s before it"]
    shared = set.intersection(*read)
    giver = graph.nodes.get(shared.pop()) if len(shared) == 1 and len(nodes) > 2 else None
    if most == 2 and giver is not None and giver.token in names:
        return [f"Each also reads the last {names[giver.token]}"]
    return [] if len(set(shown(nodes).sources)) == most else [f"Each has {most} inputs"]


def _sizes(node: Node) -> list[str]:
    if node.members:
        return [size for member in node.members for size in _sizes(member)]
    return [_kernel(node).strip()] if _kernel(node) else []
