"""The structure of an SVG file, read back with a parser."""

from __future__ import annotations

import base64
from pathlib import Path as File
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.errors import ModelError, UsageError
from net2fig.fonts.metrics import printable
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.render.svg.patterns import make_patterns
from net2fig.render.svg.writer import list_fonts, render_svg
from net2fig.scene import Group, Image, Path, Scene, Text, Texture, polygon

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
HERE = File(__file__).parent


def parsed(scene: Scene, **options: Any) -> Any:
    return fromstring(render_svg(scene, **options))


def only(items: tuple[Any, ...]) -> Scene:
    return Scene(Size(100, 50), items)


def box(fill: str | Texture | None = "#4e79a7", **details: Any) -> Path:
    return Path(polygon([Point(0, 0), Point(9, 0), Point(9, 9)]), fill, **details)


def test_root(scene: Scene) -> None:
    root = parsed(scene)
    assert root.tag == f"{SVG}svg"
    assert root.get("class") == "net2fig"
    assert root.get("role") == "img"
    assert (root.get("width"), root.get("height")) == ("120pt", "72pt")
    assert root.get("viewBox") == "0 0 120 72"
    assert root.get("font-family") == "Liberation Sans, Arial, Helvetica, sans-serif"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "A small network"
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == "Two layers & an edge."


def test_groups_carry_ids_classes_data_and_titles(scene: Scene) -> None:
    conv = parsed(scene).find(f".//{SVG}g[@id='conv-1']")
    assert conv is not None
    assert conv.get("class") == "glyph kind-conv"
    assert conv.get("data-type") == "Conv2D"
    assert conv.get("data-layers") == "conv/1"
    assert conv[0].tag == f"{SVG}title"
    assert conv[0].text == "Conv2D, 64 features"
    assert [child.tag for child in conv[1:]] == [f"{SVG}path", f"{SVG}text"]


def test_edges_refer_to_the_ids_in_the_file(scene: Scene) -> None:
    root = parsed(scene)
    edge = root.find(f".//{SVG}g[@class='edge']")
    assert edge is not None
    ids = {element.get("id") for element in root.iter()}
    assert edge.get("data-from") == "conv-1"
    assert edge.get("data-to") == "pool"
    assert {"conv-1", "pool"} <= ids


def test_an_id_that_comes_twice_is_made_unique() -> None:
    groups = tuple(Group((box(),), id="same") for _ in range(3))
    found = [g.get("id") for g in parsed(only(groups)).iter(f"{SVG}g")]
    assert found == ["same", "same-2", "same-3"]


def test_a_path() -> None:
    path = parsed(only((box(None, stroke="#333333", width=0.75, dash=(2, 1.5)),)))[0]
    assert path.get("d") == "M0 0 L9 0 L9 9 Z"
    assert path.get("fill") == "none"
    assert path.get("stroke") == "#333333"
    assert path.get("stroke-width") == "0.75"
    assert path.get("stroke-dasharray") == "2 1.5"


def test_a_stroke_without_width_is_not_drawn() -> None:
    path = parsed(only((box(stroke="#333333"),)))[0]
    assert path.get("stroke") is None


def test_every_text_is_an_element_of_its_own(scene: Scene) -> None:
    root = parsed(scene)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts == ["64", "×3", "Features", "serif"]
    assert not list(root.iter(f"{SVG}tspan"))


def test_a_text_turned_centred_bold_and_italic() -> None:
    text = Text(Point(3, 4.5), "a", 6.5, "#222222", "middle", bold=True, italic=True, angle=-90)
    element = parsed(only((text,)))[0]
    assert element.attrib == {
        "x": "3",
        "y": "4.5",
        "font-size": "6.5",
        "fill": "#222222",
        "text-anchor": "middle",
        "font-weight": "bold",
        "font-style": "italic",
        "transform": "rotate(-90 3 4.5)",
    }


def test_the_family_of_most_texts_stands_at_the_root() -> None:
    texts = tuple(
        Text(Point(0, 0), "a", 7, "#000000", family=f) for f in ("serif", "serif", "sans", "Fira")
    )
    root = parsed(only(texts))
    assert root.get("font-family") == list_fonts("serif")
    assert [text.get("font-family") for text in root] == [
        None,
        None,
        list_fonts("sans"),
        "'Fira', Liberation Sans, Arial, Helvetica, sans-serif",
    ]


def test_spaces_that_xml_would_eat_are_kept() -> None:
    root = parsed(only((Text(Point(0, 0), "a  b", 7, "#000000"),)))
    assert root[0].get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "\"quotes\" & 'others'",
        "two\nlines\ttabbed",
        "\x00\x08control\x1b[31m",
        "\u202eevil\u2066",
        "🦊 層 \ud800",
        "]]> <!-- -->",
        "&amp; &#0;",
    ],
)
def test_any_name_is_written_as_it_is_and_nothing_more(name: str) -> None:
    group = Group(
        (Text(Point(0, 0), name, 7, "#000000"),),
        id=name,
        classes=(name,),
        data=(("type", name), (name, "x")),
        title=name,
    )
    root = parsed(replace(only((group,)), title=name, description=name))
    element = root.find(f"{SVG}g")
    assert element is not None
    text = element.find(f"{SVG}text")
    assert text is not None
    assert text.text == element.get("data-type") == printable(name)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {"svg", "title", "desc", "g", "text"}


def test_a_texture_is_paper_then_patterns_then_border() -> None:
    texture = Texture("crosshatch", "#1a1a1a", "#eeeeee")
    root = parsed(only((box(texture, stroke="#333333", width=1, classes=("body",)),)))
    ids = [pattern.get("id") for pattern in root.iter(f"{SVG}pattern")]
    assert ids == ["texture-crosshatch-1a1a1a", "texture-crosshatch-1a1a1a-2"]
    group = root.find(f"{SVG}g")
    assert group is not None
    assert group.get("class") == "body"
    fills = [path.get("fill") for path in group]
    assert fills == ["#eeeeee", *(f"url(#{id})" for id in ids), "none"]
    assert group[-1].get("stroke") == "#333333"


def test_a_texture_used_often_is_defined_once() -> None:
    textures = [Texture("dots", "#1a1a1a", paper) for paper in ("#ffffff", "#eeeeee", "#ffffff")]
    root = parsed(only(tuple(map(box, textures))))
    assert len(list(root.iter(f"{SVG}pattern"))) == 1


def test_blank_paper_needs_no_pattern() -> None:
    root = parsed(only((box(Texture("blank", "#1a1a1a", "#ffffff")),)))
    assert not list(root.iter(f"{SVG}pattern"))
    assert not list(root.iter(f"{SVG}defs"))


def test_patterns_are_made_of_known_parts() -> None:
    import svgwrite

    drawing = svgwrite.Drawing(debug=False)
    texture = Texture("waves", "#1a1a1a", "#ffffff")
    (pattern,) = make_patterns(drawing, texture)
    assert pattern.elementname == "pattern"


def test_a_picture_is_held_by_the_file_itself(scene: Scene) -> None:
    image = next(parsed(scene).iter(f"{SVG}image"))
    head, _, data = image.attrib[f"{XLINK}href"].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert (image.get("x"), image.get("width")) == ("98", "8")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"<svg/>", "image/png"), (b"\x89PNG\r\n\x1a\n", "image/jpeg"), (b"<svg/>", "image/svg+xml")],
)
def test_what_is_no_picture_is_refused(data: bytes, media_type: str) -> None:
    with pytest.raises(ModelError) as caught:
        render_svg(only((Image(Box(0, 0, 9, 9), data, media_type),)))
    expected = f"unsupported picture: {media_type!r} (one of image/png, image/jpeg)"
    assert caught.value.message == expected


def test_nothing_is_run_or_fetched(scene: Scene) -> None:
    root = parsed(scene)
    for element in root.iter():
        assert element.tag != f"{SVG}script"
        for key, value in element.attrib.items():
            assert not key.startswith("on")
            if key.endswith("href"):
                assert value.startswith("data:image/")


def test_one_element_to_a_line(scene: Scene) -> None:
    text = render_svg(scene).decode()
    assert text.endswith("</svg>\n")
    assert all(line.count("<path") + line.count("<text") <= 1 for line in text.splitlines())


def test_unknown_format(scene: Scene) -> None:
    with pytest.raises(UsageError) as caught:
        render(scene, "pfd")
    assert caught.value.lines() == [
        "unknown format: 'pfd' (one of 'svg', 'pdf', 'png', 'tex', 'eps', 'pptx')",
        "hint: did you mean 'pdf'?",
    ]


names = st.text(max_size=8)
texts = st.builds(
    Text,
    st.builds(Point, st.floats(0, 99), st.floats(0, 49)),
    names,
    st.floats(5, 12),
    st.just("#222222"),
    st.sampled_from(["start", "middle", "end"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["sans", "serif"]),
    st.sampled_from([0.0, -90.0, 30.0]),
)
items = st.recursive(
    texts | st.just(box()) | st.just(box(Texture("diamonds", "#1a1a1a", "#ffffff"))),
    lambda children: st.builds(
        Group,
        st.lists(children, max_size=3).map(tuple),
        st.none() | names,
        st.lists(names, max_size=2).map(tuple),
        st.lists(st.tuples(names, names), max_size=2).map(tuple),
        st.none() | names,
    ),
    max_leaves=8,
)


@given(st.builds(only, st.lists(items, max_size=4).map(tuple)))
def test_any_scene_is_well_formed_with_unique_ids(scene: Scene) -> None:
    data = render_svg(scene)
    root = fromstring(data)
    ids = [element.get("id") for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    shown = [item.string for item, _ in scene.walk() if isinstance(item, Text)]
    assert [t.text or "" for t in root.iter(f"{SVG}text")] == [printable(text) for text in shown]
    assert render_svg(scene) == data


def test_golden(scene: Scene) -> None:
    golden, data = HERE / "goldens" / "scene.svg", render_svg(scene)
    changed = golden.with_name("scene-changed.svg")
    if golden.read_bytes() != data:
        changed.write_bytes(data)
    assert golden.read_bytes() == data, f"compare {golden} with {changed}"
    changed.unlink(missing_ok=True)
