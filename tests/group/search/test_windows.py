"""Repeated windows of one line."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import load_grammar
from net2fig.group.search.windows import LONGEST, runs_of, windows
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at
from tests.group.search.trees import tree_of

LAYERS = {
    "a": lambda net, x: net.conv(x, 8, 3),
    "b": lambda net, x: net.depthwise(x, 3),
    "c": lambda net, x: net.conv(x, 8, 1),
    "d": lambda net, x: net.same("UnknownLayer", x, mode=1),
    "e": lambda net, x: net.pool(x, 3, strides=1),
    "f": lambda net, x: net.dense(x, 8),
    "g": lambda net, x: net.same("Softmax", x),
    "A": lambda net, x: net.conv(x, 8, 3, strides=2),
    "B": lambda net, x: net.depthwise(x, 3, strides=2),
    "P": lambda net, x: net.pool(x, 2),
}


def best(letters: str, side: int | None = 512) -> list[str]:
    """Return the occurrences of the window that is found in a chain of layers, as letters."""
    net = Builder()
    x = net.input(side, side, 8)
    at = {}
    for letter in letters:
        x = LAYERS[letter](net, x)
        at[x] = letter
    return [
        "".join(at[key] for key in occurrence.keys)
        for candidate in windows(*tree_of(net.network(x)))
        for occurrence in candidate.occurrences
    ]


def test_what_follows_one_another_in_several_places_is_a_window() -> None:
    assert best("abcdabcPabcfabc") == ["abc"] * 4


def test_a_run_of_equal_layers_is_not_cut() -> None:
    assert best("aabcPaabcdaabcf") == ["aabc"] * 3


def test_a_window_is_no_repetition_of_a_shorter_one() -> None:
    assert set(best("ababdababPababfabab")) <= {"ab"}


def test_occurrences_do_not_overlap() -> None:
    keys = best("abadabaPabafabadaba")
    assert keys == ["aba"] * 5


@pytest.mark.parametrize("side", [512, None])
@pytest.mark.parametrize(
    ("letters", "window"),
    [
        ("aBceaBcdaBcf", set()),  # in the middle of all three
        ("AbceAbcdAbcf", {"Abc"}),  # at its beginning
        ("AbCeAbCdAbCf".replace("C", "P"), set()),  # at both of its ends
    ],
)
def test_the_resolution_changes_at_one_end_at_most(
    letters: str, window: set[str], side: int | None
) -> None:
    """Where sizes are unknown, the strides tell."""
    assert {each for each in best(letters, side) if len(each) == 3} == window


def test_what_follows_itself_only_is_a_bracket() -> None:
    assert best("abcdabcdabcdabcd") == []


def test_a_window_has_an_end() -> None:
    assert LONGEST == 10
    letters = "abcdegbacfa"
    assert max(map(len, best(f"{letters}P{letters}b{letters}")), default=0) <= LONGEST


def test_equal_neighbours_are_one_atom() -> None:
    net = Builder()
    x = net.input(8, 8, 8)
    for _ in range(3):
        x = net.conv(x, 8)
    x = net.pool(x)
    graph, line = tree_of(net.network(x))
    assert [(run.count, run.size, run.open) for run in runs_of(graph, line)] == [
        (1, 1, True),
        (3, 1, False),
        (1, 1, False),
    ]
    assert [run.resizes for run in runs_of(graph, line)][1:] == [False, True]


def test_units_that_follow_one_another_in_two_towers_are_one_group() -> None:
    """Twelve blocks of attention and feed-forward in each tower are 24 units, not longer runs."""
    net = Builder()
    ends = []
    for _ in range(2):
        x = net.conv(net.input(64, 64, 3), 8, 7)
        for _ in range(12):
            x = net.merge("Add", net.depthwise(x, 5), x)
            x = net.merge("Add", net.conv(net.conv(x, 32, 1), 8, 1), x)
        ends.append(net.conv(x, 8, 5))
    (group,) = at(net.network(net.merge("Multiply", *ends)), load_grammar()).groups
    assert (group.occurrences, group.layers) == (24, 24 * 5)


def test_a_pair_in_parallel_paths_that_does_not_repeat_in_a_row_is_no_window() -> None:
    net = Builder()
    source = net.conv(net.input(64, 64, 3), 8, 7)
    ends = [net.depthwise(net.conv(source, 8, 3), size) for size in (3, 5, 7)]
    ends.append(net.same("UnknownLayer", source, mode=1))
    assert windows(*tree_of(net.network(net.merge("Concatenate", *ends)))) == []


def test_equal_blocks_are_no_run() -> None:
    """Only one node can be drawn once with the number of times that it occurs."""
    net = Builder()
    x = net.conv(net.input(8, 8, 8), 8)
    for _ in range(2):
        x = net.merge("Add", net.depthwise(x), x)
    graph, line = tree_of(net.network(x))
    blocks = runs_of(graph, line)[2:]
    assert [(run.count, run.size) for run in blocks] == [(1, 2), (1, 2)]
    assert line.size == 6


def behind(net: Builder, x: str, letters: str) -> str:
    """Add layers behind another."""
    for letter in letters:
        x = LAYERS[letter](net, x)
    return x


def best_of(network: Network) -> list[str]:
    """Return the occurrences of the window that is found in a network, as kinds of layers."""
    graph, line = tree_of(network)
    return [
        " ".join(graph.nodes[key].block.kind for key in occurrence.keys)
        for candidate in windows(graph, line)
        for occurrence in candidate.occurrences
    ]


def test_no_window_holds_an_input() -> None:
    net = Builder()
    ends = [behind(net, net.input(64, 64, 8), "abc") for _ in range(3)]
    assert best_of(net.network(net.merge("Add", *ends))) == ["conv conv conv"] * 3


def test_no_window_has_two_ways_out() -> None:
    net = Builder()
    x = net.input(64, 64, 8)
    ends = []
    for _ in range(3):
        y = behind(net, x, "abc")
        ends += [net.dense(y, 8), behind(net, y, "eg")]
    assert best_of(net.network(*ends)) == ["conv conv conv"] * 3
