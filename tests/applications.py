"""The forty `keras.applications`, frozen: no Keras is needed to draw them."""

from __future__ import annotations

import gzip
import json
from functools import cache

from net2fig.network import Network
from net2fig.read.keras.architecture import read_architecture
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "data" / "applications"
NAMES = sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))

SAMPLE = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB1",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "Xception",
)
"""One of each family, for tests that are to be quick."""


@cache
def application(name: str) -> Network:
    """Return the network of an application."""
    text = gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())
    return read_architecture(json.loads(text), source=f"{name}.json", reader="saved", name=name)
