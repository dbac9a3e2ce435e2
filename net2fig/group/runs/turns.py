"""How often a part of a group follows itself, where its occurrences differ in that alone.

    stage 1:  conv → block ×2 → concatenate        the legend shows  conv → block ×n → concatenate,
    stage 2:  conv → block ×4 → concatenate        the figure n beneath each stage

Requires: the groups are complete.
Ensures: an occurrence has one number, however many parts of it follow themselves so often.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from msgspec import Struct

from net2fig.group.assemble import body_graph, shown
from net2fig.group.graph import Graph, Node
from net2fig.group.runs.nested import fold_nested

Form = tuple[Hashable, ...]
"""What a body is made of, and what each part reads, however often a group follows itself."""


class Turns(Struct, frozen=True):
    """The keys of the parts that differ, by occurrences, and how often they follow themselves."""

    parts: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def fold_members(graph: Graph, group: Node) -> tuple[Node, ...]:
    """Return the members of a group as its body shows them: equal neighbours are one."""
    return tuple(fold_nested(body_graph(graph, group)).nodes.values())


def align(graph: Graph, nodes: Sequence[Node]) -> list[Sequence[Node]]:
    """Return the members of the occurrences that stand for the same parts; none if some differ.

    Where occurrences differ in how often a part follows itself, these are what their bodies show.
    """
    if have_equal_members(nodes):
        return [node.members for node in nodes]
    bodies: list[Sequence[Node]] = [fold_members(graph, node) for node in nodes]
    return bodies if find_turns(bodies) else []


def have_equal_members(nodes: Sequence[Node]) -> bool:
    """Tell whether all occurrences have the same members, one by one."""
    keys = [member.repeat_key for member in shown(nodes).members]
    return all([member.repeat_key for member in node.members] == keys for node in nodes)


def form_of(members: Sequence[Node]) -> Form:
    """Return the form of a folded body.

    The side output of a group is its output where a merge reads each of a run.
    """
    numbers = {member.key: number for number, member in enumerate(members)}
    return tuple(
        (
            member.repeat_key,
            1 if member.block.is_group else member.block.count,
            tuple((numbers.get(key, -1), max(port, 0)) for key, port in member.sources),
        )
        for member in members
    )


def find_turns(bodies: Sequence[Sequence[Node]]) -> Turns | None:
    """Return how often parts of folded bodies follow themselves; None if the bodies differ in more.

    There are no parts where the bodies are equal.
    """
    if len({form_of(members) for members in bodies}) > 1:
        return None
    rows = [tuple(member.block.count for member in members) for members in bodies]
    columns = zip(*rows, strict=True)
    varying = [place for place, counts in enumerate(columns) if len(set(counts)) > 1]
    numbers = [{row[place] for place in varying} for row in rows]
    if any(len(found) > 1 for found in numbers):
        return None
    return Turns(
        tuple(tuple(members[place].key for place in varying) for members in bodies),
        tuple(found.pop() for found in numbers if found),
    )
