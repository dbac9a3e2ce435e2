"""TorchScript archives: the figure of the code, from traces and from scripts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from net2fig.comparison import compare
from net2fig.errors import ModelError, UsageError
from net2fig.network import Network
from net2fig.read import read
from tests.read.exported.test_files import pairs, tensor
from tests.read.onnx.export import NETS, make
from tests.read.onnx.test_reader import glyphs
from tests.read.torchscript.export import FILES, KEPT, KINDS, UNSCRIPTABLE, write

PAIRS = [(n, k) for n in NETS for k in KINDS if k == "trace" or n not in UNSCRIPTABLE]


def read_saved(name: str, path: Path) -> Network:
    """Return the network of an archive; scripts are given the shapes that traces hold."""
    if ".trace." in path.name:
        return read(path)
    shapes = NETS[name][1]
    texts = ["x".join(map(str, shape)) for shape in shapes]
    named = [f"{word}={text}" for word, text in zip(("left", "right"), texts, strict=False)]
    return read(path, input_shape=texts[0] if len(texts) == 1 else named)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_the_figure_is_that_of_the_code(tmp_path: Path, name: str, kind: str) -> None:
    path = FILES / f"{name}.{kind}.pt"
    if name not in KEPT:
        path = tmp_path / path.name
        write(name, kind, path)
    module, inputs = make(name)
    code, saved = read(module, example=inputs), read_saved(name, path)
    assert glyphs(saved) == glyphs(code)
    assert not compare(code, saved).differences
    assert saved.params == sum(value.numel() for value in module.parameters())


@pytest.mark.parametrize("name", set(KEPT) - UNSCRIPTABLE)
def test_traces_and_scripts_have_the_same_figure(name: str) -> None:
    one, two = (read_saved(name, FILES / f"{name}.{kind}.pt") for kind in KINDS)
    assert glyphs(one) == glyphs(two)


def test_classes_and_places_are_those_of_the_code() -> None:
    network = read_saved("resnet", FILES / "resnet.script.pt")
    layer = network["layer1.0.conv1"]
    assert (network.name, layer.class_name, layer.op) == ("ResNet", "Conv2d", "Conv2D")
    assert [step.class_name for step in layer.scope][-1] == "Bottleneck"


# Archives by hand.

HEAD = """\
class Net(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  training : bool
  def forward(self: __torch__.nets.Net,
    x: Tensor) -> Tensor:
    weight = self.weight
"""
NET = b"c__torch__.nets\nNet\n)\x81" + pairs(weight=tensor(5, 8), training=b"\x89") + b"b"


def save(folder: Path, *lines: str, head: str = HEAD, pickle: bytes = NET) -> Path:
    path = folder / "net.pt"
    code = head + "".join(f"    {line}\n" for line in lines)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data.pkl", b"\x80\x02" + pickle + b".")
        archive.writestr("net/code/__torch__/nets.py", code)
    return path


LINEAR = "y = torch.linear(x, weight)"


def test_a_module_by_hand(tmp_path: Path) -> None:
    network = read(save(tmp_path, LINEAR, "return torch.relu(y)"))
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "linear", "relu"]
    assert (network.params, network.layers[1].output) == (40, (None, 5))
    told = {notice.code: notice.text for notice in network.notices}
    assert told["guessed-shape"].startswith("no input shape was given: took 8, the first that fits")


def test_ways_that_data_choose_are_told(tmp_path: Path) -> None:
    lines = (
        LINEAR,
        "if bool(torch.gt(torch.max(y), 1)):",
        "  z = torch.sigmoid(y)",
        "else:",
        "  z = torch.tanh(y)",
        "return z",
    )
    network = read(save(tmp_path, *lines))
    assert network.layers[-1].class_name == "tanh"
    told = {notice.code: notice.text for notice in network.notices}
    assert told["value-asked"].endswith("took one way in 'nets.py:9'")


def test_ways_that_raise_errors_are_not_taken(tmp_path: Path) -> None:
    lines = (
        LINEAR,
        "if bool(torch.any(torch.isnan(y))):",
        "  pass",
        "else:",
        '  ops.prim.RaiseException("never")',
        "return torch.tanh(y)",
    )
    network = read(save(tmp_path, *lines))
    assert network.layers[-1].class_name == "tanh"
    assert all(notice.code != "value-asked" for notice in network.notices)


def test_sizes_are_computed(tmp_path: Path) -> None:
    lines = (
        "b, n, _ = torch.size(x)",
        "parts = annotate(List[Tensor], [])",
        "for i in range(torch.floordiv(n, 2)):",
        "  part = torch.slice(x, 1, torch.mul(i, 2), torch.add(torch.mul(i, 2), 2))",
        "  _0 = torch.append(parts, part)",
        "y = torch.linear(torch.cat(parts, 1), weight)",
        "return torch.reshape(y, [b, torch.mul(n, 5)])",
    )
    network = read(save(tmp_path, *lines), input_shape="6x8")
    assert [layer.class_name for layer in network.layers].count("getitem") == 3
    assert network.layers[-1].output == (None, 30)


def test_a_change_in_place_reaches_the_whole(tmp_path: Path) -> None:
    lines = (
        LINEAR,
        "part = torch.slice(y, 1, 0, 2)",
        "_0 = torch.mul_(part, 2)",
        "return torch.tanh(y)",
    )
    network = read(save(tmp_path, *lines))
    names = [layer.class_name for layer in network.layers]
    assert names == ["InputLayer", "linear", "getitem", "mul", "copy", "tanh"]


def test_open_errors_name_what_helps(tmp_path: Path) -> None:
    path = save(tmp_path, LINEAR, "return y")
    with pytest.raises(ModelError, match=r"^invalid input: forward\(x\) in net\.pt fails with it"):
        read(path, input_shape="7")
    with pytest.raises(UsageError, match="^unknown input: 'z'"):
        read(path, input_shape="z=8")
    raising = save(tmp_path, LINEAR, 'ops.prim.RaiseException("no good")', "return y")
    with pytest.raises(ModelError, match=r"fits none that was tried \(no good\)"):
        read(raising)
    none = save(tmp_path, head=HEAD.replace("forward", "run"))
    with pytest.raises(ModelError, match="net.pt has no method forward"):
        read(none)


def test_a_frozen_module_has_its_weights_in_constants(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "y = torch.linear(x, CONSTANTS.c0, CONSTANTS.c1)",
        "return torch.mul(torch.relu(y), CONSTANTS.c2)",
        head="class Net(Module):\n  __parameters__ = []\n"
        "  def forward(self: __torch__.nets.Net,\n    x: Tensor) -> Tensor:\n",
        pickle=b"c__torch__.nets\nNet\n)\x81}b",
    )
    with zipfile.ZipFile(path, "a") as archive:
        constants = tensor(5, 8) + tensor(5) + tensor(1)
        archive.writestr("net/constants.pkl", b"\x80\x02(" + constants + b"t.")
    network = read(path)
    assert [layer.class_name for layer in network.layers][:3] == ["InputLayer", "linear", "relu"]
    assert network.params == 5 * 8 + 5
    assert "frozen-module" in [notice.code for notice in network.notices]
