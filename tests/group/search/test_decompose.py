"""The tree of what follows one another and what runs side by side."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
from hypothesis import given, settings

from net2fig.data.grammar import Grammar, load_grammar
from net2fig.group.graph import Graph
from net2fig.group.hiding.hide import hide
from net2fig.group.search.decompose import (
    Item,
    Leaf,
    Parallel,
    Rigid,
    Series,
    decompose,
    keys_of,
)
from net2fig.network import Network
from net2fig.options.table import Options
from tests.group.nets import Builder, resnet, unet
from tests.group.outlines import at
from tests.group.strategies import networks


def graph_of(network: Network, grammar: Grammar) -> Graph:
    """Return the graph of what is drawn."""
    return hide(network, grammar, Options(), "layers").graph


def items_of(series: Series) -> Iterator[Item]:
    """Yield every item of a tree."""
    for item in series.items:
        yield item
        for branch in item.branches if isinstance(item, Parallel) else ():
            yield from items_of(branch)


def test_a_residual_block_is_a_branch_a_skip_and_a_join(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    net.merge("Add", x, net.conv(net.conv(x, 4), 4))
    items = decompose(graph_of(net.network(), grammar)).items
    assert items[:2] == (Leaf("inputlayer_1"), Leaf("conv2d_1"))
    block = items[2]
    assert isinstance(block, Parallel)
    assert (block.skips, block.join, len(block.branches)) == (1, "add_1", 1)
    assert list(keys_of(block)) == ["conv2d_2", "conv2d_3", "add_1"]


def test_a_unet_is_nested_as_deep_as_it_is(grammar: Grammar) -> None:
    series, depth = decompose(graph_of(unet(4), grammar)), 0
    while parallel := [item for item in series.items if isinstance(item, Parallel)]:
        (block,), depth = parallel, depth + 1
        (series,) = block.branches
    assert depth == 4


def test_two_inputs_join_in_a_block(grammar: Grammar) -> None:
    net = Builder()
    ends = [net.conv(net.input(8, 8, 4), 4) for _ in range(2)]
    net.conv(net.merge("Add", *ends), 4)
    block, leaf = decompose(graph_of(net.network(), grammar)).items
    assert isinstance(block, Parallel)
    assert len(block.branches) == 2
    assert leaf == Leaf("conv2d_3")


def test_a_ladder_is_rigid(grammar: Grammar) -> None:
    net = Builder()
    before = x = net.input(8, 8, 4)
    for _ in range(4):
        before, x = x, net.merge("Add", net.conv(x, 4), net.conv(before, 4))
    items = decompose(graph_of(net.network(x), grammar)).items
    assert any(isinstance(b.items[0], Rigid) for i in items[1:] for b in getattr(i, "branches", ()))


def test_very_deep_nests_end(grammar: Grammar) -> None:
    tree = decompose(graph_of(unet(130), grammar))
    assert len(list(keys_of(tree))) == len(graph_of(unet(130), grammar).nodes)


@settings(max_examples=100, deadline=None)
@given(networks())
def test_every_node_stands_in_the_tree_once(network: Network) -> None:
    graph = graph_of(network, load_grammar())
    assert sorted(keys_of(decompose(graph))) == sorted(graph.nodes)


@settings(max_examples=100, deadline=None)
@given(networks())
def test_the_spine_is_what_dominates_and_postdominates(network: Network) -> None:
    graph = graph_of(network, load_grammar())
    oracle = nx.DiGraph()
    for node in graph.nodes.values():
        oracle.add_edges_from((source, node.key) for source, _ in node.sources)
        if not node.sources:
            oracle.add_edge("start", node.key)
    oracle.add_edges_from((key, "end") for key in graph.leaving())
    dominators = nx.immediate_dominators(oracle, "start")
    wanted, key = set(), dominators["end"]
    while key != "start":
        wanted.add(key)
        key = dominators[key]
    items = decompose(graph).items
    found = {i.key if isinstance(i, Leaf) else i.join for i in items if not isinstance(i, Rigid)}
    # Around a context, the end belongs to the branch that reads it.
    woven = len(items) == 1 and isinstance(items[0], Parallel) and not items[0].join
    assert found - {""} == (set() if woven else wanted)


def test_what_reads_a_context_is_a_line_of_its_own(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.conv(net.input(8, 8, 4), 4), 4)
    y = net.conv(net.input(8, 8, 4), 4)
    for _ in range(3):
        y = net.merge("Add", net.conv(y, 4), x)
    (item,) = decompose(graph_of(net.network(net.conv(y, 4)), grammar)).items
    assert isinstance(item, Parallel)
    assert [len(list(keys_of(branch))) for branch in item.branches] == [3, 9]
    assert not any(isinstance(part, Rigid) for branch in item.branches for part in branch.items)


def test_resnet_is_a_chain_of_blocks(grammar: Grammar) -> None:
    items = decompose(graph_of(resnet(), grammar)).items
    assert sum(isinstance(item, Parallel) for item in items) == 16


def read_at_each_step(net: Builder, x: str, held: str, steps: int) -> str:
    """Add steps that all read one tensor."""
    for _ in range(steps):
        x = net.conv(net.merge("Add", net.conv(x, 4), held), 4)
    return x


def test_a_context_is_read_by_three_at_least(grammar: Grammar) -> None:
    for steps, rigid in ((2, True), (3, False)):
        net = Builder()
        x = net.conv(net.input(8, 8, 4), 4)
        held = net.conv(net.pool(x, 1), 4)
        y = read_at_each_step(net, net.conv(x, 4), held, steps)
        tree = decompose(graph_of(net.network(net.merge("Add", y, x)), grammar))
        assert any(isinstance(item, Rigid) for item in items_of(tree)) == rigid


def test_seen_wide_a_context_may_feed_what_begins_behind_it(grammar: Grammar) -> None:
    net = Builder()
    held = net.conv(net.input(8, 8, 4), 4)
    y = read_at_each_step(net, net.pool(held, 1), held, 3)
    graph = graph_of(net.network(net.conv(y, 4)), grammar)
    for wide, sizes in ((False, []), (True, [2, 11])):
        items = decompose(graph, wide=wide).items
        woven = items[0].branches if isinstance(items[0], Parallel) else ()
        assert [len(list(keys_of(branch))) for branch in woven] == sizes


def test_seen_wide_what_many_read_enters_blocks(grammar: Grammar) -> None:
    net = Builder()
    time = net.dense(net.input(8, 8, 4, name="time"), 4)

    def block(x: str) -> str:
        y = net.merge("Add", net.conv(x, 4), net.dense(time, 4))
        return net.merge("Add", x, net.conv(y, 4))

    x = y = net.conv(net.input(8, 8, 4), 4)
    for _ in range(3):
        x, y = block(x), block(y)
        x, y = net.merge("Concatenate", x, y), net.merge("Concatenate", y, x)
    graph = graph_of(net.network(x, y), grammar)
    for wide, count in ((False, 0), (True, 6)):
        tree = decompose(graph, wide=wide)
        rigid = [item for item in items_of(tree) if isinstance(item, Rigid)]
        joins = [block.join for item in rigid for block in item.blocks]
        assert sum(graph.nodes[join].entry == "add" for join in joins) == count


def test_seen_wide_a_rigid_part_has_chains(grammar: Grammar) -> None:
    net = Builder()
    x = y = net.conv(net.input(8, 8, 4), 4)
    for _ in range(3):
        for _ in range(4):
            x, y = net.conv(x, 4), net.conv(y, 4)
        x, y = net.merge("Add", x, y), net.merge("Add", y, x)
    graph = graph_of(net.network(x, y), grammar)
    for wide, sizes in ((False, []), (True, [5, 5, 5, 5])):
        rigid = [item for item in items_of(decompose(graph, wide=wide)) if isinstance(item, Rigid)]
        chains = [chain for item in rigid for chain in item.chains]
        assert [len(chain) for chain in chains if graph.nodes[chain[0]].entry == "add"] == sizes


def test_what_a_context_does_not_lead_to_is_not_joined_behind_it(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    before = net.conv(x, 4, name="before")
    held = net.conv(before, 4, name="held")
    y = read_at_each_step(net, net.conv(x, 4), held, 3)
    beside = net.pool(net.conv(before, 4, name="beside"), 1)
    tree = decompose(graph_of(net.network(net.merge("Concatenate", y, beside)), grammar))
    found = list(items_of(tree))
    assert not any(isinstance(item, Rigid) for item in found)
    assert "beside" not in {item.join for item in found if isinstance(item, Parallel)}


def test_a_network_without_a_spine_may_have_a_context(grammar: Grammar) -> None:
    net = Builder()
    first = net.conv(net.input(8, 8, 4), 4)
    held = net.conv(first, 4)
    y = read_at_each_step(net, net.conv(net.input(8, 8, 4), 4), held, 4)
    tree = decompose(graph_of(net.network(y, net.pool(first, 2)), grammar))
    assert not any(isinstance(item, Rigid) for item in items_of(tree))


def test_an_edge_that_is_given_twice_is_two_skips(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    tree = decompose(graph_of(net.network(net.merge("Concatenate", x, net.conv(x, 4), x)), grammar))
    block = tree.items[-1]
    assert isinstance(block, Parallel)
    assert block.skips == 2


def local_blocks(grammar: Grammar, *, leaking: bool) -> list[tuple[str, int]]:
    """Return the joins and skips of the local blocks of a rigid part with a residual block."""
    net = Builder()
    first = net.conv(net.input(8, 8, 4), 4)
    beside, before = net.conv(first, 4, 5), net.conv(first, 4, 7)
    inner = net.conv(before, 4, 1)
    x = net.merge("Add", net.conv(inner, 4), before)
    leaks = [inner] if leaking else []
    heads = [
        net.merge("Add", x, beside),
        net.merge("Add", net.conv(x, 4), net.conv(beside, 4), *leaks),
    ]
    tree = decompose(graph_of(net.network(net.merge("Concatenate", *heads)), grammar))
    (rigid,) = (item for item in items_of(tree) if isinstance(item, Rigid))
    return [(block.join, block.skips) for block in rigid.blocks]


def test_a_rigid_part_knows_the_blocks_within_it(grammar: Grammar) -> None:
    assert local_blocks(grammar, leaking=False) == [("add_1", 1)]


def test_what_something_leaves_in_between_is_no_local_block(grammar: Grammar) -> None:
    assert local_blocks(grammar, leaking=True) == []


def test_what_leaves_two_towers_before_they_meet_keeps_their_blocks(grammar: Grammar) -> None:
    """Both embeddings are outputs, and what is made of both as well."""
    net = Builder()
    ends = []
    for name, features in (("text", 8), ("picture", 16)):
        x = net.dense(net.input(16, 8, name=name), features)
        for _ in range(4):
            y = net.add("MultiHeadAttention", [x, x], net.shape(x), num_heads=4)
            x = net.merge("Add", x, y)
            x = net.merge("Add", x, net.dense(net.dense(x, 4 * features), features))
        ends.append(net.dense(net.gap(x), 8))
    found = at(net.network(*ends, net.add("Dot", ends, (None, 1), axes=1)), grammar)
    assert [group.occurrences for group in found.groups if group.occurrences > 2] == [8]
