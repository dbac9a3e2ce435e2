"""Layers whose weights are not trained are marked, whatever reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

import net2fig
from net2fig.figure import Figure
from net2fig.scene import Path as ScenePath
from net2fig.scene import Text
from tests.group.nets import Builder

KERAS = """
from keras import Input, Model, Sequential, layers
image = Input((32, 32, 3))
base = Sequential([Input((32, 32, 3)), layers.Conv2D(8, 3), layers.Conv2D(8, 3)])
x = layers.Conv2D(4, 3, name="open")(base(image))
model = Model(image, layers.Dense(2, name="head")(layers.Flatten()(x)))
"""

TORCH = """
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.base = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.head = nn.Conv2d(8, 2, 1)
    def forward(self, x):
        return self.head(self.base(x))
net = Net()
"""

FREEZE_KERAS = "def freeze(m):\n    for l in m.layers:\n        l.trainable = False\nfreeze(base)"
FREEZE = "def freeze(m):\n    for p in m.parameters():\n        p.requires_grad = False\n"


def list_frozen(figure: Figure) -> list[str]:
    """Return the names of the blocks that are marked, after checking the marks."""
    blocks = [block for block in figure.outline.blocks if block.frozen]
    items = [item for item, _ in figure.scene.walk()]
    marks = [item for item in items if isinstance(item, ScenePath) and "frost" in item.classes]
    assert len(marks) == len(blocks) + bool(blocks)
    words = [item.string for item in items if isinstance(item, Text)]
    assert ("frozen" in words) is bool(blocks)
    return [block.name for block in blocks]


@pytest.mark.parametrize("reader", ["record", pytest.param("keras", marks=pytest.mark.keras)])
@pytest.mark.parametrize(
    "line", ["base.trainable = False", "for l in base.layers: l.trainable = False", FREEZE_KERAS]
)
def test_code_freezes_layers(tmp_path: Path, reader: str, line: str) -> None:
    (tmp_path / "model.py").write_text(KERAS + line)
    figure = net2fig.draw(tmp_path / "model.py", reader=reader, detail="layers")
    assert list_frozen(figure) == ["conv2d", "conv2d_1"]
    saved = tmp_path / "model.network.json"
    figure.save(saved)
    assert list_frozen(net2fig.draw(saved, detail="layers")) == ["conv2d", "conv2d_1"]


@pytest.mark.keras
@pytest.mark.slow
def test_a_saved_file_keeps_what_is_frozen(tmp_path: Path) -> None:
    import keras

    base = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(8, 3, name="base")])
    base.trainable = False
    model = keras.Sequential([base, keras.layers.Conv2D(4, 3, name="open")])
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        assert list_frozen(net2fig.draw(tmp_path / name, detail="layers")) == ["base"]
    assert list_frozen(net2fig.draw(model, detail="layers")) == ["base"]


@pytest.mark.torch
@pytest.mark.parametrize(
    "lines",
    [
        "net.base.requires_grad_(False)",
        "for p in net.base.parameters():\n    p.requires_grad = False",
        f"{FREEZE}freeze(net.base)",
    ],
)
def test_code_of_pytorch_freezes_layers(tmp_path: Path, lines: str) -> None:
    (tmp_path / "model.py").write_text(TORCH + lines)
    figure = net2fig.draw(f"{tmp_path / 'model.py'}:net", input_shape="3x32x32", detail="layers")
    assert list_frozen(figure) == ["0", "2"]


def test_layers_without_weights_have_no_mark() -> None:
    net = Builder()
    x = net.add("MaxPooling2D", [net.input(8, 8, 3)], (None, 4, 4, 3), trainable=False)
    assert list_frozen(net2fig.draw(net.network(net.conv(x, 4)))) == []


def test_frozen_and_trained_neighbours_do_not_fold() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4, trainable=False)
    x = net.conv(net.conv(x, 4, trainable=False), 4)
    figure = net2fig.draw(net.network(net.conv(x, 4)), detail="layers")
    assert [(b.frozen, b.count) for b in figure.outline.blocks if b.kind == "conv"] == [
        (True, 2),
        (False, 2),
    ]


def test_a_body_marks_what_is_frozen_beside_adapters() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4, 7)
    for _ in range(3):
        inner = net.conv(net.conv(x, 4, trainable=False), 4, 1)
        x = net.merge("Add", inner, x)
    figure = net2fig.draw(net.network(net.conv(x, 2)), detail="blocks")
    (body,) = [group.body for group in figure.outline.groups]
    assert [block.frozen for block in body.blocks] == [True, False, False]
    assert not any(block.frozen for block in figure.outline.blocks)
