"""The background: a colour under the figure, nothing, or what is usual in a format."""

from __future__ import annotations

import re

import pytest

import net2fig
from net2fig.errors import UsageError
from net2fig.geometry import Point
from net2fig.laws import find_breaches
from net2fig.render.numbers import format_number
from net2fig.scene import Line
from tests.conftest import ROOT

MODEL = ROOT / "gallery" / "models" / "lenet5.network.json"


def corner(data: bytes) -> tuple[int, ...]:
    """Return the pixel in the corner of a PNG: red, green, blue, opacity."""
    import io

    from PIL import Image

    pixel = Image.open(io.BytesIO(data)).convert("RGBA").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return tuple(map(int, pixel))


def test_a_background_colour_is_behind_all_items() -> None:
    figure = net2fig.draw(MODEL, template="cvpr", background="#F4F4F1")
    svg = figure.to_bytes("svg").decode()
    first = re.search(r"<(?:path|g)\b[^>]*>", svg)
    assert first is not None
    assert 'class="background"' in first[0]
    assert 'fill="#f4f4f1"' in first[0]
    size = figure.scene.size
    assert f"L{format_number(size.width)} {format_number(size.height)}" in first[0]
    tex = figure.to_bytes("tex").decode().splitlines()
    begin = next(n for n, line in enumerate(tex) if "useasboundingbox" in line)
    assert "F4F4F1" in tex[begin + 1].upper()
    assert corner(figure.to_bytes("png", dpi=50)) == (0xF4, 0xF4, 0xF1, 255)


@pytest.mark.parametrize(
    ("background", "expected"),
    [(None, (255, 255, 255, 255)), ("white", (255, 255, 255, 255)), ("none", (255, 255, 255, 0))],
)
def test_a_png_has_a_white_or_a_transparent_background(
    background: str | None, expected: tuple[int, ...]
) -> None:
    figure = net2fig.draw(MODEL, template="cvpr", background=background)
    assert corner(figure.to_bytes("png", dpi=50)) == expected


def test_without_the_option_nothing_changes() -> None:
    plain = net2fig.draw(MODEL, template="cvpr")
    clear = net2fig.draw(MODEL, template="cvpr", background="none")
    white = net2fig.draw(MODEL, template="cvpr", background="white")
    for format in ("svg", "tex"):
        assert plain.to_bytes(format) == clear.to_bytes(format)
        assert plain.to_bytes(format) != white.to_bytes(format)
    assert plain.scene.items == white.scene.items
    assert find_breaches(white.scene, white.outline, white.page) == []


def test_chips_and_comparisons_have_one_too() -> None:
    for result in (
        net2fig.chip(MODEL, background="#102030"),
        net2fig.chip([MODEL, MODEL], names=["a", "b"], background="#102030"),
        net2fig.compare(MODEL, MODEL, background="#102030"),
    ):
        assert b'class="background"' in result.to_bytes("svg")


def test_on_slides_the_background_fills_the_whole_figure() -> None:
    figure = net2fig.draw(MODEL, template="poster", page={"zoom": 2}, background="#102030")
    ground = figure.scene.ground
    assert ground is not None
    corner = Point(figure.scene.size.width, figure.scene.size.height)
    assert Line(corner) in ground.commands


def test_another_word_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"invalid value: 'red' in .*'none', 'white' or a colour"):
        net2fig.draw(MODEL, background="red")
