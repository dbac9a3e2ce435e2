"""How many parameters a layer has, by a rule per class, where a file does not state it.

Requires: a configuration as Keras saves it, and the shapes of what comes in, in call order.
Ensures: what `layer.count_params()` would say, or None where no rule knows; never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.rules.nested import inner_network
from net2fig.rules.shapes import infer, kind_of
from net2fig.rules.shapes_common import Config, Inputs, normal_axes, parts, per_axis
from net2fig.rules.shapes_layers import einsum_labels
from net2fig.rules.shapes_preprocessing import frequencies
from net2fig.rules.shapes_sequence import cells_of

Rule = Callable[[Config, Inputs], int]

FREE = frozenset(
    {"input", "pool", "merge", "activation", "dropout", "pad", "reshape", "op", "preprocessing"}
)
"""Kinds whose layers have no parameters, but for those with a rule and those in `UNKNOWN`."""

UNKNOWN = frozenset({"Lambda", "Pipeline"})
"""Classes of those kinds that may have some."""


def has_rule(class_name: str) -> bool:
    """Tell whether it is known how many parameters layers of a class have."""
    return class_name in RULES or (class_name not in UNKNOWN and kind_of(class_name) in FREE)


def count(class_name: str, config: Config, inputs: Sequence[Shape | None]) -> int | None:
    """Return the number of parameters of a layer, None where no rule knows it.

    >>> count("Dense", {"units": 10, "use_bias": True}, [(None, 8)])
    90
    """
    rule = RULES.get(class_name)
    if rule is None:
        return 0 if has_rule(class_name) else None
    shapes = [shape for shape in inputs if shape is not None]
    try:
        return rule(config, shapes) if len(shapes) == len(inputs) else None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # An axis that is not known, or a configuration that is none.
        return None


def none(_config: Config, _inputs: Inputs) -> int:
    """No parameters."""
    return 0


def bias(config: Config, size: int) -> int:
    """Return the size of the bias, 0 where there is none."""
    return size if config.get("use_bias", True) else 0


def known(axis: int | None) -> int:
    """Return the size of an axis; a rule that needs one that is not known ends here."""
    if axis is None:
        raise ValueError("an axis is not known")
    return axis


def weights(config: Config, shape: Shape) -> tuple[int, int]:
    """Return the number of places of a convolution's kernel and the channels that come in."""
    spatial, channels = parts(shape, config)
    return math.prod(per_axis(config["kernel_size"], len(spatial))), known(channels)


def over(shape: Shape, axis: Any) -> int:
    """Return the number of values along some axes."""
    return math.prod(known(shape[at]) for at in normal_axes(axis, len(shape)))


# Convolutions and dense layers.


def conv(config: Config, inputs: Inputs) -> int:
    """A kernel for every pair of channels in a group."""
    places, channels = weights(config, inputs[0])
    filters = int(config["filters"])
    return places * (channels // int(config.get("groups", 1))) * filters + bias(config, filters)


def transposed(config: Config, inputs: Inputs) -> int:
    """A kernel for every pair of channels."""
    places, channels = weights(config, inputs[0])
    filters = int(config["filters"])
    return places * channels * filters + bias(config, filters)


def depthwise(config: Config, inputs: Inputs) -> int:
    """A kernel for every channel."""
    places, channels = weights(config, inputs[0])
    many = channels * int(config.get("depth_multiplier", 1))
    return places * many + bias(config, many)


def local(config: Config, inputs: Inputs) -> int:
    """A kernel and a bias of its own for every place."""
    places, channels = weights(config, inputs[0])
    (shape,) = infer("LocallyConnected2D", config, inputs)
    spatial, filters = parts(shape or (), config)
    size = math.prod(map(known, spatial)) * known(filters)
    return size * places * channels + bias(config, size)


def separable(config: Config, inputs: Inputs) -> int:
    """A kernel for every channel, then one place for every pair."""
    places, channels = weights(config, inputs[0])
    many = channels * int(config.get("depth_multiplier", 1))
    filters = int(config["filters"])
    return places * many + many * filters + bias(config, filters)


def dense(config: Config, inputs: Inputs) -> int:
    """A weight for every pair of units."""
    units = int(config["units"])
    return known(inputs[0][-1]) * units + bias(config, units)


def einsum_dense(config: Config, inputs: Inputs) -> int:
    """The letters of the kernel, and those of the bias."""
    sizes = einsum_labels(config, inputs[0])
    kernel = config["equation"].replace(" ", "").split("->")[0].split(",")[1]
    letters = config.get("bias_axes") or ""
    size = math.prod(known(sizes[letter]) for letter in kernel)
    return size + (math.prod(known(sizes[letter]) for letter in letters) if letters else 0)


def embedding(config: Config, _inputs: Inputs) -> int:
    """A vector for every number."""
    return int(config["input_dim"]) * int(config["output_dim"])


def reversible_embedding(config: Config, inputs: Inputs) -> int:
    """A vector for every number, and back again unless the weights are tied."""
    return embedding(config, inputs) * (1 if config.get("tie_weights", True) else 2)


# Normalisation.


def batch_norm(config: Config, inputs: Inputs) -> int:
    """Mean and variance, and where asked for scale and centre."""
    return over(inputs[0], config.get("axis", -1)) * (2 + scale_and_centre(config))


def layer_norm(config: Config, inputs: Inputs) -> int:
    """Scale and centre where asked for."""
    if config.get("rms_scaling"):
        return over(inputs[0], config.get("axis", -1))
    return over(inputs[0], config.get("axis", -1)) * scale_and_centre(config)


def scale_and_centre(config: Config) -> int:
    """Return how many of the two there are."""
    return bool(config.get("scale", True)) + bool(config.get("center", True))


def rms_norm(config: Config, inputs: Inputs) -> int:
    """A scale."""
    return over(inputs[0], config.get("axis", -1))


def spectral_norm(config: Config, inputs: Inputs) -> int:
    """The wrapped layer, and one value for every last axis of its kernel."""
    inner = wrapped(config, inputs)
    layer = config["layer"]
    return inner + int(layer["config"]["units" if "units" in layer["config"] else "filters"])


def normalization(config: Config, inputs: Inputs) -> int:
    """Mean, variance and how many were seen, unless mean and variance are given."""
    if config.get("mean") is not None:
        return 0
    axis = config.get("axis", -1)
    size = 1 if axis is None else over(inputs[0], axis)
    return 2 * size + 1


def prelu(config: Config, inputs: Inputs) -> int:
    """A slope for every place, but for the axes that share theirs."""
    shared = config.get("shared_axes") or ()
    shape = enumerate(inputs[0][1:], start=1)
    return math.prod(1 if at in shared else known(axis) for at, axis in shape)


def layer_scale(config: Config, _inputs: Inputs) -> int:
    """A factor for every channel."""
    return int(config["projection_dim"])


# Recurrent layers: a kernel from the input, one from the state, a bias, for every gate.


def gates(config: Config, inputs: int, number: int, biases: int = 1) -> int:
    """Return the parameters of a cell with so many gates."""
    units = int(config["units"])
    return number * (units * (inputs + units) + bias(config, biases * units))


def lstm(config: Config, inputs: Inputs) -> int:
    """Four gates."""
    return gates(config, known(inputs[0][-1]), 4)


def gru(config: Config, inputs: Inputs) -> int:
    """Three gates, with a second bias where the state is reset after the product.

    Files of a time when there was no such choice do not tell: there it is reset before.
    """
    return gates(config, known(inputs[0][-1]), 3, 2 if config.get("reset_after") else 1)


def cudnn(number: int) -> Rule:
    """The recurrent layers of CUDA: gates with two biases each."""

    def rule(config: Config, inputs: Inputs) -> int:
        return gates(config, known(inputs[0][-1]), number, 2)

    return rule


def simple_rnn(config: Config, inputs: Inputs) -> int:
    """One gate."""
    return gates(config, known(inputs[0][-1]), 1)


CELLS: Mapping[str, Rule] = {"LSTMCell": lstm, "GRUCell": gru, "SimpleRNNCell": simple_rnn}


def rnn(config: Config, inputs: Inputs) -> int:
    """The cells of a stack, each fed by the one before."""
    return stacked(cells_of(config["cell"]), inputs)


def stack(config: Config, inputs: Inputs) -> int:
    """A stack of cells by itself."""
    return stacked(cells_of(config["cells"]), inputs)


def stacked(cells: Sequence[Mapping[str, Any]], inputs: Inputs) -> int:
    """Return the parameters of cells, each fed by the one before."""
    total, shape = 0, inputs[0]
    for cell in cells:
        total += CELLS[cell["class_name"]](cell["config"], [shape])
        shape = (*shape[:-1], int(cell["config"]["units"]))
    return total


def conv_lstm(config: Config, inputs: Inputs) -> int:
    """Four gates, convolved."""
    shape, filters = inputs[0], int(config["filters"])
    places, channels = weights(config, (shape[0], *shape[2:]))
    return 4 * (places * (channels + filters) * filters + bias(config, filters))


def bidirectional(config: Config, inputs: Inputs) -> int:
    """There and back."""
    return 2 * wrapped(config, inputs[:1])


def time_distributed(config: Config, inputs: Inputs) -> int:
    """The wrapped layer, once for all steps."""
    shape = inputs[0]
    return wrapped(config, [(shape[0], *shape[2:])])


def wrapped(config: Config, inputs: Inputs) -> int:
    """The layer inside."""
    layer = config["layer"]
    return known(count(layer["class_name"], layer["config"], inputs))


def sequential(config: Config, inputs: Inputs) -> int:
    """A model inside a wrapper: its layers in turn."""
    total, shapes = 0, list[Shape | None](inputs)
    for layer in config["layers"]:
        if layer["class_name"] != "InputLayer":
            total += known(count(layer["class_name"], layer["config"], shapes))
            shapes = list(infer(layer["class_name"], layer["config"], shapes))[:1]
    return total


def functional(config: Config, inputs: Inputs) -> int:
    """A functional model inside a wrapper: every layer once, however often it is called."""
    network = inner_network(config, inputs)
    if network is None:
        raise ValueError("the model is not known")
    once = {(*layer.scope, layer.name): layer.params for layer in network.layers}
    return sum(known(params) for params in once.values())


# Attention and sound.


def stft(config: Config, _inputs: Inputs) -> int:
    """The real and the imaginary part of every frequency, over a frame."""
    parts_of = 1 if config.get("mode") in ("real", "imag") else 2
    return int(config["frame_length"]) * frequencies(config) * parts_of


def attention(config: Config, _inputs: Inputs) -> int:
    """A scale, and a weight where the scores are put together."""
    concat = config.get("score_mode") == "concat"
    return bool(config.get("use_scale")) + concat


def additive_attention(config: Config, inputs: Inputs) -> int:
    """A scale for every feature of the query."""
    return known(inputs[0][-1]) if config.get("use_scale", True) else 0


def multi_head(config: Config, inputs: Inputs) -> int:
    """Projections of query, key and value into the heads, and from the heads to the output."""
    query, value = known(inputs[0][-1]), known(inputs[1][-1])
    key = known(inputs[2][-1]) if len(inputs) > 2 else value
    keys = int(config["num_heads"]) * int(config["key_dim"])
    values = int(config["num_heads"]) * int(config.get("value_dim") or config["key_dim"])
    target = config.get("output_shape") or query
    out = target if isinstance(target, int) else math.prod(target)
    total = (query + key) * keys + value * values + values * out
    total += bias(config, 2 * keys + values + out)
    if config.get("use_gate"):
        total += query * values + bias(config, values)
    return total


def grouped_query(config: Config, inputs: Inputs) -> int:
    """The same with fewer heads for keys and values."""
    query, value = known(inputs[0][-1]), known(inputs[1][-1])
    key = known(inputs[2][-1]) if len(inputs) > 2 else value
    queries = int(config["num_query_heads"]) * int(config["head_dim"])
    values = int(config["num_key_value_heads"]) * int(config["head_dim"])
    many = 2 if config.get("use_gate") else 1
    total = many * (query * queries + bias(config, queries)) + (key + value) * values
    return total + bias(config, 2 * values) + queries * query + bias(config, query)


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), conv),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), transposed),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), local),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), conv_lstm),
    **dict.fromkeys(
        (
            *("UpSampling1D", "UpSampling2D", "UpSampling3D", "Resizing", "UnitNormalization"),
            "CustomScaleLayer",
        ),
        none,
    ),
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
