"""What makes two parts of the tree equal, how many glyphs they take, which cannot stand alone."""

from __future__ import annotations

from net2fig.group.search.signatures import shape_of
from tests.group.nets import Builder, chain
from tests.group.search.trees import graph_of, tree_of


def test_equal_neighbours_take_one_glyph() -> None:
    _, line = tree_of(chain(*[lambda net, x: net.conv(x, 8)] * 4, lambda net, x: net.pool(x)))
    assert (len(line.parts), line.size) == (6, 3)


def test_what_leaves_the_network_does_not_fold_with_what_follows() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 8), 8)
    _, line = tree_of(net.network(x, net.conv(x, 8)))
    assert line.size == 3


def test_a_path_of_one_layer_is_of_the_class_of_that_layer() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 8), 8)
    _, line = tree_of(net.network(net.merge("Add", x, net.conv(x, 8))))
    _, conv, block = line.parts
    assert block.branches[0].cls == conv.cls


def test_order_kernels_and_features_do_not_count_but_pointwise_does() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 8), 8)
    for one, two, swap in ((3, 5, False), (7, 9, True), (1, 3, False)):
        paths = [net.conv(net.conv(x, 8, one), 8, one), net.pool(x, 3, strides=1)]
        x = net.merge("Concatenate", *(reversed(paths) if swap else paths))
        x = net.conv(x, 8, two)
    _, line = tree_of(net.network(x))
    first, second, third = (part for part in line.parts if part.branches)
    assert first.cls == second.cls != third.cls


def test_an_input_and_what_holds_one_cannot_stand_alone() -> None:
    net = Builder()
    ends = [net.conv(net.input(8, 8, 4), 4) for _ in range(2)]
    _, line = tree_of(net.network(net.conv(net.merge("Add", *ends), 4)))
    assert [part.open for part in line.parts] == [True, False]
    _, line = tree_of(chain(lambda net, x: net.conv(x, 4)))
    assert [part.open for part in line.parts] == [True, False]


def test_paths_that_do_not_meet_cannot_stand_alone_and_are_no_deeper() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    ends = [net.pool(net.conv(x, 4, kernel), 2) for kernel in (3, 1)]
    _, line = tree_of(net.network(*ends))
    assert [part.open for part in line.parts] == [True, False, True]
    assert [branch.depth for branch in line.parts[-1].branches] == [0, 0]


def test_a_joined_path_is_deeper_than_the_line_that_holds_it() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 8), 8)
    _, line = tree_of(net.network(net.merge("Add", x, net.conv(x, 8))))
    assert [branch.depth for branch in line.parts[-1].branches] == [1]


def test_the_order_in_which_a_rigid_part_was_written_does_not_count() -> None:
    net = Builder()
    ways = []
    for sorts in ("ccp", "cpc"):
        x = net.conv(net.input(8, 8, 8), 8)
        ends = [net.conv(x, 8) if sort == "c" else net.pool(x, 3, strides=1) for sort in sorts]
        ways.append((*ends, net.merge("Add", *ends)))
    graph = graph_of(net.network(*(way[-1] for way in ways)))
    assert shape_of(graph, ways[0]) == shape_of(graph, ways[1])
