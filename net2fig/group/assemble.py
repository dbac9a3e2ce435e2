"""Make one node of several, and find where a group stands.

Requires: the members have one way out, the node whose key the group takes over.
Ensures: the body shown of a group is that of the first occurrence which is not a variant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.group.emit import blocks_of, links_of
from net2fig.group.graph import HOLD, WEIGHTLESS, Graph, Node, Tensor, entering
from net2fig.group.runs.nested import fold_nested
from net2fig.network import Extent
from net2fig.outline import ENTRY, EXIT, Block, Link, Note, Origin, Outline


class Spec(Struct, frozen=True):
    """What is known of a group beside its occurrences."""

    name: str
    notes: tuple[Note, ...] = ()
    origin: Origin = Origin()


def _has_all(members: Sequence[Node], has: Callable[[Block], bool]) -> bool:
    """Tell whether all members that have weights have something: there is one at least."""
    found = [has(each.block) for each in members if each.block.kind not in WEIGHTLESS]
    return bool(found) and all(found)


def group_node(
    graph: Graph,
    members: Sequence[Node],
    repeat_key: str,
    *,
    name: str = "",
    variant: str = "",
    core: frozenset[str] = frozenset(),
) -> Node:
    """Return the node that stands for its members, the last of which is their exit.

    `core` holds the keys of the members that a variant has in common with its group: neighbours
    fold if these have the same sizes. If it is empty, all members count.
    """
    exit, first = members[-1], members[0]
    sources = entering(members)
    out = graph.output(exit.key)
    block = replace(
        first.block,
        id=exit.key,
        type=name or repeat_key,
        kind="group",
        op="",
        layers=tuple(id for member in members for id in member.block.layers),
        output=out,
        count=1,
        shared=_has_all(members, lambda block: block.shared),
        frozen=_has_all(members, lambda block: block.frozen),
    )
    return Node(
        key=exit.key,
        repeat_key=repeat_key,
        fold_key=fold_key_of(repeat_key, members, core),
        block=block,
        sources=sources,
        members=tuple(members),
        variant=variant,
        changes_resolution=_changes_resolution(graph, members, sources, out),
        core=core,
        dilations=tuple(
            dilation
            for member in members
            if not core or member.key in core
            for dilation in member.dilations
        ),
    )


def fold_key_of(repeat_key: str, members: Iterable[Node], core: Collection[str]) -> str:
    """Return what neighbours of a group must share to fold: the group, and sizes of its members."""
    sizes = sorted(member.fold_key for member in members if not core or member.key in core)
    return f"{repeat_key} {'|'.join(sizes)}"


def _changes_resolution(
    graph: Graph, members: Sequence[Node], sources: Sequence[Tensor], out: Extent | None
) -> bool:
    """Tell whether the resolution changes on the way through."""
    spatial = {found.spatial for tensor in sources if (found := graph.extents.get(tensor))}
    if out is None or None in out.spatial or any(None in axes for axes in spatial):
        return any(member.changes_resolution for member in members)
    return spatial != {out.spatial}


def body_graph(graph: Graph, group: Node) -> Graph:
    """Return the members of a group as a graph of their own, whose inputs are `ENTRY`."""
    inside = {member.key for member in group.members}
    ways = {tensor: (ENTRY, number) for number, tensor in enumerate(group.sources)}
    nodes = {
        member.key: replace(
            member,
            sources=tuple(
                tensor if tensor[0] in inside else ways[tensor] for tensor in member.sources
            ),
        )
        for member in group.members
    }
    entries = {way: graph.extents.get(tensor) for tensor, way in ways.items()}
    last = group.members[-1].key
    return Graph(nodes, (), ((EXIT, (last, 0)),), {**graph.extents, **entries})


def body_outline(graph: Graph, group: Node, level: str) -> Outline:
    """Return the body of a group as it is drawn, folded."""
    folded = fold_nested(body_graph(graph, group))
    last = group.members[-1].key
    out = [Link(last, EXIT, graph.output(last))]
    nodes = {}
    for key, node in folded.nodes.items():
        held = [tensor for tensor in node.sources if tensor[1] == HOLD]
        out += [Link(tensor[0], EXIT, graph.extents.get(tensor), exit=1) for tensor in held]
        sources = tuple(tensor for tensor in node.sources if tensor not in held)
        nodes[key] = replace(node, sources=sources)
    folded = replace(folded, nodes=nodes)
    links = (*links_of(folded), *out)
    return Outline(blocks=blocks_of(folded), links=links, level=level)


def occurrences(graph: Graph, repeat_keys: Collection[str]) -> dict[str, list[Node]]:
    """Return where each group stands, in groups as well, in order of first occurrence."""
    met: dict[str, list[Node]] = {}
    waiting = list(graph.nodes.values())[::-1]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.members))
        if node.repeat_key in repeat_keys:
            met.setdefault(node.repeat_key, []).append(node)
    return met


def shown(nodes: Sequence[Node]) -> Node:
    """Return the occurrence whose body stands for all: the first that is not a variant."""
    return next((node for node in nodes if not node.variant), nodes[0])


def inner_first(met: Mapping[str, Sequence[Node]]) -> list[str]:
    """Order groups so that each comes after those in the body that is shown of it."""
    order: dict[str, None] = {}

    def visit(repeat_key: str) -> None:
        for member in shown(met[repeat_key]).members:
            if member.repeat_key in met and member.repeat_key not in order:
                visit(member.repeat_key)
        order[repeat_key] = None

    for repeat_key in met:
        if repeat_key not in order:
            visit(repeat_key)
    return list(order)


def rewritten(graph: Graph, change: Callable[[Node], Node]) -> Graph:
    """Return the graph with a change made to every node, those in groups before the groups."""

    def visit(node: Node) -> Node:
        if node.members:
            node = replace(node, members=tuple(visit(member) for member in node.members))
        return change(node)

    nodes = {key: visit(node) for key, node in graph.nodes.items()}
    return Graph(nodes, graph.inputs, graph.outputs, graph.extents)
