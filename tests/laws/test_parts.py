"""Several models in one figure: the laws hold, and each has its title and its own place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.laws.reader_view import read_scene
from net2fig.network import Network
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.read.native import dump, load
from net2fig.read.parts import join_networks
from net2fig.scene import Text
from tests.laws.strategies import networks, wishes
from tests.laws.test_random import steady

NAMES = ("encoder", "decoder", "a_critic_with_a_long_name")


@st.composite
def joined(draw: st.DrawFn, most: int = 6) -> Network:
    """Draw several networks as the parts of one."""
    each = draw(st.lists(networks(most), min_size=2, max_size=len(NAMES)))
    named = [replace(net, name=name) for name, net in zip(NAMES, each, strict=False)]
    return join_networks(named, "nets.py", "nets")


def breaches(figure: Figure, wanted: dict[str, Any]) -> list[str]:
    """Return what is wrong with a figure."""
    template = resolve_page(Options(template=wanted["template"], width=wanted.get("width")))
    return [str(one) for one in find_breaches(figure.scene, figure.outline, template)]


def check(network: Network, wanted: dict[str, Any], glyphs: str = "trapezoids") -> None:
    """Check the laws, the titles, and that panels stand beneath each other in their order."""
    figure = draw(network, **wanted, glyphs=glyphs)
    if glyphs == "volumes" and not read_scene(figure.scene).volumes:
        return
    assert breaches(figure, wanted) == []
    titles = {t.string: t.at.y for t, _ in figure.scene.walk() if isinstance(t, Text) and t.bold}
    heights = [titles[part.name] for part in network.parts]
    assert heights == sorted(heights)
    assert figure.report["rows"] >= len(network.parts)
    assert [part["name"] for part in figure.report["parts"]] == [p.name for p in network.parts]
    assert all(f"{part.name}: " in figure.alt for part in network.parts)


@settings(steady, max_examples=25)
@given(joined())
def test_random_parts_break_no_law(network: Network) -> None:
    check(network, {"template": "cvpr"})
    assert load(dump(network)) == network


@settings(steady, max_examples=15)
@given(joined(most=4), wishes())
def test_random_wishes_for_parts_break_no_law(network: Network, wanted: dict[str, Any]) -> None:
    check(network, wanted)


@pytest.mark.slow
@settings(steady, max_examples=150)
@given(joined(most=10), wishes())
def test_many_random_parts_break_no_law(network: Network, wanted: dict[str, Any]) -> None:
    check(network, wanted)


@settings(steady, max_examples=15)
@given(joined(most=5), wishes())
def test_random_parts_in_volumes_break_no_law(network: Network, wanted: dict[str, Any]) -> None:
    check(network, wanted, "volumes")


@settings(steady, max_examples=15)
@given(joined(most=4), st.sampled_from(["up", "right"]))
def test_random_parts_in_boxes_break_no_law(network: Network, direction: str) -> None:
    figure = draw(network, template="cvpr", glyphs="boxes", direction=direction)
    found = breaches(figure, {"template": "cvpr"})
    # Boxes have the size of their names.
    assert [text for text in found if "pt wide" not in text] == []
    titles = [t.string for t, _ in figure.scene.walk() if isinstance(t, Text) and t.bold]
    assert [title for title in titles if title in NAMES] == [part.name for part in network.parts]
