"""Shape rules of recurrent layers, attention and wrappers: several tensors in, several out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from net2fig.attributes import Attributes, NoRule
from net2fig.network import Shape
from net2fig.rules.shapes_common import CheckedShape, Inputs
from net2fig.rules.shapes_layers import convolved

Outputs = Sequence[Shape | None]

Infer = Callable[[Attributes, Sequence[Shape | None]], Outputs]
"""How a wrapper asks for the shapes of the layer that it wraps."""

ManyRule = Callable[[Attributes, Inputs, Infer], Outputs]

STACK = "StackedRNNCells"
"""The operation that runs several cells one after the other."""


def simple_rnn(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """SimpleRNN and GRU: one state."""
    return recurrent(at, inputs[0], at.whole("units"), [at.whole("units")])


def lstm(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """LSTM: two states."""
    return recurrent(at, inputs[0], at.whole("units"), [at.whole("units")] * 2)


def recurrent(at: Attributes, shape: CheckedShape, features: int, states: Sequence[int]) -> Outputs:
    """Return the output of every step or of the last, and the states if the layer returns them."""
    batch = shape[0]
    steps = shape[1:2] if at.flag("return_sequences") else ()
    outputs: list[Shape] = [(batch, *steps, features)]
    if at.flag("return_state"):
        outputs += [(batch, size) for size in states]
    return outputs


def rnn(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """RNN around a cell, or around several in a stack."""
    cells = cells_in(at)
    return recurrent(at, inputs[0], cells[-1].whole("units"), states(cells))


def states(cells: Sequence[Attributes]) -> list[int]:
    """Return the sizes of the states of cells: an LSTM has two."""
    return [
        size
        for cell in cells
        for size in [cell.whole("units")] * (2 if cell.op == "LSTMCell" else 1)
    ]


def cells_of(cell: Attributes) -> list[Attributes]:
    """Return the cells of a stack, or the only one."""
    if cell.op == STACK:
        return [inner for item in cell.layers("cells") for inner in cells_of(item)]
    return [cell]


def cells_in(at: Attributes) -> list[Attributes]:
    """Return the cells that a layer repeats: one, several in a list, or a stack."""
    several = isinstance(at["cell"], list | tuple)
    held = at.layers("cell") if several else [at.layer(at["cell"])]
    cells = [cell for item in held for cell in cells_of(item)]
    if not cells:
        raise NoRule("no cells")
    return cells


def conv_lstm(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """ConvLSTM: every step is convolved."""
    shape = inputs[0]
    step = convolved(at, CheckedShape((shape[0], *shape[2:])), at.whole("filters"))
    output = (shape[0], shape[1], *step[1:]) if at.flag("return_sequences") else step
    return [output, step, step] if at.flag("return_state") else [output]


def bidirectional(at: Attributes, inputs: Inputs, infer: Infer) -> Outputs:
    """There and back: outputs merged or both, then the states of both."""
    output, *states = infer(at.wrapped, inputs[:1]) or [None]
    if output is None:
        return []
    mode = at.get("merge", "concat")
    if mode is None:
        return [output, output, *states, *states]
    if mode == "concat" and output:
        output = (*output[:-1], None if output[-1] is None else output[-1] * 2)
    return [output, *states, *states]


def time_distributed(at: Attributes, inputs: Inputs, infer: Infer) -> Outputs:
    """The wrapped layer at every step."""
    shape = inputs[0]
    shapes = infer(at.wrapped, [(shape[0], *shape[2:])])
    output = shapes[0] if shapes else None
    return [(output[0], shape[1], *output[1:])] if output else []


def wrapper(at: Attributes, inputs: Inputs, infer: Infer) -> Outputs:
    """The output of the wrapped layer."""
    return infer(at.wrapped, inputs)


def sequential(at: Attributes, inputs: Inputs, infer: Infer) -> Outputs:
    """A model inside a wrapper: its layers in turn."""
    outputs: Outputs = inputs
    for layer in at.layers("layers"):
        if layer.op != "InputLayer":
            outputs = infer(layer, [shape for shape in outputs[:1] if shape])
    return outputs


def functional(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """A functional model inside a wrapper."""
    network = at.network(inputs)
    return [network[port.layer].shape(port.tensor) for port in network.outputs]


def cell(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """A cell or a stack of cells: one step, and the states after it."""
    cells = cells_of(at)
    if not cells:
        raise NoRule("no cells")
    batch = inputs[0][0]
    return [(batch, size) for size in (cells[-1].whole("units"), *states(cells))]


def attention(_at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """Attention and AdditiveAttention: as many rows as queries, as wide as the values."""
    return [(*inputs[0][:-1], inputs[1][-1])]


def multi_head(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """As the queries, unless an output shape is given."""
    query, target = inputs[0], at.get("output_shape")
    return [(*query[:-1], *at.numbers("output_shape"))] if target else [query]


def query(_at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """As the queries."""
    return [inputs[0]]


def function(at: Attributes, inputs: Inputs, _infer: Infer) -> Outputs:
    """Lambda: it is never executed, so its output is only what it states."""
    target = at.get("output_shape")
    if isinstance(target, list) and all(axis is None or type(axis) is int for axis in target):
        return [(inputs[0][0], *target)]
    return []


ATTENTION = ("MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention")

CELLS = ("SimpleRNNCell", "GRUCell", "LSTMCell", STACK)

FIRST_ALONE = frozenset(
    {
        "SimpleRNN",
        "GRU",
        "LSTM",
        "CuDNNLSTM",
        "CuDNNGRU",
        "RNN",
        "Bidirectional",
        *ATTENTION,
        *CELLS,
    }
)
"""Classes whose outputs depend on their first input alone, whatever the others are."""

RULES: dict[str, ManyRule] = {
    "SimpleRNN": simple_rnn,
    "GRU": simple_rnn,
    "LSTM": lstm,
    "CuDNNLSTM": lstm,
    "CuDNNGRU": simple_rnn,
    "RNN": rnn,
    "ConvLSTM1D": conv_lstm,
    "ConvLSTM2D": conv_lstm,
    "ConvLSTM3D": conv_lstm,
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    "SpectralNormalization": wrapper,
    "Sequential": sequential,
    "Pipeline": sequential,
    "Functional": functional,
    "Model": functional,
    **dict.fromkeys(CELLS, cell),
    "Attention": attention,
    "AdditiveAttention": attention,
    "MultiHeadAttention": multi_head,
    "GroupQueryAttention": query,
    "GroupedQueryAttention": query,
    "Lambda": function,
}
