"""From the ink of a figure alone the eight questions are answered as the network answers them."""

from __future__ import annotations

import re
from functools import cache

import pytest

from net2fig.figure import Figure, draw
from tests.laws.questions import differing
from tests.laws.test_gallery import MODELS, NAMES, WIDTHS


@cache
def draw_application(name: str, width: float) -> Figure:
    path = MODELS / f"{name}.network.json"
    return draw(path, template="cvpr", width=width, glyphs="trapezoids")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_the_questions_are_answered_from_the_figure(name: str, width: float) -> None:
    figure = draw_application(name, width)
    assert differing(figure, figure.to_bytes("svg")) == {}


def test_nothing_but_ink_is_looked_at() -> None:
    svg = draw_application("unet", 495.0).to_bytes("svg").decode()
    bare = re.sub(r' (id|class|data-[a-z]+)="[^"]*"', "", svg)
    bare = re.sub(r"<(title|desc)>.*?</\1>", "", bare)
    assert bare != svg
    assert differing(draw_application("unet", 495.0), bare.encode()) == {}


@pytest.mark.parametrize(
    ("name", "old", "new", "question"),
    [
        ("unet", ">×2</text>", ">×3</text>", "convolutions"),
        ("unet", ">1024</text>", ">2000</text>", "depth"),
        ("unet", ">16×16</text>", ">15×15</text>", "resolution"),
        ("unet", ">256×256</text>", ">255×255</text>", "inputs"),
        ("unet", ">Up-sampling 2×2</text>", ">Dense</text>", "convolutional"),
        ("ddpm", "5 of 9", "4 of 9", "convolutions"),
        ("clip", ">Cosine similarity</text>", ">Add</text>", "outputs"),
    ],
)
def test_another_word_is_another_answer(name: str, old: str, new: str, question: str) -> None:
    figure = draw_application(name, 495.0)
    svg = figure.to_bytes("svg").decode().replace("\N{NO-BREAK SPACE}", " ")
    assert old in svg
    assert question in differing(figure, svg.replace(old, new).encode())
