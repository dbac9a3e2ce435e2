"""Sentences on a cell that its lines do not tell: numbers, what is returned, what training adds."""

from __future__ import annotations

from collections.abc import Iterator

from net2fig.attributes import Attributes
from net2fig.cells.cell import Cell, spell_function
from net2fig.compose.wording.words import format_kernel, format_window


def write_notes(cell: Cell) -> Iterator[str]:
    """Yield the sentences."""
    at = cell.attributes
    for name, letter in cell.letters.items():
        yield f"{letter} is the function {spell_function(name)}."
    if cell.topology.sort == "attention":
        yield from write_attention(cell, at)
    elif cell.topology.sort == "wrapped":
        yield "The second layer reads the sequence from its end."
    else:
        yield from write_recurrent(cell, at)


def write_recurrent(cell: Cell, at: Attributes) -> Iterator[str]:
    """Yield the sentences on a recurrent layer."""
    runner = cell.runner
    if runner.get("return_sequences") is not None:
        which = "every step" if runner.flag("return_sequences") else "the last step"
        yield f"The layer returns the hidden state of {which}."
    if runner.flag("return_state"):
        yield "It also returns its last states."
    if "given_state" in cell.flags:
        yield "It starts from states that it is given."
    if runner.flag("go_backwards"):
        yield "It reads the sequence from its end."
    layers = at.get("layers")
    if isinstance(layers, int) and layers > 1:
        yield f"This is the first of {layers} such layers; each other reads h of the one below."
    if at.get("directions") == 2:
        yield "A second cell reads the sequence from its end; the results stand side by side."
    if runner.flag("stateful"):
        yield "A batch begins with the states at the end of the batch before."
    if cell.topology.product == "conv":
        yield from write_window(at)
    rates = [(at.get("dropout"), "x"), (at.get("recurrent_dropout"), "h")]
    drops = [f"{rate:g} of {of}" for rate, of in rates if isinstance(rate, float) and rate > 0]
    if drops:
        yield f"Training drops {' and '.join(drops)}."


def write_window(at: Attributes) -> Iterator[str]:
    """Yield the windows of the convolutions."""
    window = format_window(at)
    yield f"The convolution of x is {window}, that of h {format_kernel(at)}."


def write_attention(cell: Cell, at: Attributes) -> Iterator[str]:
    """Yield the sentences on an attention."""
    if any(node.op == "pairs" for node in cell.topology.node):
        yield "The sum is that of each query i and each key j."
    memory = cell.port("y")
    if memory is not None:
        yield f"{memory.symbol} is the sequence of the keys and the values."
    each = cell.counts.get("each", 1)
    if each > 1:
        yield f"Each head j of keys and values serves {each} heads i of queries."
    if at.flag("causal"):
        yield "The mask M hides later steps."
    elif at.flag("attention_mask"):
        yield "The mask M is an argument of the call."
    window = at.get("sliding_window")
    if isinstance(window, int):
        yield f"The mask M hides what is {window} steps away or more."
    rate = at.get("dropout")
    if isinstance(rate, float) and rate > 0:
        yield f"Training drops {rate:g} of the attention."
