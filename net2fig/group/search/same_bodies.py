"""Make one group of groups whose bodies are equal.

The same block is found in several ways: as a block where all data pass one point, as a cone where
they do not. To a reader it is one thing. So are stages of which one has two blocks and another has
four.

Requires: the groups are complete.
Ensures: after `unite`, no two groups have the same body; after `unite_turns`, no two have bodies
that differ alone in how often a group in them follows itself, if both stand outside of all groups,
and neither has a variant. Of equal ones the repeat key of the first stays.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from net2fig.group.assemble import fold_key_of, inner_first, occurrences, rewritten, shown
from net2fig.group.graph import Graph, Node, entering
from net2fig.group.runs.turns import find_turns, fold_members, form_of

Form = tuple[tuple[str, tuple[tuple[bool, int, int], ...]], ...]
"""What a body is made of, and what each member reads: a member or an input, by its number."""


def unite(graph: Graph, repeat_keys: Sequence[str]) -> tuple[Graph, dict[str, str]]:
    """Return the graph with equal groups as one, and the repeat key that each group has now."""
    met = occurrences(graph, repeat_keys)
    first: dict[Form, str] = {}
    united: dict[str, str] = {}
    for repeat_key in inner_first(met):
        form = _form(shown(met[repeat_key]), united)
        united[repeat_key] = first.setdefault(form, repeat_key)
    return _rename(graph, united), united


def unite_turns(graph: Graph, names: Mapping[str, str]) -> tuple[Graph, dict[str, str]]:
    """Return the graph with groups as one that differ in their turns alone, and their repeat keys.

    `names` are those of the groups by their repeat keys, empty where they have none yet. Groups
    with one name are compared.
    """
    met = occurrences(graph, names)
    kept: dict[Hashable, tuple[str, list[tuple[Node, ...]]]] = {}
    united = {repeat_key: repeat_key for repeat_key in names}
    for repeat_key, nodes in met.items():
        if any(node.key not in graph.nodes or node.variant for node in nodes):
            continue
        if not any(member.block.is_group for node in nodes for member in node.members):
            continue
        bodies = [fold_members(graph, node) for node in nodes]
        form = (names[repeat_key], form_of(bodies[0]))
        first, known = kept.setdefault(form, (repeat_key, []))
        if find_turns([*known, *bodies]) is not None:
            known += bodies
            united[repeat_key] = first
    return _rename(graph, united), united


def _rename(graph: Graph, united: Mapping[str, str]) -> Graph:
    if all(repeat_key == kept for repeat_key, kept in united.items()):
        return graph
    return rewritten(graph, partial(_renamed, united))


def _form(group: Node, united: Mapping[str, str]) -> Form:
    numbers = {member.key: number for number, member in enumerate(group.members)}
    inputs = {tensor: number for number, tensor in enumerate(entering(group.members))}
    return tuple(
        (
            united.get(member.repeat_key, member.repeat_key),
            tuple(
                (True, numbers[tensor[0]], tensor[1])
                if tensor[0] in numbers
                else (False, inputs[tensor], 0)
                for tensor in member.sources
            ),
        )
        for member in group.members
    )


def _renamed(united: Mapping[str, str], node: Node) -> Node:
    if not node.members:
        return node
    repeat_key = united.get(node.repeat_key, node.repeat_key)
    return replace(
        node, repeat_key=repeat_key, fold_key=fold_key_of(repeat_key, node.members, node.core)
    )
