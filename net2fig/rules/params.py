"""Counts the parameters of a layer, by a rule per class, if the file does not state them.

Requires: the attributes of the layer, and its input shapes in call order.
Ensures: the result of `layer.count_params()`, or None if no rule knows it; never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.attributes import Attributes, NoRule, integer
from net2fig.network import Shape
from net2fig.rules.shapes import find_kind, infer
from net2fig.rules.shapes_common import (
    CheckedShape,
    Inputs,
    make_inputs,
    normalize_axes,
    require_axis,
    split_channels,
)
from net2fig.rules.shapes_layers import einsum_labels, equation, labelled
from net2fig.rules.shapes_preprocessing import frequencies
from net2fig.rules.shapes_sequence import cells_in, cells_of

Rule = Callable[[Attributes, Inputs], int]

FREE = frozenset(
    {"input", "pool", "merge", "activation", "dropout", "pad", "reshape", "op", "preprocessing"}
)
"""Kinds whose layers have no parameters, but for those with a rule and those in `UNKNOWN`."""

UNKNOWN = frozenset({"Lambda", "Pipeline"})
"""Classes of those kinds that may have some."""


def has_rule(op: str) -> bool:
    """Tell whether it is known how many parameters layers of an operation have."""
    return find_rule(op) is not None


def count(at: Attributes, inputs: Sequence[Shape | None]) -> int | None:
    """Return the number of parameters of a layer; None if no rule knows it.


    >>> from net2fig.attributes import keras_attributes
    >>> count(keras_attributes("Dense", {"units": 10, "use_bias": True}), [(None, 8)])
    90
    """
    if at.operation:
        return 0
    rule = find_rule(at.op)
    if rule is None or rule is none:
        return None if rule is None else 0
    shapes = make_inputs(shape for shape in inputs if shape is not None)
    try:
        return integer(rule(at, shapes)) if len(shapes) == len(inputs) else None
    except NoRule:
        return None


def find_rule(op: str) -> Rule | None:
    """Return the rule of an operation."""
    rule = RULES.get(op)
    return none if rule is None and op not in UNKNOWN and find_kind(op) in FREE else rule


def none(_at: Attributes, _inputs: Inputs) -> int:
    """No parameters."""
    return 0


def bias(at: Attributes, size: int) -> int:
    """Return the size of the bias; 0 if there is none."""
    return size if at.flag("use_bias", True) else 0


def weights(at: Attributes, shape: CheckedShape) -> tuple[int, int]:
    """Return the number of places of a convolution's kernel and the channels that come in."""
    spatial, channels = split_channels(shape, at)
    return math.prod(at.per_axis("kernel", len(spatial))), require_axis(channels)


def over(shape: CheckedShape, axis: Any) -> int:
    """Return the number of values along some axes."""
    return math.prod(require_axis(shape[at]) for at in normalize_axes(axis, len(shape)))


# Convolutions and dense layers.


def conv(at: Attributes, inputs: Inputs) -> int:
    """A kernel for every pair of channels in a group."""
    places, channels = weights(at, inputs[0])
    filters = at.whole("filters")
    return places * channels_in_group(at, channels) * filters + bias(at, filters)


def channels_in_group(at: Attributes, channels: int) -> int:
    """Return how many of the channels that come in each group sees."""
    return channels // at.per_axis("groups", 1, 1)[0]


def transposed(at: Attributes, inputs: Inputs) -> int:
    """A kernel for every pair of channels."""
    places, channels = weights(at, inputs[0])
    filters = at.whole("filters")
    return places * channels * filters + bias(at, filters)


def depthwise(at: Attributes, inputs: Inputs) -> int:
    """A kernel for every channel."""
    places, channels = weights(at, inputs[0])
    many = channels * at.whole("depth_multiplier", 1)
    return places * many + bias(at, many)


def local(at: Attributes, inputs: Inputs) -> int:
    """Another kernel and another bias for every place."""
    places, channels = weights(at, inputs[0])
    (shape,) = infer(at, inputs) or [None]
    spatial, filters = split_channels(shape or (), at)
    size = math.prod(map(require_axis, spatial)) * require_axis(filters)
    return size * places * channels + bias(at, size)


def separable(at: Attributes, inputs: Inputs) -> int:
    """A kernel for every channel, then one place for every pair."""
    places, channels = weights(at, inputs[0])
    many = channels * at.whole("depth_multiplier", 1)
    filters = at.whole("filters")
    return places * many + many * filters + bias(at, filters)


def dense(at: Attributes, inputs: Inputs) -> int:
    """A weight for every pair of units."""
    units = at.whole("units")
    return require_axis(inputs[0][-1]) * units + bias(at, units)


def einsum_dense(at: Attributes, inputs: Inputs) -> int:
    """The letters of the kernel, and those of the bias."""
    sizes = einsum_labels(at, inputs[0])
    _, kernel, _, _ = equation(at)
    letters = at.text("bias_axes") if at.get("bias_axes") else ""
    size = math.prod(require_axis(labelled(sizes, letter)) for letter in kernel)
    return size + (
        math.prod(require_axis(labelled(sizes, each)) for each in letters) if letters else 0
    )


def embedding(at: Attributes, _inputs: Inputs) -> int:
    """A vector for every number."""
    return at.whole("input_dim") * at.whole("output_dim")


def reversible_embedding(at: Attributes, inputs: Inputs) -> int:
    """A vector for every number, and back again unless the weights are tied."""
    return embedding(at, inputs) * (1 if at.flag("tie_weights", True) else 2)


# Normalisation.


def batch_norm(at: Attributes, inputs: Inputs) -> int:
    """Mean and variance, and optionally scale and centre."""
    return over(inputs[0], at.get("axis", -1)) * (2 + scale_and_centre(at))


def layer_norm(at: Attributes, inputs: Inputs) -> int:
    """Optional scale and centre."""
    if at.flag("rms_scaling"):
        return over(inputs[0], at.get("axis", -1))
    return over(inputs[0], at.get("axis", -1)) * scale_and_centre(at)


def scale_and_centre(at: Attributes) -> int:
    """Return how many of the two a layer has."""
    return at.flag("scale", True) + at.flag("center", True)


def rms_norm(at: Attributes, inputs: Inputs) -> int:
    """A scale."""
    return over(inputs[0], at.get("axis", -1))


def spectral_norm(at: Attributes, inputs: Inputs) -> int:
    """The wrapped layer, and one value for every last axis of its kernel."""
    layer = at.wrapped
    return wrapped(at, inputs) + layer.whole("units" if "units" in layer else "filters")


def normalization(at: Attributes, inputs: Inputs) -> int:
    """Mean, variance and a count, unless mean and variance are given."""
    if at.get("mean") is not None:
        return 0
    axis = at.get("axis", -1)
    size = 1 if axis is None else over(inputs[0], axis)
    return 2 * size + 1


def prelu(at: Attributes, inputs: Inputs) -> int:
    """A slope for every place, but for the axes that share theirs."""
    shared = at.numbers("shared_axes") if at.get("shared_axes") else ()
    shape = enumerate(inputs[0][1:], start=1)
    return math.prod(1 if at in shared else require_axis(axis) for at, axis in shape)


def layer_scale(at: Attributes, _inputs: Inputs) -> int:
    """A factor for every channel."""
    return at.whole("projection_dim")


# Recurrent layers: a kernel from the input, one from the state, a bias, for every gate.


def gates(at: Attributes, inputs: int, number: int, biases: int = 1) -> int:
    """Return the parameters of a cell with a number of gates."""
    units = at.whole("units")
    return number * (units * (inputs + units) + bias(at, biases * units))


def lstm(at: Attributes, inputs: Inputs) -> int:
    """Four gates."""
    return gates(at, require_axis(inputs[0][-1]), 4)


def gru(at: Attributes, inputs: Inputs) -> int:
    """Three gates, with a second bias for `reset_after`, which early files do not have."""
    return gates(at, require_axis(inputs[0][-1]), 3, 2 if at.flag("reset_after") else 1)


def cudnn(number: int) -> Rule:
    """The recurrent layers of CUDA: gates with two biases each."""

    def rule(at: Attributes, inputs: Inputs) -> int:
        return gates(at, require_axis(inputs[0][-1]), number, 2)

    return rule


def simple_rnn(at: Attributes, inputs: Inputs) -> int:
    """One gate."""
    return gates(at, require_axis(inputs[0][-1]), 1)


CELLS: Mapping[str, Rule] = {"LSTMCell": lstm, "GRUCell": gru, "SimpleRNNCell": simple_rnn}


def rnn(at: Attributes, inputs: Inputs) -> int:
    """The cells of a stack, each fed by the one before."""
    return stacked(cells_in(at), inputs)


def stack(at: Attributes, inputs: Inputs) -> int:
    """A stack of cells without a recurrent layer."""
    return stacked(cells_of(at), inputs)


def stacked(cells: Sequence[Attributes], inputs: Inputs) -> int:
    """Return the parameters of cells, each fed by the one before."""
    total, shape = 0, inputs[0]
    for cell in cells:
        rule = CELLS.get(cell.op)
        if rule is None:
            raise NoRule(f"no rule for the cell {cell.class_name!r}")
        total += rule(cell, Inputs((shape,)))
        shape = CheckedShape((*shape[:-1], cell.whole("units")))
    return total


def conv_lstm(at: Attributes, inputs: Inputs) -> int:
    """Four gates, convolved."""
    shape, filters = inputs[0], at.whole("filters")
    places, channels = weights(at, CheckedShape((shape[0], *shape[2:])))
    return 4 * (places * (channels + filters) * filters + bias(at, filters))


def bidirectional(at: Attributes, inputs: Inputs) -> int:
    """There and back."""
    return 2 * wrapped(at, inputs[:1])


def time_distributed(at: Attributes, inputs: Inputs) -> int:
    """The wrapped layer, once for all steps."""
    shape = inputs[0]
    return wrapped(at, Inputs((CheckedShape((shape[0], *shape[2:])),)))


def wrapped(at: Attributes, inputs: Inputs) -> int:
    """The layer inside."""
    return require_axis(count(at.wrapped, inputs))


def sequential(at: Attributes, inputs: Inputs) -> int:
    """A model inside a wrapper: its layers in turn."""
    total, shapes = 0, list[Shape | None](inputs)
    for layer in at.layers("layers"):
        if layer.op != "InputLayer":
            total += require_axis(count(layer, shapes))
            shapes = list(infer(layer, shapes))[:1]
    return total


def functional(at: Attributes, inputs: Inputs) -> int:
    """A functional model inside a wrapper: every layer once, however often it is called."""
    return require_axis(at.network(inputs).params)


# Attention and sound.


def stft(at: Attributes, _inputs: Inputs) -> int:
    """The real and the imaginary part of every frequency, over a frame."""
    parts_of = 1 if at.get("mode") in ("real", "imag") else 2
    return at.whole("frame_length") * frequencies(at) * parts_of


def attention(at: Attributes, _inputs: Inputs) -> int:
    """A scale, and a weight to combine the scores."""
    return at.flag("use_scale") + int(at.get("score_mode") == "concat")


def additive_attention(at: Attributes, inputs: Inputs) -> int:
    """A scale for every feature of the query."""
    return require_axis(inputs[0][-1]) if at.flag("use_scale", True) else 0


def multi_head(at: Attributes, inputs: Inputs) -> int:
    """Projections of query, key and value into the heads, and from the heads to the output."""
    query, value = require_axis(inputs[0][-1]), require_axis(inputs[1][-1])
    key = require_axis(inputs[2][-1]) if len(inputs) > 2 else value
    keys = at.whole("heads") * at.whole("key_dim")
    values = at.whole("heads") * (at.optional_whole("value_dim") or at.whole("key_dim"))
    out = math.prod(at.numbers("output_shape")) if at.get("output_shape") else query
    total = (query + key) * keys + value * values + values * out
    total += bias(at, 2 * keys + values + out)
    if at.flag("use_gate"):
        total += query * values + bias(at, values)
    return total


def grouped_query(at: Attributes, inputs: Inputs) -> int:
    """The same with fewer heads for keys and values."""
    query, value = require_axis(inputs[0][-1]), require_axis(inputs[1][-1])
    key = require_axis(inputs[2][-1]) if len(inputs) > 2 else value
    queries = at.whole("num_query_heads") * at.whole("head_dim")
    values = at.whole("num_key_value_heads") * at.whole("head_dim")
    many = 2 if at.flag("use_gate") else 1
    total = many * (query * queries + bias(at, queries)) + (key + value) * values
    return total + bias(at, 2 * values) + queries * query + bias(at, query)


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), conv),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), transposed),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), local),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), conv_lstm),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), none),
    **dict.fromkeys(("Resizing", "UnitNormalization", "CustomScaleLayer"), none),
    "Dense": dense,
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "ReversibleEmbedding": reversible_embedding,
    "BatchNormalization": batch_norm,
    "SyncBatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "GroupNormalization": layer_norm,
    "RMSNormalization": rms_norm,
    "SpectralNormalization": spectral_norm,
    "Normalization": normalization,
    "PReLU": prelu,
    "LayerScale": layer_scale,
    "LSTM": lstm,
    "GRU": gru,
    "SimpleRNN": simple_rnn,
    "CuDNNLSTM": cudnn(4),
    "CuDNNGRU": cudnn(3),
    "RNN": rnn,
    **CELLS,
    "StackedRNNCells": stack,
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    "Sequential": sequential,
    "Pipeline": sequential,
    "Functional": functional,
    "Model": functional,
    "STFTSpectrogram": stft,
    "Attention": attention,
    "AdditiveAttention": additive_attention,
    "MultiHeadAttention": multi_head,
    "GroupQueryAttention": grouped_query,
    "GroupedQueryAttention": grouped_query,
}
"""By class."""
