"""The laws hold on random networks, drawn as they are and as an author may ask for them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from net2fig.data.template import load_template
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.laws.reader_view import read_scene
from net2fig.network import Edge, Layer, Network, Port
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from tests.laws.pdf.check import check_pdf
from tests.laws.strategies import networks, wishes

steady = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
few = settings(steady, max_examples=40)
many = settings(steady, max_examples=250)


def breaches(network: Network, asked: dict[str, Any]) -> list[str]:
    """Return what is wrong with the figure of a network."""
    figure = draw(network, **asked)
    template = resolve_page(Options(template=asked["template"], width=asked.get("width")))
    if asked.get("glyphs") == "volumes" and not read_scene(figure.scene).volumes:
        # What volumes are not for is drawn in other styles, which have tests of their own.
        return []
    return [str(one) for one in find_breaches(figure.scene, figure.outline, template)]


@few
@given(networks())
def test_a_random_network_breaks_no_law(network: Network) -> None:
    assert breaches(network, {"template": "cvpr"}) == []


@few
@given(networks(most=8), wishes())
def test_random_wishes_break_no_law(network: Network, asked: dict[str, Any]) -> None:
    assert breaches(network, asked) == []


@few
@given(networks(most=10), wishes(), st.sampled_from(["up", "right"]))
def test_random_boxes_break_no_law(network: Network, asked: dict[str, Any], direction: str) -> None:
    figure = draw(network, **asked, glyphs="boxes", direction=direction)
    template = resolve_page(Options(template=asked["template"], width=asked.get("width")))
    found = find_breaches(figure.scene, figure.outline, template)
    # Boxes have the size of their names.
    assert [str(one) for one in found if "pt wide" not in one.message] == []


@few
@given(networks(most=10), wishes())
def test_random_volumes_break_no_law(network: Network, asked: dict[str, Any]) -> None:
    assert breaches(network, {**asked, "glyphs": "volumes"}) == []


@pytest.mark.slow
@many
@given(networks(most=14), wishes())
def test_many_random_volumes_break_no_law(network: Network, asked: dict[str, Any]) -> None:
    assert breaches(network, {**asked, "glyphs": "volumes"}) == []


@pytest.mark.slow
@many
@given(networks(most=20), wishes())
def test_many_random_networks_and_wishes_break_no_law(
    network: Network, asked: dict[str, Any]
) -> None:
    assert breaches(network, asked) == []


@settings(steady, max_examples=10)
@given(networks(most=8), wishes())
def test_the_pdf_of_a_random_network_is_its_scene(network: Network, asked: dict[str, Any]) -> None:
    figure: Figure = draw(network, **asked)
    template = load_template(asked["template"])
    found = check_pdf(figure.to_bytes("pdf"), figure.scene, template)
    assert [str(one) for one in found] == []


def test_a_tall_name_beneath_a_badge_keeps_clear_of_it() -> None:
    """Two equal layers of a class of one's own that end in an output, and another output."""
    image = Layer("i", "i", "InputLayer", None, {}, ((None, 16, 16, 1),))
    tall = [
        Layer(name, name, "Odd", None, {}, ((None, 16, 16, 1),)) for name in ("“bd”_1", "“bd”_2")
    ]
    other = Layer("c", "c", "Conv2D", None, {"filters": 2}, ((None, 16, 16, 2),))
    network = Network(
        "net",
        (image, *tall, other),
        (Edge("i", "“bd”_1"), Edge("“bd”_1", "“bd”_2"), Edge("i", "c")),
        (Port("i", "i"),),
        (Port("“bd”_2", "“bd”_2"), Port("c", "c")),
    )
    asked = {"template": "cvpr", "placeholders": "never"}
    shown = str(draw(network, **asked).to_bytes("svg"), "utf-8")
    assert "“bd”_2" in shown
    assert "×2" in shown
    assert breaches(network, asked) == []
