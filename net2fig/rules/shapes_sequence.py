"""Shape rules of recurrent layers, attention and wrappers: several tensors in, several out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.rules.nested import inner_network
from net2fig.rules.shapes_common import Config, Inputs
from net2fig.rules.shapes_layers import convolved

Outputs = Sequence[Shape | None]

Infer = Callable[[str, Config, Inputs], Outputs]
"""How a wrapper asks for the shapes of the layer that it wraps."""

ManyRule = Callable[[Config, Inputs, Infer], Outputs]


def simple_rnn(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """SimpleRNN and GRU: one state."""
    return recurrent(config, inputs[0], config["units"], [config["units"]])


def lstm(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """LSTM: two states."""
    return recurrent(config, inputs[0], config["units"], [config["units"]] * 2)


def recurrent(config: Config, shape: Shape, features: Any, states: Sequence[Any]) -> Outputs:
    """Return the output, of every step or of the last, and the states where they are asked for."""
    batch = shape[0]
    steps = shape[1:2] if config.get("return_sequences") else ()
    outputs: list[Shape] = [(batch, *steps, features)]
    if config.get("return_state"):
        outputs += [(batch, size) for size in states]
    return outputs


def rnn(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """RNN around a cell, or around several in a stack."""
    cells = cells_of(config["cell"])
    return recurrent(config, inputs[0], cells[-1]["config"]["units"], states(cells))


def states(cells: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the sizes of the states of cells: an LSTM has two."""
    return [
        size
        for cell in cells
        for size in [cell["config"]["units"]] * (2 if cell["class_name"] == "LSTMCell" else 1)
    ]


def cells_of(cell: Any) -> list[Mapping[str, Any]]:
    """Return the configurations of the cells of a stack, or of the only one."""
    if isinstance(cell, list):
        return [inner for item in cell for inner in cells_of(item)]
    if cell["class_name"] == "StackedRNNCells":
        return cells_of(cell["config"]["cells"])
    return [cell]


def conv_lstm(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """ConvLSTM: every step is convolved."""
    shape = inputs[0]
    step = convolved(config, (shape[0], *shape[2:]), config["filters"])
    output = (shape[0], shape[1], *step[1:]) if config.get("return_sequences") else step
    return [output, step, step] if config.get("return_state") else [output]


def bidirectional(config: Config, inputs: Inputs, infer: Infer) -> Outputs:
    """There and back: outputs merged or both, then the states of both."""
    layer = config["layer"]
    output, *states = infer(layer["class_name"], layer["config"], inputs[:1])
    if output is None:
        return []
    mode = config.get("merge_mode", "concat")
    if mode is None:
        return [output, output, *states, *states]
    if mode == "concat":
        output = (*output[:-1], None if output[-1] is None else output[-1] * 2)
    return [output, *states, *states]


def time_distributed(config: Config, inputs: Inputs, infer: Infer) -> Outputs:
    """The wrapped layer at every step."""
    layer, shape = config["layer"], inputs[0]
    found = infer(layer["class_name"], layer["config"], [(shape[0], *shape[2:])])
    output = found[0] if found else None
    return [] if output is None else [(output[0], shape[1], *output[1:])]


def wrapper(config: Config, inputs: Inputs, infer: Infer) -> Outputs:
    """What the wrapped layer returns."""
    layer = config["layer"]
    return infer(layer["class_name"], layer["config"], inputs)


def sequential(config: Config, inputs: Inputs, infer: Infer) -> Outputs:
    """A model inside a wrapper: its layers in turn."""
    outputs: Outputs = inputs
    for layer in config["layers"]:
        if layer["class_name"] != "InputLayer":
            outputs = infer(layer["class_name"], layer["config"], [s for s in outputs[:1] if s])
    return outputs


def functional(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """A functional model inside a wrapper."""
    network = inner_network(config, inputs)
    ports = network.outputs if network else ()
    return [network[port.layer].outputs[port.tensor] for port in ports if network]


def cell(class_name: str) -> ManyRule:
    """A cell by itself, or a stack of them: one step, and the states after it."""

    def rule(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
        cells = cells_of({"class_name": class_name, "config": config})
        last = cells[-1]["config"]["units"]
        return recurrent({"return_state": True}, inputs[0], last, states(cells))

    return rule


def attention(_config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """Attention and AdditiveAttention: as many rows as queries, as wide as the values."""
    return [(*inputs[0][:-1], inputs[1][-1])]


def multi_head(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """As the queries, unless an output shape is given."""
    query, target = inputs[0], config.get("output_shape")
    if not target:
        return [query]
    return [(*query[:-1], *([target] if isinstance(target, int) else target))]


def query(_config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """As the queries."""
    return [inputs[0]]


def function(config: Config, inputs: Inputs, _infer: Infer) -> Outputs:
    """Lambda: never executed, so only what it states about its output."""
    target = config.get("output_shape")
    if isinstance(target, list) and all(axis is None or type(axis) is int for axis in target):
        return [(inputs[0][0], *target)]
    return []


ATTENTION = ("MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention")

CELLS = ("SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells")

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
    **{name: cell(name) for name in CELLS},
    "Attention": attention,
    "AdditiveAttention": attention,
    "MultiHeadAttention": multi_head,
    "GroupQueryAttention": query,
    "GroupedQueryAttention": query,
    "Lambda": function,
}
