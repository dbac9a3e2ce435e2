"""Every kind of the grammar has a glyph in each style."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.compose.volumes.scope import find_obstacle
from net2fig.data.grammar import load_grammar
from net2fig.data.resources import data_dir
from net2fig.data.styles import FORMS, load_volumes
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.network import Network
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.scene import Group
from tests.group.nets import Builder

KINDS = sorted(load_grammar().kinds)
STYLES = ("trapezoids", "boxes", "volumes")


def make_network(kind: str) -> Network:
    """Return a chain of maps with a layer of one kind in it."""
    net = Builder()
    x = net.conv(net.input(16, 16, 3), 8)
    if kind == "group":
        for _ in range(3):
            x = net.merge("Add", net.conv(net.same("ReLU", net.conv(x, 8)), 8), x)
    elif kind == "merge":
        x = net.merge("Add", x, net.conv(x, 8))
    elif kind not in ("conv", "input"):
        entries = load_grammar().entries.values()
        names = [op for entry in entries if entry.kind == kind for op in entry.classes]
        x = net.add(names[0] if names else "ClassOfMine", [x], (None, 16, 16, 8))
    return net.network(net.conv(x, 16))


def list_kinds(figure: Figure) -> set[str]:
    """Return the kinds of the glyphs of a figure."""
    classes = [item.classes for item, _ in figure.scene.walk() if isinstance(item, Group)]
    return {name.removeprefix("kind-") for each in classes for name in each if "kind-" in name}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_of_the_kind_is_drawn(kind: str, style: str) -> None:
    wanted = {"template": "cvpr", "placeholders": "never"}
    detail = "blocks" if kind == "group" else "everything"
    figure = draw(make_network(kind), **wanted, glyphs=style, detail=detail)
    found = find_breaches(figure.scene, figure.outline, resolve_page(Options(template="cvpr")))
    assert [str(one) for one in found] == []
    # Boxes begin with the words of what goes in.
    assert kind in list_kinds(figure) | ({"input"} if style == "boxes" else set())
    assert not figure.warnings


def test_a_kind_that_is_not_drawn_would_be_seen() -> None:
    assert "pool" not in list_kinds(draw(make_network("conv"), detail="everything"))


def test_the_file_of_volumes_has_a_form_for_every_kind() -> None:
    volumes = load_volumes()
    assert set(volumes.forms) == set(KINDS)
    assert {*volumes.forms.values(), *volumes.entries.values()} <= set(FORMS)
    assert set(volumes.entries) <= set(load_grammar().entries)


def test_every_file_of_styles_is_read() -> None:
    files = sorted(path.stem for path in Path(data_dir("grammar") / "styles").glob("*.toml"))
    assert files == ["volumes"]
    assert find_obstacle(draw(make_network("conv")).outline, load_grammar(), load_volumes()) == ""
