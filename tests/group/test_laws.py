"""What holds of every outline of every network."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.data.grammar import load_grammar
from net2fig.group import outline
from net2fig.group.check import check_outline
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS, GroupRule
from net2fig.outline import Block, Link, Outline
from tests.group.nets import resnet
from tests.group.strategies import networks

GRAMMAR = load_grammar()
PATTERNS = (
    "(Conv2D > Conv2D | .) > Add",
    "Conv2D*2",
    "(_ | _) > :merge",
    "Concatenate > Conv2D",
    "Conv2D[kernel_size=1] > _ > Add",
)


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from(LEVELS))
def test_every_outline_keeps_its_promises(network: Network, level: str) -> None:
    check_outline(network, outline(network, GRAMMAR, Options(), level))


@settings(max_examples=100, deadline=None)
@given(networks(), st.sampled_from(LEVELS), st.sampled_from(PATTERNS))
def test_named_groups_keep_them_too(network: Network, level: str, pattern: str) -> None:
    options = Options(groups=(GroupRule("Mine", pattern),))
    check_outline(network, outline(network, GRAMMAR, options, level))


@settings(max_examples=50, deadline=None)
@given(
    networks(), st.sampled_from(["Conv2D", ":conv", ":merge", ":pool", "conv2d_1", "InputLayer"])
)
def test_anything_may_be_asked_to_hide(network: Network, item: str) -> None:
    check_outline(network, outline(network, GRAMMAR, Options(hide=(item,)), "blocks"))


@settings(max_examples=50, deadline=None)
@given(networks(), st.sampled_from(LEVELS))
def test_the_same_network_gives_the_same_outline(network: Network, level: str) -> None:
    first = outline(network, GRAMMAR, Options(), level)
    assert outline(network, GRAMMAR, Options(), level) == first


@settings(max_examples=50, deadline=None)
@given(networks())
def test_a_level_never_shows_more_than_the_one_before(network: Network) -> None:
    counts = [len(outline(network, GRAMMAR, Options(), level).blocks) for level in LEVELS]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=50, deadline=None)
@given(networks())
def test_groups_never_make_figure_and_legend_larger(network: Network) -> None:
    plain = outline(network, GRAMMAR, Options(), "layers")
    found = outline(network, GRAMMAR, Options(), "blocks")
    legend = sum(len(group.body.blocks) for group in found.groups)
    assert len(found.blocks) + legend <= len(plain.blocks)


@settings(max_examples=50, deadline=None)
@given(networks())
def test_automatic_groups_are_met_twice(network: Network) -> None:
    found = outline(network, GRAMMAR, Options(), "blocks")
    assert all(group.occurrences >= 2 for group in found.groups)


def spoiled(found: Outline) -> list[tuple[str, Outline]]:
    """Return outlines with one mistake each, and words of what must be said of it."""
    first, second, third = found.blocks[1:4]
    last = found.blocks[-1]
    twice = replace(third, layers=(*third.layers, second.layers[0]))
    lost = replace(third, layers=third.layers[1:])
    group = found.groups[0]
    stray = Block("stray", "Conv2D", "conv", ("nowhere",), None)
    open_body = replace(group.body, links=group.body.links[:-1])
    return [
        ("stands in two blocks", _with(found, third, twice)),
        ("stands for nothing", _with(found, third, replace(third, layers=()))),
        ("hidden is", _with(found, third, lost)),
        ("which is no layer", replace(found, blocks=(*found.blocks, stray))),
        ("links differ", replace(found, links=found.links[:-1])),
        ("links differ", replace(found, links=(*found.links, Link(last.id, first.id, None)))),
        ("is linked 2 times", replace(found, links=(*found.links, found.links[0]))),
        ("goes backwards", replace(found, blocks=found.blocks[::-1])),
        ("is not explained", replace(found, groups=())),
        ("two groups have one name", replace(found, groups=(group, group))),
        ("ways out", replace(found, groups=(replace(group, body=open_body),))),
        ("inputs are", replace(found, inputs=())),
        ("outputs are", replace(found, outputs=())),
    ]


def _with(found: Outline, old: Block, new: Block) -> Outline:
    return replace(found, blocks=tuple(new if b is old else b for b in found.blocks))


@pytest.mark.parametrize("number", range(13))
def test_the_check_sees_a_planted_mistake(number: int) -> None:
    network = resnet()
    message, wrong = spoiled(outline(network, GRAMMAR, Options(), "blocks"))[number]
    with pytest.raises(AssertionError, match=message):
        check_outline(network, wrong)
