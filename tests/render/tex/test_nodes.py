"""Glyphs are named nodes of TikZ, on which a paper can draw."""

from __future__ import annotations

import re
from pathlib import Path as File

import pytest

from net2fig.figure import draw
from net2fig.geometry import Point, Size
from net2fig.render.tex.writer import render_tex
from net2fig.scene import Path, Scene, polygon
from tests.render.tex.test_writer import ENGINES, MODELS, compiled


def test_glyphs_are_nodes_of_their_layers() -> None:
    text = render_tex(draw(MODELS / "vgg16.network.json", template="cvpr").scene).decode("ascii")
    nodes = re.findall(r"^ \\node\[minimum width=([\d.]+)bp.*\] \((\w+)\) at", text, re.MULTILINE)
    assert [name for _, name in nodes][:3] == ["input_layer", "block1_conv2", "block1_pool"]
    assert "alias=block1_conv1] (block1_conv2)" in text
    names = re.findall(r"alias=(\w+)", text) + [name for _, name in nodes]
    assert len(names) == len(set(names))


def test_a_picture_without_a_network_has_no_nodes() -> None:
    corners = [Point(0, 0), Point(9, 0), Point(9, 9)]
    scene = Scene(Size(9, 9), (Path(polygon(corners), fill="#000000"),))
    assert "nettofigover" not in render_tex(scene).decode("ascii")


OVER = (
    r"\newcommand{\nettofigover}"
    r"{\draw[red,->] (%s.south) to[bend right] node[below] {ours} (%s.north);}"
)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["unet", "vgg16"])
@pytest.mark.parametrize("mono", [False, True])
def test_volumes_compile(engine: str, name: str, mono: bool, tmp_path: File) -> None:
    figure = draw(MODELS / f"{name}.network.json", template="cvpr", glyphs="volumes", mono=mono)
    pdf, size = compiled(engine, tmp_path, figure.to_bytes("tex"))
    assert size == pytest.approx((figure.scene.size.width, figure.scene.size.height, 0), abs=0.02)
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "ends"), [("unet", ("conv2d_1", "output-0")), ("bert", ("add", "output-0"))]
)
def test_a_paper_draws_on_a_figure(
    engine: str, name: str, ends: tuple[str, str], tmp_path: File
) -> None:
    figure = draw(MODELS / f"{name}.network.json", template="cvpr").scene
    _, plain = compiled(engine, tmp_path, render_tex(figure))
    pdf, size = compiled(engine, tmp_path, render_tex(figure), OVER % ends)
    assert size == plain
    assert pdf.read_bytes().startswith(b"%PDF")
