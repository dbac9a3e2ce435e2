"""Networks that everybody knows, at the number of glyphs that a figure of them should have."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

import pytest

from net2fig.grammar import Grammar
from net2fig.group import check_outline, outline
from net2fig.network import Network
from net2fig.options import LEVELS, Options
from net2fig.outline import Outline
from net2fig.read import plain, read
from tests.group.nets import resnet

MODELS = Path(__file__).parents[2] / "gallery" / "models"


def at(network: Network, grammar: Grammar, level: str) -> Outline:
    """Return the checked outline of a network."""
    found = outline(network, grammar, Options(), level)
    check_outline(network, found)
    return found


@pytest.mark.parametrize(
    ("name", "level", "most"),
    [
        ("vgg16", "layers", 13),
        ("resnet50", "blocks", 9),
        ("mobilenetv2", "blocks", 13),
        ("densenet121", "blocks", 15),
        ("inceptionv3", "blocks", 27),
        ("inceptionv3", "stages", 15),
        ("vit", "blocks", 6),
        ("siamese", "layers", 7),
    ],
)
def test_the_gallery_is_short(grammar: Grammar, name: str, level: str, most: int) -> None:
    network = plain.load((MODELS / f"{name}.network.json").read_text(encoding="utf-8"))
    assert len(at(network, grammar, level).blocks) <= most


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.network.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("level", LEVELS)
def test_the_gallery_keeps_every_promise(grammar: Grammar, path: Path, level: str) -> None:
    at(plain.load(path.read_text(encoding="utf-8")), grammar, level)


@pytest.mark.keras
@pytest.mark.parametrize(
    ("name", "blocks", "stages"),
    [
        ("EfficientNetB0", 14, 14),
        ("EfficientNetV2B0", 11, 11),
        ("InceptionResNetV2", 37, 17),
        ("MobileNetV3Small", 19, 16),
        ("NASNetMobile", 23, 14),
        ("ResNet152V2", 12, 12),
        ("Xception", 12, 12),
    ],
)
def test_applications_are_short(grammar: Grammar, name: str, blocks: int, stages: int) -> None:
    import keras

    network = read(getattr(keras.applications, name)(weights=None))
    assert len(at(network, grammar, "blocks").blocks) <= blocks
    assert len(at(network, grammar, "stages").blocks) <= stages


def work(network: Network, grammar: Grammar) -> int:
    """Return how many calls an outline takes: a measure of time that no machine disturbs."""
    profile = cProfile.Profile()
    profile.runcall(outline, network, grammar, Options(), "stages")
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_the_work_grows_with_the_length(grammar: Grammar) -> None:
    short, long = resnet((25, 25, 25, 25)), resnet((100, 100, 100, 100))
    assert work(long, grammar) < 4.8 * work(short, grammar)
