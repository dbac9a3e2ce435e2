"""Make one node of several, and say afterwards what each group is.

Requires: the members have one way out, the node whose key the group takes over.
Ensures: a group's definition stands after those of the groups in its body; the body shown is that
of the first occurrence which is not a variant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from net2fig.group.emit import blocks_of, links_of
from net2fig.group.fold import fold
from net2fig.group.graph import HOLD, WEIGHTLESS, Graph, Node, Tensor, entering
from net2fig.network import Extent
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Note, Origin, Outline


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
    folded = fold(body_graph(graph, group))
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


def define(graph: Graph, specs: Mapping[str, Spec], level: str) -> tuple[Definition, ...]:
    """Return the definitions of the groups that a graph holds, inner before outer."""
    met = occurrences(graph, specs)
    bodies = {
        key: _thaw(body_outline(graph, shown(nodes), level), nodes) for key, nodes in met.items()
    }
    return tuple(
        Definition(
            name=specs[repeat_key].name,
            body=bodies[repeat_key],
            occurrences=len(met[repeat_key]),
            layers=sum(len(node.block.layers) for node in met[repeat_key]),
            notes=specs[repeat_key].notes,
            origin=specs[repeat_key].origin,
            places=tuple(node.block.layers for node in met[repeat_key]),
            varying=_find_varying(bodies[repeat_key], met[repeat_key]),
            shares=_find_shares(bodies[repeat_key], met[repeat_key]),
            heads=_list_heads(met[repeat_key]),
        )
        for repeat_key in inner_first(met)
    )


def _thaw(body: Outline, nodes: Sequence[Node]) -> Outline:
    """Return a body without marks of frozen layers, unless these are what the group is about.

    So they are where each occurrence has the same frozen layers and others, as with adapters.
    """
    forms = {tuple(member.fold_key for member in node.members) for node in nodes}
    if len(forms) == 1 and not any(node.block.frozen for node in nodes):
        return body
    return replace(body, blocks=tuple(replace(block, frozen=False) for block in body.blocks))


def _find_varying(body: Outline, nodes: Sequence[Node]) -> tuple[str, ...]:
    """Return the blocks of a body whose features or heads differ between occurrences.

    All of them do where an occurrence has other members.
    """
    members = shown(nodes).members
    keys = [member.repeat_key for member in members]
    varying: set[str] = set()
    for node in nodes:
        is_alike = [member.repeat_key for member in node.members] == keys
        for own, other in zip(members, node.members if is_alike else members, strict=True):
            if not is_alike or _list_numbers(own) != _list_numbers(other):
                varying |= set(own.block.layers)
    return tuple(block.id for block in body.blocks if not varying.isdisjoint(block.layers))


def _find_shares(body: Outline, nodes: Sequence[Node]) -> dict[str, tuple[int, int]]:
    """Return how many features each block of a body has for those of the group, if it is one."""
    found: dict[str, set[Fraction | None]] = {}
    for node in nodes:
        members = shown(nodes).members
        if [m.repeat_key for m in node.members] != [m.repeat_key for m in members]:
            return {}
        for own, other in zip(members, node.members, strict=True):
            found.setdefault(own.key, set()).add(_divide(other, node))
    shares = {key: ways.pop() for key, ways in found.items() if len(ways) == 1}
    return {
        block.id: (share.numerator, share.denominator)
        for block in body.blocks
        if (share := shares.get(block.id)) is not None
    }


def _divide(one: Node, whole: Node) -> Fraction | None:
    """Return the features of a layer for each of those of its group."""
    extents = (one.block.output, whole.block.output)
    numbers = [extent.features for extent in extents if extent and extent.features]
    return Fraction(*numbers) if len(numbers) == len(extents) else None


def _list_heads(nodes: Sequence[Node]) -> dict[str, int]:
    """Return the heads of the layers that attend, if they are not as many everywhere."""
    heads = {
        member.block.layers[0]: number
        for node in nodes
        for member in node.members
        if isinstance(number := member.block.attributes.innermost.get("heads"), int)
    }
    return heads if len(set(heads.values())) > 1 else {}


def _list_numbers(node: Node) -> tuple[object, ...]:
    """Return the numbers of a layer that a box may tell."""
    output = node.block.output
    return output.features if output else None, node.block.attributes.innermost.get("heads")


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
