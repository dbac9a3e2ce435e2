"""Shape rules of layers that see one time: convolutions, pooling, dense, reshaping, merging."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from net2fig.attributes import Attributes, NoRule, integer, whole
from net2fig.network import Shape
from net2fig.rules.shapes_common import (
    Axis,
    CheckedShape,
    Inputs,
    Rule,
    broadcast_shapes,
    concatenate_shapes,
    count_windows,
    infer_reshape,
    join_channels,
    normalize_axes,
    product,
    split_channels,
)


def same(_at: Attributes, inputs: Inputs) -> Shape:
    """The input shape."""
    return inputs[0]


# Convolutions.


def stated_padding(at: Attributes, rank: int) -> list[int] | None:
    """Return how many places are added around each axis; None if the padding is a word."""
    if "before" not in at:
        return None
    before = at.per_axis("before", rank, least=0)
    after = at.per_axis("after", rank, least=0) if "after" in at else before
    return [one + two for one, two in zip(before, after, strict=True)]


def add_places(sizes: Sequence[Axis], places: Sequence[int]) -> list[Axis]:
    """Return axes with places added."""
    pairs = zip(sizes, places, strict=True)
    return [None if size is None else size + count for size, count in pairs]


def convolved(at: Attributes, shape: CheckedShape, channels: Axis) -> Shape:
    """Return the shape after a convolution with a number of channels."""
    spatial, _ = split_channels(shape, at)
    rank = len(spatial)
    kernel = at.per_axis("kernel", rank)
    strides = at.per_axis("stride", rank, 1)
    dilation = at.per_axis("dilation", rank, 1)
    places = stated_padding(at, rank)
    padding = at.text("padding", "valid") if places is None else "valid"
    sizes = [
        count_windows(size, (k - 1) * d + 1, s, padding)
        for size, k, s, d in zip(
            add_places(spatial, places or [0] * rank), kernel, strides, dilation, strict=True
        )
    ]
    return join_channels(shape[0], sizes, channels, at)


def conv(at: Attributes, inputs: Inputs) -> Shape:
    """Conv1D to Conv3D, and the separable ones: as many channels as filters."""
    return convolved(at, inputs[0], at.whole("filters"))


def depthwise(at: Attributes, inputs: Inputs) -> Shape:
    """A kernel for every channel, `depth_multiplier` times."""
    channels = split_channels(inputs[0], at)[1]
    many = None if channels is None else channels * at.whole("depth_multiplier", 1)
    return convolved(at, inputs[0], many)


def transposed(at: Attributes, inputs: Inputs) -> Shape:
    """Transposed convolutions, with the output padding that Keras chooses where none is given."""
    spatial, _ = split_channels(inputs[0], at)
    rank = len(spatial)
    kernel = at.per_axis("kernel", rank)
    strides = at.per_axis("stride", rank, 1)
    dilation = at.per_axis("dilation", rank, 1)
    has_padding = at.get("output_padding") is not None
    extras = at.per_axis("output_padding", rank, least=0) if has_padding else [None] * rank
    places = stated_padding(at, rank)
    if places is not None:
        extras = [extra or 0 for extra in extras]
    valid = places is not None or at.text("padding", "valid") == "valid"

    def size(axis: Axis, k: int, stride: int, d: int, extra: int | None) -> Axis:
        if axis is None:
            return None
        k = (k - 1) * d + 1
        if valid:
            more = max(k, stride) - k if extra is None else extra
            return (axis - 1) * stride + k + more
        return axis * stride if extra is None else (axis - 1) * stride + k % 2 + extra

    sizes = [size(*item) for item in zip(spatial, kernel, strides, dilation, extras, strict=True)]
    sizes = add_places(sizes, [-count for count in places or [0] * rank])
    return join_channels(inputs[0][0], sizes, at.whole("filters"), at)


# Pooling.


def pool(at: Attributes, inputs: Inputs) -> Shape:
    """Pooling over windows."""
    spatial, channels = split_channels(inputs[0], at)
    rank = len(spatial)
    size = at.per_axis("pool", rank)
    strides = at.per_axis("stride" if at.get("stride") else "pool", rank)
    places = stated_padding(at, rank)
    if places is not None and at.flag("ceil_mode"):
        raise NoRule("the last windows may be cut off")
    padding = at.text("padding", "valid") if places is None else "valid"
    axes = add_places(spatial, places or [0] * rank)
    sizes = [count_windows(*item, padding) for item in zip(axes, size, strides, strict=True)]
    return join_channels(inputs[0][0], sizes, channels, at)


def global_pool(at: Attributes, inputs: Inputs) -> Shape:
    """Pooling over all places."""
    spatial, channels = split_channels(inputs[0], at)
    if at.flag("keepdims"):
        return join_channels(inputs[0][0], [1] * len(spatial), channels, at)
    return (inputs[0][0], channels)


def adaptive_pool(at: Attributes, inputs: Inputs) -> Shape:
    """Pooling to a size that is given."""
    spatial, channels = split_channels(inputs[0], at)
    size = at.per_axis("output_size", len(spatial))
    return join_channels(inputs[0][0], size, channels, at)


# Padding, cropping, up-sampling, resizing.


def pairs(value: Any, rank: int) -> list[tuple[int, int]]:
    """Return the sizes that are added before and after each axis.

    >>> pairs(1, 2), pairs([1, 2], 1), pairs([[0, 1], [2, 3]], 2)
    ([(1, 1), (1, 1)], [(1, 2)], [(0, 1), (2, 3)])
    """
    if not isinstance(value, list | tuple):
        return [(whole(value), whole(value))] * rank
    if rank == 1 and len(value) == 2 and isinstance(value[0], int):
        return [(whole(value[0]), whole(value[1]))]
    pairs_of_axes = [
        tuple(item) if isinstance(item, list | tuple) else (item, item) for item in value
    ]
    if len(pairs_of_axes) != rank or any(len(item) != 2 for item in pairs_of_axes):
        raise NoRule(f"{rank} pairs expected, not {value}")
    return [(whole(before), whole(after)) for before, after in pairs_of_axes]


def shifted(at: Attributes, shape: CheckedShape, by: Any, sign: int) -> Shape:
    """Return a shape with its spatial axes grown or shrunk."""
    spatial, channels = split_channels(shape, at)
    sizes = [
        None if size is None else size + sign * (before + after)
        for size, (before, after) in zip(spatial, pairs(by, len(spatial)), strict=True)
    ]
    return join_channels(shape[0], sizes, channels, at)


def padded(at: Attributes, inputs: Inputs) -> Shape:
    """ZeroPadding1D to 3D."""
    return shifted(at, inputs[0], at["padding"], 1)


def cropped(at: Attributes, inputs: Inputs) -> Shape:
    """Cropping1D to 3D."""
    return shifted(at, inputs[0], at["cropping"], -1)


def upsampled(at: Attributes, inputs: Inputs) -> Shape:
    """UpSampling1D to 3D."""
    spatial, channels = split_channels(inputs[0], at)
    factors = at.per_axis("factor", len(spatial))
    sizes = [None if a is None else a * f for a, f in zip(spatial, factors, strict=True)]
    return join_channels(inputs[0][0], sizes, channels, at)


def resized(at: Attributes, inputs: Inputs) -> Shape:
    """Images brought to a height and a width; a single one has no batch axis."""
    sizes = [at.optional_whole("height"), at.optional_whole("width")]
    shape = inputs[0]
    if len(shape) == 3:
        return (shape[0], *sizes) if at.channels_first else (*sizes, shape[-1])
    return join_channels(shape[0], sizes, split_channels(shape, at)[1], at)


# Dense, embedding, reshaping.


def dense(at: Attributes, inputs: Inputs) -> Shape:
    """The last axis becomes the units."""
    return (*inputs[0][:-1], at.whole("units"))


def equation(at: Attributes) -> tuple[str, str, str, bool]:
    """Return the letters of the input, of the kernel and of the result of an EinsumDense.

    The last value tells whether the letters are those of the last axes, after dots.
    """
    text = at.text("equation").replace(" ", "")
    match = re.fullmatch(r"([^,>-]*),([^,>-]*)->([^,>-]*)", text.replace("...", ""))
    if match is None:
        raise NoRule(f"no equation: {text[:40]!r}")
    return match[1], match[2], match[3], text.startswith("...")


def einsum_labels(at: Attributes, shape: CheckedShape) -> dict[str, Axis]:
    """Return the size of every axis in the equation of an EinsumDense, by its letter."""
    letters, _, result, tail = equation(at)
    if len(letters) > len(shape):
        raise NoRule(f"{len(shape)} axes are fewer than {letters!r}")
    axes = shape[len(shape) - len(letters) :] if tail else shape[: len(letters)]
    sizes = dict(zip(letters, axes, strict=True))
    target = at["output_shape"]
    ends = [_size(each) for each in (target if isinstance(target, list | tuple) else [target])]
    for letter, size in zip(reversed(result), reversed(ends), strict=False):
        if letter not in sizes:
            sizes[letter] = size
    return sizes


def einsum_dense(at: Attributes, inputs: Inputs) -> Shape:
    """EinsumDense: the letters after the arrow, and the axes of the dots."""
    shape = inputs[0]
    input_letters, _, letters, tail = equation(at)
    sizes = einsum_labels(at, shape)
    body = tuple(labelled(sizes, letter) for letter in letters)
    rest = len(shape) - len(input_letters)
    if tail:
        return (*shape[:rest], *body)
    return (*body, *shape[len(shape) - rest :]) if rest else body


def labelled(sizes: Mapping[str, Axis], letter: str) -> Axis:
    """Return the size of the axis with a letter."""
    if letter not in sizes:
        raise NoRule(f"no axis is called {letter!r}")
    return sizes[letter]


def _size(value: Any) -> Axis:
    return None if value is None else whole(value)


def embedding(at: Attributes, inputs: Inputs) -> Shape:
    """Every number becomes a vector."""
    return (*inputs[0], at.whole("output_dim"))


def flatten(_at: Attributes, inputs: Inputs) -> Shape:
    """One axis of all."""
    return (inputs[0][0], product(inputs[0][1:]))


def sizes(at: Attributes, word: str) -> list[Axis]:
    """Return a list of sizes: None for an unknown one, -1 for the rest."""
    return [None if each is None else integer(each) for each in at.items(word)]


def reshape(at: Attributes, inputs: Inputs) -> Shape:
    """The target shape, after the batch."""
    return (inputs[0][0], *infer_reshape(inputs[0][1:], sizes(at, "target_shape")))


def permute(at: Attributes, inputs: Inputs) -> Shape:
    """Axes in another order, counted from 1."""
    return (inputs[0][0], *(inputs[0][axis] for axis in at.numbers("dims")))


def repeat_vector(at: Attributes, inputs: Inputs) -> Shape:
    """The same vector at every step."""
    return (inputs[0][0], at.whole("n"), inputs[0][1])


def category(at: Attributes, inputs: Inputs) -> Shape:
    """CategoryEncoding."""
    shape, tokens = inputs[0], at.whole("num_tokens")
    one_hot = at.get("output_mode") == "one_hot" and (len(shape) == 1 or shape[-1] != 1)
    return (*shape, tokens) if one_hot else (*shape[:-1], tokens)


# Merging.


def merge(_at: Attributes, inputs: Inputs) -> Shape:
    """Elementwise, axes of size 1 stretched; the batch is known only if all agree."""
    shapes = [shape for shape in inputs if len(shape) > 0]
    batches = {shape[0] for shape in shapes}
    body = broadcast_shapes([shape[1:] for shape in shapes])
    return (batches.pop() if len(batches) == 1 else None, *body)


def concatenate(at: Attributes, inputs: Inputs) -> Shape:
    """Put together along an axis."""
    return concatenate_shapes(inputs, integer(at.get("axis", -1)))


def dot(at: Attributes, inputs: Inputs) -> Shape:
    """Contracted over one axis of each."""
    first, second = list(inputs[0]), list(inputs[1])
    axes = at.numbers("axes")
    axes = axes * 2 if len(axes) == 1 else axes
    if len(axes) != 2:
        raise NoRule(f"no pair of axes: {axes}")
    del first[normalize_axes(axes[0], len(first))[0]]
    del second[normalize_axes(axes[1], len(second))[0]]
    result = (*first, *second[1:])
    return (*result, 1) if len(result) == 1 else result


def by_rank(name: str, rule: Rule, ranks: tuple[int, ...] = (1, 2, 3)) -> dict[str, Rule]:
    """Return the same rule for a class in several dimensions."""
    return {name.replace("#", f"{rank}D"): rule for rank in ranks}


RULES: dict[str, Rule] = {
    **by_rank("Conv#", conv),
    **by_rank("SeparableConv#", conv, (1, 2)),
    **by_rank("DepthwiseConv#", depthwise, (1, 2)),
    **by_rank("LocallyConnected#", conv, (1, 2)),
    **by_rank("Conv#Transpose", transposed),
    **by_rank("MaxPooling#", pool),
    **by_rank("AveragePooling#", pool),
    **by_rank("GlobalMaxPooling#", global_pool),
    **by_rank("GlobalAveragePooling#", global_pool),
    **by_rank("AdaptiveMaxPooling#", adaptive_pool),
    **by_rank("AdaptiveAveragePooling#", adaptive_pool),
    **by_rank("ZeroPadding#", padded),
    **by_rank("Cropping#", cropped),
    **by_rank("UpSampling#", upsampled),
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), resized),
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), merge),
    **dict.fromkeys(("Identity", "Masking", "Rescaling", "Normalization"), same),
    "Concatenate": concatenate,
    "Dot": dot,
    "Dense": dense,
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "ReversibleEmbedding": embedding,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat_vector,
    "CategoryEncoding": category,
}
"""By class; other classes of kinds that change no shape keep it (shapes.py)."""
