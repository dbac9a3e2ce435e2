"""The page: options over the template, and the keys of the template in a grouping file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import net2fig
from net2fig.data.template import FIELDS, Range, load_template
from net2fig.errors import UsageError, UsageProblemsError
from net2fig.laws import find_breaches
from net2fig.options.page import OVERRIDES, resolve_page
from net2fig.options.resolve import load_options
from net2fig.options.table import Options
from net2fig.scene import Text
from tests.conftest import ROOT

MODEL = ROOT / "gallery" / "models" / "lenet5.network.json"
NOTED = ROOT / "gallery" / "models" / "alexnet.network.json"
"""A network whose figure has a line of small text."""


def write_config(folder: Path, text: str, name: str = "net2fig.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lines(config: Path, /, **arguments: object) -> list[str]:
    with pytest.raises(UsageProblemsError) as caught:
        load_options(None, config, arguments)
    return [line.replace(f"{config.parent}/", "") for line in caught.value.lines()]


def test_without_options_the_page_is_the_template() -> None:
    page, template = resolve_page(Options(template="ieee")), load_template("ieee")
    assert all(
        getattr(page, name) == getattr(template, name) for name in template.__struct_fields__
    )
    assert not page.height_is_set
    assert resolve_page(Options()).id == "base"
    assert resolve_page(Options(), "snac").id == "snac"


def test_each_option_wins_over_the_template() -> None:
    values = {
        "width": 99.0, "height": 88.0, "palette": "grey", "mono": True, "legend": False,
        "placeholders": "never", "background": "none",
    }  # fmt: skip
    assert set(values) == set(OVERRIDES)
    page = resolve_page(Options(font="serif", **values))  # type: ignore[arg-type]
    assert {name: getattr(page, name) for name in OVERRIDES} == values
    assert page.family == "serif"
    assert page.height_is_set


def test_argument_file_template_and_grammar_win_in_this_order(tmp_path: Path) -> None:
    template = write_config(tmp_path, "extends = 'cvpr'\n[space]\nrow = 20\nlane = 8", "mine.toml")
    text = "template = 'mine.toml'\npage.space.row = 30\npage.glyph.height = [9, 60]"
    config = write_config(tmp_path, text)
    page = resolve_page(load_options(None, config, {"page": {"glyph": {"height": [5, 50]}}}))
    assert page.glyph_height == Range(5, 50)  # argument
    assert page.row == 30  # grouping file
    assert page.lane == 8  # template
    assert page.width == load_template("cvpr").width == load_template(str(template)).width


def test_the_file_may_have_every_key_of_a_template_except_show(tmp_path: Path) -> None:
    config = write_config(
        tmp_path,
        """
        [page]
        width = "5in"
        height = 300
        zoom = 2
        aspect = 0.4
        text = { family = "serif", size = 9, small = 8, minimum = 7 }
        glyph = { height = [1, 2], width = [3, 4], dense = [5, 6], border = 1, group_border = 2 }
        glyph.scale = "log"
        space = { gap = [7, 8], lane = 1, handle = 2, label = 3, row = 4, legend = 5 }
        line.width = 2
        """.replace("group_border = 2 }\n        glyph.scale", "group_border = 2, scale").replace(
            'scale = "log"\n', 'scale = "log" }\n'
        ),
    )
    options = load_options(None, config, {})
    keys = {key for key in FIELDS if not key.startswith("show.")}
    moved = {"width", "height", "family"}
    assert set(options.page) == {FIELDS[key][0] for key in keys} - moved
    assert (options.width, options.height, options.font) == (360, 300, "serif")
    page = resolve_page(options)
    assert (page.width, page.height, page.zoom, page.line, page.scale) == (360, 300, 2, 2, "log")
    assert resolve_page(load_options(None, config, {"width": "4in"})).width == 288
    assert page.height_is_set


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[page]\nglyph.heigth = [1, 2]",
            [
                (
                    "unknown key: 'heigth' in net2fig.toml, page.glyph (one of 'border', 'dense',"
                    " 'group_border', 'height', 'scale', 'width')"
                ),
                "hint: did you mean 'height'?",
            ],
        ),
        (
            "[page]\nglyph.height = [60, 9]",
            [
                "invalid value: [60, 9] in net2fig.toml, page.glyph.height (must not go down)",
                "hint: first the least, then the greatest: [9, 60]",
            ],
        ),
        (
            "[page.line]\nwidth = 0",
            ["invalid value: 0 in net2fig.toml, page.line.width (must be greater than 0)"],
        ),
        (
            "[page]\nwidth = '3'",
            [
                (
                    "ambiguous length: '3' in net2fig.toml, page.width (a number without a unit"
                    " means points)"
                ),
                "hint: add the unit: one of '3in', '3cm', '3mm', '3pt'",
            ],
        ),
        (
            "template = 'cvpr'\n[page.text]\nsize = 5.5",
            [
                (
                    "invalid value: 5.5 in net2fig.toml, page.text.size (must be at least 6, the"
                    " smallest text that 'cvpr' accepts)"
                ),
            ],
        ),
    ],
)
def test_invalid_values_are_reported_with_their_place(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    assert lines(write_config(tmp_path, text)) == expected


def test_several_mistakes_of_the_page_are_reported_together(tmp_path: Path) -> None:
    problems = lines(
        write_config(tmp_path, "[page]\nglyph.width = [9, 1]\nspace.gap = [9, 2]\nwidth = '3'")
    )
    assert len([line for line in problems if not line.startswith("hint")]) == 3


def test_the_laws_hold_on_a_custom_page() -> None:
    page = {
        "glyph": {"height": [12, 40], "width": [6, 24]},
        "space": {"gap": [8, 20], "row": 20},
        "line": {"width": 1.2},
        "text": {"size": 8.0, "small": 7.0},
    }
    figure = net2fig.draw(NOTED, template="cvpr", page=page)
    plain = net2fig.draw(NOTED, template="cvpr")
    assert figure.page.glyph_height == Range(12, 40)
    assert figure.report["min_text_pt"] == 7.0
    assert figure.scene != plain.scene
    assert find_breaches(figure.scene, figure.outline, figure.page) == []


def test_chips_and_comparisons_take_the_page_too() -> None:
    page = {"text": {"size": 9.0, "small": 8.5}}
    chips = net2fig.chip([MODEL, MODEL], names=["a", "b"], page=page)
    assert chips.report["min_text_pt"] >= 8.5
    compared = net2fig.compare(NOTED, NOTED, page=page)
    assert compared.report["min_text_pt"] == 8.5


def test_a_comparison_uses_the_font_option() -> None:
    scene = net2fig.compare(NOTED, NOTED, font="serif").scene
    assert {item.family for item, _ in scene.walk() if isinstance(item, Text)} == {"serif"}


def test_a_source_wins_with_either_key_of_the_width(tmp_path: Path) -> None:
    config = write_config(tmp_path, "width = '3in'\nheight = '2in'\nfont = 'serif'")
    page = {"width": "4in", "height": 200, "text": {"family": "sans"}}
    options = load_options(None, config, {"page": page, "height": 100})
    assert (options.width, options.height, options.font) == (288, 100, "sans")
    both = write_config(tmp_path, "width = '3in'\npage.width = '4in'", "both.toml")
    assert load_options(None, both, {}).width == 216


def test_the_smallest_text_of_chips_is_that_of_their_template() -> None:
    with pytest.raises(UsageProblemsError, match=r"argument page.text.size .* 'snac' accepts"):
        net2fig.chip(MODEL, page={"text": {"size": 3}})


# Files that change while a program runs


def touch(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 10**9))


def test_a_template_that_was_edited_is_read_again(tmp_path: Path) -> None:
    parent = write_config(tmp_path, "extends = 'base'\n[line]\nwidth = 2.0", "parent.toml")
    child = write_config(tmp_path, "extends = 'parent.toml'\n[space]\nrow = 9", "child.toml")
    options = Options(template=str(child))
    assert (resolve_page(options).line, resolve_page(options).row) == (2.0, 9)
    touch(parent, "extends = 'base'\n[line]\nwidth = 3.0")
    assert resolve_page(options).line == 3.0
    touch(child, "extends = 'base'")
    assert resolve_page(options).line == load_template("base").line
    child.unlink()
    with pytest.raises(UsageError, match="missing template"):
        resolve_page(options)


def test_an_unchanged_template_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = write_config(tmp_path, "extends = 'cvpr'", "child.toml")
    first = load_template(str(child))
    monkeypatch.setattr("net2fig.data.template.load_toml", None)
    assert load_template(str(child)) is first
    assert load_template("cvpr") is load_template("cvpr")


def test_a_replaced_font_is_measured_again(tmp_path: Path) -> None:
    fonts = ROOT / "grammar" / "fonts"
    mine = tmp_path / "mine.ttf"
    mine.write_bytes((fonts / "LiberationSans-Regular.ttf").read_bytes())
    options = load_options(None, None, {"font": str(mine), "template": "cvpr"})
    network = net2fig.figure.read(MODEL)
    first = net2fig.figure.draw_network(network, options)
    mine.write_bytes((fonts / "LiberationSerif-Regular.ttf").read_bytes())
    assert net2fig.figure.draw_network(network, options).scene != first.scene
