"""Code that defines functions and classes alone is drawn with what is assumed told."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read

HEAD = "import keras\nfrom keras import layers\n"

NET = """
class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.flat = layers.Flatten()
        self.dense = layers.Dense(units)

    def call(self, x):
        return self.dense(self.flat(x))
"""


def draw(folder: Path, text: str, pick: str = "") -> Network:
    path = folder / "net.py"
    path.write_text(HEAD + text)
    return read(f"{path}{pick}")


def told(network: Network) -> list[str]:
    return [notice.text for notice in network.notices]


def test_a_builder_with_arguments_is_called(tmp_path: Path) -> None:
    text = (
        "def unet(input_shape, n_classes):\n    x = i = keras.Input(input_shape)\n"
        "    return keras.Model(i, layers.Conv2D(n_classes, 3)(x))\n"
    )
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 222, 222, 10)
    assert told(network) == [
        "unet was made with input_shape=(224, 224, 3), n_classes=10; to choose: net.py:unet(…)"
    ]
    network = draw(tmp_path, f"{text}def main():\n    unet((64, 64, 1), 5)\n")
    assert network.layers[-1].output == (None, 62, 62, 5)
    values = "input_shape=(64, 64, 1) (line 7), n_classes=5 (line 7)"
    assert told(network) == [f"unet was made with {values}; to choose: net.py:unet(…)"]


def test_several_builders_are_parts_and_copies_are_told(tmp_path: Path) -> None:
    text = "".join(
        f"def {name}():\n    return keras.Sequential([keras.Input((4,)), layers.Dense({units})])\n"
        for name, units in (("a", 3), ("b", 5), ("c", 3))
    )
    network = draw(tmp_path, text)
    assert [part.name for part in network.parts] == ["a", "b"]
    assert "drew 'a'; others have the same architecture: 'c'" in told(network)


def test_one_builder_of_several_may_fail(tmp_path: Path) -> None:
    text = (
        "def good():\n    return keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        "def bad():\n    return keras.Sequential([layers.Dense(1 // 0)])\n"
    )
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 3)
    assert told(network) == ["left out 'bad': integer division or modulo by zero"]


def test_a_method_that_builds_a_model_is_called(tmp_path: Path) -> None:
    text = (
        "class LeNet:\n    @staticmethod\n    def build(width, height, depth, classes):\n"
        "        return keras.Sequential([keras.Input((height, width, depth)),"
        " layers.Flatten(), layers.Dense(classes)])\n"
        "def main():\n    LeNet.build(width=28, height=28, depth=1, classes=9)\n"
    )
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 9)
    assert network.layers[0].output == (None, 28, 28, 1)


@pytest.mark.filterwarnings("ignore:.*does not have a `build:UserWarning")
@pytest.mark.parametrize("reader", ["record", pytest.param("keras", marks=pytest.mark.keras)])
def test_a_model_that_is_never_called_takes_the_first_shape_that_fits(
    tmp_path: Path, reader: str
) -> None:
    path = tmp_path / "net.py"
    path.write_text(f"{HEAD}{NET}model = Net(3)\nx = keras.datasets.mnist\n")
    network = read(path, reader=reader)
    assert network.layers[0].output == (None, 28, 28, 1)
    (text,) = told(network)
    assert text == (
        "the model of class 'Net' was never called: took the input shape 28x28x1, that of mnist;"
        " to choose, give --input-shape"
    )


@pytest.mark.parametrize("reader", ["record", pytest.param("keras", marks=pytest.mark.keras)])
def test_a_failed_trial_leaves_the_model_as_it_was(tmp_path: Path, reader: str) -> None:
    """The first shapes build the layer, and fail after that."""
    text = NET.replace("self.flat(x)", "x").replace(
        "        return", "        x = layers.Reshape((32,))(x)\n        return"
    )
    path = tmp_path / "net.py"
    path.write_text(f"{HEAD}{text}model = Net(3)\n")
    network = read(path, reader=reader)
    assert network.layers[0].output == (None, 32)


def test_an_argument_that_nothing_tells_is_unknown(tmp_path: Path) -> None:
    network = draw(tmp_path, NET.replace("units", "frobs"))
    assert network.layers[-1].output == (None, 64)
    texts = told(network)
    assert "Net was made with frobs=?; to choose: net.py:Net(…)" in texts
    assert "only data know frobs: took 64; to choose: --set frobs=64" in texts


def test_the_size_that_a_size_is_computed_from_can_be_set(tmp_path: Path) -> None:
    text = "def make(frobs):\n    size = frobs * 3\n"
    text += "    return keras.Sequential([keras.Input((4,)), layers.Dense(size)])"
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 192)
    assert "only data know frobs * 3: took 192; to choose: --set frobs=64" in told(network)


def test_a_function_that_returns_tensors_is_a_model(tmp_path: Path) -> None:
    text = (
        "def block(x, filters):\n    return layers.Conv2D(filters, 3)(x)\n"
        "def backbone(inputs, filters):\n    x = block(inputs, filters)\n"
        "    return x, layers.Flatten()(x)\n"
    )
    network = draw(tmp_path, text)
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Conv2D", "Flatten"]
    assert network.layers[1].output == (None, 222, 222, 64)
    values = "inputs=Input((224, 224, 3)), filters=64"
    assert told(network) == [f"backbone was made with {values}; to choose: net.py:backbone(…)"]


def test_an_argument_of_which_items_are_read_has_items(tmp_path: Path) -> None:
    text = (
        "def ssd(image_size, n_classes):\n    height, width = image_size[0], image_size[1]\n"
        "    image = keras.Input((height, width, image_size[2]))\n"
        "    return keras.Model(image, layers.Conv2D(n_classes, 3)(image))\n"
    )
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 222, 222, 10)
    assert "image_size=(224, 224, 3)" in told(network)[0]


def test_a_class_that_holds_a_model_is_made(tmp_path: Path) -> None:
    text = (
        "class Features:\n    def __init__(self, input_size):\n"
        "        image = keras.Input((input_size, input_size, 3))\n"
        "        self.extractor = keras.Model(image, layers.Conv2D(4, 3)(image))\n"
        "    def normalize(self, image):\n        return image / 255\n"
    )
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 222, 222, 4)
    assert told(network) == ["Features was made with input_size=224; to choose: net.py:Features(…)"]


def test_the_arguments_of_a_builder_by_its_name_are_guessed(tmp_path: Path) -> None:
    text = (
        "def create_model(num_classes):\n"
        "    return keras.Sequential([keras.Input((4,)), layers.Dense(num_classes)])\n"
    )
    network = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 10)
    assert told(network)[0].startswith("create_model was made with num_classes=10")


@pytest.mark.parametrize("tail", ["train()", "", "if __name__ == '__main__':\n    train()"])
def test_a_model_that_is_local_to_a_function_is_found(tmp_path: Path, tail: str) -> None:
    text = (
        "def train():\n    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        f"    model.compile()\n    model.fit()\n{tail}\n"
    )
    assert draw(tmp_path, text).layers[-1].output == (None, 3)


def test_a_model_that_only_trains_others_is_drawn_as_these(tmp_path: Path) -> None:
    text = (
        "class GAN(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.critic = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        "        self.generator = keras.Sequential([keras.Input((2,)), layers.Dense(4)])\n"
        "    def train_step(self, data):\n        return {}\n"
        "gan = GAN()\n"
    )
    network = draw(tmp_path, text)
    assert [part.name for part in network.parts] == ["critic", "generator"]
    assert told(network) == ["drew 2 models: critic, generator; to draw one: net.py:gan.critic"]
    assert draw(tmp_path, text, ":gan.generator").layers[-1].output == (None, 4)


def test_a_number_that_is_set_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        f"{HEAD}import pandas as pd\nnum_classes = len(pd.read_csv('x.csv').label.unique())\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(num_classes)])\n"
        "def build(units):\n    return model\n"
    )
    network = read(path)
    assert network.layers[-1].output == (None, 10)
    assert "only data know num_classes: took 10; to choose: --set num_classes=10" in told(network)
    network = read(path, set={"num_classes": 7})
    assert network.layers[-1].output == (None, 7)
    assert not any("took" in text for text in told(network))


def test_an_example_that_leaves_its_arguments_to_the_reader_is_no_example(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("```python\nmodel = build(units=...)\n```\n")
    path = tmp_path / "net.py"
    path.write_text(
        "import keras\n\ndef build(units):\n"
        "    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])\n"
    )
    assert read(path).layers[-1].output == (None, 64)
