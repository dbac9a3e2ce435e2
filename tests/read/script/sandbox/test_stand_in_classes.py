"""Dictionaries with attributes, and bases of modules, in place of those that are not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read
from net2fig.read.script.sandbox.stand_in_classes import DICTIONARIES, AttributeDict, list_makers


def test_a_dictionary_has_its_items_as_attributes() -> None:
    config = AttributeDict({"data": {"size": 3}}, width=4)
    assert (config.data.size, config["width"]) == (3, 4)
    config.data.size = 5
    copied = config.clone()
    copied.width = 9
    assert (config.data.size, config.width, copied.width) == (5, 4, 9)
    assert not hasattr(config, "other")


def test_every_module_has_its_dictionaries() -> None:
    for name, make in list_makers().items():
        for word in DICTIONARIES[name].split():
            assert getattr(make(), word) is AttributeDict


def draw(folder: Path, text: str, **others: str) -> Network:
    for name, each in others.items():
        (folder / f"{name}.py").write_text(each, "utf-8")
    path = folder / "net.py"
    path.write_text(f"import torch\nfrom torch import nn\n{text}", "utf-8")
    return read(str(path))


@pytest.mark.torch
def test_a_configuration_of_another_file_is_made(tmp_path: Path) -> None:
    configs = "import ml_collections\n\ndef make():\n    config = ml_collections.ConfigDict()\n"
    configs += "    config.width = 6\n    return config\n"
    text = (
        "import absent_with_layers\nimport configs\nCONFIGS = {'small': configs.make()}\n"
        "class Net(nn.Module):\n    def __init__(self, config):\n        super().__init__()\n"
        "        self.fc = nn.Linear(config.width, 2)\n"
        "    def forward(self, x):\n        return self.fc(x)\n"
    )
    network = draw(tmp_path, text, configs=configs)
    assert network.params == 14
    texts = [notice.text for notice in network.notices]
    assert "Net was made with config=CONFIGS['small']; to choose: net.py:Net(…)" in texts
    left_out = "is not installed: what the model does not need of it is left out"
    assert f"ml_collections {left_out}" in texts


@pytest.mark.torch
def test_a_lightning_module_is_a_module(tmp_path: Path) -> None:
    text = (
        "import absent_lightning as pl\nclass Net(pl.LightningModule):\n"
        "    def __init__(self, width=7):\n        super().__init__()\n"
        "        self.save_hyperparameters()\n"
        "        self.fc = nn.Linear(self.hparams.width, 2)\n"
        "    def forward(self, x):\n        return self.fc(x)\n"
    )
    network = draw(tmp_path, text)
    assert network.params == 16
    assert network.notices[0].text.startswith("absent_lightning is not installed")


@pytest.mark.torch
def test_what_the_model_needs_of_a_module_that_is_absent_is_named(tmp_path: Path) -> None:
    text = (
        "from absent_with_layers import Fused\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3, 2)\n"
        "        self.fused = Fused()\n"
        "    def forward(self, x):\n        return self.fc(self.fused(x))\n"
    )
    with pytest.raises(Exception, match="missing module: 'absent_with_layers' in net.py, line 3"):
        draw(tmp_path, text)
