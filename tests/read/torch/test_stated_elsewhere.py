"""Arguments of a module that its uses, files of settings and calls of its project tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read

pytestmark = pytest.mark.torch

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def draw(folder: Path, text: str, pick: str = "", name: str = "net.py") -> Network:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEAD}\n{text}", "utf-8")
    return read(f"{path}{pick}")


def told(network: Network) -> str:
    return " ".join(each.text for each in network.notices if each.code == "guessed-argument")


def test_what_layers_do_with_an_argument_tells_it(tmp_path: Path) -> None:
    text = """
class Inner(nn.Module):
    def __init__(self, wide, much):
        super().__init__()
        self.fc = nn.Linear(wide, wide)
        self.drop = nn.Dropout(much)

    def forward(self, x):
        return self.drop(self.fc(x))


class Net(nn.Module):
    def __init__(self, odd, strange, often, rest, kinds, mark):
        super().__init__()
        self.inner = nn.ModuleList([Inner(odd, strange) for _ in range(often)])
        self.rest = rest
        self.kinds = kinds
        self.mark = mark

    def forward(self, x):
        for each in self.inner:
            x = each(x) + x if self.rest else each(x)
        return x if "last" in self.kinds else 2 * x
"""
    network = draw(tmp_path, text)
    assert network.params == 2 * (64 * 64 + 64)
    words = "odd=64, strange=0.5, often=2, rest=False, kinds=(), mark=None"
    assert told(network) == f"Net was made with {words}; to choose: net.py:Net(…)"


def test_a_table_of_words_is_made(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self, matrix_of_words, opt):
        super().__init__()
        self.embed = nn.Embedding.from_pretrained(torch.tensor(matrix_of_words))
        self.rnn = nn.LSTM(300, opt.odd_size)

    def forward(self, x):
        return self.rnn(self.embed(x))[0]
"""
    network = draw(tmp_path, text)
    assert network.params == 1000 * 300 + 4 * 64 * (300 + 64 + 2)


def test_a_file_of_settings_holds_the_arguments(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self, odd_one, other_one, last_one):
        super().__init__()
        self.one = nn.Linear(odd_one, other_one)
        self.two = nn.Linear(other_one, last_one)

    def forward(self, x):
        return self.two(self.one(x))
"""
    settings = '{"train": {"rate": 1}, "net": {"odd_one": 5, "other_one": 6, "last_one": 7}}'
    (tmp_path / "config.json").write_text(settings, "utf-8")
    (tmp_path / "README.md").write_text("net", "utf-8")
    network = draw(tmp_path, text)
    assert network.params == 5 * 6 + 6 + 6 * 7 + 7
    assert "odd_one=5 (config.json)" in told(network)


def test_yaml_is_read_where_it_can_be(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    text = """
class Net(nn.Module):
    def __init__(self, width=8, kind=None):
        super().__init__()
        if kind is None:
            raise ValueError
        self.fc = nn.Linear(width, 2)

    def forward(self, x):
        return self.fc(x)
"""
    (tmp_path / "model.yaml").write_text("model:\n  width: 12\n  kind: odd\n", "utf-8")
    (tmp_path / "README.md").write_text("net", "utf-8")
    network = draw(tmp_path, text)
    assert network.params == 12 * 2 + 2
    assert "width=12 (model.yaml), kind='odd' (model.yaml)" in told(network)


def test_options_are_parsed_wherever_they_stand(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.one = nn.Linear(args.wide, 4)
        self.two = nn.Linear(4, 3) if args.deep else None
        self.kind = {"a": nn.ReLU, "b": nn.GELU}[args.kind]()
        self.size = nn.Linear(4, args.far)

    def forward(self, x):
        return self.size(self.kind(self.one(x)))
"""
    main = """
import argparse

def get_parser():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wide", type=int, default=9)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--kind", choices=["b", "a"], required=True)
    parser.add_argument("--far", type=int, required=True)
    return parser

def main():
    parser = get_parser()
    args = parser.parse_args()
    train(args)
"""
    (tmp_path / "main.py").write_text(main, "utf-8")
    (tmp_path / "README.md").write_text("python main.py --kind a --far 6\n", "utf-8")
    network = draw(tmp_path, text)
    assert network.params == 9 * 4 + 4 + 4 * 6 + 6
    assert [layer.class_name for layer in network.layers if layer.op == "ReLU"]


def test_what_options_lack_is_made_up(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.one = nn.Linear(args.wide, args.middle)
        self.two = nn.Linear(args.middle, args.odd_end)

    def forward(self, x):
        return self.two(self.one(x))
"""
    main = "import argparse\nparser = argparse.ArgumentParser()\n"
    main += 'parser.add_argument("--wide", default=9)\n'
    main += 'parser.add_argument("--middle", default=5)\nargs = parser.parse_args()\n'
    (tmp_path / "main.py").write_text(main, "utf-8")
    (tmp_path / "README.md").write_text("net", "utf-8")
    assert draw(tmp_path, text).params == 9 * 5 + 5 + 5 * 64 + 64


def test_a_call_that_names_a_class_of_the_file_tells_it(tmp_path: Path) -> None:
    text = """
class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.fc = nn.Linear(size, size)

    def forward(self, x):
        return self.fc(x)


class Net(nn.Module):
    def __init__(self, block, size):
        super().__init__()
        self.one = block(size)

    def forward(self, x):
        return self.one(x)


def small(**options):
    return Net(Block, size=options["size"])
"""
    network = draw(tmp_path, text, ":Net")
    assert "block=Block (line" in told(network)
    assert {layer.class_name for layer in network.layers} >= {"Linear"}


def test_a_default_of_none_is_replaced_where_it_fails(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self, cfg=None):
        super().__init__()
        self.fc = nn.Linear(cfg["wide"], cfg["far"])

    def forward(self, x):
        return self.fc(x)
"""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "config.py").write_text('cfg = {"wide": 6, "far": 7, "x": 1}', "utf-8")
    (tmp_path / "README.md").write_text("net", "utf-8")
    assert draw(tmp_path, text).params in (6 * 7 + 7, 64 * 64 + 64)


def test_a_file_may_be_called_like_its_package(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "odd"
    (package / "models").mkdir(parents=True)
    (package / "layers").mkdir()
    for each in (package, package / "models", package / "layers"):
        (each / "__init__.py").write_text("", "utf-8")
    (package / "layers" / "part.py").write_text("SIZE = 11\n", "utf-8")
    (tmp_path / "lib" / "README.md").write_text("odd", "utf-8")
    text = """
from odd.layers.part import SIZE

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(SIZE, 2)

    def forward(self, x):
        return self.fc(x)
"""
    assert draw(tmp_path, text, name="lib/odd/models/odd.py").params == 11 * 2 + 2


def test_decorators_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    text = """
from absent_library import REGISTRY, Backbone, auto

def old(kind):
    return lambda cls: cls

@REGISTRY.register_module()
@old("a", new=1)
class Net(Backbone):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    @property
    def twice(self):
        return 2

    @auto()
    def forward(self, x):
        return self.fc(x) * self.twice
"""
    assert draw(tmp_path, text).params == 4 * 2 + 2


def test_code_for_older_versions_runs(tmp_path: Path) -> None:
    text = """
from torch._six import container_abcs

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        assert torch.__version__ == "1.4.0", "too new"
        self.fc = nn.Linear(300, 300)
        self.fc.weight.data = torch.zeros(300, 300)
        q, _ = torch.qr(torch.eye(3))
        self.mix = nn.Parameter(q)
        if not isinstance([], container_abcs.Iterable):
            exit()

    def forward(self, x):
        mask = torch.zeros_like(x).byte()
        return self.fc(x).masked_fill(mask, 0.0)
"""
    assert draw(tmp_path, text).params >= 300 * 300 + 300
