"""Arguments of a module that its file does not give: its project tells them, or none does."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.errors import UsageError
from net2fig.network import Network
from net2fig.read import read

pytestmark = pytest.mark.torch

HEAD = "import torch\nfrom torch import nn\n"

CONFIGURED = f"""{HEAD}
class Net(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.embed = nn.Embedding(cfg.vocab_size, cfg.width)
        self.head = nn.Linear(cfg.width, cfg.data.classes)

    def forward(self, x):
        return self.head(self.embed(x)) * self.cfg.scale
"""

SIZED = f"""{HEAD}
class Net(nn.Module):
    def __init__(self, odd_one):
        super().__init__()
        self.fc = nn.Linear(odd_one, 2)

    def forward(self, x):
        return self.fc(x)
"""


def draw(folder: Path, text: str, pick: str = "", **others: str) -> Network:
    for name, each in others.items():
        (folder / name.replace("_", ".")).write_text(each, "utf-8")
    path = folder / "net.py"
    path.write_text(text, "utf-8")
    return read(f"{path}{pick}")


def told(network: Network, code: str = "guessed-argument") -> list[str]:
    return [notice.text for notice in network.notices if notice.code == code]


def test_an_example_of_the_readme_is_followed(tmp_path: Path) -> None:
    readme = "# Net\n\n```sh\npip install net\n```\n\n```python\nimport net\nfrom net import Net\n"
    readme += "size = 5 + 2\nmodel = Net(size)\ntrain(model)\n```\n"
    for pick in ("", ":Net"):
        network = draw(tmp_path, SIZED, pick, README_md=readme)
        assert network.params == 7 * 2 + 2
        assert told(network) == [
            "Net was made as in README.md, line 8: Net(size); to choose: net.py:Net(…)"
        ]


def test_a_call_in_another_file_is_followed(tmp_path: Path) -> None:
    train = "from net import Net\nWIDTH = 9\nmodel = Net(WIDTH)\n"
    network = draw(tmp_path, SIZED, train_py=train)
    assert network.params == 9 * 2 + 2
    assert told(network) == [
        "Net was made with odd_one=9 (train.py, line 3); to choose: net.py:Net(…)"
    ]


def test_a_class_that_hands_options_on_needs_those_of_its_base(tmp_path: Path) -> None:
    text = SIZED.replace("odd_one", "in_channels") + (
        "\nclass Wide(Net):\n    def __init__(self, num_classes, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n        self.fc2 = nn.Linear(2, num_classes)\n"
        "    def forward(self, x):\n        return self.fc2(super().forward(x))\n"
    )
    network = draw(tmp_path, text, ":Wide")
    assert network.params == 3 * 2 + 2 + 2 * 10 + 10
    assert "Wide was made with num_classes=10, in_channels=3" in told(network)[0]


def test_a_call_in_a_test_comes_last(tmp_path: Path) -> None:
    others = {"eval_py": "from net import Net\nNet(3)\n", "train_py": "import net\nnet.Net(8)\n"}
    assert draw(tmp_path, SIZED, **others).params == 8 * 2 + 2


def test_an_option_of_another_file_gives_a_value(tmp_path: Path) -> None:
    train = "parser.add_argument('--odd-one', type=int, default=6)\nargs = parser.parse_args()\n"
    network = draw(tmp_path, SIZED, train_py=train)
    assert network.params == 6 * 2 + 2
    assert "odd_one=6 (train.py, line 1)" in told(network)[0]
    network = draw(tmp_path, SIZED, train_py="")
    assert network.params == 64 * 2 + 2
    assert "odd_one=64;" in told(network)[0]


def test_a_configuration_is_made_up_and_told(tmp_path: Path) -> None:
    train = "class Config:\n    width: int = 12\n\nconfig = Config()\nconfig.scale = 0.5\n"
    network = draw(tmp_path, CONFIGURED, train_py=train)
    assert network.params == 10000 * 12 + 12 * 10 + 10
    config = "(vocab_size=10000, width=12, data=(classes=10), scale=0.5)"
    assert told(network) == [f"Net was made with cfg={config}; to choose: net.py:Net(…)"]


def test_a_configuration_of_the_file_comes_first(tmp_path: Path) -> None:
    value = "\nfrom types import SimpleNamespace as Bag\nCONFIGS = {'small': "
    value += "Bag(vocab_size=7, width=3, data=Bag(classes=2), scale=1)}\n"
    network = draw(tmp_path, CONFIGURED + value)
    assert network.params == 7 * 3 + 3 * 2 + 2
    assert told(network) == ["Net was made with cfg=CONFIGS['small']; to choose: net.py:Net(…)"]


def test_the_fields_of_a_configuration_are_told(tmp_path: Path) -> None:
    text = CONFIGURED.replace("cfg):", "cfg: 'Sizes'):").replace("cfg.data.classes", "cfg.classes")
    fields = "\nfrom dataclasses import dataclass\n@dataclass\nclass Sizes:\n"
    fields += (
        "    vocab_size: int\n    width: int = 4\n    classes: int = 3\n    scale: float = 1.0\n"
    )
    network = draw(tmp_path, text + fields)
    assert network.params == 10000 * 4 + 4 * 3 + 3
    assert "cfg=Sizes(vocab_size=10000)" in told(network)[0]


def test_a_value_that_the_code_compares_with_is_taken(tmp_path: Path) -> None:
    text = (
        f"{HEAD}class Net(nn.Sequential):\n    def __init__(self, kind, BatchNorm):\n"
        "        if kind == 'small':\n            width = 4\n"
        "        elif kind == 'large':\n            width = 8\n"
        "        super().__init__(nn.Conv2d(3, width, 3), BatchNorm(width))\n"
    )
    network = draw(tmp_path, text)
    assert [layer.class_name for layer in network.layers[-2:]] == ["Conv2d", "BatchNorm2d"]
    values = "kind='small' (line 5), BatchNorm=torch.nn.BatchNorm2d"
    assert told(network) == [f"Net was made with {values}; to choose: net.py:Net(…)"]


def test_a_model_that_is_tested_or_trained_is_trained(tmp_path: Path) -> None:
    text = (
        SIZED.replace("odd_one):", "phase):")
        .replace("odd_one", "3")
        .replace("return self", "assert self.phase != 'test'\n        return self")
    )
    text = text.replace("__init__()\n", "__init__()\n        self.phase = phase\n")
    text = text.replace("nn.Linear(3", "nn.Linear(4 if phase == 'test' else 3")
    network = draw(tmp_path, text)
    assert network.params == 3 * 2 + 2
    assert told(network) == ["Net was made with phase='train' (line 8); to choose: net.py:Net(…)"]


def test_an_example_uses_the_class_of_the_file(tmp_path: Path) -> None:
    other = SIZED.replace("Linear(odd_one, 2)", "Linear(odd_one, 9)") + "\nsize = 5\n"
    readme = "```python\nfrom other import Net, size\nmodel = Net(size)\n```\n"
    network = draw(tmp_path, SIZED, README_md=readme, other_py=other)
    assert network.params == 5 * 2 + 2


def test_a_class_that_another_passes_is_known(tmp_path: Path) -> None:
    text = (
        f"{HEAD}class Block(nn.Conv2d):\n    expansion = 1\n"
        "class Net(nn.Sequential):\n    def __init__(self, block, counts, classes=4):\n"
        "        super().__init__(*(block(3, 3, block.expansion) for _ in range(sum(counts))))\n"
        "def make(depth, **options):\n    return Net(Block, [1, 2], **options)\n"
    )
    network = draw(tmp_path, text)
    assert [layer.class_name for layer in network.layers[1:]] == ["Block"] * 3
    assert told(network) == [
        "Net was made with block=Block (line 9), counts=[1, 2] (line 9); to choose: net.py:Net(…)"
    ]


def test_a_module_among_the_arguments_is_not_made_up(tmp_path: Path) -> None:
    text = (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self, backbone):\n"
        "        super().__init__()\n        self.backbone = backbone\n"
        "        self.fc = nn.Linear(backbone.width, 2)\n"
        "    def forward(self, x):\n        return self.fc(self.backbone(x))\n"
    )
    with pytest.raises(UsageError, match="missing argument: 'backbone'"):
        draw(tmp_path, text)


def test_a_module_of_a_package_may_have_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "nets"
    folder.mkdir()
    for name, text in (
        ("__init__", "from nets.model import Net\nimport accelerate_that_is_missing\n"),
        ("nets", "1 / 0\n"),
        ("parts", f"{HEAD}def make():\n    return nn.Linear(4, 2)\n"),
    ):
        (folder / f"{name}.py").write_text(text, "utf-8")
    text = (
        f"{HEAD}from nets.parts import make\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.fc = make()\n"
        "    def forward(self, x):\n        return self.fc(x)\n"
    )
    assert draw(folder, text).params == 10


def test_a_class_may_derive_from_one_in_a_folder_above(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Nets\n", "utf-8")
    for folder in ("base", "models"):
        (tmp_path / folder).mkdir()
    (tmp_path / "base" / "__init__.py").write_text(f"{HEAD}class Base(nn.Module):\n    pass\n")
    text = (
        f"{HEAD}from base import Base\nclass Part(nn.Linear):\n    pass\n"
        "class Net(Base):\n    def __init__(self):\n        super().__init__()\n"
        "        self.part = Part(4, 2)\n    def forward(self, x):\n        return self.part(x)\n"
        "class Unused(nn.Linear):\n    def __init__(self, several, arguments):\n        pass\n"
    )
    assert draw(tmp_path / "models", text).name == "Net"


OPTIONS = """\
import argparse
import missing_here

parser = argparse.ArgumentParser()
parser.add_argument("--widths", default="4+6")
parser.add_argument("--data", required=True)
args = parser.parse_args()
args.widths = [int(each) for each in args.widths.split("+")]
open("written-by-options", "w").close()
"""


def test_options_are_those_that_the_project_parses(tmp_path: Path) -> None:
    text = f"""{HEAD}
def make_model(args):
    return Net(args)

class Net(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(*args.widths), nn.ReLU())

    def forward(self, x):
        return self.layers(x)
"""
    for pick in ("", ":Net"):
        network = draw(tmp_path, text, pick, option_py=OPTIONS, setup_py="")
        assert network.params == 4 * 6 + 6
        assert "(option.py)" in told(network)[0]
    assert not (tmp_path / "written-by-options").exists()


def test_a_class_without_layers_is_not_the_model(tmp_path: Path) -> None:
    text = f"""{HEAD}
class Same(nn.Module):
    def forward(self, x):
        return x

class Block(nn.Module):
    def __init__(self, inp, oup):
        super().__init__()
        self.conv = nn.Conv2d(inp, oup, 1)

    def forward(self, x):
        return self.conv(x)
"""
    network = draw(tmp_path, text)
    assert network.name == "Block"
    assert network.params == 64 * 64 + 64


def test_two_images_may_be_one_input(tmp_path: Path) -> None:
    text = f"""{HEAD}
class Stereo(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 1)

    def forward(self, pair):
        left, right = pair.chunk(2, 1)
        return self.conv(left) - self.conv(right)
"""
    assert draw(tmp_path, text).layers[0].output == (None, 6, 224, 224)


def test_a_neighbour_does_not_hide_a_package_of_the_project(tmp_path: Path) -> None:
    text = f"""{HEAD}
from utils.sizes import WIDTH

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(WIDTH, 2)

    def forward(self, x):
        return self.fc(x)
"""
    (tmp_path / "README.md").touch()
    (tmp_path / "setup.py").touch()
    for folder in ("utils", "layers"):
        (tmp_path / folder).mkdir()
    (tmp_path / "utils" / "sizes.py").write_text("WIDTH = 7\n")
    (tmp_path / "layers" / "utils.py").write_text("")
    path = tmp_path / "layers" / "net.py"
    path.write_text(text)
    assert read(path).params == 7 * 2 + 2
