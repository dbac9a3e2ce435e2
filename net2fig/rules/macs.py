"""Counts the multiply–adds of one call of a layer, by a rule per class.

Products with weights and those of attention count, as in published tables. Biases, normalizations,
activations, poolings and merges do not.

Requires: a layer with its configuration, its output shape and its input shapes.
Ensures: a number, or None if the class has no rule or an axis is unknown; never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from net2fig.attributes import Attributes, NoRule, attributes_of, integer
from net2fig.network import Layer, Shape
from net2fig.rules.shapes import find_kind
from net2fig.rules.shapes_common import CheckedTuple
from net2fig.rules.shapes_layers import equation
from net2fig.rules.shapes_sequence import CELLS, cells_in, cells_of


class KnownShape(CheckedTuple[int]):
    """The axes of a sample, all of them known."""

    __slots__ = ()


class KnownInputs(CheckedTuple[KnownShape]):
    """The shapes of the inputs, with all axes known."""

    __slots__ = ()


Rule = Callable[[Attributes, Shape | None, KnownInputs], int]

NO_PRODUCTS = frozenset(
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
    at = attributes_of(layer)
    if layer.params == 0 and not {at.op, at.innermost.op} & {*RULES, *PRODUCTS}:
        return 0
    try:
        return integer(count_macs(at, layer.output, inputs))
    except NoRule:
        return None


def count_macs(at: Attributes, output: Shape | None, inputs: Sequence[Shape | None]) -> int:
    """Return the multiply–adds of a layer; raise `NoRule` if they are unknown."""
    rule = find_rule(at.op)
    if rule is None:
        raise NoRule(f"no rule for {at.op!r}")
    return (
        0
        if rule is none
        else rule(at, output, KnownInputs(require_shape(shape) for shape in inputs))
    )


def find_rule(op: str) -> Rule | None:
    """Return the rule of an operation."""
    rule = RULES.get(op)
    return none if rule is None and op not in PRODUCTS and find_kind(op) in NO_PRODUCTS else rule


def require_shape(shape: Shape | None) -> KnownShape:
    """Return the axes of a sample; a rule that needs one that is not known ends here."""
    if shape is None or None in shape[1:]:
        raise NoRule("an axis is not known")
    return KnownShape(axis for axis in shape[1:] if axis is not None)


def none(_at: Attributes, _output: Shape | None, _inputs: KnownInputs) -> int:
    """No products with weights."""
    return 0


def places(at: Attributes, shape: KnownShape) -> tuple[int, int]:
    """Return the number of places of a tensor of images, and its channels."""
    if at.channels_first:
        return math.prod(shape[1:]), shape[0]
    return math.prod(shape[:-1]), shape[-1]


def window(at: Attributes, output: Shape | None) -> int:
    """Return the number of places of a kernel."""
    size = at["kernel"]
    rank = len(size) if isinstance(size, list | tuple) else len(output or ()) - 2
    return math.prod(at.per_axis("kernel", rank))


def conv(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """At every place of the output a kernel for every pair of channels in a group."""
    where, filters = places(at, require_shape(output))
    _, channels = places(at, inputs[0])
    return where * window(at, output) * (channels // at.per_axis("groups", 1, 1)[0]) * filters


def transposed(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """At every place of the input a kernel for every pair of channels."""
    where, channels = places(at, inputs[0])
    _, filters = places(at, require_shape(output))
    return where * window(at, output) * channels * filters


def depthwise(at: Attributes, output: Shape | None, _inputs: KnownInputs) -> int:
    """At every place of the output a kernel for every channel."""
    where, filters = places(at, require_shape(output))
    return where * window(at, output) * filters


def separable(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """A kernel for every channel, then one place for every pair."""
    where, filters = places(at, require_shape(output))
    _, channels = places(at, inputs[0])
    many = channels * at.whole("depth_multiplier", 1)
    return where * many * (window(at, output) + filters)


def dense(at: Attributes, _output: Shape | None, inputs: KnownInputs) -> int:
    """A weight for every pair of units, at every place."""
    return math.prod(inputs[0]) * at.whole("units")


def matmul(_at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """The axis that is summed over, for every number of the result."""
    return math.prod(require_shape(output)) * inputs[0][-1]


def gates(number: int) -> Rule:
    """Return the rule of a recurrent layer with a number of gates."""

    def rule(at: Attributes, _output: Shape | None, inputs: KnownInputs) -> int:
        steps, features = sequence(inputs)
        units, directions = at.whole("units"), at.whole("directions", 1)
        total = 0
        for _ in range(min(at.whole("layers", 1), MAX_CELLS)):
            total += steps * directions * number * units * (features + units)
            features = directions * units
        return total

    return rule


MAX_CELLS = 1000
"""The maximum number of recurrent layers in one."""


def attention(_at: Attributes, _output: Shape | None, inputs: KnownInputs) -> int:
    """The scores of queries and keys, and the sum of values that they weigh."""
    queries, values = inputs[0], inputs[1]
    keys = inputs[2] if len(inputs) > 2 else values
    return queries[-2] * values[-2] * (keys[-1] + values[-1])


def multi_head(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """Projections into the heads, scores, weighted sums, and the projection out of them."""
    heads = at.whole("heads")
    depth = at.whole("key_dim")
    value_depth = at.optional_whole("value_dim") or depth
    query, value = inputs[0], inputs[1] if len(inputs) > 1 else inputs[0]
    key = inputs[2] if len(inputs) > 2 else value
    queries, values = query[-2], value[-2]
    into = queries * query[-1] * heads * depth + values * key[-1] * heads * depth
    into += values * value[-1] * heads * value_depth
    inside = queries * values * heads * (depth + value_depth)
    out = queries * heads * value_depth * require_shape(output)[-1]
    return into + inside + out


def grouped_query(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """As with many heads, but that several queries share their keys and values."""
    depth, heads = at.whole("head_dim"), at.whole("num_query_heads")
    shared = at.whole("num_key_value_heads")
    query, value = inputs[0], inputs[1] if len(inputs) > 1 else inputs[0]
    key = inputs[2] if len(inputs) > 2 else value
    queries, values = query[-2], value[-2]
    into = queries * query[-1] * heads * depth + values * (key[-1] + value[-1]) * shared * depth
    inside = 2 * queries * values * heads * depth
    return into + inside + queries * heads * depth * require_shape(output)[-1]


def additive(at: Attributes, _output: Shape | None, inputs: KnownInputs) -> int:
    """A scale for every sum of a query and a key, and the sum of values that they weigh."""
    queries, values = inputs[0], inputs[1]
    scaled = queries[-1] if at.flag("use_scale", True) else 0
    return queries[-2] * values[-2] * (scaled + values[-1])


def einsum_dense(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """The axis that is summed over, for every number of the result."""
    letters, kernel, result, _ = equation(at)
    # The batch is the first axis; dots stand for axes without names.
    sizes = dict(zip(reversed(letters), reversed(inputs[0]), strict=False))
    summed = (set(letters) & set(kernel)) - set(result)
    if not summed <= set(sizes):
        raise NoRule("the sum goes over the batch")
    return math.prod(require_shape(output)) * math.prod(sizes[letter] for letter in summed)


def dot(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """The axis that is summed over, for every number of the result."""
    axis = CheckedTuple(at.numbers("axes"))[0]
    return math.prod(require_shape(output)) * inputs[0][axis - 1 if axis > 0 else axis]


def sequence(inputs: KnownInputs) -> tuple[int, int]:
    """Return the steps and the features of a sequence."""
    if len(inputs[0]) != 2:
        raise NoRule("no sequence")
    return inputs[0][0], inputs[0][1]


def cells(at: Attributes, _output: Shape | None, inputs: KnownInputs) -> int:
    """The cells of one step, one after the other, at every step."""
    steps, features = sequence(inputs)
    return steps * _one_step(cells_in(at), features)


def cell(at: Attributes, _output: Shape | None, inputs: KnownInputs) -> int:
    """One step of a cell, or of several in a stack."""
    return _one_step(cells_of(at), inputs[0][-1])


def _one_step(cells: Sequence[Attributes], features: int) -> int:
    total = 0
    for cell in cells:
        number, units = GATES.get(cell.op.removesuffix("Cell")), cell.whole("units")
        if number is None:
            raise NoRule(f"no rule for the cell {cell.class_name!r}")
        total += number * units * (features + units)
        features = units
    return total


def conv_lstm(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """Four gates, convolved at every step."""
    steps, image = inputs[0][0], inputs[0][1:]
    filters = at.whole("filters")
    where, _ = places(at, require_shape(output)[-len(image) :])
    _, channels = places(at, image)
    return steps * 4 * where * window(at, output) * (channels + filters) * filters


def bidirectional(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """There and back."""
    return 2 * count_macs(at.wrapped, output, [(None, *inputs[0])])


def time_distributed(at: Attributes, output: Shape | None, inputs: KnownInputs) -> int:
    """The wrapped layer at every step."""
    step = None if output is None else output[1:]
    return inputs[0][0] * count_macs(at.wrapped, step, [(None, *inputs[0][1:])])


GATES: Mapping[str, int] = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
"""How many times as many products a recurrent layer has as its states need."""

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), conv),
    **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), conv),
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
    **dict.fromkeys(CELLS, cell),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D", "Resizing"), none),
}
"""By class."""
