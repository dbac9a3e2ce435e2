"""Combs: equal units in a chain, each with one side output to the same merge, are one unit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.data.grammar import Grammar, load_grammar
from net2fig.figure import draw
from net2fig.group import outline
from net2fig.group.expansion.faults import find_faults
from net2fig.laws import find_breaches
from net2fig.network import Network
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from net2fig.outline import EXIT, Outline
from tests.group.nets import Builder, inception
from tests.group.outlines import at, drawn_types, notes


def gated(net: Builder, x: str, dilation: int = 1) -> tuple[str, str]:
    """Add a unit of a WaveNet; return what goes on, and its side output."""
    rate = [dilation, dilation]
    gate = net.merge("Multiply", *(net.conv(x, 8, dilation_rate=rate) for _ in range(2)))
    side = net.conv(gate, 16, 1)
    return net.merge("Add", x, net.conv(gate, 8, 1)), side


def wavenet(units: int, last: bool = True, merge: str = "Add", dilated: bool = False) -> Network:
    """Return units with side outputs; what goes on after the last one is read as well, or not."""
    net = Builder()
    x, sides = net.conv(net.input(32, 32, 3), 8), []
    for number in range(units):
        x, side = gated(net, x, 1 << number if dilated else 1)
        sides.append(side)
    y = net.conv(net.merge(merge, *sides), 4, 1)
    if last:
        return net.network(y, net.conv(x, 2))
    gone = {net.layers[net.layers.index(layer)].id for layer in net.layers if layer.id == x}
    gone |= {edge.source for edge in net.edges if edge.target == x} - {
        edge.source for edge in net.edges if edge.target not in gone
    }
    net.layers = [layer for layer in net.layers if layer.id not in gone]
    net.edges = [edge for edge in net.edges if edge.target not in gone]
    return net.network(y)


def test_units_with_side_outputs_are_one_unit(grammar: Grammar) -> None:
    found = at(wavenet(6), grammar)
    assert "Residual block ×6" in drawn_types(found)
    assert [link.count for link in found.links if link.count > 1] == [6]
    assert notes(found)[-1].endswith("the 6 skip outputs are summed.")


def test_two_lines_leave_the_body(grammar: Grammar) -> None:
    group = at(wavenet(6), grammar).groups[-1]
    ends = [link for link in group.body.links if link.target == EXIT]
    assert [(link.end, group.body[link.source].type) for link in ends] == [
        ("@out", "Add"),
        ("@out1", "Conv2D"),
    ]


def test_a_last_unit_that_ends_in_its_side_output_is_none(grammar: Grammar) -> None:
    found = at(wavenet(6, last=False), grammar)
    assert "Residual block ×5" in drawn_types(found)
    assert [link.count for link in found.links if link.target.startswith("add")][-2:] == [5, 1]


def test_dilations_and_sides_are_told_in_one_sentence(grammar: Grammar) -> None:
    assert notes(at(wavenet(6, dilated=True), grammar))[-1] == (
        "Residual block: the dilations are 1, 2, 4 … 32; the 6 skip outputs are summed."
    )


def test_blocks_that_all_go_into_one_merge_are_a_comb(grammar: Grammar) -> None:
    net = Builder()
    x, outs = net.conv(net.input(32, 32, 3), 8), []
    for _ in range(5):
        x = net.merge("Add", x, net.conv(net.conv(x, 8), 8))
        outs.append(x)
    found = at(net.network(net.conv(net.merge("Concatenate", *outs), 4, 1)), grammar)
    assert "Residual block ×5" in drawn_types(found)
    assert notes(found) == ["The 5 skip outputs are concatenated."]


def test_branches_of_one_fork_are_no_comb(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 8)
    for _ in range(3):
        x = inception(net, x, (8, 8, 8, 8))
    found = at(net.network(net.dense(net.gap(x), 4)), grammar)
    assert all(note.kind != "side" for group in found.groups for note in group.notes)
    assert all(link.count == 1 for link in found.links)


def test_an_open_unit_gives_its_side_output_itself(grammar: Grammar) -> None:
    network = wavenet(4)
    unit = at(network, grammar).groups[-1].places[1]
    found = outline(network, grammar, Options(), "blocks", [unit[-1]])
    assert find_faults(network, found) == []
    assert "Add" in drawn_types(found)


UNIT = st.lists(st.sampled_from(["conv", "depthwise", "pool"]), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(3, 6),
    UNIT,
    UNIT,
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from(LEVELS),
    st.sampled_from(["Add", "Concatenate"]),
)
def test_random_combs_expand(
    units: int, main: list[str], side: list[str], begin: int, skip: bool, level: str, merge: str
) -> None:
    net = Builder()

    def add(x: str, kind: str) -> str:
        if kind == "pool":
            return net.pool(x, 3, strides=1)
        return net.conv(x, 8) if kind == "conv" else net.depthwise(x)

    x, sides = net.conv(net.input(32, 32, 3), 8), []
    for number in range(units):
        way = [x]
        for kind in main:
            way.append(add(way[-1], kind))
        other = way[min(begin, len(main))]
        for kind in side if number or begin else side[:1]:
            other = add(other, kind)
        sides.append(other)
        x = net.merge("Add", x, way[-1]) if skip else way[-1]
    network = net.network(net.conv(net.merge(merge, *sides), 4, 1), x)
    found = outline(network, load_grammar(), Options(), level)
    assert find_faults(network, found) == []


def with_links(found: Outline, count: int) -> Outline:
    """Return an outline whose comb has another number."""
    links = (replace(link, count=count) if link.count > 1 else link for link in found.links)
    return replace(found, links=tuple(links))


def test_a_comb_with_a_wrong_number_is_seen(grammar: Grammar) -> None:
    network = wavenet(6)
    found = at(network, grammar)
    assert "stands for 6 edges, not for 5" in "; ".join(find_faults(network, with_links(found, 5)))


def test_side_outputs_that_no_note_tells_are_seen(grammar: Grammar) -> None:
    network = wavenet(6)
    found = at(network, grammar)
    group = found.groups[-1]
    silent = replace(found, groups=(*found.groups[:-1], replace(group, notes=())))
    assert find_faults(network, silent) == ["'Residual block' has 2 ways out"]
    (note,) = group.notes
    other = replace(note, values={**note.values, "count": 9})
    wrong = replace(found, groups=(*found.groups[:-1], replace(group, notes=(other,))))
    assert "9 side outputs of 'Residual block' are read by nothing" in find_faults(network, wrong)


@pytest.mark.parametrize("width", [495.0, 234.0])
@pytest.mark.parametrize("units", [4, 19])
def test_the_figure_of_a_comb_breaks_no_law(units: int, width: float) -> None:
    figure = draw(wavenet(units, dilated=True), template="cvpr", width=width)
    template = resolve_page(Options(template="cvpr", width=width))
    assert [str(one) for one in find_breaches(figure.scene, figure.outline, template)] == []
    assert figure.report["rows"] == 1
    assert f"×{units}" in figure.to_bytes("svg").decode()


def test_what_begins_between_two_units_is_no_comb() -> None:
    """A side path that begins where a unit ends belongs to neither of its neighbours."""
    net = Builder()
    x, sides = net.conv(net.input(32, 32, 3), 8), []
    for _ in range(4):
        sides.append(net.conv(net.conv(x, 8), 8))
        x = net.merge("Add", x, net.conv(net.conv(net.conv(x, 8), 8), 8))
    network = net.network(net.conv(net.merge("Add", *sides), 4, 1), x)
    for level in LEVELS:
        assert find_faults(network, outline(network, load_grammar(), Options(), level)) == []
