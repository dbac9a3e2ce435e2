"""What `compare` says: exactly what differs, and nothing where nothing does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

import net2fig
from net2fig.comparison.align import align_layers
from net2fig.comparison.differences import ADDED, Difference, find_differences
from net2fig.comparison.graph import prepare_network
from net2fig.comparison.phrases import write_sentences
from net2fig.data.grammar import load_grammar
from net2fig.network import Network
from net2fig.read import read
from net2fig.read.keras.architecture import read_architecture
from tests.applications import application
from tests.conftest import ROOT, keras_layer, keras_model
from tests.group.nets import Builder

GALLERY = sorted((ROOT / "gallery" / "models").glob("*.network.json"))

Layers = list[dict[str, Any]]


def compare_networks(one: Network, two: Network) -> tuple[Difference, ...]:
    grammar = load_grammar()
    graphs = prepare_network(one, grammar), prepare_network(two, grammar)
    return find_differences(*graphs, align_layers(*graphs))


def describe_differences_of(one: Network, two: Network) -> list[str]:
    return list(net2fig.compare(one, two).words)


def network(layers: Layers, end: str = "out", name: str = "net") -> Network:
    config = keras_model(layers, "image", end)
    return read_architecture(config, source=f"{name}.json", reader="saved", name=name)


def residual() -> Layers:
    """Return a small residual network with a shortcut."""
    conv = {"filters": 64, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    return [
        keras_layer("InputLayer", "image", batch_shape=[None, 32, 32, 3]),
        keras_layer("Conv2D", "conv1", "image", **conv),
        keras_layer("BatchNormalization", "norm1", "conv1"),
        keras_layer("MaxPooling2D", "pool1", "norm1", pool_size=[2, 2]),
        keras_layer("Conv2D", "conv2", "pool1", **conv),
        keras_layer("Conv2D", "conv3", "conv2", **conv),
        keras_layer("Add", "add", "pool1", "conv3"),
        keras_layer("MaxPooling2D", "pool2", "add", pool_size=[2, 2]),
        keras_layer("Conv2D", "conv4", "pool2", **{**conv, "filters": 128}),
        keras_layer("GlobalAveragePooling2D", "mean", "conv4"),
        keras_layer("Dense", "out", "mean", units=10, activation="softmax"),
    ]


def name_layers(layers: Layers, name: str) -> dict[str, Any]:
    return next(layer for layer in layers if layer["name"] == name)


def reads(layer: dict[str, Any], *sources: str) -> None:
    again = keras_layer(layer["class_name"], layer["name"], *sources)
    layer["inbound_nodes"] = again["inbound_nodes"]


def more_filters(layers: Layers) -> None:
    name_layers(layers, "conv4")["config"]["filters"] = 256


def other_activation(layers: Layers) -> None:
    name_layers(layers, "conv2")["config"]["activation"] = "gelu"


def dropped(layers: Layers) -> None:
    at = layers.index(name_layers(layers, "conv4"))
    layers.insert(at, keras_layer("Dropout", "drop", "pool2", rate=0.5))
    reads(name_layers(layers, "conv4"), "drop")


def removed(layers: Layers) -> None:
    layers.remove(name_layers(layers, "norm1"))
    reads(name_layers(layers, "pool1"), "conv1")


def replaced(layers: Layers) -> None:
    name_layers(layers, "pool2")["class_name"] = "AveragePooling2D"


def without_shortcut(layers: Layers) -> None:
    reads(name_layers(layers, "add"), "conv2", "conv3")


def larger_input(layers: Layers) -> None:
    name_layers(layers, "image")["config"]["batch_shape"] = [None, 64, 64, 3]


def open_input(layers: Layers) -> None:
    name_layers(layers, "image")["config"]["batch_shape"] = [None, None, None, 3]


def frozen(layers: Layers) -> None:
    name_layers(layers, "conv1")["config"]["trainable"] = False


def other_branch(layers: Layers) -> None:
    at = layers.index(name_layers(layers, "add"))
    conv = {"filters": 64, "kernel_size": [1, 1], "padding": "same"}
    layers.insert(at, keras_layer("Conv2D", "side", "pool1", **conv))
    reads(name_layers(layers, "add"), "side", "conv3")


PLANTED: list[tuple[Callable[[Layers], None], list[str]]] = [
    (
        more_filters,
        ["filters of conv4: 128 → 256", "parameters", "multiply–adds"],
    ),
    (other_activation, ["activation of conv2: relu → gelu"]),
    (dropped, ["+ Dropout after pool2"]),
    (removed, ["− BatchNormalization after conv1", "parameters"]),
    (replaced, ["pool2: MaxPooling2D → AveragePooling2D"]),
    (without_shortcut, ["inputs of add: pool1 and conv3 → conv2 and conv3"]),
    (larger_input, ["shape of image: 32×32×3 → 64×64×3", "multiply–adds"]),
    (open_input, ["shape of image: 32×32×3 → H×W×3"]),
    (frozen, ["trainable of conv1: yes → no"]),
    (other_branch, ["+ Conv2D after pool1", "parameters", "multiply–adds"]),
]


def without_numbers(words: list[str]) -> list[str]:
    """Return sentences, those of sums without what follows their names."""
    return [w.split(" ")[0] if w.startswith(("parameters", "multiply")) else w for w in words]


@pytest.mark.parametrize(("plant", "expected"), PLANTED, ids=lambda p: getattr(p, "__name__", ""))
def test_a_planted_change_is_named_and_nothing_else(
    plant: Callable[[Layers], None], expected: list[str]
) -> None:
    layers = residual()
    plant(layers)
    assert (
        without_numbers(describe_differences_of(network(residual()), network(layers))) == expected
    )


def test_all_planted_changes_together() -> None:
    layers = residual()
    for plant in (more_filters, other_activation, dropped, removed):
        plant(layers)
    words = describe_differences_of(network(residual()), network(layers))
    assert without_numbers(words) == [
        "− BatchNormalization after conv1",
        "activation of conv2: relu → gelu",
        "+ Dropout after pool2",
        "filters of conv4: 128 → 256",
        "parameters",
        "multiply–adds",
    ]
    assert words[-2] == "parameters +49.6\u2009% (151.1\u2009k → 225.9\u2009k)"


def test_sums_that_round_to_the_same_are_written_in_full() -> None:
    one, two = residual(), residual()
    name_layers(one, "out")["config"]["units"] = 9
    name_layers(two, "out")["config"] |= {"units": 9, "use_bias": False}
    words = describe_differences_of(network(one), network(two))
    sums = "parameters −0.006\u2009% (150,921 → 150,912)"
    assert words[:2] == ["bias of out: yes → no", sums]


def scaled(*constant: float, merged: bool = False) -> Network:
    """Return a convolution whose output is added to constants, or to another's."""
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    for number in constant:
        x = net.same("Add", x, args=["@", number])
    y = net.conv(x, 4)
    return net.network(net.merge("Add", x, y) if merged else y)


def test_equal_layers_in_a_row_are_counted() -> None:
    one = Builder()
    x = one.conv(one.input(8, 8, 4), 4)
    two = Builder()
    y = two.conv(two.input(8, 8, 4), 4)
    for _ in range(5):
        y = two.same("GaussianNoise", y, stddev=0.1)
    (words,) = describe_differences_of(one.network(x), two.network(y))
    assert words == "+ 5 × GaussianNoise after conv2d_1"


def test_a_block_after_blocks_of_its_group_has_no_place_in_words() -> None:
    difference = Difference(ADDED, second=("b",), classes=("Add",), after_layer="add_3")
    sentences = [
        str(write_sentences([difference], lambda _: "2 × Block", behind)[0])
        for behind in (lambda _: "", lambda _: "Stem", lambda each: each.after_layer)
    ]
    assert sentences == ["+ 2 × Block", "+ 2 × Block after Stem", "+ 2 × Block after add_3"]


def test_changed_constants_are_written_with_their_values() -> None:
    assert describe_differences_of(scaled(3.0), scaled(6.0)) == ["constant of add_1: 3 → 6"]


def test_a_sum_with_a_constant_is_not_one_of_two_tensors() -> None:
    words = describe_differences_of(scaled(3.0), scaled(merged=True))
    assert [word for word in words if "constant" in word] == []
    assert {word[0] for word in words} == {"+", "−"}


def test_names_do_not_count() -> None:
    text = copy.deepcopy(residual())
    for old, new in (("conv1", "first"), ("pool2", "max_pooling2d_7"), ("add", "sum")):
        for layer in text:
            layer["name"] = layer["config"]["name"] = new if layer["name"] == old else layer["name"]
            for node in layer["inbound_nodes"]:
                for tensor in _tensors(node["args"][0]):
                    history = tensor["config"]["keras_history"]
                    history[0] = new if history[0] == old else history[0]
    assert describe_differences_of(network(residual()), network(text)) == ["no difference"]


def _tensors(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_branches_may_be_written_in_another_order() -> None:
    def branches(*names: str) -> Layers:
        conv = {"padding": "same", "filters": 8}
        sizes = {"small": [1, 1], "large": [5, 5], "middle": [3, 3]}
        layers = [keras_layer("InputLayer", "image", batch_shape=[None, 32, 32, 3])]
        layers += [keras_layer("Conv2D", n, "image", kernel_size=sizes[n], **conv) for n in names]
        return [*layers, keras_layer("Add", "out", *names)]

    one = network(branches("small", "middle", "large"))
    assert compare_networks(one, network(branches("large", "small", "middle"))) == ()


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.name.split(".")[0])
def test_a_model_does_not_differ_from_itself(path: Any) -> None:
    one = read(path)
    assert compare_networks(one, one) == ()


@pytest.mark.parametrize("name", ["NASNetMobile", "EfficientNetB3", "ConvNeXtTiny"])
def test_an_application_does_not_differ_from_itself(name: str) -> None:
    assert compare_networks(application(name), application(name)) == ()
