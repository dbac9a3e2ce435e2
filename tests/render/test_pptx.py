"""PPTX: a slide of native shapes."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest

import net2fig
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.render.pptx.shapes import EMU
from net2fig.scene import Group, Image, Path, Scene, Text, Texture, polygon
from tests.conftest import ROOT

MODELS = ROOT / "gallery" / "models"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
PNG = b"\x89PNG\r\n\x1a\n"
SQUARE = polygon([Point(1, 1), Point(5, 1), Point(5, 5)])


def parse(data: bytes) -> ET.Element:
    """Return a part of a presentation that was written here."""
    return ET.fromstring(data)  # noqa: S314


def read(scene: Scene) -> tuple[zipfile.ZipFile, ET.Element]:
    """Return the archive and its slide, after checking that each part is well-formed."""
    archive = zipfile.ZipFile(io.BytesIO(render(scene, "pptx")))
    names = archive.namelist()
    for name in names:
        if name.endswith((".xml", ".rels")):
            parse(archive.read(name))
    for name in names:
        if name.endswith(".rels"):
            folder = name.replace("_rels/", "").rpartition("/")[0]
            for relation in parse(archive.read(name)):
                target = relation.attrib["Target"]
                parts = [part for part in f"{folder}/{target}".split("/") if part]
                while ".." in parts:
                    at = parts.index("..")
                    del parts[at - 1 : at + 1]
                assert "/".join(parts) in names, (name, target)
    return archive, parse(archive.read("ppt/slides/slide1.xml"))


def test_a_figure_is_groups_with_the_names_of_layers() -> None:
    figure = net2fig.draw(MODELS / "resnet50.network.json", template="cvpr")
    _, slide = read(figure.scene)
    names = [each.attrib["name"] for each in slide.iter(f"{P}cNvPr")]
    blocks = {block.id for block in figure.outline.blocks}
    assert len(blocks & {name.replace("-", "_") for name in names}) >= len(blocks) / 2
    words = [each.text for each in slide.iter(f"{A}t")]
    texts = [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]
    assert words == texts
    paths = [item for item, _ in figure.scene.walk() if isinstance(item, Path)]
    assert len(list(slide.iter(f"{A}custGeom"))) == len(paths)
    ids = [each.attrib["id"] for each in slide.iter(f"{P}cNvPr")]
    assert len(set(ids)) == len(ids)


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = net2fig.draw(MODELS / "unet.network.json").scene
    assert render(scene, "pptx") == render(scene, "pptx")


@pytest.mark.parametrize(
    ("size", "slide"), [(Size(400, 300), (960, 540)), (Size(400, 900), (400, 900))]
)
def test_a_slide_is_wide_unless_the_drawing_is_larger(size: Size, slide: tuple[int, int]) -> None:
    archive, _ = read(Scene(size, (Path(SQUARE, fill="#ff0000"),)))
    root = parse(archive.read("ppt/presentation.xml"))
    (found,) = root.iter(f"{P}sldSz")
    assert (int(found.attrib["cx"]), int(found.attrib["cy"])) == (slide[0] * EMU, slide[1] * EMU)


def test_shapes_stand_where_the_scene_has_them() -> None:
    text = Text(Point(50, 40), "up", 10.0, "#123456", anchor="middle", angle=-90.0, bold=True)
    path = Path(
        SQUARE, fill=Texture("dots", "#000000", "#ffffff"), stroke="#0000ff", width=2.0, dash=(4, 2)
    )
    scene = Scene(Size(960, 540), (Group((path, text), id="a<b"), Group(())))
    _, slide = read(scene)
    group, shape, words = (
        each.find(f".//{A}xfrm") for each in slide.iter() if each.tag in (f"{P}grpSp", f"{P}sp")
    )
    assert shape is not None
    assert words is not None
    assert group is not None
    assert shape[0].attrib == {"x": str(EMU), "y": str(EMU)}
    assert shape[1].attrib == {"cx": str(4 * EMU), "cy": str(4 * EMU)}
    assert words.attrib["rot"] == str(270 * 60_000)
    (pattern,) = slide.iter(f"{A}pattFill")
    assert pattern.attrib["prst"] == "pct20"
    (dash,) = slide.iter(f"{A}ds")
    assert dash.attrib == {"d": "200000", "sp": "100000"}
    assert "a<b" in [each.attrib["name"] for each in slide.iter(f"{P}cNvPr")]


def test_pictures_are_parts() -> None:
    archive, slide = read(Scene(Size(9, 9), (Image(Box(0, 0, 5, 5), PNG, "image/png"),)))
    assert archive.read("ppt/media/picture1.png") == PNG
    assert len(list(slide.iter(f"{A}blip"))) == 1
