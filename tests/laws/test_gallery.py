"""The laws hold on every network of the gallery, across a page and in one column."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.data.template import load_template
from net2fig.figure import draw
from net2fig.laws import find_breaches
from net2fig.options.page import resolve_page
from net2fig.options.table import Options

MODELS = Path(__file__).resolve().parents[2] / "gallery" / "models"
NAMES = sorted(path.name.removesuffix(".network.json") for path in MODELS.glob("*.network.json"))

WIDTHS = (495.0, 234.0)


@pytest.mark.parametrize("glyphs", ["trapezoids", "boxes", "volumes"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_the_gallery_breaks_no_law(name: str, width: float, glyphs: str) -> None:
    figure = draw(MODELS / f"{name}.network.json", template="cvpr", width=width, glyphs=glyphs)
    template = resolve_page(Options(template="cvpr", width=width))
    breaches = find_breaches(figure.scene, figure.outline, template)
    # Boxes have the size of their names; a stack that is too wide for the page is told.
    if "too-wide" in {notice.code for notice in figure.warnings}:
        breaches = [one for one in breaches if "pt wide" not in one.message]
    assert [str(one) for one in breaches] == []


@pytest.mark.parametrize("direction", ["up", "right"])
@pytest.mark.parametrize("name", ["bert", "clip", "seq2seq", "transformer", "vit"])
def test_boxes_break_no_law_in_any_direction(name: str, direction: str) -> None:
    path = MODELS / f"{name}.network.json"
    figure = draw(path, template="cvpr", glyphs="boxes", direction=direction)
    found = find_breaches(figure.scene, figure.outline, load_template("cvpr"))
    # Boxes have the size of their names.
    assert [str(one) for one in found if "pt wide" not in one.message] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"mono": True},
        {"palette": "grey"},
        {"placeholders": "always"},
        {"labels": {"resolution": "all", "kernel": True, "stride": True, "name": True}},
        {"detail": "stages"},
    ],
    ids="-".join,
)
@pytest.mark.parametrize("name", ["inceptionv3", "two_input", "unet", "vae"])
def test_other_wishes_break_no_law(name: str, asked: dict[str, object]) -> None:
    figure = draw(MODELS / f"{name}.network.json", template="cvpr", **asked)
    template = load_template("cvpr")
    assert [str(one) for one in find_breaches(figure.scene, figure.outline, template)] == []
