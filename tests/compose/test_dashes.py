"""Lines that copy are dashed, in trapezoids as in volumes, and so are those of states."""

from __future__ import annotations

import pytest

from net2fig.compose.dashes import find_copies, find_states
from net2fig.data.grammar import load_grammar
from net2fig.data.template import load_template
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
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


def translator(*, attends: bool) -> Network:
    """Return an encoder whose states a decoder begins with, and whose steps it may attend to."""
    net = Builder()
    source = net.dense(net.input(12, 8, name="source"), 16)
    encoder = net.add("LSTM", [source], (None, 12, 16), units=16, return_state=True)
    target = net.dense(net.input(10, 8, name="target"), 16)
    shape = (None, 10, 16)
    y = net.add("LSTM", [target, encoder, encoder], shape, units=16, return_sequences=True)
    if attends:
        y = net.add("MultiHeadAttention", [y, encoder], shape, num_heads=2)
    return net.network(net.dense(y, 4))


@pytest.mark.parametrize("attends", [True, False])
@pytest.mark.parametrize("glyphs", ["trapezoids", "boxes"])
def test_states_enter_by_a_dashed_line_with_their_name(glyphs: str, attends: bool) -> None:
    figure = draw(translator(attends=attends), glyphs=glyphs, template="cvpr")
    assert [(source, target) for source, target in list_dashed(figure)] == [("lstm_1", "lstm_2")]
    texts = [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]
    assert texts.count("states") == 1
    assert "copied" not in texts
    page = load_template("cvpr")
    assert [str(one) for one in find_breaches(figure.scene, figure.outline, page)] == []


def test_what_a_recurrent_layer_reads_first_is_no_state() -> None:
    net = Builder()
    x = net.add("LSTM", [net.input(12, 8)], (None, 12, 16), units=16)
    y = net.add("GRU", [x], (None, 12, 16), units=16)
    outline = draw(net.network(net.dense(y, 4)), repeats=False, detail="layers").outline
    assert find_states(outline) == set()
