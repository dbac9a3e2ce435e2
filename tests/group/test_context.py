"""Repeats that read something else beside: a decoder reads at each step what the encoder gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.data.grammar import Grammar, load_grammar
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at, drawn_types, notes

WIDTH = 64


def attended(net: Builder, x: str, *others: str) -> str:
    """Add an attention, to itself or to another sequence, and the sum."""
    read = [x, *(others or (x,))]
    return net.merge("Add", x, net.add("MultiHeadAttention", read, net.shape(x), num_heads=8))


def forwarded(net: Builder, x: str) -> str:
    """Add a feed-forward block."""
    return net.merge("Add", x, net.dense(net.dense(x, 4 * WIDTH), WIDTH))


def transformer(encoders: int, decoders: int, source: int = 24, target: int = 16) -> Network:
    """Return an encoder and a decoder, as in the paper."""
    net = Builder()
    x = net.add("Embedding", [net.input(source)], (None, source, WIDTH))
    for _ in range(encoders):
        x = forwarded(net, attended(net, x))
    y = net.add("Embedding", [net.input(target)], (None, target, WIDTH))
    for _ in range(decoders):
        y = forwarded(net, attended(net, attended(net, y), x))
    return net.network(net.dense(y, 1000))


def test_a_transformer_is_an_encoder_and_a_decoder(grammar: Grammar) -> None:
    found = at(transformer(6, 6), grammar)
    ends = ["InputLayer", "Embedding"]
    assert drawn_types(found) == [*ends, "Encoder block ×6", *ends, "Decoder block ×6", "Dense"]
    assert [len(group.body.blocks) for group in found.groups] == [5, 7]
    assert notes(found, 1) == [
        "Decoder block: each block also reads the output of the last encoder block."
    ]


def test_the_decoder_is_linked_to_the_encoder_once(grammar: Grammar) -> None:
    found = at(transformer(3, 4), grammar)
    decoder = next(block for block in found.blocks if block.type == "Decoder block")
    assert [found[link.source].type for link in found.into(decoder.id)] == [
        "Embedding",
        "Encoder block",
    ]


def test_an_encoder_alone_is_a_transformer_block(grammar: Grammar) -> None:
    net = Builder()
    x = net.add("Embedding", [net.input(24)], (None, 24, WIDTH))
    for _ in range(4):
        x = forwarded(net, attended(net, x))
    assert drawn_types(at(net.network(net.dense(x, 10)), grammar))[2] == "Transformer block ×4"


def test_an_hourglass_is_nested_twice_at_most(grammar: Grammar) -> None:
    net = Builder()
    x = net.conv(net.input(64, 64, 3), 32, 7, 2)
    for _ in range(4):
        skips = []
        for _ in range(3):
            skips.append(net.conv(x, 32))
            x = net.conv(net.pool(x), 32)
        for skip in reversed(skips):
            x = net.merge("Add", net.up(x), skip)
    found = at(net.network(net.conv(x, 16, 1)), grammar)
    assert drawn_types(found) == ["InputLayer", "Conv2D", "Hourglass A ×4", "Conv2D"]
    assert [group.name for group in found.groups] == ["Hourglass B", "Hourglass A"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["self", "forward", "conv"]), min_size=1, max_size=5),
    st.lists(st.sampled_from(["self", "cross", "forward", "leave"]), min_size=3, max_size=12),
    st.booleans(),
)
def test_whatever_reads_a_context_keeps_its_promises(
    one: list[str], two: list[str], more: bool
) -> None:
    net = Builder()
    x, y = (net.add("Embedding", [net.input(24)], (None, 24, WIDTH)) for _ in range(2))
    outputs = []
    for step in one:
        if step == "conv":
            x = net.conv(x, WIDTH, class_name="Conv1D")
        else:
            x = attended(net, x) if step == "self" else forwarded(net, x)
    for step in two:
        if step == "leave":
            outputs.append(net.dense(y, 3))
        else:
            y = forwarded(net, y) if step == "forward" else attended(net, y, *[x][step == "self" :])
    side = [net.dense(x, 5)] if more else []
    at(net.network(net.dense(y, 7), *outputs, *side), load_grammar())
