"""Shapes that the author says of inputs which the model leaves open: saved files."""

from __future__ import annotations

import pytest

from net2fig.errors import UsageError
from net2fig.read import read
from tests.conftest import ROOT


@pytest.fixture
def unbuilt(config, tmp_path):
    """A Sequential model that was saved before it was built."""
    layers = [
        config.layer("Conv2D", "c", filters=4, kernel_size=[3, 3]),
        config.layer("Flatten", "f"),
        config.layer("Dense", "d", units=7),
    ]
    return config.save(tmp_path / "net.keras", config.sequential(layers))


def test_a_sequential_model_that_was_never_built(unbuilt):
    assert [notice.code for notice in read(unbuilt).notices] == ["unknown-shape"]
    network = read(unbuilt, input_shape="10x10x3")
    assert [layer.output for layer in network.layers] == [
        (None, 10, 10, 3),
        (None, 8, 8, 4),
        (None, 256),
        (None, 7),
    ]
    assert [layer.params for layer in network.layers] == [0, 112, 0, 1799]
    assert network.layers[0].config["batch_shape"] == [None, 10, 10, 3]
    assert network.notices == ()


def open_model(config, tmp_path):
    """A convolution of images of any size, and of a second input."""
    image = config.tensor("image", [None, None, None, 3])
    other = config.tensor("other", [None, 5])
    conv = config.layer("Conv2D", "c", image, filters=4, kernel_size=[3, 3])
    pool = config.layer("GlobalMaxPooling2D", "p", config.tensor("c", [None, None, None, 4]))
    both = config.layer("Concatenate", "j", [config.tensor("p", [None, 4]), other])
    layers = [
        config.input("image", [None, None, None, 3]),
        config.input("other", [None, 5]),
        *(conv, pool, both),
    ]
    data = config.model(layers, [["image", 0, 0], ["other", 0, 0]], ["j", 0, 0])
    return config.save(tmp_path / "open.keras", data)


def test_open_axes_are_filled_in_everywhere(config, tmp_path):
    path = open_model(config, tmp_path)
    for shape in ("32x32x3", {"image": (32, 32, None)}):
        network = read(path, input_shape=shape)
        assert network["c"].output == (None, 30, 30, 4)
        assert network["j"].output == (None, 9)
        assert read(path)["c"].output == (None, None, None, 4)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("32x32x4", "invalid input shape: 32x32x4 in --input-shape (the model has ?x?x3 for"),
        ("imag=8x8x3", "unknown input: 'imag' in --input-shape (one of 'image', 'other')"),
        (["8x8x3", "5", "6"], "invalid input shape: 6 in --input-shape (the model has 2 inputs:"),
    ],
)
def test_contradictions_with_the_model(config, tmp_path, shape, message):
    with pytest.raises(UsageError) as caught:
        read(open_model(config, tmp_path), input_shape=shape)
    assert caught.value.message.startswith(message)


def test_a_native_network_is_unchanged(config, tmp_path, chain):
    from net2fig.read import dump

    network = read(config.save(tmp_path / "n.keras", chain))
    (tmp_path / "n.json").write_text(dump(network))
    again = read(tmp_path / "n.json", input_shape="8")
    assert again.layers == network.layers
    assert [notice.code for notice in again.notices] == ["input-shape-unused"]


def with_lambda(config, tmp_path):
    """A Lambda that says nothing of what it returns, and a convolution of it."""
    layers = [
        config.layer("Lambda", "scale", batch_input_shape=[None, 9, 9, 3], function=["x", None]),
        config.layer("Conv2D", "c", filters=4, kernel_size=[3, 3]),
        config.layer("MyOwn", "mine"),
        config.layer("Dense", "d", units=2),
    ]
    for layer in layers:
        del layer["module"]
    return config.save(tmp_path / "net.keras", config.sequential(layers))


def test_the_output_shape_of_a_layer_without_a_rule(config, tmp_path):
    path = with_lambda(config, tmp_path)
    (notice,) = read(path).notices
    assert notice.text == (
        "the output shape is not known of 'scale' (Lambda); give it: --input-shape scale=…"
    )
    network = read(path, input_shape="scale=9x9x3")
    assert network["c"].output == (None, 7, 7, 4)
    assert [notice.code for notice in network.notices] == ["unknown-shape"]
    assert "'mine' (MyOwn)" in network.notices[0].text
    network = read(path, input_shape={"scale": (9, 9, 3), "mine": (5,)})
    assert network["d"].output == (None, 2)
    assert network.notices == ()


def test_only_layers_without_a_rule(config, tmp_path):
    with pytest.raises(UsageError) as caught:
        read(with_lambda(config, tmp_path), input_shape="c=9x9x3")
    assert str(caught.value) == (
        "unknown input: 'c' in --input-shape (one of 'input', 'scale', 'mine')"
    )


def test_none_is_not_set() -> None:
    path = ROOT / "gallery" / "models" / "unet.network.json"
    assert read(path, reader=None, input_shape=None, timeout=None, argv=None) == read(path)
