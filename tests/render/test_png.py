from __future__ import annotations

import io
import math
from typing import Any

import pytest
from PIL import Image as Picture

from net2fig.errors import UsageError
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.scene import Image, Path, Scene, Text, Texture, polygon, rounded

SQUARE = polygon([Point(10, 10), Point(40, 10), Point(40, 40), Point(10, 40)])


def picture(*items: Any, dpi: float = 144) -> Picture.Image:
    data = render(Scene(Size(50, 50), items), "png", dpi=dpi)
    return Picture.open(io.BytesIO(data)).convert("RGB")


def test_size_and_resolution(scene: Scene) -> None:
    found = Picture.open(io.BytesIO(render(scene, "png")))
    assert found.size == (500, 300)
    assert found.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    found.load()


def test_paper_is_white_and_fills_are_true() -> None:
    found = picture(Path(SQUARE, "#4e79a7"))
    assert found.getpixel((2, 2)) == (255, 255, 255)
    assert found.getpixel((50, 50)) == (0x4E, 0x79, 0xA7)


@pytest.mark.parametrize(
    ("dpi", "message"),
    [
        (0, "invalid resolution: 0 (pixels to the inch, greater than 0)"),
        (math.nan, "invalid resolution: nan (pixels to the inch, greater than 0)"),
        (100_000, "unsupported picture: 69444 × 69444 pixels at 100000 dpi (1 to 32000 each)"),
        (0.1, "unsupported picture: 0 × 0 pixels at 0.1 dpi (1 to 32000 each)"),
    ],
)
def test_a_resolution_that_makes_no_picture(dpi: float, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        picture(dpi=dpi)
    assert caught.value.message == message


def test_same_bytes_again(scene: Scene) -> None:
    assert render(scene, "png") == render(scene, "png")


def extent(found: Picture.Image) -> tuple[float, float, float, float]:
    """The box around all that is not white, in points."""
    box = found.convert("L").point(lambda grey: 255 * (grey < 200)).getbbox()
    assert box is not None
    scale = found.info.get("scale", 1)
    return tuple(edge / scale for edge in box)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("anchor", "left", "right"),
    [
        ("start", 25, 44.46),
        ("middle", 15.27, 34.73),
        ("end", 5.54, 25),
    ],
)
def test_texts_stand_where_the_metrics_say(anchor: str, left: float, right: float) -> None:
    # Seven figures of 0.556 of the size each, in 5 pt.
    found = picture(Text(Point(25, 25), "0000000", 5, "#000000", anchor), dpi=720)
    box = extent(found)
    assert box[0] / 10 == pytest.approx(left + 0.2, abs=0.25)
    assert box[2] / 10 == pytest.approx(right - 0.2, abs=0.25)


def test_a_turned_text_stands_upright() -> None:
    found = picture(Text(Point(25, 25), "0000000", 5, "#000000", "middle", angle=-90), dpi=720)
    left, top, right, bottom = extent(found)
    assert bottom - top == pytest.approx(194.6, abs=6)
    assert right - left == pytest.approx(36, abs=3)


def test_bold_is_darker_than_regular() -> None:
    def ink(bold: bool) -> int:
        found = picture(Text(Point(5, 25), "Conv", 9, "#000000", bold=bold), dpi=300)
        return sum(255 - grey for grey in found.convert("L").tobytes())

    assert ink(True) > 1.2 * ink(False)


def test_a_texture_stays_inside_of_its_shape() -> None:
    texture = Texture("thick-diagonal", "#000000", "#ffff00")
    found = picture(Path(rounded(Box(10, 10, 30, 30), 15), texture))
    colours = {found.getpixel((x, y)) for x in range(100) for y in range(100)}
    assert {(0, 0, 0), (255, 255, 0), (255, 255, 255)} <= colours
    assert found.getpixel((22, 22)) == (255, 255, 255)


LEVEL = {"diagonal": -45, "thick-diagonal": 45, "horizontal": 0, "vertical": 90}
"""How far a picture is turned, against the clock, to bring the bands of a texture level."""


@pytest.mark.parametrize("name", LEVEL)
def test_bands_show_no_seams(name: str) -> None:
    # Along a band the tone does not change: seams would be lighter pixels within black ones.
    found = picture(Path(SQUARE, Texture(name, "#000000", "#ffffff")), dpi=1440)
    level = found.rotate(LEVEL[name], resample=Picture.Resampling.NEAREST)
    middle = level.convert("L").crop((400, 400, 600, 600))
    rows = [middle.crop((0, y, 200, y + 1)).tobytes() for y in range(200)]
    assert any(max(row) < 30 for row in rows)


def test_pictures_of_both_types() -> None:
    def encoded(format: str) -> bytes:
        output = io.BytesIO()
        Picture.new("RGB", (8, 8), (255, 0, 0)).save(output, format)
        return output.getvalue()

    for format in ("PNG", "JPEG"):
        found = picture(Image(Box(10, 10, 30, 20), encoded(format), f"image/{format.lower()}"))
        red, green, blue = found.getpixel((50, 40))  # type: ignore[misc]
        assert (red > 245, green < 10, blue < 10) == (True, True, True)
        assert found.getpixel((50, 90)) == (255, 255, 255)
