"""How many multiply–adds one call of a layer takes, by a rule per class.

Counted are the products with weights and those of attention, as published tables count them; not
counted are biases, normalisations, activations, poolings and merges.

Requires: a layer with its configuration, the shape of what it gives out, and of what comes in.
Ensures: a number, or None where the class has no rule or an axis is not known; never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from net2fig.network import Layer, Shape
from net2fig.rules.shapes import kind_of

Config = Mapping[str, Any]
Known = tuple[int, ...]
Rule = Callable[[Layer, Sequence[Known]], int]

NONE = frozenset(
    {
        "input",
        "pool",
        "merge",
        "norm",
        "activation",
        "dropout",
        "pad",
        "reshape",
        "op",
        "preprocessing",
        "embedding",
    }
)
"""Kinds whose layers multiply with no weights, or with one for each value."""

PRODUCTS = frozenset(
    {"Einsum", "Inner", "Outer", "ReversibleEmbedding", "STFTSpectrogram", "Tensordot"}
)
"""Classes that multiply more than once for each value; their configuration says not how often."""


def macs(layer: Layer, inputs: Sequence[Shape | None]) -> int | None:
    """Return the multiply–adds of one call of a layer, for one sample."""
    rule = RULES.get(layer.class_name)
    if rule is None:
        if layer.class_name in PRODUCTS:
            return None
        free = layer.params == 0 or kind_of(layer.class_name) in NONE
        return 0 if free else None
    try:
        return rule(layer, [known(shape) for shape in inputs])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # An axis that is not known, or a configuration that is none.
        return None


def known(shape: Shape | None) -> Known:
    """Return the axes of a sample; a rule that needs one that is not known ends here."""
    if shape is None or None in shape[1:]:
        raise ValueError("an axis is not known")
    return tuple(axis for axis in shape[1:] if axis is not None)


def places(layer: Layer, shape: Known) -> tuple[int, int]:
    """Return the number of places of a tensor of images, and its channels."""
    if layer.config.get("data_format") == "channels_first":
        return math.prod(shape[1:]), shape[0]
    return math.prod(shape[:-1]), shape[-1]


def window(layer: Layer) -> int:
    """Return the number of places of a kernel."""
    size = layer.config["kernel_size"]
    if isinstance(size, int):
        axes = len(layer.output or ()) - 2
        return int(size**axes)
    return math.prod(int(axis) for axis in size)


def conv(layer: Layer, inputs: Sequence[Known]) -> int:
    """At every place of the output a kernel for every pair of channels in a group."""
    where, filters = places(layer, known(layer.output))
    _, channels = places(layer, inputs[0])
    return where * window(layer) * (channels // int(layer.config.get("groups", 1))) * filters


def transposed(layer: Layer, inputs: Sequence[Known]) -> int:
    """At every place of the input a kernel for every pair of channels."""
    where, channels = places(layer, inputs[0])
    _, filters = places(layer, known(layer.output))
    return where * window(layer) * channels * filters


def depthwise(layer: Layer, _inputs: Sequence[Known]) -> int:
    """At every place of the output a kernel for every channel."""
    where, filters = places(layer, known(layer.output))
    return where * window(layer) * filters


def separable(layer: Layer, inputs: Sequence[Known]) -> int:
    """A kernel for every channel, then one place for every pair."""
    where, filters = places(layer, known(layer.output))
    _, channels = places(layer, inputs[0])
    many = channels * int(layer.config.get("depth_multiplier", 1))
    return where * many * (window(layer) + filters)


def dense(layer: Layer, inputs: Sequence[Known]) -> int:
    """A weight for every pair of units, at every place."""
    return math.prod(inputs[0]) * int(layer.config["units"])


def matmul(layer: Layer, inputs: Sequence[Known]) -> int:
    """The axis that is summed over, for every number of the result."""
    return math.prod(known(layer.output)) * inputs[0][-1]


def gates(number: int) -> Rule:
    """Return the rule of a recurrent layer with so many gates."""

    def rule(layer: Layer, inputs: Sequence[Known]) -> int:
        steps, features = inputs[0]
        units = int(layer.config["units"])
        return steps * number * units * (features + units)

    return rule


def attention(_layer: Layer, inputs: Sequence[Known]) -> int:
    """The scores of queries and keys, and the sum of values that they weigh."""
    queries, values = inputs[0], inputs[1]
    keys = inputs[2] if len(inputs) > 2 else values
    return queries[-2] * values[-2] * (keys[-1] + values[-1])


def multi_head(layer: Layer, inputs: Sequence[Known]) -> int:
    """Projections into the heads, scores, weighted sums, and the projection out of them."""
    config = layer.config
    heads = int(config["num_heads"])
    depth = int(config["key_dim"])
    value_depth = int(config.get("value_dim") or depth)
    query, value = inputs[0], inputs[1] if len(inputs) > 1 else inputs[0]
    key = inputs[2] if len(inputs) > 2 else value
    asked, given = query[-2], value[-2]
    into = asked * query[-1] * heads * depth + given * key[-1] * heads * depth
    into += given * value[-1] * heads * value_depth
    inside = asked * given * heads * (depth + value_depth)
    out = asked * heads * value_depth * known(layer.output)[-1]
    return into + inside + out


def grouped_query(layer: Layer, inputs: Sequence[Known]) -> int:
    """As with many heads, but that several queries share their keys and values."""
    config = layer.config
    depth, heads = int(config["head_dim"]), int(config["num_query_heads"])
    shared = int(config["num_key_value_heads"])
    query, value = inputs[0], inputs[1] if len(inputs) > 1 else inputs[0]
    key = inputs[2] if len(inputs) > 2 else value
    asked, given = query[-2], value[-2]
    into = asked * query[-1] * heads * depth + given * (key[-1] + value[-1]) * shared * depth
    inside = 2 * asked * given * heads * depth
    return into + inside + asked * heads * depth * known(layer.output)[-1]


def additive(layer: Layer, inputs: Sequence[Known]) -> int:
    """A scale for every sum of a query and a key, and the sum of values that they weigh."""
    queries, values = inputs[0], inputs[1]
    scaled = queries[-1] if layer.config.get("use_scale", True) else 0
    return queries[-2] * values[-2] * (scaled + values[-1])


def einsum_dense(layer: Layer, inputs: Sequence[Known]) -> int:
    """What is summed over, for every number of the result."""
    given, made = str(layer.config["equation"]).split("->")
    letters, kernel = given.split(",")
    # The batch is the first axis; axes that are not named stand where the dots are.
    sizes = dict(zip(reversed(letters.replace(".", "")), reversed(inputs[0]), strict=False))
    summed = (set(letters) & set(kernel)) - set(made)
    return math.prod(known(layer.output)) * math.prod(sizes[letter] for letter in summed)


def dot(layer: Layer, inputs: Sequence[Known]) -> int:
    """The axis that is summed over, for every number of the result."""
    axes = layer.config["axes"]
    axis = axes if isinstance(axes, int) else axes[0]
    return math.prod(known(layer.output)) * inputs[0][axis - 1 if axis > 0 else axis]


def cells(layer: Layer, inputs: Sequence[Known]) -> int:
    """The cells of one step, one after the other, at every step."""
    steps, features = inputs[0]
    return steps * _cell(layer.config["cell"], features)[0]


def _cell(cell: Mapping[str, Any], features: int) -> tuple[int, int]:
    """Return the multiply–adds of a cell at one step, and how many features it gives out."""
    config = cell["config"]
    if "cells" in config:
        total = 0
        for each in config["cells"]:
            here, features = _cell(each, features)
            total += here
        return total, features
    units = int(config["units"])
    return GATES[cell["class_name"].removesuffix("Cell")] * units * (features + units), units


def conv_lstm(layer: Layer, inputs: Sequence[Known]) -> int:
    """Four gates, convolved at every step."""
    steps, image = inputs[0][0], inputs[0][1:]
    filters = int(layer.config["filters"])
    where, _ = places(layer, known(layer.output)[-len(image) :])
    _, channels = places(layer, image)
    return steps * 4 * where * window(layer) * (channels + filters) * filters


def bidirectional(layer: Layer, inputs: Sequence[Known]) -> int:
    """There and back."""
    return 2 * _wrapped(layer, inputs[0], layer.output)


def time_distributed(layer: Layer, inputs: Sequence[Known]) -> int:
    """The wrapped layer at every step."""
    steps = inputs[0][0]
    output = layer.output
    return steps * _wrapped(layer, inputs[0][1:], None if output is None else output[1:])


def _wrapped(layer: Layer, shape: Known, output: Shape | None) -> int:
    """Return the multiply–adds of the layer inside a wrapper."""
    inner = layer.config["layer"]
    name, config = inner["class_name"], inner["config"]
    found = macs(
        replace(layer, class_name=name, config=config, outputs=(output,)), [(None, *shape)]
    )
    if found is None:
        raise ValueError("a layer inside has no rule")
    return found


GATES: Mapping[str, int] = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
"""How many times as many products a recurrent layer has as its states need."""

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), conv),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), transposed),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), separable),
    **dict.fromkeys(("Matmul",), matmul),
    **dict.fromkeys(("Attention",), attention),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), conv_lstm),
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    "Dense": dense,
    **{name: gates(number) for name, number in GATES.items()},
    **{f"CuDNN{name}": gates(GATES[name]) for name in ("LSTM", "GRU")},
    "AdditiveAttention": additive,
    "Dot": dot,
    "EinsumDense": einsum_dense,
    **dict.fromkeys(("GroupedQueryAttention", "GroupQueryAttention"), grouped_query),
    "MultiHeadAttention": multi_head,
    "RNN": cells,
}
"""By class."""
