"""Code for PyTorch: which module is drawn, what it is fed, and what does not run."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from net2fig.errors import ModelError, Net2figError, UsageError
from net2fig.network import Network
from net2fig.read import read
from net2fig.read.script.frameworks import find_framework
from net2fig.read.script.torch.feeds import find_feeds
from net2fig.read.script.torch.pick_class import find_root_classes

HEAD = "import torch\nfrom torch import nn\n"

NET = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.fc = nn.Linear(width, 2)

    def forward(self, x):
        return self.fc(torch.relu(self.conv(x)).mean([2, 3]))
"""
)

Read = Callable[..., Network]


@pytest.fixture
def read_text(tmp_path: Path) -> Read:
    def read_it(text: str, pick: str = "", **options: object) -> Network:
        path = tmp_path / "net.py"
        path.write_text(text, encoding="utf-8")
        return read(f"{path}{pick}", **options)

    return read_it


def parse(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


# Without running anything.


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        ("import torch", "torch"),
        ("from torch import nn", "torch"),
        ("import keras", "keras"),
        ("import torch, tensorflow as tf", "keras"),
        ("import numpy", "keras"),
        (
            "import torch.nn as nn\nimport tensorflow as tf\nclass A(nn.Module):\n    pass",
            "torch",
        ),
    ],
)
def test_the_framework_is_told_by_imports(text: str, framework: str) -> None:
    assert find_framework(parse(text), None) == framework


def test_the_framework_may_be_that_of_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import torch", encoding="utf-8")
    assert find_framework(parse("from layers import Block"), tmp_path) == "torch"
    assert find_framework(parse("from others import Block"), tmp_path) == "keras"


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("net(torch.randn(1, 3, 8, 8))", [(3, 8, 8)]),
        ("x = torch.rand((2, 5))\nnet(x)", [(5,)]),
        ("n = 16\nNet()(torch.zeros(2, 3, n, 2 * n).cuda())", [(3, 16, 32)]),
        ("summary(net, (3, 32, 32))", [(3, 32, 32), (32, 32)]),
        ("net(torch.randn(1, 4), torch.randn(1, 6))", [(4,)]),
        ("net(load())", []),
    ],
)
def test_what_the_code_feeds(text: str, shapes: list[tuple[int, ...]]) -> None:
    feeds = find_feeds(parse(text), "Net", "net.py")
    assert [feed.specs[0].axes for feed in feeds] == shapes


def test_the_classes_that_may_be_the_model() -> None:
    text = "class Part(nn.Module): pass\nclass Net(nn.Module):\n    def f(self): return Part()\n"
    assert find_root_classes(parse(text)) == ["Net"]
    needs = "class Other(nn.Module):\n    def __init__(self, width): pass\n"
    assert find_root_classes(parse(text + needs)) == ["Net", "Other"]
    assert find_root_classes(parse(needs)) == ["Other"]


# Under PyTorch.


@pytest.mark.torch
@pytest.mark.parametrize(
    ("tail", "pick"),
    [
        ("", ""),
        ("", ":Net"),
        ("", ":Net(width=8)"),
        ("net = Net()", ""),
        ("def build(depth=1):\n    return Net()", ":build(depth=2)"),
        ("if __name__ == '__main__':\n    net = Net().cuda()\n    net(torch.rand(1, 3, 9, 9))", ""),
    ],
)
def test_a_module_is_found(read_text: Read, tail: str, pick: str) -> None:
    network = read_text(NET + tail, pick)
    assert [layer.op for layer in network.layers if layer.params] == ["Conv2D", "Dense"]
    assert network.reader == "torch"


@pytest.mark.torch
@pytest.mark.parametrize(
    ("text", "pick", "width", "told"),
    [
        (
            NET.replace("width=4", "num_classes").replace("width", "num_classes"),
            "",
            10,
            "Net was made with num_classes=10; to choose: net.py:Net(…)",
        ),
        (
            NET.replace("width=4", "config").replace("width", "config.width")
            + "class NetConfig:\n    width = 7",
            ":Net",
            7,
            "Net was made with config=NetConfig(); to choose: net.py:Net(…)",
        ),
        (
            NET.replace("width=4", "config").replace("width", "config.width")
            + "class NetConfig:\n    def __init__(self, width):\n        self.width = width",
            ":Net(NetConfig(width=6))",
            6,
            "",
        ),
        (
            NET.replace("width=4", "width")
            + "def test():\n    net = Net(5)\n    net(torch.rand(2, 3, 9, 9))",
            "",
            5,
            "the input shape is that of net.py, line 14: 3x9x9",
        ),
    ],
)
def test_arguments_are_those_of_the_code_or_guessed_and_told(
    read_text: Read, text: str, pick: str, width: int, told: str
) -> None:
    network = read_text(text, pick)
    assert network["conv"].config["out_channels"] == width
    assert not told or told in [each.text for each in network.notices]


@pytest.mark.torch
def test_a_notebook(tmp_path: Path) -> None:
    cells = [NET, "!pip install torch\nnet = Net()\nnet(torch.rand(4, 3, 28, 28))"]
    data = {"cells": [{"cell_type": "code", "source": text} for text in cells]}
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(data), encoding="utf-8")
    network = read(path)
    assert [each.text for each in network.notices] == [
        "the input shape is that of net.ipynb, cell 2, line 3: 3x28x28"
    ]


@pytest.mark.torch
def test_a_tuple_among_the_arguments_stays_a_tuple(read_text: Read) -> None:
    text = (
        NET.replace("width=4", "sizes")
        .replace("width", "sizes[0]")
        .replace("super().__init__()", "super().__init__(); assert type(sizes) is tuple")
    )
    assert read_text(text, ":Net(sizes=(3, 4))")["conv"].config["out_channels"] == 3


@pytest.mark.torch
def test_training_does_not_run_and_data_are_not_needed(read_text: Read) -> None:
    text = NET + (
        "from torchvision import datasets\n"
        "def train(model, loader, optimizer):\n"
        "    model.train()\n"
        "    for x, y in loader:\n"
        "        optimizer.zero_grad()\n"
        "        nn.functional.cross_entropy(model(x), y).backward()\n"
        "        optimizer.step()\n"
        "def main():\n"
        "    data = datasets.MNIST('data', download=True)\n"
        "    loader = torch.utils.data.DataLoader(data)\n"
        "    model = Net().to('cuda')\n"
        "    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "    model.load_state_dict(torch.load('weights.pth'))\n"
        "    for epoch in range(3):\n"
        "        train(model, loader, optimizer)\n"
        "    torch.save(model.state_dict(), 'net.pt')\n"
        "if __name__ == '__main__':\n"
        "    main()\n"
    )
    network = read_text(text)
    assert network.params == 3 * 4 * 9 + 4 + 4 * 2 + 2


@pytest.mark.torch
def test_the_shape_is_what_the_code_feeds(read_text: Read) -> None:
    network = read_text(
        NET + "\nif __name__ == '__main__':\n    print(Net()(torch.rand(1, 3, 40, 20)))\n"
    )
    assert network.layers[0].output == (None, 3, 40, 20)
    assert [each.text for each in network.notices] == [
        "the input shape is that of net.py, line 14: 3x40x20"
    ]


@pytest.mark.torch
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEAD
            + "def one(): return nn.Sequential(nn.Linear(2, 2))\n"
            + "def two(): return nn.Sequential(nn.Linear(2, 2))\n"
            + "class Net(nn.Module):\n    def __init__(self, frobs):\n        super().__init__()\n"
            + "        self.one, self.two = one(), two()\n",
            "missing argument: 'frobs' of Net() in net.py",
        ),
        (NET.replace("width=4", "frobs"), "missing argument: 'frobs' of Net() in net.py"),
        (HEAD, "missing model: no model in net.py"),
        (
            NET + "net = Net(later)\nlater = 4",
            "invalid code: NameError: name 'later' is not defined",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told(read_text: Read, text: str, message: str) -> None:
    with pytest.raises(Net2figError) as caught:
        read_text(text)
    assert caught.value.message.startswith(message)


@pytest.mark.torch
def test_a_name_that_nothing_defines_is_told(read_text: Read) -> None:
    network = read_text(NET + "net = Net(later)")
    assert network["fc"].config["out_features"] == 2
    assert "nothing defines 'later': not known" in [notice.text for notice in network.notices]


@pytest.mark.torch
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (NET + "a, b = Net(2), Net(3)", ["a", "b"]),
        (NET + NET.replace("class Net", "class Two").replace("width=4", "width=6"), ["Net", "Two"]),
        (
            NET.replace("width=4", "width")
            + "def a():\n    return Net(1)\ndef b():\n    return Net(2)",
            ["a", "b"],
        ),
    ],
)
def test_several_modules_are_parts(read_text: Read, text: str, parts: list[str]) -> None:
    assert [part.name for part in read_text(text).parts] == parts


@pytest.mark.torch
def test_large_weights_are_not_allocated(read_text: Read) -> None:
    text = HEAD + "net = nn.Sequential(nn.Linear(200_000, 200_000), nn.Linear(200_000, 3))"
    assert read_text(text).params == 200_000 * 200_001 + 200_001 * 3


def test_a_reader_for_keras_declines(read_text: Read) -> None:
    with pytest.raises(ModelError) as caught:
        read_text(NET, reader="keras")
    assert caught.value.message == "unsupported code: net.py is written for PyTorch"


@pytest.mark.torch
def test_an_error_of_forward_has_its_file_and_line(read_text: Read) -> None:
    line = NET[: NET.index("return self.fc")].count("\n") + 1
    with pytest.raises(ModelError) as caught:
        read_text(NET, input_shape=(4, 32, 32))
    assert caught.value.message.startswith("invalid input: Net.forward(x) in ")
    assert caught.value.message.endswith(f", in net.py, line {line})")


@pytest.mark.torch
def test_a_name_that_is_not_in_the_file_gets_a_suggestion(read_text: Read) -> None:
    with pytest.raises(UsageError) as caught:
        read_text(NET, ":net")
    assert caught.value.message.endswith("net.py (one of 'Net')")
    assert caught.value.hint == "did you mean 'Net'?"


@pytest.mark.torch
def test_a_module_that_takes_a_single_sample_is_run_with_one(read_text: Read) -> None:
    """The queries of a detector are those of one picture, the batch second."""
    text = HEAD + (
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 8, 16, 16)\n"
        "        self.queries = nn.Parameter(torch.rand(5, 8))\n"
        "        self.attention = nn.MultiheadAttention(8, 2)\n"
        "        self.out = nn.Linear(8, 4)\n"
        "    def forward(self, x):\n"
        "        h = self.conv(x).flatten(2).permute(2, 0, 1)\n"
        "        y, _ = self.attention(self.queries.unsqueeze(1), h, h)\n"
        "        return self.out(y)\n"
    )
    network = read_text(text, input_shape=(3, 64, 64))
    shapes = {layer.class_name: layer.outputs[0] for layer in network.layers}
    assert shapes["MultiheadAttention"] == (None, 5, 8)
    assert shapes["permute"] == (None, 16, 8)
    assert network.params == 8 * 3 * 256 + 8 + 5 * 8 + 4 * 64 + 4 * 8 + 9 * 4


@pytest.mark.torch
def test_a_mask_is_no_input_of_an_attention_that_is_written_out(read_text: Read) -> None:
    text = HEAD + (
        "class Attention(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.q, self.k, self.v = (nn.Linear(8, 8) for _ in range(3))\n"
        "    def forward(self, x, mask):\n"
        "        a = self.q(x) @ self.k(x).transpose(1, 2)\n"
        "        a = a.masked_fill(mask, -1e9).softmax(-1)\n"
        "        return a @ self.v(x)\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.embedding = nn.Embedding(10, 8)\n"
        "        self.attention = Attention()\n"
        "    def forward(self, words):\n"
        "        mask = (words == 0).unsqueeze(1)\n"
        "        return self.attention(self.embedding(words), mask)\n"
    )
    network = read_text(text, ":Net", input_shape=(5,))
    attention = next(layer for layer in network.layers if layer.op == "MultiHeadAttention")
    into = [edge.source for edge in network.edges if edge.target == attention.id]
    assert into == ["embedding"]


@pytest.mark.torch
def test_an_attention_that_is_written_out_keeps_its_mask(read_text: Read) -> None:
    for causal in (True, False):
        text = HEAD + (
            "class Attention(nn.Module):\n"
            "    def __init__(self):\n"
            "        super().__init__()\n"
            "        self.all = nn.Linear(8, 24)\n"
            "    def forward(self, x):\n"
            "        parts = self.all(x).view(-1, 5, 3, 2, 4).permute(2, 0, 3, 1, 4)\n"
            "        y = nn.functional.scaled_dot_product_attention(\n"
            f"            parts[0], parts[1], parts[2], is_causal={causal})\n"
            "        return y.transpose(1, 2).reshape(-1, 5, 8)\n"
            "class Net(nn.Module):\n"
            "    def __init__(self):\n"
            "        super().__init__()\n"
            "        self.embedding, self.attention = nn.Embedding(9, 8), Attention()\n"
            "    def forward(self, words):\n"
            "        return self.attention(self.embedding(words))\n"
        )
        network = read_text(text, ":Net", input_shape=(5,))
        attention = next(layer for layer in network.layers if layer.op == "MultiHeadAttention")
        assert attention.config.get("is_causal", False) is causal
