"""The numbers of what stands inside of a group."""

from __future__ import annotations

import pytest

from net2fig.compose.wording.inside import (
    format_inner_features,
    has_shares,
    shows_features_inside,
    tell_numbers_inside,
)
from net2fig.data.grammar import load_grammar
from net2fig.outline import Definition, Outline
from tests.group.nets import Builder
from tests.group.outlines import at


def transformer(*widths: int, factor: int = 4, heads: int = 64) -> Outline:
    """Return two blocks of each width, with a head for so many features."""
    net = Builder()
    x = net.input(16, 8)
    for width in widths:
        x = net.dense(x, width)
        for _ in range(2):
            y = net.same("LayerNormalization", x)
            y = net.add("MultiHeadAttention", [y, y], net.shape(x), num_heads=width // heads)
            x = net.add("Add", [x, y], net.shape(x))
            y = net.dense(net.same("LayerNormalization", x), factor * width)
            y = net.dense(y, width)
            x = net.add("Add", [x, y], net.shape(x))
    return at(net.network(net.dense(x, 5)), load_grammar())


def group_of(outline: Outline) -> Definition:
    return next(group for group in outline.groups if group.occurrences > 2)


def widths_in(group: Definition) -> list[str]:
    return [
        format_inner_features(block.id, block.output, group)
        for block in group.body.blocks
        if block.op == "Dense"
    ]


def test_what_differs_is_written_by_the_features_of_the_group() -> None:
    group = group_of(transformer(128, 256))
    assert widths_in(group) == ["4C", "C"]
    assert has_shares(group)
    assert shows_features_inside(group, 1024)


def test_what_is_the_same_everywhere_is_a_number() -> None:
    group = group_of(transformer(128, 128))
    assert widths_in(group) == ["512", "128"]
    assert not has_shares(group)
    assert shows_features_inside(group, 512)
    assert not shows_features_inside(group, 1024)


def test_heads_are_told_where_blocks_differ_in_them() -> None:
    outline = transformer(128, 256)
    groups = [block for block in outline.blocks if block.is_group]
    assert [tell_numbers_inside(each, outline.groups) for each in groups] == [
        "2\xa0heads",
        "4\xa0heads",
    ]
    alike = transformer(128, 128)
    assert {tell_numbers_inside(each, alike.groups) for each in alike.blocks} == {""}


@pytest.mark.parametrize("widths", [(64, 128), (64, 192)])
def test_one_head_is_no_heads(widths: tuple[int, ...]) -> None:
    outline = transformer(*widths)
    first = next(block for block in outline.blocks if block.is_group)
    assert tell_numbers_inside(first, outline.groups) == "1\xa0head"
