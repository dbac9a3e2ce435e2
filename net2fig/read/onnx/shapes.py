"""The shapes that the operators of ONNX return, one rule for each kind.

Requires: attributes and inputs as the file has them.
Ensures: a shape, or None where it is not known; whatever the values are, no error is raised.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from net2fig.data.onnx_words import load_onnx_words
from net2fig.network import Shape
from net2fig.read.onnx.model import MAX_RANK
from net2fig.read.onnx.shapes_common import (
    Rule,
    Shapes,
    broadcast,
    broadcast_shapes,
    drop_axes,
    ints_at,
    multiply,
    same,
    shape_at,
)
from net2fig.read.onnx.shapes_windows import WINDOW_RULES
from net2fig.read.onnx.values import (
    Attributes,
    Inputs,
    Value,
    attribute_int,
    attribute_ints,
    slice_bounds,
    slice_of,
)

LARGEST = 2**48
"""No axis is longer."""


def infer_shapes(op: str, attributes: Attributes, inputs: Inputs, count: int) -> list[Shape | None]:
    """Return the shapes of `count` outputs of a node."""
    rule = find_rule(op)
    found: list[Shape | None] = []
    if rule is not None and inputs and inputs[0] is not None:
        try:
            found = [check_shape(shape) for shape in rule(attributes, inputs)]
        except (ArithmeticError, IndexError, TypeError, ValueError, AttributeError):
            found = []
    return [*found, *[None] * count][:count]


def find_rule(op: str) -> Rule | None:
    """Return the rule for an operator."""
    words = load_onnx_words()
    if op in words.same:
        return same
    if op in words.broadcast:
        return broadcast
    return reduce_axes if op in words.reductions else RULES.get(op)


def check_shape(shape: Shape | None) -> Shape | None:
    """Return a shape; None unless all its axes have a length that may be."""
    if shape is None or len(shape) > MAX_RANK:
        return None
    valid = all(size is None or 0 <= size <= LARGEST for size in shape)
    return tuple(shape) if valid else None


def matmul(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a product of matrices."""
    one, two = shape_at(inputs), shape_at(inputs, 1)
    rows = one[-2:-1]
    columns = two[-1:] if len(two) > 1 else ()
    return [(*broadcast_shapes([one[:-2], two[:-2]]), *rows, *columns)]


def gemm(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a dense layer."""
    one, two = shape_at(inputs), shape_at(inputs, 1)
    rows = one[1] if attribute_int(attributes, "transA") else one[0]
    return [(rows, two[0] if attribute_int(attributes, "transB") else two[1])]


def reshape(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape that is asked for: 0 keeps an axis, -1 takes the rest."""
    before = shape_at(inputs)
    sizes = ints_at(inputs, 1, attributes, "shape")
    if sizes is None:
        return [None]
    keeps = not attribute_int(attributes, "allowzero")
    found: list[int | None] = [
        before[axis] if size == 0 and keeps and axis < len(before) else size
        for axis, size in enumerate(sizes)
    ]
    if -1 in found:
        at = found.index(-1)
        rest = [size for size in found if size != -1]
        open_before, open_rest = before.count(None), rest.count(None)
        known = math.prod(size for size in before if size is not None)
        fixed = math.prod(size for size in rest if size is not None)
        exact = open_before == open_rest and fixed and known % fixed == 0
        found[at] = known // fixed if exact else None
    elif None not in (*before, *found) and multiply(found) != multiply(before):
        return [None]
    return [tuple(found)]


def flatten(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return two axes, of those before and after one."""
    before = shape_at(inputs)
    axis = attribute_int(attributes, "axis", 1)
    axis = axis + len(before) if axis < 0 else axis
    return [(multiply(before[:axis]), multiply(before[axis:]))]


def transpose(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the axes in another order."""
    before = shape_at(inputs)
    order = attribute_ints(attributes, "perm") or list(range(len(before)))[::-1]
    if sorted(order) != list(range(len(before))):
        return [None]
    return [tuple(before[axis] for axis in order)]


def squeeze(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape without axes of length 1."""
    before = shape_at(inputs)
    axes = ints_at(inputs, 1, attributes, "axes")
    if axes is None:
        return [tuple(size for size in before if size != 1)]
    gone = {axis % len(before) for axis in axes}
    return [tuple(size for axis, size in enumerate(before) if axis not in gone)]


def unsqueeze(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape with axes of length 1."""
    before = list(shape_at(inputs))
    axes = ints_at(inputs, 1, attributes, "axes") or []
    rank = len(before) + len(axes)
    for axis in sorted(each % rank for each in axes):
        before.insert(axis, 1)
    return [tuple(before)]


def concat(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of tensors in a row."""
    shapes = [shape_at(inputs, place) for place in range(len(inputs))]
    axis = attribute_int(attributes, "axis") % len(shapes[0])
    sizes = [shape[axis] for shape in shapes]
    total = None if None in sizes else sum(size for size in sizes if size is not None)
    return [(*shapes[0][:axis], total, *shapes[0][axis + 1 :])]


def split(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shapes of parts, as many as their sizes tell."""
    before = shape_at(inputs)
    axis = attribute_int(attributes, "axis") % len(before)
    sizes: list[int | None] | list[int] | None = ints_at(inputs, 1, attributes, "split")
    if not sizes:
        count = attribute_int(attributes, "num_outputs") or attribute_int(attributes, OUTPUTS)
        length = before[axis]
        part = None if length is None else -(-length // count)
        sizes = [part] * count
        if length is not None and part is not None:
            sizes = [*[part] * (count - 1), length - part * (count - 1)]
    return [(*before[:axis], size, *before[axis + 1 :]) for size in sizes]


OUTPUTS = " outputs"
"""The key under which the number of outputs of a node stands among its attributes."""


def take(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of what is taken from some places of an axis."""
    before, indices = shape_at(inputs), shape_at(inputs, 1)
    axis = attribute_int(attributes, "axis") % len(before)
    return [(*before[:axis], *indices, *before[axis + 1 :])]


def take_many(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of what is taken from places in several axes."""
    before, indices = shape_at(inputs), shape_at(inputs, 1)
    batch = attribute_int(attributes, "batch_dims")
    depth = indices[-1]
    return [None if depth is None else (*indices[:-1], *before[batch + depth :])]


def like_second(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the second input."""
    return [shape_at(inputs, 1)]


def cut(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a slice."""
    before = list(shape_at(inputs))
    bounds = slice_bounds(inputs, attributes, len(before))
    if bounds is None:
        return [tuple(None for _ in before)]
    for start, end, axis, step in zip(*bounds, strict=True):
        length = before[axis]
        if length is not None:
            before[axis] = len(range(length)[slice_of(start, end, step, length)])
    return [tuple(before)]


def expand(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape that a tensor is spread to."""
    sizes = ints_at(inputs, 1, {}, "")
    return [None if sizes is None else broadcast_shapes([shape_at(inputs), tuple(sizes)])]


def tile(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of repetitions."""
    before, times = shape_at(inputs), ints_at(inputs, 1, {}, "") or []
    pairs = zip(before, times, strict=True)
    return [tuple(None if size is None else size * count for size, count in pairs)]


def pad(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape with places around."""
    before = shape_at(inputs)
    pads = ints_at(inputs, 1, attributes, "pads") or []
    axes = ints_at(inputs, 3, {}, "") or list(range(len(before)))
    found = list(before)
    for place, axis in enumerate(axes):
        size = found[axis]
        found[axis] = None if size is None else size + pads[place] + pads[place + len(axes)]
    return [tuple(found)]


def reduce_axes(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape after axes were reduced to one number each."""
    before = shape_at(inputs)
    axes = ints_at(inputs, 1, attributes, "axes")
    if not axes:
        if attribute_int(attributes, "noop_with_empty_axes"):
            return [before]
        axes = list(range(len(before)))
    return [drop_axes(before, axes, bool(attribute_int(attributes, "keepdims", 1)))]


def find_greatest(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the places of extremes along an axis."""
    axis = attribute_int(attributes, "axis")
    return [drop_axes(shape_at(inputs), [axis], bool(attribute_int(attributes, "keepdims", 1)))]


def top_k(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the greatest values along an axis, twice."""
    before = list(shape_at(inputs))
    counts = ints_at(inputs, 1, attributes, "k")
    before[attribute_int(attributes, "axis", -1)] = counts[0] if counts else None
    return [tuple(before)] * 2


def sizes_of_shape(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a shape."""
    return [(len(range(len(shape_at(inputs)))[shape_range(attributes)]),)]


def shape_range(attributes: Attributes) -> slice:
    """Return which axes a node asks for."""
    end = attributes.get("end")
    return slice(attribute_int(attributes, "start"), end if isinstance(end, int) else None)


def one_number(_attributes: Attributes, _inputs: Inputs) -> Shapes:
    """Return the shape of one number."""
    return [()]


def fill(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape that the values of the input say."""
    sizes = inputs[0].ints if inputs[0] is not None else None
    return [None if sizes is None else tuple(sizes)]


def count_up(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of numbers from one to another."""
    start, end, step = (None if each is None else each.number for each in inputs[:3])
    if start is None or end is None or not step:
        return [(None,)]
    return [(max(math.ceil((end - start) / step), 0),)]


def one_hot(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape with an axis for the classes."""
    before = list(shape_at(inputs))
    depth = inputs[1].number if inputs[1] is not None else None
    axis = attribute_int(attributes, "axis", -1) % (len(before) + 1)
    before.insert(axis, None if depth is None else int(depth))
    return [tuple(before)]


def places(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a list of places that only data know."""
    return [(len(shape_at(inputs)), None)]


def einsum(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a product that is written with letters."""
    left, _, right = str(attributes.get("equation", "")).replace(" ", "").partition("->")
    sizes: dict[str, int | None] = {}
    for place, letters in enumerate(left.split(",")):
        sizes |= dict(zip(letters, shape_at(inputs, place), strict=True))
    return [tuple(sizes[letter] for letter in right)]


def recurrent(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shapes of a recurrent layer: all steps, and its states."""
    before, states = shape_at(inputs), shape_at(inputs, 2)
    steps, batch = before[:2] if not attribute_int(attributes, "layout") else before[1::-1]
    directions, hidden = states[0], states[2]
    if attribute_int(attributes, "layout"):
        last = (batch, directions, hidden)
        return [(batch, steps, directions, hidden), last, last]
    last = (directions, batch, hidden)
    return [(steps, directions, batch, hidden), last, last]


def normalized(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shapes of a layer normalisation: its result, mean and deviation."""
    before = shape_at(inputs)
    axis = attribute_int(attributes, "axis", -1) % len(before)
    rest = tuple(1 if place >= axis else size for place, size in enumerate(before))
    return [before, rest, rest]


def attention(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of attention: as many steps as queries, features as values."""
    query = shape_at(inputs)
    value = shape_at(inputs, 2) if len(inputs) > 2 and inputs[2] is not None else query
    return [(*query[:-1], value[-1])]


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("ArgMax", "ArgMin"), find_greatest),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), recurrent),
    **dict.fromkeys(("MatMul", "MatMulInteger", "FusedMatMul"), matmul),
    **dict.fromkeys(("Attention", "MultiHeadAttention"), attention),
    "Gemm": gemm,
    "Reshape": reshape,
    "Flatten": flatten,
    "Transpose": transpose,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Concat": concat,
    "Split": split,
    "Gather": take,
    "GatherND": take_many,
    "GatherElements": like_second,
    "Slice": cut,
    "Expand": expand,
    "Tile": tile,
    "Pad": pad,
    "TopK": top_k,
    "Shape": sizes_of_shape,
    "Size": one_number,
    "ConstantOfShape": fill,
    "Range": count_up,
    "OneHot": one_hot,
    "NonZero": places,
    "Einsum": einsum,
    "LayerNormalization": normalized,
    **WINDOW_RULES,
}


def values_of_shape(value: Value, attributes: Attributes) -> tuple[int, ...] | None:
    """Return the sizes that a node `Shape` returns; None if one is not known."""
    if value.shape is None:
        return None
    sizes = value.shape[shape_range(attributes)]
    known = tuple(size for size in sizes if size is not None)
    return known if len(known) == len(sizes) else None
