"""Rules for the receptive field of each operation.

Requires: the receptive field of the layer's input, and the shapes before and after.
Ensures: the receptive field of the output along each axis; `NoRule` if it is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct

from net2fig.attributes import Attributes, NoRule, integer
from net2fig.network import Extent, Shape, extent, find_feature_axis
from net2fig.rules.receptive_axis import (
    Interval,
    ReceptiveAxis,
    apply_window,
    resample_axis,
    upsample_axis,
)
from net2fig.rules.shapes_common import normalize_axes
from net2fig.rules.shapes_layers import pairs

WHOLE = "whole"
"""The receptive field of a map that depends on everything."""
POOLED = "pooled"
"""The state of a tensor without places: a vector, or a map that is made from one."""

State = tuple[ReceptiveAxis, ...] | str | None
"""The receptive field along each axis; WHOLE, POOLED, or None if unknown."""


class Input(Struct, frozen=True):
    """An input tensor: its receptive field, its shape, and the roles of its axes."""

    state: State
    shape: Shape | None
    axes: str

    @property
    def extent(self) -> Extent | None:
        """Its resolution and features."""
        return extent(self.shape, self.axes)

    @property
    def feature_axis(self) -> int:
        """Which axis holds its features."""
        return find_feature_axis(len(self.shape or ()), self.axes)


Rule = Callable[[Attributes, Input, Extent | None], State]
"""Computes the receptive field from the attributes, the inputs and the output shape."""


def same(_at: Attributes, source: Input, _out: Extent | None) -> State:
    """Every place sees itself."""
    return source.state


def pooled(_at: Attributes, _source: Input, _out: Extent | None) -> State:
    """All places at once."""
    return POOLED


Axis = Callable[
    [Attributes, Sequence[ReceptiveAxis], Input, Extent | None], Sequence[ReceptiveAxis]
]


def of_map(rule: Axis) -> Rule:
    """Return the rule of a layer that makes a map of a map; of a vector it makes everything."""

    def apply(at: Attributes, source: Input, out: Extent | None) -> State:
        if isinstance(source.state, tuple):
            return tuple(rule(at, source.state, source, out))
        return POOLED if out is not None and out.resolution in (None, 1) else WHOLE

    return apply


def convolved(
    at: Attributes, state: Sequence[ReceptiveAxis], source: Input, _out: Extent | None
) -> list[ReceptiveAxis]:
    """A window that moves; the axes are those of the kernel or of the pool."""
    rank = len(state)
    sizes = at.per_axis("kernel" if "kernel" in at else "pool", rank)
    # The default stride is one for kernels, and the size for pools.
    usual = [1] * rank if "kernel" in at else sizes
    strides = at.per_axis("stride", rank) if at.get("stride") is not None else usual
    dilations = _dilations(at, rank)
    stated = at.per_axis("before", rank, least=0) if "before" in at else None
    padding = "" if stated else at.text("padding", "valid")
    lengths = _lengths(source, rank)
    axes = []
    for axis, (sight, size, stride, dilation, length) in enumerate(
        zip(state, sizes, strides, dilations, lengths, strict=True)
    ):
        reach = (size - 1) * dilation + 1
        before = stated[axis] if stated else _before(padding, reach, stride, length)
        axes.append(apply_window(sight, size, stride, dilation, before))
    return axes


def _dilations(at: Attributes, rank: int) -> list[int]:
    return at.per_axis("dilation", rank) if at.get("dilation") is not None else [1] * rank


def _before(padding: str, reach: int, stride: int, length: int | None) -> int:
    """Return how many places are put before an axis."""
    if padding == "causal":
        return reach - 1
    if padding != "same":
        return 0
    steps = stride if length is None or length % stride == 0 else length % stride
    return max(reach - steps, 0) // 2


def transposed(
    at: Attributes, state: Sequence[ReceptiveAxis], _source: Input, _out: Extent | None
) -> list[ReceptiveAxis]:
    """A window around every place, the places `strides` apart."""
    rank = len(state)
    sizes = at.per_axis("kernel", rank)
    strides = at.per_axis("stride", rank) if at.get("stride") is not None else [1] * rank
    stated = at.per_axis("before", rank, least=0) if "before" in at else None
    axes = []
    for axis, (sight, size, stride, dilation) in enumerate(
        zip(state, sizes, strides, _dilations(at, rank), strict=True)
    ):
        reach = (size - 1) * dilation + 1
        before = max(reach - stride, 0) // 2 if at.get("padding") == "same" else 0
        before = stated[axis] if stated else before
        axes.append(upsample_axis(sight, stride, reach, before))
    return axes


def upsampled(
    at: Attributes, state: Sequence[ReceptiveAxis], _source: Input, _out: Extent | None
) -> list[ReceptiveAxis]:
    """Every place several times, or between its neighbours."""
    pairs = zip(state, at.per_axis("factor", len(state)), strict=True)
    if at.get("interpolation", "nearest") == "nearest":
        return [upsample_axis(sight, factor, factor) for sight, factor in pairs]
    return [upsample_axis(sight, factor, 2 * factor, (factor + 1) // 2) for sight, factor in pairs]


def adapted(
    _at: Attributes, state: Sequence[ReceptiveAxis], source: Input, out: Extent | None
) -> list[ReceptiveAxis]:
    """A pooling to a size: place i sees the places from ⌊i·n/o⌋ to ⌈(i+1)·n/o⌉, of n to o."""
    return [
        resample_axis(sight, n, o, partial(_window, n, o))
        for sight, (n, o) in zip(state, _sizes(source, out, len(state)), strict=True)
    ]


def _window(n: int, o: int, place: int) -> Interval:
    return place * n // o, -(-(place + 1) * n // o) - 1


def adaptive(at: Attributes, source: Input, out: Extent | None) -> State:
    """A pooling to a size; to a single place it is one over all."""
    return POOLED if out is not None and out.resolution == 1 else of_map(adapted)(at, source, out)


def resized(
    at: Attributes, state: Sequence[ReceptiveAxis], source: Input, out: Extent | None
) -> list[ReceptiveAxis]:
    """Images brought to a size: place i is at (i+½)·n/o−½ and sees its neighbours on both sides."""
    reach = REACHES.get(at.text("interpolation", "bilinear"))
    if reach is None or any(at.flag(word) for word in FRAMED):
        raise NoRule("images are cut, padded or smoothed")

    def seen(n: int, o: int, place: int) -> Interval:
        where = Fraction((2 * place + 1) * n - o, 2 * o)
        if not reach:
            nearest = math.floor(where + Fraction(1, 2))
            return nearest, nearest
        more = reach - 1 if where.denominator > 1 else 0
        return math.floor(where) - more, math.ceil(where) + more

    return [
        resample_axis(sight, n, o, partial(seen, n, o))
        for sight, (n, o) in zip(state, _sizes(source, out, len(state)), strict=True)
    ]


REACHES = {"nearest": 0, "bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}
"""How many places on either side an interpolation looks at."""

FRAMED = ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")
"""Options that make a resizing depend on more than two sizes."""


def _sizes(source: Input, out: Extent | None, rank: int) -> list[tuple[int, int]]:
    """Return the size of each axis before and after."""
    before = source.extent
    if before is None or out is None or not len(before.spatial) == len(out.spatial) == rank:
        raise NoRule("the axes are not known")
    sizes = [(n, o) for n, o in zip(before.spatial, out.spatial, strict=True) if n and o]
    if len(sizes) < rank:
        raise NoRule("an axis is not known")
    return sizes


def shifted(word: str, sign: int) -> Rule:
    """Return the rule of a layer that puts places before an axis, or takes them away."""

    def rule(at: Attributes, source: Input, _out: Extent | None) -> State:
        """The same places, others before them; or without the first."""
        if not isinstance(source.state, tuple):
            return POOLED
        firsts = [first for first, _ in pairs(at[word], len(source.state))]
        return tuple(
            apply_window(sight, 1, 1, before=sign * first)
            for sight, first in zip(source.state, firsts, strict=True)
        )

    return rule


def normalised(at: Attributes, source: Input, _out: Extent | None) -> State:
    """Along the features each place sees itself, along other axes all places."""
    axis = at.get("axis", -1)
    axes = [integer(each) for each in (axis if isinstance(axis, list | tuple) else [axis])]
    if not source.shape:
        return None
    own = all(each % len(source.shape) == source.feature_axis for each in axes)
    return source.state if own or source.state == POOLED else WHOLE


def normalised_in_groups(_at: Attributes, source: Input, _out: Extent | None) -> State:
    """All places of some features."""
    return source.state if source.state == POOLED else WHOLE


def reshaped(_at: Attributes, source: Input, out: Extent | None) -> State:
    """The same map if its axes stay as they are; of a map in other axes nothing is known."""
    if source.state == POOLED:
        return POOLED if out is None or (out.resolution or 1) == 1 else WHOLE
    if out is not None and not out.spatial:
        return POOLED
    before = source.extent
    kept = before is not None and out is not None and before.spatial == out.spatial
    return source.state if kept else None


def reduced(at: Attributes, source: Input, _out: Extent | None) -> State:
    """All places if all axes of the map are reduced; the same map if only others are."""
    if not isinstance(source.state, tuple):
        return POOLED
    rank = len(source.shape or ())
    gone = set(normalize_axes(at.get("axis"), rank))
    spatial = set(range(1, rank)) - {source.feature_axis}
    if spatial <= gone:
        return POOLED
    if spatial & gone:
        raise NoRule("some axes of the map go, others stay")
    return source.state


def centred(
    _at: Attributes, state: Sequence[ReceptiveAxis], source: Input, out: Extent | None
) -> list[ReceptiveAxis]:
    """The places in the middle; of images that are smaller nothing is known."""
    sizes = _sizes(source, out, len(state))
    if any(o > n for n, o in sizes):
        raise NoRule("an image is smaller than what is cut out of it")
    return [
        apply_window(sight, 1, 1, before=-((n - o) // 2))
        for sight, (n, o) in zip(state, sizes, strict=True)
    ]


def embedded(_at: Attributes, _source: Input, out: Extent | None) -> State:
    """Every place of a sequence sees itself."""
    return tuple(ReceptiveAxis() for _ in out.spatial) if out else None


def _lengths(source: Input, count: int) -> list[int | None]:
    """Return the length of each axis of an input."""
    axes = source.extent
    if axes is None or len(axes.spatial) != count:
        return [None] * count
    return list(axes.spatial)


BY_KIND: Mapping[str, Rule] = {
    **dict.fromkeys(("activation", "dropout", "norm", "op", "preprocessing", "dense"), same),
    "embedding": embedded,
}
"""Rules by kind, for classes without a rule."""

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), of_map(convolved)),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), of_map(convolved)),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), of_map(convolved)),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), of_map(convolved)),
    **dict.fromkeys(
        ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"), of_map(convolved)
    ),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), of_map(transposed)),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), of_map(upsampled)),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), shifted("padding", 1)),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), shifted("cropping", -1)),
    **dict.fromkeys(
        ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"), pooled
    ),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"), pooled),
    **dict.fromkeys(("Flatten",), pooled),
    **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), of_map(convolved)),
    **{
        f"Adaptive{way}Pooling{rank}D": adaptive for way in ("Average", "Max") for rank in (1, 2, 3)
    },
    **dict.fromkeys(("Resizing", "Resize"), of_map(resized)),
    **dict.fromkeys(("GroupNormalization", "InstanceNormalization"), normalised_in_groups),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization", "UnitNormalization"), normalised),
    **dict.fromkeys(("Reshape", "ExpandDims", "Squeeze", "RepeatVector"), reshaped),
    **dict.fromkeys(("Cast", "Copy", "Identity", "Masking", "NotEqual", "StopGradient"), same),
    **dict.fromkeys(("Argmax", "Argmin", "Logsumexp", "Max", "Mean", "Min"), reduced),
    **dict.fromkeys(("Prod", "Std", "Sum", "Var"), reduced),
    **dict.fromkeys(("AveragePool", "MaxPool"), of_map(convolved)),
    "CenterCrop": of_map(centred),
}
"""By class."""
