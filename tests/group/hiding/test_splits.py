"""Splits are drawn where what follows reads parts, and not where they only feed an attention."""

from __future__ import annotations

import pytest

from net2fig.group import outline
from net2fig.options.table import Options
from tests.compose.figures import GRAMMAR
from tests.group.nets import Builder


def split_at(net: Builder, x: str, parts: int) -> str:
    """Add a split of the features of a sequence into so many parts."""
    shape = net.shape(x)
    features = shape[-1]
    assert features is not None
    part = (*shape[:-1], features // parts)
    id = net.add("Split", [x], part, axis=-1)
    split = net.layers[-1]
    net.layers[-1] = type(split)(
        split.id, split.name, split.class_name, None, split.config, (part,) * parts
    )
    return id


def names(net: Builder, *ends: str) -> list[str]:
    """Return the operations that are drawn."""
    found = outline(net.network(*ends), GRAMMAR, Options(), "layers")
    return [block.op for block in found.blocks]


def read_part(net: Builder, target: str, port: int) -> None:
    """Let the edge into a layer come from a part of a split."""
    edge = net.edges[-1]
    assert edge.target == target
    net.edges[-1] = type(edge)(edge.source, edge.target, port, edge.target_port)


@pytest.mark.parametrize("reader", ["Dense", "Conv1D"])
def test_a_split_is_drawn_where_a_layer_reads_a_part(reader: str) -> None:
    net = Builder()
    split = split_at(net, net.input(16, 8), 2)
    other = net.add(reader, [split], (None, 16, 4), kernel_size=[1])
    read_part(net, other, 1)
    end = net.merge("Multiply", split, other)
    assert "Split" in names(net, end)


def test_a_split_of_which_one_part_is_read_stays_hidden() -> None:
    net = Builder()
    split = split_at(net, net.input(16, 8), 2)
    end = net.add("Dense", [split], (None, 16, 4))
    assert "Split" not in names(net, end)


def test_a_split_into_queries_keys_and_values_stays_hidden() -> None:
    net = Builder()
    split = split_at(net, net.input(16, 12), 3)
    end = net.add("Attention", [split, split, split], (None, 16, 4))
    edges = net.edges[-3:]
    net.edges[-3:] = [type(e)(e.source, e.target, port, port) for port, e in enumerate(edges)]
    assert "Split" not in names(net, end)
