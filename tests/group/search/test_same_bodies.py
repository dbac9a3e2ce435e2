"""Groups with equal bodies become one."""

from __future__ import annotations

import pytest

from net2fig.group.assemble import group_node
from net2fig.group.graph import Graph, contract
from net2fig.group.search.same_bodies import unite
from tests.group.nets import Builder
from tests.group.search.trees import graph_of


def chains(*kernels: tuple[int, ...]) -> tuple[Graph, list[str]]:
    """Return a chain whose pieces are groups, each with a repeat key of its own."""
    net = Builder()
    x = net.input(8, 8, 4)
    pieces = []
    for sizes in kernels:
        pieces.append([])
        for size in sizes:
            x = net.conv(x, 4, size)
            pieces[-1].append(x)
    graph = graph_of(net.network(x))
    keys = [f"@{number}" for number in range(len(pieces))]
    groups = [
        group_node(graph, [graph.nodes[id] for id in piece], key)
        for piece, key in zip(pieces, keys, strict=True)
    ]
    return contract(graph, groups), keys


@pytest.mark.parametrize(
    ("kernels", "kept"),
    [
        ([(1, 3), (1, 3)], ["@0", "@0"]),
        ([(1, 3), (3, 1)], ["@0", "@1"]),
        ([(1, 3), (1, 3, 3)], ["@0", "@1"]),
        ([(3, 3), (1, 1), (3, 3)], ["@0", "@1", "@0"]),
    ],
)
def test_equal_bodies_are_one_group(kernels: list[tuple[int, ...]], kept: list[str]) -> None:
    graph, keys = chains(*kernels)
    united, now = unite(graph, keys)
    assert [now[key] for key in keys] == kept
    assert [node.repeat_key for node in united.nodes.values() if node.members] == kept


def test_groups_in_equal_groups_are_one_as_well() -> None:
    graph, _ = chains((1, 3), (5, 3), (1, 3), (5, 3))
    inner = [node for node in graph.nodes.values() if node.members]
    outer = [group_node(graph, inner[:2], "@4"), group_node(graph, inner[2:], "@5")]
    united, now = unite(contract(graph, outer), ["@0", "@1", "@2", "@3", "@4", "@5"])
    assert now["@5"] == "@4"
    first, second = (node for node in united.nodes.values() if node.members)
    assert [member.repeat_key for member in first.members] == ["@0", "@1"]
    assert [member.repeat_key for member in second.members] == ["@0", "@1"]
    assert first.fold_key == second.fold_key


def test_what_is_read_counts() -> None:
    """The same layers joined in another way are another body."""
    net = Builder()
    x = net.input(8, 8, 4)
    pieces = []
    for crossed in (False, True):
        one = net.conv(x, 4, 3)
        two = net.conv(one if crossed else x, 4, 3)
        pieces.append([one, two, net.merge("Add", one, two)])
        x = pieces[-1][-1]
    graph = graph_of(net.network(x))
    groups = [
        group_node(graph, [graph.nodes[id] for id in piece], f"@{number}")
        for number, piece in enumerate(pieces)
    ]
    _, now = unite(contract(graph, groups), ["@0", "@1"])
    assert now == {"@0": "@0", "@1": "@1"}
