"""Laws of comparison on random networks."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import net2fig
from net2fig.comparison.align import align_layers
from net2fig.comparison.differences import Difference, find_differences
from net2fig.comparison.graph import prepare_network
from net2fig.data.grammar import load_grammar
from net2fig.layout.graph import Edge, Node
from net2fig.layout.stacked import joint_ranks
from net2fig.network import Network
from net2fig.read.keras.architecture import read_architecture
from tests.conftest import keras_layer, keras_model

Layers = list[dict[str, Any]]


@st.composite
def models(draw: st.DrawFn) -> Layers:
    """Draw layers that read the one before, or join it with one further back."""
    layers = [keras_layer("InputLayer", "image", batch_shape=[None, 32, 32, 8])]
    maps = ["image"]
    for number in range(draw(st.integers(1, 12))):
        name = f"node{number}"
        sort = draw(st.sampled_from(["conv", "conv", "norm", "act", "drop", "add"]))
        last = maps[-1]
        if sort == "conv":
            size = draw(st.sampled_from([1, 3, 5]))
            layers.append(_conv(name, last, size))
        elif sort == "norm":
            layers.append(keras_layer("BatchNormalization", name, last))
        elif sort == "act":
            layers.append(keras_layer("Activation", name, last, activation="relu"))
        elif sort == "drop":
            layers.append(keras_layer("Dropout", name, last, rate=0.5))
        else:
            layers.append(keras_layer("Add", name, last, draw(st.sampled_from(maps))))
        maps.append(name)
    layers.append(_conv("out", maps[-1], 1))
    return layers


def _conv(name: str, source: str, size: int) -> dict[str, Any]:
    window = {"filters": 8, "kernel_size": [size, size], "padding": "same"}
    return keras_layer("Conv2D", name, source, **window)


def network(layers: Layers) -> Network:
    config = keras_model(layers, "image", "out")
    return read_architecture(config, source="net.json", reader="saved", name="net")


def compare_layers(one: Layers, two: Layers) -> tuple[Difference, ...]:
    graphs = [prepare_network(network(layers), load_grammar()) for layers in (one, two)]
    return find_differences(graphs[0], graphs[1], align_layers(graphs[0], graphs[1]))


def sources(layer: dict[str, Any]) -> list[str]:
    argument = layer["inbound_nodes"][0]["args"][0]
    tensors = argument if isinstance(argument, list) else [argument]
    return [tensor["config"]["keras_history"][0] for tensor in tensors]


def rewired(layers: Layers, old: str, new: str) -> None:
    """Let all that read `old` read `new`."""
    for layer in layers:
        if layer["inbound_nodes"] and layer["name"] != new and old in sources(layer):
            names = [new if name == old else name for name in sources(layer)]
            again = keras_layer(layer["class_name"], layer["name"], *names)
            layer["inbound_nodes"] = again["inbound_nodes"]


@given(models())
def test_a_model_does_not_differ_from_itself(layers: Layers) -> None:
    assert compare_layers(layers, copy.deepcopy(layers)) == ()


@given(models(), st.data())
def test_one_changed_number_is_the_only_difference(layers: Layers, data: st.DataObject) -> None:
    changed = copy.deepcopy(layers)
    convs = [layer for layer in changed if layer["class_name"] == "Conv2D"]
    chosen = data.draw(st.sampled_from(convs))
    chosen["config"]["dilation_rate"] = [2, 2]
    (only,) = compare_layers(layers, changed)
    assert (only.sort, only.first, only.second) == ("changed", (chosen["name"],), (chosen["name"],))
    assert (only.key, only.before, only.after) == ("dilation_rate", 1, 2)


@given(models(), st.data())
def test_one_layer_added_is_the_only_difference(layers: Layers, data: st.DataObject) -> None:
    changed = copy.deepcopy(layers)
    at = data.draw(st.integers(0, len(changed) - 2))
    before = changed[at]["name"]
    changed.insert(at + 1, keras_layer("GaussianNoise", "extra", before, stddev=0.1))
    rewired(changed, before, "extra")
    (only,) = compare_layers(layers, changed)
    assert (only.sort, only.second, only.after_layer) == ("added", ("extra",), before)
    (gone,) = compare_layers(changed, layers)
    assert (gone.sort, gone.first, gone.after_layer) == ("removed", ("extra",), before)


@given(models(), models())
def test_the_differences_contain_every_unpaired_layer_in_both_directions(
    one: Layers, two: Layers
) -> None:
    there, back = compare_layers(one, two), compare_layers(two, one)
    assert bool(there) == bool(back)
    for each, (first, second) in ((there, (one, two)), (back, (two, one))):
        lost = {
            id for difference in each if difference.sort == "removed" for id in difference.first
        }
        gained = {
            id for difference in each if difference.sort == "added" for id in difference.second
        }
        # All others have a counterpart, which is one and not more.
        assert len(network(first).layers) - len(lost) == len(network(second).layers) - len(gained)


@settings(max_examples=40)
@given(models(), models())
def test_any_two_models_can_be_drawn(one: Layers, two: Layers) -> None:
    result = net2fig.compare(network(one), network(two), names=("one", "two"), detail="layers")
    outline = result.picture.pair.outline
    places = {block.id: n for n, block in enumerate(outline.blocks)}
    pairs = result.picture.pair.blocks
    assert all(
        places[a] < places[c] and places[b] < places[d] for (a, b), (c, d) in pairwise(pairs)
    )
    assert set(result.picture.pair.marks) <= set(places)
    assert result.scene.size.width <= 468.01


@given(st.integers(1, 8), st.integers(1, 8), st.data())
def test_paired_nodes_have_one_rank(many: int, few: int, data: st.DataObject) -> None:
    def chain(side: str, count: int) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
        nodes = tuple(Node(f"{side}{n}", 8.0, 8.0, 8.0) for n in range(count))
        edges = tuple(Edge(f"{side}{n}", f"{side}{n + 1}", 8.0, 8.0) for n in range(count - 1))
        return nodes, edges

    number = data.draw(st.integers(0, min(many, few)))
    ones = sorted(data.draw(st.permutations(range(many)))[:number])
    twos = sorted(data.draw(st.permutations(range(few)))[:number])
    pairs = [(f"a{one}", f"b{two}") for one, two in zip(ones, twos, strict=True)]
    first, second = chain("a", many), chain("b", few)
    ranks = joint_ranks(first, second, pairs)
    assert all(ranks[one] == ranks[two] for one, two in pairs)
    for _, edges in (first, second):
        assert all(ranks[edge.source] < ranks[edge.target] for edge in edges)
