"""Say what each group is: its body, and which numbers all its occurrences have.

Requires: the groups are complete.
Ensures: a definition stands after those of the groups in its body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from net2fig.group.assemble import Spec, body_outline, inner_first, occurrences, shown
from net2fig.group.graph import Graph, Node
from net2fig.group.runs.turns import Turns, align, find_turns
from net2fig.outline import Definition, Outline


def define(graph: Graph, specs: Mapping[str, Spec], level: str) -> tuple[Definition, ...]:
    """Return the definitions of the groups that a graph holds, inner before outer."""
    met = occurrences(graph, specs)
    return tuple(
        _define(graph, specs[repeat_key], met[repeat_key], level) for repeat_key in inner_first(met)
    )


def _define(graph: Graph, spec: Spec, nodes: Sequence[Node], level: str) -> Definition:
    body = _thaw(body_outline(graph, shown(nodes), level), nodes)
    aligned = align(graph, nodes)
    turns = find_turns(aligned) if aligned else None
    return Definition(
        name=spec.name,
        body=body,
        occurrences=len(nodes),
        layers=sum(len(node.block.layers) for node in nodes),
        notes=spec.notes,
        origin=spec.origin,
        places=tuple(node.block.layers for node in nodes),
        varying=_find_varying(body, nodes, aligned),
        shares=_find_shares(body, nodes, aligned),
        heads=_list_heads(nodes),
        repeated=turns.parts[nodes.index(shown(nodes))] if turns else (),
        turns=_list_turns(nodes, turns) if turns else {},
    )


def _list_turns(nodes: Sequence[Node], turns: Turns) -> dict[str, int]:
    """Return how often the parts of each occurrence follow themselves, by its first layer."""
    pairs = zip(nodes, turns.numbers, strict=False)
    return {node.block.layers[0]: number for node, number in pairs}


def _thaw(body: Outline, nodes: Sequence[Node]) -> Outline:
    """Return a body without marks of frozen layers, unless these are what the group is about.

    So they are where each occurrence has the same frozen layers and others, as with adapters.
    """
    forms = {tuple(member.fold_key for member in node.members) for node in nodes}
    if len(forms) == 1 and not any(node.block.frozen for node in nodes):
        return body
    return replace(body, blocks=tuple(replace(block, frozen=False) for block in body.blocks))


def _find_varying(
    body: Outline, nodes: Sequence[Node], aligned: Sequence[Sequence[Node]]
) -> tuple[str, ...]:
    """Return the blocks of a body whose features or heads differ between occurrences.

    All of them do where an occurrence has other members.
    """
    if not aligned:
        return tuple(block.id for block in body.blocks)
    members = aligned[nodes.index(shown(nodes))]
    varying: set[str] = set()
    for others in aligned:
        for own, other in zip(members, others, strict=True):
            if _list_numbers(own) != _list_numbers(other):
                varying |= set(own.block.layers)
    return tuple(block.id for block in body.blocks if not varying.isdisjoint(block.layers))


def _find_shares(
    body: Outline, nodes: Sequence[Node], aligned: Sequence[Sequence[Node]]
) -> dict[str, tuple[int, int]]:
    """Return how many features each block of a body has for those of the group, if it is one."""
    if not aligned:
        return {}
    members = aligned[nodes.index(shown(nodes))]
    found: dict[str, set[Fraction | None]] = {}
    for node, others in zip(nodes, aligned, strict=True):
        for own, other in zip(members, others, strict=True):
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
