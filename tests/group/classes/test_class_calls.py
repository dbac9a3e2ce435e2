"""Calls of classes, which no window cuts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.group.classes.class_calls import find_class_calls
from net2fig.group.classes.rigid import class_blocks
from net2fig.group.search.windows import windows
from net2fig.network import Network, Step
from tests.group.nets import Builder
from tests.group.search.trees import tree_of

LAYERS = {
    "a": lambda net, x: net.conv(x, 8, 3),
    "b": lambda net, x: net.depthwise(x, 3),
    "c": lambda net, x: net.conv(x, 8, 1),
    "d": lambda net, x: net.same("UnknownLayer", x, mode=1),
}


def network(words: str, class_name: str = "Block") -> Network:
    """Return a chain of layers; each word of several is a call of a class."""
    net = Builder()
    x = net.input(64, 64, 8)
    scopes: list[tuple[Step, ...]] = [()]
    for number, word in enumerate(words.split()):
        step = (Step(f"block_{number}", class_name),) if len(word) > 1 else ()
        for letter in word:
            x = LAYERS[letter](net, x)
            scopes.append(step)
    whole = net.network(x)
    layers = [replace(layer, scope=s) for layer, s in zip(whole.layers, scopes, strict=True)]
    return Network(whole.name, tuple(layers), whole.edges, whole.inputs, whole.outputs)


def found(of: Network) -> list[tuple[str, ...]]:
    graph, tree = tree_of(of)
    calls = find_class_calls(graph, of)
    return [each.keys for one in windows(graph, tree, calls) for each in one.occurrences]


@pytest.mark.parametrize(
    ("class_name", "first"),
    [("Block", "conv2d_2"), ("Sequential", "conv2d_1"), ("", "conv2d_1")],
)
def test_a_window_begins_where_a_call_does(class_name: str, first: str) -> None:
    """Without calls the windows begin at once, and take in the first layer of each block."""
    keys = found(network("a cba cba d a cba cba", class_name))
    assert keys[0][0] == first


def test_layers_are_cut_where_they_hold_a_part_of_a_call_and_more() -> None:
    of = network("a ba ba")
    graph, _ = tree_of(of)
    calls = find_class_calls(graph, of)
    assert calls.are_cut(["conv2d_1", "depthwiseconv2d_1"])
    assert not calls.are_cut(["depthwiseconv2d_1"])
    assert not calls.are_cut(["depthwiseconv2d_1", "conv2d_2"])
    assert not calls.are_cut(["conv2d_1", "depthwiseconv2d_1", "conv2d_2"])
    assert calls.are_cut(["conv2d_2", "depthwiseconv2d_2"])


def test_a_class_that_is_called_once_is_no_border() -> None:
    of = network("a ba")
    graph, _ = tree_of(of)
    assert not find_class_calls(graph, of).around


def pyramid(*counts: int) -> Network:
    """Return stages of so many residual blocks, each a call of a class, under a feature pyramid."""
    net = Builder()
    x = net.input(64, 64, 8)
    ends = []
    for stage, count in enumerate(counts):
        x = net.conv(x, 8, strides=2)
        for block in range(count):
            scope = (f"stage_{stage}:ResNetStage", f"block_{block}:Bottleneck")
            y = net.conv(net.conv(x, 8, scope=scope), 8, scope=scope)
            x = net.add("Add", [y, x], net.shape(x), scope=scope)
        ends.append(x)
    outputs = []
    for end in reversed(ends):
        x = net.conv(end, 8, 1) if end == ends[-1] else net.merge("Add", net.up(x), end)
        outputs.append(net.conv(x, 8))
    return net.network(*outputs)


@pytest.mark.parametrize(
    ("counts", "names"),
    [
        ((2, 2, 2), {"ResNetStage": 3}),
        ((2, 3, 2), {"Bottleneck": 7}),
        ((2, 12, 2), {"Bottleneck": 16}),
    ],
)
def test_calls_that_are_not_alike_leave_their_layers_to_the_classes_inside(
    counts: tuple[int, ...], names: dict[str, int]
) -> None:
    of = pyramid(*counts)
    graph, specs = class_blocks(tree_of(of)[0], of, ())
    assert {spec.name for spec in specs.values()} == set(names)
    groups = [node for node in graph.nodes.values() if node.repeat_key in specs]
    assert [len(groups)] == list(names.values())
