"""The structure of a TikZ picture; where LaTeX is installed, the page that it makes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.data.grammar import texture_names
from net2fig.errors import ModelError
from net2fig.figure import draw
from net2fig.geometry import Box, Point, Size
from net2fig.render import render
from net2fig.render.pixels import MAX_SIDE, read_pixels
from net2fig.render.tex.writer import PIECE, render_tex
from net2fig.scene import (
    Curve,
    Group,
    Image,
    Item,
    Move,
    Path,
    Scene,
    Text,
    Texture,
    polygon,
    polyline,
    rounded,
)
from tests.conftest import ROOT

INK = "#1a1a1a"
PAGE = Size(100, 50)
MODELS = ROOT / "gallery" / "models"
HERE = File(__file__).parent

NAMES = ("\\input{/etc/passwd}", "\\write18{ls}", "^^5cend", "100 %", "}{", "a\n\\end{tikzpicture}")
"""What a layer might be called by someone who means harm."""


def lines(*items: Item, size: Size = PAGE) -> list[str]:
    """Return the lines of the picture, without indentation."""
    text = render_tex(Scene(size, items)).decode("ascii")
    picture = text.partition("\\begin{tikzpicture}\n")[2].partition("\\end{tikzpicture}")[0]
    return [line.strip() for line in picture.splitlines()][1:]


def box(**details: object) -> Path:
    return replace(Path(polygon([Point(0, 0), Point(9, 0), Point(9, 9)])), **details)


def test_the_picture_is_as_large_as_the_scene(scene: Scene) -> None:
    text = render_tex(scene).decode("ascii")
    assert "\\begin{tikzpicture}\n \\useasboundingbox (0,0) rectangle (120,72);\n" in text
    assert "x=1bp, y=-1bp" in text


def test_nothing_is_set_around_the_picture(scene: Scene) -> None:
    text = render_tex(scene).decode("ascii")
    head, picture = text.split("\\begin{tikzpicture}")
    assert picture.endswith("\\end{tikzpicture}%\n\\endgroup%\n")
    # The end of a line is a space, if it is not behind a number, a command or a comment.
    told = [line for line in head.splitlines() if not line.startswith("%")]
    allowed = re.compile(r"%$| 12$|\\[A-Za-z]+$|,$")
    assert [line for line in told if not allowed.search(line)] == []


def test_the_header_says_how_it_is_used(scene: Scene) -> None:
    head = render_tex(scene).decode("ascii").partition("\\begingroup")[0]
    assert all(line.startswith("% ") for line in head.splitlines())
    assert head.startswith("% A small network\n% Two layers & an edge.\n% Drawn by net2fig")
    assert "120 x 72 bp" in head
    assert "\n%   \\documentclass{standalone}\\usepackage{tikz}\n" in head
    assert "\n%   \\begin{document}\\input{figure}\\end{document}\n" in head


def test_a_path() -> None:
    style = "fill=nettofig4E79A7, draw=nettofig1A1A1A, line width=0.7bp"
    (line,) = lines(box(fill="#4e79a7", stroke=INK, width=0.7))
    assert line == f"\\path[{style}] (0,0) -- (9,0) -- (9,9) -- cycle;"


def test_a_path_without_ink_is_not_written() -> None:
    assert lines(box(), box(stroke=INK), box(width=1.0)) == []


def test_a_curve() -> None:
    commands = (Move(Point(0, 1)), Curve(Point(2, 3), Point(4, 5), Point(6, 7.125)))
    assert lines(Path(commands, stroke=INK, width=1)) == [
        "\\path[draw=nettofig1A1A1A, line width=1bp] (0,1) .. controls (2,3) and (4,5) .. (6,7.12);"
    ]


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        ((2.0, 1.5), "on 2bp off 1.5bp"),
        ((3.0,), "on 3bp off 3bp"),
        ((1.0, 2.0, 3.0), "on 1bp off 2bp on 3bp off 1bp on 2bp off 3bp"),
    ],
)
def test_dashes(lengths: tuple[float, ...], said: str) -> None:
    line = Path(polyline([Point(0, 0), Point(9, 0)]), stroke=INK, width=1, dash=lengths)
    assert f"dash pattern={said}]" in " ".join(lines(line))


@pytest.mark.parametrize(
    ("text", "style", "said"),
    [
        (Text(Point(1, 2), "64", 7, INK), "sans 7, start", "{8.09}{64}"),
        (
            Text(Point(1, 2), "a_b", 6.2, INK, "end", bold=True, italic=True, family="serif"),
            "serif 6.2 bold italic, end",
            "{9.6}{a\\_b}",
        ),
        (Text(Point(1, 2), "64", 7, INK, "middle", family="Any"), "sans 7, middle", "{8.09}{64}"),
    ],
)
def test_a_text(text: Text, style: str, said: str) -> None:
    (line,) = lines(text)
    assert line == f"\\node[{style}, text=nettofig1A1A1A] at (1,2) {{\\nettofigfit{said}}};"


def test_a_text_is_turned_clockwise() -> None:
    (line,) = lines(Text(Point(1, 2), "64", 7, INK, angle=-90))
    assert ", rotate=90] at " in line


def test_a_text_without_letters_is_not_written() -> None:
    assert lines(Text(Point(1, 2), "\x00", 7, INK)) == []


def test_fonts_are_those_of_the_paper(scene: Scene) -> None:
    text = render_tex(scene).decode("ascii")
    assert "\\providecommand{\\nettofigsans}{\\sffamily}%\n" in text
    assert "\\providecommand{\\nettofigserif}{\\rmfamily}%\n" in text
    font = "\\normalfont\\nettofigsans\\bfseries\\fontsize{6.2bp}{7.44bp}\\selectfont"
    assert f"  sans 6.2 bold/.style={{font={font}\\mathversion{{bold}}}},\n" in text
    assert text.count("sans 7/.style") == 1


def test_each_colour_is_defined_once(scene: Scene) -> None:
    text = render_tex(scene).decode("ascii")
    defined = re.findall(r"\\definecolor\{nettofig(\w+)\}\{HTML\}\{(\w+)\}", text)
    assert all(name == code for name, code in defined)
    used = re.findall(r"=nettofig(\w+)", text)
    assert [name for name, _ in defined] == sorted(set(used))


def test_a_colour_that_is_none() -> None:
    with pytest.raises(ValueError, match="invalid colour in a drawing: 'red}'"):
        lines(box(fill="red}"))


def test_only_what_is_used_is_defined() -> None:
    plain, rich = (
        render_tex(Scene(Size(9, 9), (Text(Point(0, 9), string, 7, INK),))).decode("ascii")
        for string in ("64", "×卷🦊")
    )
    assert "nettofigtimes" not in plain
    assert "nettofigchar" not in plain
    assert "\\def\\nettofigtimes" in rich
    assert "\\def\\nettofigchar" in rich
    assert "% Only lualatex and xelatex can set U+5377, U+1F98A.\n" in rich


def test_a_group_is_a_comment_and_its_items() -> None:
    items = (
        Group((box(fill=INK),), "conv/1", ("glyph", "kind-conv"), title="Conv 3×3\n\\end"),
        Group((), None, ("edge",), data=(("from", "a"), ("to", "b\n}"))),
        Group((), None),
    )
    assert [line for line in lines(*items) if line.startswith("%")] == [
        "% glyph kind-conv conv/1: Conv 3x3 \\end",
        "% edge a > b }",
    ]


def test_a_texture_is_paper_ink_in_a_clip_and_the_outline() -> None:
    texture = Texture("crosshatch", INK, "#ffffff")
    said = lines(box(fill=texture, stroke=INK, width=1))
    assert said[0].startswith("\\path[fill=nettofigFFFFFF]")
    assert said[1:3] == ["\\begin{scope}", "\\clip (0,0) -- (9,0) -- (9,9) -- cycle;"]
    assert said[3].startswith("\\path[fill=nettofig1A1A1A]")
    end = said.index("\\end{scope}")
    assert said[end + 1].startswith("\\path[draw=nettofig1A1A1A, line width=1bp]")


@pytest.mark.parametrize("name", texture_names())
def test_ink_comes_in_pieces(name: str) -> None:
    large = Path(rounded(Box(0, 0, 90, 90), 4), Texture(name, INK, "#ffffff"))
    statements = " ".join(lines(large)).split(";")
    assert max(statement.count("(") for statement in statements) < 4 * PIECE
    assert all("[" not in word or "] (" in word for word in statements)


def test_a_picture_is_in_the_file_itself(scene: Scene) -> None:
    said = lines(*scene.items)
    at = next(place for place, line in enumerate(said) if "pgfsys@invoke" in line)
    assert said[at : at + 4] == [
        "\\csname pgfsys@invoke\\endcsname{q 8 0 0 8 98 -18 cm BI",
        "/W 1 /H 1 /CS /RGB /BPC 8 /F /AHx ID",
        "FF0000",
        "> EI Q}%",
    ]


def test_a_picture_is_no_finer_than_print_shows() -> None:
    found = read_pixels(Image(Box(0, 0, 36, 720), _png(400, 1000), "image/png"))
    assert (found.width, found.height) == (150, MAX_SIDE)
    assert len(found.data) == 3 * found.width * found.height


def test_what_one_can_see_through_lies_on_white() -> None:
    found = read_pixels(Image(Box(0, 0, 9, 9), _png(1, 1, "RGBA", (255, 0, 0, 0)), "image/png"))
    assert found.data == b"\xff\xff\xff"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n damaged"])
def test_a_damaged_picture(data: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        lines(Image(Box(0, 0, 9, 9), data, "image/png"))
    assert caught.value.message.startswith("unsupported drawing: ")


@pytest.mark.parametrize("name", NAMES)
def test_names_do_no_harm(name: str) -> None:
    group = Group((Text(Point(0, 9), name, 7, INK),), name, (name,), (("from", name),), name)
    text = render_tex(Scene(Size(9, 9), (group,), name, name)).decode("ascii")
    obeyed = [line.split("%")[0] if line.startswith("%") else line for line in text.splitlines()]
    code = "\n".join(re.sub(r"^ *%.*", "", line) for line in obeyed)
    for command in ("\\input", "\\write", "^^", "\\end{tikzpicture}%\n\\endgroup%"):
        assert code.count(command) == command.startswith("\\end")


@given(st.text(), st.text())
def test_a_name_stays_on_its_line(name: str, title: str) -> None:
    scene = Scene(Size(9, 9), (Group((), name, (name,), title=title),), title, name)
    text = render_tex(scene).decode("ascii")
    code = [line for line in text.splitlines() if not line.lstrip().startswith("%")]
    assert code == [
        line
        for line in render_tex(Scene(Size(9, 9), ())).decode("ascii").splitlines()
        if not line.startswith("%")
    ]


def test_a_size_beyond_tex() -> None:
    with pytest.raises(ModelError) as caught:
        lines(size=Size(20_000, 10))
    assert caught.value.message == "unsupported size: 20000 × 10 pt (TikZ: at most 16000)"


def test_the_same_bytes_again(scene: Scene) -> None:
    assert render(scene, "tex") == render(scene, "tex")
    assert render(scene, "tex") != render(replace(scene, title="Another"), "tex")


def _png(width: int, height: int, mode: str = "RGB", colour: tuple[int, ...] = (9, 9, 9)) -> bytes:
    import io

    from PIL import Image as Pictures

    file = io.BytesIO()
    Pictures.new(mode, (width, height), colour).save(file, "PNG")
    return file.getvalue()


# With LaTeX

ENGINES = [
    pytest.param(
        engine,
        marks=pytest.mark.skipif(not shutil.which(engine), reason=f"{engine} is not installed"),
    )
    for engine in ("pdflatex", "lualatex")
]

PAPER = r"""
\documentclass{article}
\usepackage{tikz}
\begin{document}
\setbox1=\hbox{%s\input{figure}}
\typeout{size \the\wd1 \the\ht1 \the\dp1}
\ifdefined\pdfpagewidth\else\let\pdfpagewidth\pagewidth\let\pdfpageheight\pageheight\fi
\pdfpagewidth=\wd1 \pdfpageheight=\ht1 \hoffset=-1in \voffset=-1in
\shipout\box1
\end{document}
"""

UNFRIENDLY = r"""%
\tikzset{every path/.style={->, line width=9pt}, every node/.style={draw, inner sep=9pt},
  every picture/.style={scale=3}}%
\catcode`\"13 \def"{\undefined}\catcode`\!13 \def!{\undefined}\catcode`\;13 \def;{\undefined}%
\catcode`\:13 \def:{\undefined}\catcode`\<13 \def<{\undefined}\catcode`\=13 \def={\undefined}%
"""
"""A paper that draws in its own way, in a language that has made signs into commands."""


def compiled(
    engine: str, folder: File, figure: bytes, before: str = ""
) -> tuple[File, tuple[float, float, float]]:
    """Compile a paper of one figure; return its PDF and width, height and depth in points."""
    (folder / "figure.tex").write_bytes(figure)
    (folder / "paper.tex").write_text(PAPER % before, encoding="ascii")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    told = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, told[-2000:]
    size = re.search(r"size ([\d.]+)pt([\d.]+)pt([\d.]+)pt", told)
    assert size
    width, height, depth = (float(length) * 72 / 72.27 for length in size.groups())
    return folder / "paper.pdf", (width, height, depth)


@pytest.mark.slow
@pytest.mark.parametrize("before", ["", UNFRIENDLY], ids=["plain", "unfriendly"])
@pytest.mark.parametrize("engine", ENGINES)
def test_it_compiles(engine: str, before: str, scene: Scene, tmp_path: File) -> None:
    harm = tuple(Text(Point(2, 9 + 7 * at), name, 6, INK) for at, name in enumerate(NAMES))
    pdf, size = compiled(
        engine, tmp_path, render_tex(replace(scene, items=scene.items + harm)), before
    )
    assert pdf.read_bytes().startswith(b"%PDF")
    assert size == pytest.approx((120, 72, 0), abs=0.02)


def _has_standalone() -> bool:
    finder = shutil.which("kpsewhich")
    return (
        finder is not None
        and not subprocess.run(
            [finder, "standalone.cls"], capture_output=True, check=False
        ).returncode
    )


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.skipif(not _has_standalone(), reason="the class standalone is not installed")
def test_it_compiles_by_itself_as_its_header_says(
    engine: str, scene: Scene, tmp_path: File
) -> None:
    text = render_tex(scene).decode("ascii")
    (tmp_path / "figure.tex").write_text(text, encoding="ascii")
    wrapper = re.search(r"%   (\\documentclass.*)\n%   (\\begin\{document\}.*)\n", text)
    assert wrapper
    (tmp_path / "alone.tex").write_text("\n".join(wrapper.groups()), encoding="ascii")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "alone"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert b"(1 page, " in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_a_figure_of_the_gallery(engine: str, tmp_path: File) -> None:
    figure = draw(MODELS / "resnet50.network.json", template="cvpr")
    pdf, size = compiled(engine, tmp_path, figure.to_bytes("tex"))
    scene = figure.scene
    assert size == pytest.approx((scene.size.width, scene.size.height, 0), abs=0.02)
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout.decode()
    words = {item.string for item, _ in scene.walk() if isinstance(item, Text)}
    assert {word for word in words if word.isalnum()} <= set(text.split())
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, check=True).stdout.decode()
    assert "Type 3" not in fonts
