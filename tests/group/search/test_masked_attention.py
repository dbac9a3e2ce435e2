"""Blocks with a causal mask are no blocks without one; what an attention reduces is no descent."""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at, notes


def add_block(net: Builder, x: str, *, causal: bool) -> str:
    mask = {"use_causal_mask": True} if causal else {}
    y = net.add("MultiHeadAttention", [x, x], net.shape(x), num_heads=4, **mask)
    x = net.merge("Add", x, y)
    return net.merge("Add", x, net.dense(net.dense(x, 32), 8))


def two_towers(*, causal: bool) -> Network:
    net = Builder()
    ends = []
    for masked in (False, causal):
        x = net.input(16, 8)
        for _ in range(4):
            x = add_block(net, x, causal=masked)
        ends.append(net.gap(x))
    return net.network(net.merge("Concatenate", *ends))


def test_a_causal_mask_makes_another_block(grammar: Grammar) -> None:
    assert len(at(two_towers(causal=False), grammar).groups) == 1
    assert len(at(two_towers(causal=True), grammar).groups) == 2


def test_keys_of_an_attention_are_no_step_down(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 8)
    for _ in range(4):
        x = net.conv(x, 8, strides=2)
        for _ in range(2):
            keys = net.conv(x, 8, strides=4)
            y = net.add("MultiHeadAttention", [x, keys], net.shape(x), num_heads=4)
            x = net.merge("Add", x, y)
    found = at(net.network(x), grammar)
    assert not any("times" in note for note in notes(found))


def conditioned(*, encoder: bool) -> Network:
    """Return blocks that attend to a memory: to an input, or to what an encoder makes of it."""
    net = Builder()
    memory, x = net.input(16, 8, name="memory"), net.input(16, 8, name="x")
    for _ in range(4 * encoder):
        memory = add_block(net, memory, causal=False)
    for _ in range(4):
        y = net.add("MultiHeadAttention", [x, x], net.shape(x), num_heads=4)
        x = net.merge("Add", x, y)
        y = net.add("MultiHeadAttention", [x, memory], net.shape(x), num_heads=4)
        x = net.merge("Add", x, y)
        x = net.merge("Add", x, net.dense(net.dense(x, 32), 8))
    return net.network(x)


def test_a_decoder_reads_an_encoder(grammar: Grammar) -> None:
    names = {group.name for group in at(conditioned(encoder=True), grammar).groups}
    assert "Decoder block" in names
    names = {group.name for group in at(conditioned(encoder=False), grammar).groups}
    assert "Transformer block" in names
    assert "Decoder block" not in names
