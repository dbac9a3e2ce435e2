"""Shape rules of layers that see one time: convolutions, pooling, dense, reshaping, merging."""

from __future__ import annotations

from typing import Any

from net2fig.network import Shape
from net2fig.rules.shapes_common import (
    Axis,
    Config,
    Inputs,
    Rule,
    broadcast,
    channels_first,
    concatenated,
    joined,
    normal_axes,
    parts,
    per_axis,
    product,
    reshaped,
    windows,
)


def same(_config: Config, inputs: Inputs) -> Shape:
    """What comes in goes out."""
    return inputs[0]


# Convolutions.


def convolved(config: Config, shape: Shape, channels: Axis) -> Shape:
    """Return the shape after a convolution with so many channels."""
    spatial, _ = parts(shape, config)
    rank = len(spatial)
    kernel = per_axis(config["kernel_size"], rank)
    strides = per_axis(config.get("strides", 1), rank)
    dilation = per_axis(config.get("dilation_rate", 1), rank)
    padding = config.get("padding", "valid")
    sizes = [
        windows(size, (k - 1) * d + 1, s, padding)
        for size, k, s, d in zip(spatial, kernel, strides, dilation, strict=True)
    ]
    return joined(shape[0], sizes, channels, config)


def conv(config: Config, inputs: Inputs) -> Shape:
    """Conv1D to Conv3D, and the separable ones: as many channels as filters."""
    return convolved(config, inputs[0], config["filters"])


def depthwise(config: Config, inputs: Inputs) -> Shape:
    """Every channel by itself, `depth_multiplier` times."""
    channels = parts(inputs[0], config)[1]
    many = None if channels is None else channels * int(config.get("depth_multiplier", 1))
    return convolved(config, inputs[0], many)


def transposed(config: Config, inputs: Inputs) -> Shape:
    """Transposed convolutions, with the output padding that Keras chooses where none is given."""
    spatial, _ = parts(inputs[0], config)
    rank = len(spatial)
    kernel = per_axis(config["kernel_size"], rank)
    strides = per_axis(config.get("strides", 1), rank)
    dilation = per_axis(config.get("dilation_rate", 1), rank)
    extra = config.get("output_padding")
    extras = [None] * rank if extra is None else per_axis(extra, rank)
    valid = config.get("padding", "valid") == "valid"

    def size(axis: Axis, k: int, stride: int, d: int, extra: int | None) -> Axis:
        if axis is None:
            return None
        k = (k - 1) * d + 1
        if valid:
            more = max(k, stride) - k if extra is None else extra
            return (axis - 1) * stride + k + more
        return axis * stride if extra is None else (axis - 1) * stride + k % 2 + extra

    sizes = [size(*item) for item in zip(spatial, kernel, strides, dilation, extras, strict=True)]
    return joined(inputs[0][0], sizes, config["filters"], config)


# Pooling.


def pool(config: Config, inputs: Inputs) -> Shape:
    """Pooling over windows."""
    spatial, channels = parts(inputs[0], config)
    rank = len(spatial)
    size = per_axis(config["pool_size"], rank)
    strides = per_axis(config.get("strides") or config["pool_size"], rank)
    padding = config.get("padding", "valid")
    sizes = [windows(*item, padding) for item in zip(spatial, size, strides, strict=True)]
    return joined(inputs[0][0], sizes, channels, config)


def global_pool(config: Config, inputs: Inputs) -> Shape:
    """Pooling over all there is."""
    spatial, channels = parts(inputs[0], config)
    if config.get("keepdims"):
        return joined(inputs[0][0], [1] * len(spatial), channels, config)
    return (inputs[0][0], channels)


def adaptive_pool(config: Config, inputs: Inputs) -> Shape:
    """Pooling to a size that is given."""
    spatial, channels = parts(inputs[0], config)
    size = per_axis(config["output_size"], len(spatial))
    return joined(inputs[0][0], size, channels, config)


# Padding, cropping, up-sampling, resizing.


def pairs(value: Any, rank: int) -> list[tuple[int, int]]:
    """Return what is added before and after each axis.

    >>> pairs(1, 2), pairs([1, 2], 1), pairs([[0, 1], [2, 3]], 2)
    ([(1, 1), (1, 1)], [(1, 2)], [(0, 1), (2, 3)])
    """
    if isinstance(value, int):
        return [(value, value)] * rank
    if rank == 1 and len(value) == 2 and isinstance(value[0], int):
        return [(value[0], value[1])]
    found = [(item, item) if isinstance(item, int) else (item[0], item[1]) for item in value]
    if len(found) != rank:
        raise ValueError(f"{rank} pairs expected, not {value}")
    return found


def shifted(config: Config, shape: Shape, by: Any, sign: int) -> Shape:
    """Return a shape with its spatial axes grown or shrunk."""
    spatial, channels = parts(shape, config)
    sizes = [
        None if size is None else size + sign * (before + after)
        for size, (before, after) in zip(spatial, pairs(by, len(spatial)), strict=True)
    ]
    return joined(shape[0], sizes, channels, config)


def padded(config: Config, inputs: Inputs) -> Shape:
    """ZeroPadding1D to 3D."""
    return shifted(config, inputs[0], config["padding"], 1)


def cropped(config: Config, inputs: Inputs) -> Shape:
    """Cropping1D to 3D."""
    return shifted(config, inputs[0], config["cropping"], -1)


def upsampled(config: Config, inputs: Inputs) -> Shape:
    """UpSampling1D to 3D."""
    spatial, channels = parts(inputs[0], config)
    factors = per_axis(config["size"], len(spatial))
    sizes = [None if a is None else a * f for a, f in zip(spatial, factors, strict=True)]
    return joined(inputs[0][0], sizes, channels, config)


def resized(config: Config, inputs: Inputs) -> Shape:
    """Images brought to a height and a width; a single one has no batch axis."""
    sizes = [config["height"], config["width"]]
    shape = inputs[0]
    if len(shape) == 3:
        return (shape[0], *sizes) if channels_first(config) else (*sizes, shape[-1])
    return joined(shape[0], sizes, parts(shape, config)[1], config)


# Dense, embedding, reshaping.


def dense(config: Config, inputs: Inputs) -> Shape:
    """The last axis becomes the units."""
    return (*inputs[0][:-1], config["units"])


def einsum_labels(config: Config, shape: Shape) -> dict[str, Axis]:
    """Return the size of every axis in the equation of an EinsumDense, by its letter."""
    left, result = config["equation"].replace("...", "").replace(" ", "").split("->")
    given, _ = left.split(",")
    tail = config["equation"].startswith("...")
    axes = shape[len(shape) - len(given) :] if tail else shape[: len(given)]
    sizes = dict(zip(given, axes, strict=True))
    target = config["output_shape"]
    ends = [target] if isinstance(target, int) else list(target)
    for letter, size in zip(reversed(result), reversed(ends), strict=False):
        if letter not in sizes:
            sizes[letter] = size
    return sizes


def einsum_dense(config: Config, inputs: Inputs) -> Shape:
    """EinsumDense: the letters after the arrow, and what the dots stand for."""
    shape, equation = inputs[0], config["equation"].replace(" ", "")
    sizes = einsum_labels(config, shape)
    letters = equation.replace("...", "").split("->")[1]
    body = tuple(sizes[letter] for letter in letters)
    rest = len(shape) - len(equation.replace("...", "").split(",")[0])
    if equation.startswith("..."):
        return (*shape[:rest], *body)
    return (*body, *shape[len(shape) - rest :]) if rest else body


def embedding(config: Config, inputs: Inputs) -> Shape:
    """Every number becomes a vector."""
    return (*inputs[0], config["output_dim"])


def flatten(_config: Config, inputs: Inputs) -> Shape:
    """One axis of all."""
    return (inputs[0][0], product(inputs[0][1:]))


def reshape(config: Config, inputs: Inputs) -> Shape:
    """The target shape, after the batch."""
    return (inputs[0][0], *reshaped(inputs[0][1:], config["target_shape"]))


def permute(config: Config, inputs: Inputs) -> Shape:
    """Axes in another order, counted from 1."""
    return (inputs[0][0], *(inputs[0][axis] for axis in config["dims"]))


def repeat_vector(config: Config, inputs: Inputs) -> Shape:
    """The same vector at every step."""
    return (inputs[0][0], config["n"], inputs[0][1])


def category(config: Config, inputs: Inputs) -> Shape:
    """CategoryEncoding."""
    shape, tokens = inputs[0], config["num_tokens"]
    one_hot = config.get("output_mode") == "one_hot" and (len(shape) == 1 or shape[-1] != 1)
    return (*shape, tokens) if one_hot else (*shape[:-1], tokens)


# Merging.


def merge(_config: Config, inputs: Inputs) -> Shape:
    """Elementwise, axes of size 1 stretched; the batch is known only if all agree."""
    shapes = [shape for shape in inputs if len(shape) > 0]
    batches = {shape[0] for shape in shapes}
    body = broadcast([shape[1:] for shape in shapes])
    return (batches.pop() if len(batches) == 1 else None, *body)


def concatenate(config: Config, inputs: Inputs) -> Shape:
    """Put together along an axis."""
    return concatenated(inputs, config.get("axis", -1))


def dot(config: Config, inputs: Inputs) -> Shape:
    """Contracted over one axis of each."""
    first, second = list(inputs[0]), list(inputs[1])
    axes = config["axes"]
    if isinstance(axes, int):
        axes = [axes, axes]
    del first[normal_axes(axes[0], len(first))[0]]
    del second[normal_axes(axes[1], len(second))[0]]
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
"""By class; what is not here and of a kind that changes no shape keeps its shape (shapes.py)."""
