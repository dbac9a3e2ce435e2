"""Lines that copy are dashed, in trapezoids as in volumes."""

from __future__ import annotations

import pytest

from net2fig.compose.copies import find_copies
from net2fig.data.grammar import load_grammar
from net2fig.figure import Figure, draw
from net2fig.network import Network
from net2fig.scene import Group, Path, Text
from tests.group.nets import Builder, unet


def list_dashed(figure: Figure) -> set[tuple[str, str]]:
    """Return the ends of the lines that are dashed."""
    return {
        (data["from"], data["to"])
        for item, _ in figure.scene.walk()
        if isinstance(item, Group) and "edge" in item.classes
        if any(isinstance(path, Path) and path.dash for path in item.items)
        for data in [dict(item.data)]
    }


def list_copies(network: Network) -> set[tuple[str, str]]:
    outline = draw(network, detail="layers", repeats=False).outline
    links = [outline.links[number] for number in find_copies(outline, load_grammar())]
    return {(link.source, link.target) for link in links}


def merged(sort: str) -> tuple[Builder, str, str]:
    """Return a network in which a tensor leads past a layer to a merge."""
    net = Builder()
    x = net.conv(net.input(8, 8, 3), 8)
    return net, x, net.merge(sort, net.conv(x, 8), x)


def test_what_is_copied_past_a_layer_to_a_concatenation() -> None:
    net, source, target = merged("Concatenate")
    assert list_copies(net.network(target)) == {(source, target)}


def test_what_is_added_is_not_copied() -> None:
    net, _, target = merged("Add")
    assert list_copies(net.network(target)) == set()


def test_the_shorter_of_two_ways_is_no_copy() -> None:
    net = Builder()
    x = net.conv(net.input(8, 8, 3), 8)
    target = net.merge("Concatenate", net.conv(net.conv(x, 8), 4), net.conv(x, 16))
    assert list_copies(net.network(target)) == set()


@pytest.mark.parametrize("glyphs", ["trapezoids", "volumes"])
def test_copies_are_dashed_and_the_legend_says_so(glyphs: str) -> None:
    figure = draw(unet(), template="cvpr", glyphs=glyphs)
    copies = find_copies(figure.outline, load_grammar())
    links = [figure.outline.links[number] for number in copies]
    assert len(links) == 4
    assert list_dashed(figure) == {(link.source, link.target) for link in links}
    told = {item.string for item, _ in figure.scene.walk() if isinstance(item, Text)}
    assert "copied" in told


def test_no_copies_no_entry() -> None:
    net, _, target = merged("Add")
    figure = draw(net.network(target), detail="layers", repeats=False)
    assert "copied" not in {t.string for t, _ in figure.scene.walk() if isinstance(t, Text)}
