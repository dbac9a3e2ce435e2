"""Networks that everybody knows, at the number of glyphs that a figure of them should have."""

from __future__ import annotations

import cProfile
import pstats
import statistics
from functools import partial
from pathlib import Path

import pytest

from net2fig.data.grammar import Grammar
from net2fig.group import outline
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from net2fig.outline import Outline
from net2fig.read import native as dumped
from tests.applications import NAMES, application
from tests.group.nets import Builder, chain, resnet
from tests.group.outlines import at

MODELS = Path(__file__).parents[2] / "gallery" / "models"


@pytest.mark.parametrize(
    ("name", "level", "most"),
    [
        ("vgg16", "layers", 13),
        ("resnet50", "blocks", 9),
        ("mobilenetv2", "blocks", 13),
        ("densenet121", "blocks", 15),
        ("inceptionv3", "blocks", 27),
        ("inceptionv3", "stages", 15),
        ("vit", "blocks", 7),
        ("siamese", "layers", 7),
    ],
)
def test_the_gallery_is_short(grammar: Grammar, name: str, level: str, most: int) -> None:
    network = dumped.load((MODELS / f"{name}.network.json").read_text(encoding="utf-8"))
    assert len(at(network, grammar, level).blocks) <= most


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.network.json")), ids=lambda path: path.stem)
@pytest.mark.parametrize("level", LEVELS)
def test_the_gallery_keeps_every_promise(grammar: Grammar, path: Path, level: str) -> None:
    at(dumped.load(path.read_text(encoding="utf-8")), grammar, level)


MOST = {"InceptionResNetV2": 17, "DenseNet": 15, "InceptionV3": 15, "NASNetLarge": 11}
"""How many glyphs there are at most where it is not 13, by how a name begins."""


@pytest.fixture(scope="module")
def applications(grammar: Grammar) -> dict[str, Outline]:
    """Return the outlines of the forty `keras.applications` at the last level."""
    return {name: at(application(name), grammar, "stages") for name in NAMES}


def test_the_forty_applications_are_short(applications: dict[str, Outline]) -> None:
    counts = {name: len(found.blocks) for name, found in applications.items()}
    for name, count in counts.items():
        most = next((most for start, most in MOST.items() if name.startswith(start)), 13)
        assert count <= most, name
    assert statistics.median(counts.values()) <= 12


def test_their_legends_are_short(applications: dict[str, Outline]) -> None:
    sizes = [sum(len(g.body.blocks) for g in found.groups) for found in applications.values()]
    assert statistics.median(sizes) <= 9
    assert max(sizes) <= 46
    assert max(_nesting(found) for found in applications.values()) <= 2


def _nesting(found: Outline) -> int:
    """Return how deep the groups of an outline are nested."""
    depth: dict[str, int] = {}
    for group in found.groups:
        inner = [depth[block.type] for block in group.body.blocks if block.is_group]
        depth[group.name] = 1 + max(inner, default=0)
    return max(depth.values(), default=0)


def work(network: Network, grammar: Grammar) -> int:
    """Return how many calls an outline takes: a measure of time that no machine disturbs."""
    profile = cProfile.Profile()
    profile.runcall(outline, network, grammar, Options(), "stages")
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def plain(depth: int) -> Network:
    """Return a chain in which three sizes take turns."""
    return chain(*(partial(Builder.conv, features=8 + turn % 3) for turn in range(depth)))


@pytest.mark.parametrize(
    ("short", "long"),
    [(resnet((25,) * 4), resnet((100,) * 4)), (plain(150), plain(600))],
    ids=["residual", "chain"],
)
def test_the_work_grows_with_the_length(grammar: Grammar, short: Network, long: Network) -> None:
    assert work(long, grammar) < 4.8 * work(short, grammar)
