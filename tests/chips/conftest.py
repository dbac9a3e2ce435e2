"""What the tests of chips share."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read
from tests.conftest import ROOT
from tests.running import run

__all__ = ["MODELS", "gallery", "network", "run"]

MODELS = sorted((ROOT / "gallery" / "models").glob("*.network.json"))


def gallery(name: str) -> Path:
    """Return a frozen network of the gallery."""
    return ROOT / "gallery" / "models" / f"{name}.network.json"


def network(name: str) -> Network:
    """Return a network of the gallery, read."""
    return read(gallery(name))


@pytest.fixture(scope="session")
def four() -> list[Path]:
    """The four models of the target: VGG16, ResNet50, MobileNetV2, U-Net."""
    return [gallery(name) for name in ("vgg16", "resnet50", "mobilenetv2", "unet")]
