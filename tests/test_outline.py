"""What will be drawn."""

from __future__ import annotations

import pytest

from net2fig.network import Extent
from net2fig.outline import ENTRY, EXIT, Block, Link, Outline
from tests.laws.scenes import outline, residual


def block(id: str, kind: str = "conv") -> Block:
    return Block(id, "Conv2D", kind, (id,), Extent((8, 8), 4))


def test_a_block_is_found_by_its_id() -> None:
    made = outline()
    assert made["join"].type == "Concatenate"
    with pytest.raises(KeyError):
        made["nothing"]


def test_a_block_of_kind_group_is_a_group() -> None:
    assert block("a", "group").is_group
    assert not block("a").is_group


def test_links_into_a_block_keep_the_order_of_its_inputs() -> None:
    links = (
        Link("b", "sum", None),
        Link("a", "b", None),
        Link("a", "sum", Extent((), 1)),
    )
    made = Outline((block("a"), block("b"), block("sum")), links)
    assert [link.source for link in made.into("sum")] == ["b", "a"]
    assert [link.target for link in made.out_of("a")] == ["b", "sum"]
    assert made.into("a") == made.out_of("sum") == []


def test_a_body_has_links_from_and_to_what_is_outside() -> None:
    body = residual().body
    assert [link.target for link in body.out_of(ENTRY)] == ["a", "sum"]
    assert [link.source for link in body.into(EXIT)] == ["sum"]


def test_outlines_of_equal_content_are_equal() -> None:
    assert outline() == outline()
    assert outline() != residual().body
