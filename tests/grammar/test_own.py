"""Templates and palettes of a user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.commands.themes import describe_themes, draw_themes
from net2fig.compose.style.contrast import find_alike
from net2fig.data.grammar import load_palette
from net2fig.data.resources import PALETTES, TEMPLATES, data_dir, find_file, make_reference
from net2fig.data.template import load_template, template_chain
from net2fig.errors import UsageError
from net2fig.figure import draw
from net2fig.options.resolve import load_options
from tests.conftest import ROOT

MODEL = ROOT / "gallery" / "models" / "lenet5.network.json"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a project; the user's own folder is `user` in it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_template_is_found_beside_the_grouping_file_before_the_users(home: Path) -> None:
    put(home / "config/net2fig/templates/mine.toml", "extends = 'cvpr'\n[page]\nwidth = '5in'")
    put(home / "config/net2fig/templates/other.toml", "[page]\nwidth = '2in'")
    config = put(home / "paper/net2fig.toml", "template = 'mine'")
    far = load_options(None, config, {}).template
    assert load_template(far).width == 360
    put(home / "paper/templates/mine.toml", "extends = 'other'\nlabel = 'Mine'")
    near = load_options(None, config, {}).template
    assert Path(near) == home / "paper/templates/mine.toml"
    assert load_template(near).width == 144
    assert load_options(None, config, {"template": "other"}).template == str(
        home / "config/net2fig/templates/other.toml"
    )


def test_one_that_has_the_name_of_what_it_extends_looks_further(home: Path) -> None:
    put(home / "config/net2fig/templates/cvpr.toml", "extends = 'cvpr'\n[page]\nheight = '8in'")
    put(home / "templates/cvpr.toml", "extends = 'cvpr'\n[text]\nsize = 9.0")
    mine = load_options(None, None, {"template": "cvpr"}).template
    made = load_template(mine)
    assert (made.size, made.height, made.width) == (9, 576, load_template("cvpr").width)
    names = [path.parent for path, _ in template_chain(mine)]
    shipped = data_dir("templates")
    assert names == [Path("templates"), home / "config/net2fig/templates", shipped, shipped]


def test_what_ships_knows_nothing_of_the_users_own(home: Path) -> None:
    before = load_template("ieee-column")
    put(home / "config/net2fig/templates/ieee.toml", "[page]\nwidth = '1in'")
    put(home / "config/net2fig/templates/base.toml", "[page]\nheight = '1in'")
    assert load_template("ieee-column") == before
    assert draw(MODEL).report["template"] == "base"


def test_a_palette_says_only_what_differs(home: Path) -> None:
    put(home / "palettes/mine.toml", "label = 'Mine'\n[role]\nconv = '#4C72B0'")
    put(home / "palettes/grey-er.toml", "extends = 'grey'\n[ink]\ntext = '#000000'")
    name = load_options(None, None, {"palette": "mine"}).palette
    palette, default = load_palette(name), load_palette("default")
    assert palette.roles == {**default.roles, "conv": "#4c72b0"}
    assert (palette.groups, palette.ink, palette.label) == (default.groups, default.ink, "Mine")
    assert load_palette("palettes/grey-er.toml").roles == load_palette("grey").roles
    assert b"#4c72b0" in draw(MODEL, palette="mine").to_bytes("svg")
    assert b"#4c72b0" in draw(MODEL, palette="./palettes/mine.toml").to_bytes("svg")


def test_a_template_names_a_palette_beside_it(home: Path) -> None:
    put(home / "look/palettes/mine.toml", "[role]\nconv = '#4c72b0'")
    put(home / "look/templates/mine.toml", "[show]\npalette = 'mine'")
    put(home / "look/templates/second.toml", "[show]\npalette = '../palettes/mine.toml'")
    for name in ("mine", "second"):
        figure = draw(MODEL, template=f"look/templates/{name}.toml")
        assert b"#4c72b0" in figure.to_bytes("svg")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("[role]\ncnov = '#ffffff'", {"palette": "mine"}, "unknown key: 'cnov' in mine.toml, role"),
        ("[role]\nconv = 'red'", {"palette": "mine"}, "invalid value: 'red' in mine.toml, role.c"),
        ("extends = 'mine'", {"palette": "mine"}, "unknown palette: 'mine'"),
        ("extends = 'mine.toml'", {"palette": "mine"}, "invalid palette: 'mine.toml' extends"),
        ("", {"palette": "mnie"}, "unknown palette: 'mnie' in --palette (one of 'default', 'gr"),
        ("", {"palette": "no.toml"}, "missing palette: 'no.toml' (no such file)"),
        ("", {"template": "bad"}, "unknown palette: 'nothing'"),
    ],
)
def test_mistakes_are_told(home: Path, text: str, options: dict, expected: str) -> None:
    put(home / "palettes/mine.toml", text)
    put(home / "templates/bad.toml", "[show]\npalette = 'nothing'")
    with pytest.raises(UsageError) as caught:
        load_options(None, None, options, command=True)
    assert caught.value.lines()[0].startswith(expected)
    if "mnie" in expected:
        assert caught.value.lines()[1] == "hint: did you mean 'mine'?"


def test_colours_that_look_alike_are_told(home: Path) -> None:
    put(home / "palettes/mine.toml", "[role]\nconv = '#b3402e'\ndense = '#b3412f'\nup = '#b3402e'")
    (notice,) = draw(MODEL, palette="mine").warnings
    assert notice.code == "alike-colours"
    assert notice.text.startswith("the colours 'conv' and 'dense' of 'palettes/mine.toml' look")
    assert draw(MODEL, palette="okabe-ito").warnings == ()
    assert list(find_alike({"a": "#000000", "b": "#ffffff", "c": "#010101"})) == [("a", "c")]


def test_themes_are_listed_with_where_they_come_from(home: Path) -> None:
    put(home / "palettes/mine.toml", "label = 'My colours'")
    put(home / "config/net2fig/templates/thesis.toml", "label = 'Thesis'\n[page]\nwidth = '4in'")
    lines = describe_themes().splitlines()
    path = home / "config/net2fig/templates/thesis.toml"
    assert any(
        line.split() == ["mine", "My", "colours,", "from", "palettes/mine.toml"] for line in lines
    )
    assert f"  thesis           Thesis (4 in, text from 6 pt), from {path}" in lines
    assert "thesis" in {getattr(item, "string", "") for item, _ in draw_themes().walk()}


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a\x00b", "", ".hidden"])
def test_a_name_is_no_way_out_of_the_folders(home: Path, name: str) -> None:
    put(home / "secret.toml", "")
    assert find_file(TEMPLATES, name, (home,)) is None
    assert make_reference(PALETTES, name, home, (home,)) == name
