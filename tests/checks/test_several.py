"""Several models in one file: each has the training that the code states for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.checks.pipeline import check
from net2fig.read import read
from net2fig.read.native import dump, load

SEQUENCE = """
from keras import Sequential, layers
import numpy as np
x, y = np.random.rand(118, 45, 2), np.random.rand(118, {labels})
model = Sequential(
    [layers.Input((45, 2)), layers.LSTM(8, return_sequences={whole}), layers.Dense(1)]
)
model.compile("adam", "mse")
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("labels", "whole", "cases"),
    [("1", True, ["broadcast"]), ("45", True, []), ("44", True, ["target"]), ("1", False, [])],
)
def test_labels_of_a_sequence(tmp_path: Path, labels: str, whole: bool, cases: list[str]) -> None:
    (tmp_path / "net.py").write_text(SEQUENCE.format(labels=labels, whole=whole))
    assert [each.case for each in check(tmp_path / "net.py")] == cases


CODE = """
from keras import Sequential, layers
import numpy as np

def make_critic():
    model = Sequential([layers.Input((28,)), layers.Dense(8), layers.Dense(1)])
    model.compile("adam", "binary_crossentropy")
    return model

critic = make_critic()
maker = Sequential([layers.Input((10,)), layers.Dense(28, activation="tanh")])
maker.compile(loss="mse", optimizer="sgd")
maker.fit(np.random.rand(20, 12), np.random.rand(20, 28), batch_size=5, epochs=7)
plain = Sequential([layers.Input((3,)), layers.Dense(2)])
"""


def test_each_of_several_models_has_its_own_training(tmp_path: Path) -> None:
    (tmp_path / "gan.py").write_text(CODE)
    network = read(tmp_path / "gan.py")
    critic, maker, plain = (part.training for part in network.parts)
    assert network.training is None
    assert plain is None
    assert critic is not None
    assert [loss.name for loss in critic.losses] == ["binary_crossentropy"]
    assert (critic.optimizer, critic.batch, critic.feeds) == ("adam", None, ())
    assert critic.line == "gan.py:7"
    assert maker is not None
    assert (maker.optimizer, maker.batch, maker.epochs) == ("sgd", 5, 7)
    assert [sample.shape for sample in maker.feeds[0].inputs if sample] == [(12,)]
    assert network.lines["critic/dense_1"] == "gan.py:6"
    kept = load(dump(network), "gan.network.json")
    assert kept.parts == network.parts
    assert kept.lines == network.lines


def test_each_of_several_models_is_checked_with_its_own_training(tmp_path: Path) -> None:
    (tmp_path / "gan.py").write_text(CODE)
    found = [(each.code, each.layer) for each in check(tmp_path / "gan.py")]
    assert ("head-loss", "critic/dense_1") in found
    assert ("data-shape", "maker/input_layer_1") in found
    assert not any(layer.startswith("plain/") for _, layer in found)


TORCH = """
import torch
from torch import nn
from torch.nn import functional as F

class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 4)
        self.end = nn.Softmax(dim=1)

    def forward(self, x):
        return self.end(self.body(x))

class Maker(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 8)

    def forward(self, x):
        return self.body(x)

critic, maker = Critic(), Maker()
criterion = nn.NLLLoss()

def train(data):
    for x, y in data:
        a = criterion(critic(x), y)
        b = F.cross_entropy(torch.softmax(maker(x), 1), y)
"""


@pytest.mark.torch
def test_modules_of_pytorch_have_the_losses_that_read_them(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(TORCH)
    found = {each.layer: each for each in check(tmp_path / "nets.py")}
    assert {layer: each.case for layer, each in found.items()} == {
        "critic/end": "no-log",
        "maker/body": "twice",
    }
    assert "softmax outside of the model" in found["maker/body"].message
    assert found["critic/end"].line == "nets.py:28"


PICTURES = """
from torch import nn
from torchvision import datasets
net = nn.Sequential(
    nn.Conv2d(3, 8, 5), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 9)
)
data = datasets.MNIST(".")
loss = nn.CrossEntropyLoss()(net(data[0][0]), data[0][1])
"""


@pytest.mark.torch
def test_pictures_of_a_data_set_fit_a_module_of_pytorch(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(PICTURES)
    assert [each.code for each in check(tmp_path / "net.py")] == ["data-shape", "labels-range"]
    (tmp_path / "net.py").write_text(
        PICTURES.replace("(3, 8, 5)", "(1, 8, 5)").replace("9)", "10)")
    )
    assert check(tmp_path / "net.py") == ()
