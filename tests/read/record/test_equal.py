"""The recorder against Keras: the same network, to the last field, or no answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net2fig.read.native import dump, load
from tests.read.record.readers import assert_alike, executed, recorded

ROOT = Path(__file__).resolve().parents[3]
GALLERY = sorted(map(str, (ROOT / "gallery" / "models").glob("*.py")))
CODE = sorted(map(str, (ROOT / "tests" / "models" / "recorded").glob("*.py")))
SCRIPTS = sorted(map(str, (ROOT / "tests" / "models").glob("scripts/*.py")))

FROM_SOURCES = {"densenet121", "inceptionv3", "mobilenetv2", "resnet50"}
"""Models of the gallery that are recorded from Keras' own sources, and not without them."""


def marked(path):
    """Return a model of the gallery, with a mark where Keras has to be installed."""
    name = Path(path).stem
    return pytest.param(path, marks=pytest.mark.keras if name in FROM_SOURCES else (), id=name)


@pytest.fixture(scope="module")
def gallery():
    """What the recorder says of the gallery."""
    return recorded(GALLERY)


@pytest.mark.parametrize("path", [marked(path) for path in GALLERY])
def test_the_gallery_is_recorded_as_in_its_frozen_networks(gallery, path):
    frozen = Path(path).with_suffix(".network.json")
    network = load(frozen.read_text("utf-8"), frozen.name)
    assert_alike(gallery[path], {"network": json.loads(dump(network))})


@pytest.fixture(scope="module")
def pairs():
    """What both readers answer, by target."""
    targets = [*CODE, *SCRIPTS]
    first, second = recorded(targets), executed(targets)
    return {target: (first[target], second[target]) for target in targets}


@pytest.mark.keras
@pytest.mark.parametrize("path", CODE, ids=lambda path: Path(path).stem)
def test_code_in_the_common_styles(pairs, path):
    one, other = pairs[path]
    assert_alike(one, other)


@pytest.mark.keras
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: Path(path).stem)
def test_difficult_code_gives_the_same_network_or_is_declined(pairs, path):
    one, other = pairs[path]
    if "network" in one:
        assert_alike(one, other)
    elif "error" in one:
        assert one == other
    else:
        assert one["declined"]
