"""Layers of modules that are not installed are drawn by name; what is not known is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read
from net2fig.read.script.sandbox.layer_modules import load_layer_modules

pytestmark = pytest.mark.keras


def draw(folder: Path, layer: str, head: str = "import keras_contrib as more") -> Network:
    path = folder / "net.py"
    text = f"import keras\nfrom keras import layers\n{head}\n"
    text += "model = keras.Sequential([keras.Input((8, 8, 4)), layers.Conv2D(6, 3), "
    path.write_text(f"{text}{layer}, layers.Flatten(), layers.Dense(5)])\n", "utf-8")
    return read(str(path))


def told(network: Network) -> list[str]:
    return [notice.text for notice in network.notices if notice.code == "layer-stands-in"]


def test_a_layer_keeps_its_name_and_its_parameters_are_not_known(tmp_path: Path) -> None:
    network = draw(tmp_path, "more.layers.InstanceNormalization(axis=3)")
    layer = network.layers[2]
    assert (layer.class_name, layer.output, layer.params) == (
        "InstanceNormalization",
        (None, 6, 6, 6),
        None,
    )
    assert network.params is None
    text = "keras_contrib is not installed: the parameters of InstanceNormalization are not known"
    assert told(network) == [f"{text}, and its result is taken to be as large as its input"]


def test_a_layer_that_keras_has_too_is_that(tmp_path: Path) -> None:
    import keras

    head = "import tensorflow_addons as more"
    network = draw(tmp_path, "more.layers.InstanceNormalization()", head)
    norm = keras.layers.GroupNormalization(groups=-1)
    norm.build((None, 6, 6, 6))
    assert network.layers[2].params == norm.count_params()
    assert "InstanceNormalization is drawn as GroupNormalization" in told(network)[0]
    for each in load_layer_modules()["like"]:
        assert hasattr(keras.layers, each["layer"])


def test_an_argument_tells_the_features(tmp_path: Path) -> None:
    network = draw(tmp_path, "more.layers.Capsule(units=7)")
    assert network.layers[2].output == (None, 6, 6, 7)
    assert told(network)[0].endswith("as large as its arguments tell")


def test_a_wrapper_is_drawn_as_what_it_wraps(tmp_path: Path) -> None:
    head = "from tensorflow_addons.layers import WeightNormalization"
    network = draw(tmp_path, "WeightNormalization(layers.Conv2D(3, 1))", head)
    assert [layer.class_name for layer in network.layers[1:3]] == ["Conv2D", "Conv2D"]
    assert told(network)[0].endswith("WeightNormalization is drawn as the layer that it wraps")


def test_activations_are_those_of_keras_and_training_is_left_out(tmp_path: Path) -> None:
    head = "import tensorflow_addons as more\noptimizer = more.optimizers.AdamW(0.1)"
    network = draw(tmp_path, "layers.Activation(more.activations.mish)", head)
    assert network.layers[2].config["activation"] == "mish"
    assert network.params is not None


def test_of_a_layer_whose_result_nothing_tells_only_the_name_is_drawn(tmp_path: Path) -> None:
    network = draw(tmp_path, "more.layers.Cosine()")
    assert "Cosine" in [layer.class_name for layer in network.layers]
    assert network.params is None
    texts = [notice.text for notice in network.notices]
    assert texts[0].startswith(
        "Keras did not build the model, so that the recorder did, as far as it could: "
    )
    assert "keras_contrib is not installed: Cosine is drawn by its name alone" in texts
