"""The shapes that convolutions, poolings and resizings of PyTorch return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.onnx import shapes_windows as windows
from net2fig.read.onnx.shapes_common import multiply
from net2fig.read.onnx.values import Value
from net2fig.read.torchscript.shapes_common import (
    Arguments,
    Rule,
    Shapes,
    check_same,
    first,
    ints,
    known,
    shape_of,
)


def for_each(value: Any, count: int, default: int) -> list[int]:
    """Return a number for each axis."""
    values = known(default if value in (None, []) else value)
    return values * count if len(values) == 1 else values


def whole(shape: Shape, batched: int) -> tuple[Shape, bool]:
    """Return a shape with a batch, and whether it had one."""
    return (shape, True) if len(shape) >= batched else ((1, *shape), False)


def window(arguments: Arguments, axes: int) -> dict[str, Any]:
    """Return stride, padding and dilation of a window, in the words of ONNX."""
    padding = arguments.get("padding")
    found: dict[str, Any] = {
        "strides": for_each(arguments.get("stride"), axes, 1),
        "dilations": for_each(arguments.get("dilation"), axes, 1),
        "ceil_mode": int(arguments.get("ceil_mode") is True),
        "group": arguments.get("groups", 1),
    }
    if padding in ("same", "valid"):
        return found | {"auto_pad": "SAME_UPPER" if padding == "same" else "VALID"}
    return found | {"pads": for_each(padding, axes, 0) * 2}


def conv(arguments: Arguments) -> Shapes:
    """Return the shape of a convolution, perhaps a transposed one."""
    weight = shape_of(arguments["weight"])
    data, has_batch = whole(first(arguments), len(weight))
    values = [Value(data), Value(weight)]
    settings = window(arguments, len(weight) - 2)
    groups = settings["group"]
    transposed = arguments.get("transposed") is True or arguments.get("is_transposed") is True
    if transposed:
        settings["output_padding"] = for_each(arguments.get("output_padding"), len(weight) - 2, 0)
    width = weight[0] if transposed else multiply([weight[1], groups])
    check_same(data[1], width)
    rule = windows.conv_transpose if transposed else windows.conv
    return [shape if has_batch or shape is None else shape[1:] for shape in rule(settings, values)]


def conv_transpose(arguments: Arguments) -> Shapes:
    """Return the shape of a transposed convolution."""
    return conv({**arguments, "is_transposed": True})


def pool(axes: int) -> Rule:
    """Return the rule for a pooling along so many axes."""

    def rule(arguments: Arguments) -> Shapes:
        data, has_batch = whole(first(arguments), axes + 2)
        kernel = for_each(arguments["kernel_size"], axes, 1)
        stride = arguments.get("stride") or kernel
        settings = window({**arguments, "stride": stride}, axes) | {"kernel_shape": kernel}
        found = windows.pool(settings, [Value(data)])
        return [shape if has_batch or shape is None else shape[1:] for shape in found]

    return rule


def first_of(rule: Rule) -> Rule:
    """Return a rule without the places of the greatest values."""
    return lambda arguments: rule(arguments)[:1]


def pool_to(axes: int) -> Rule:
    """Return the rule for a pooling to a size along so many axes."""

    def rule(arguments: Arguments) -> Shapes:
        before = first(arguments)
        sizes = arguments["output_size"]
        values = ints(sizes) * axes if not isinstance(sizes, list) else sizes
        pairs = zip(before[-axes:], values, strict=True)
        return [(*before[:-axes], *(old if each is None else each for old, each in pairs))]

    return rule


def pad(arguments: Arguments) -> Shapes:
    """Return the shape with places around: two numbers for each axis, the last axis first."""
    found = list(first(arguments))
    pads = ints(arguments.get("pad", arguments.get("padding")))
    for number in range(len(pads) // 2):
        axis = len(found) - 1 - number
        sizes = (found[axis], *pads[2 * number : 2 * number + 2])
        values = [size for size in sizes if size is not None]
        found[axis] = sum(values) if len(values) == len(sizes) else None
    return [tuple(found)]


def resize(arguments: Arguments) -> Shapes:
    """Return the shape of a map of another size, which is stated, or by its factor."""
    before = first(arguments)
    sizes, factors = arguments.get("output_size"), arguments.get("scale_factors")
    if isinstance(sizes, list):
        return [(*before[:2], *ints(sizes))]
    scales: Sequence[Any] = factors if isinstance(factors, list) else [None] * (len(before) - 2)
    pairs = zip(before[2:], scales, strict=True)
    known_pairs = [
        int(size * scale) if size is not None and isinstance(scale, (int, float)) else None
        for size, scale in pairs
    ]
    return [(*before[:2], *known_pairs)]


def shuffle(arguments: Arguments) -> Shapes:
    """Return the shape of a map whose features became places."""
    before, factor = first(arguments), known(arguments["upscale_factor"])[0]
    features, *places = before[-3:]
    larger = (None if size is None else size * factor for size in places)
    return [(*before[:-3], None if features is None else features // factor**2, *larger)]


def unshuffle(arguments: Arguments) -> Shapes:
    """Return the shape of a map whose places became features."""
    before, factor = first(arguments), known(arguments["downscale_factor"])[0]
    features, *places = before[-3:]
    smaller = (None if size is None else size // factor for size in places)
    return [(*before[:-3], None if features is None else features * factor**2, *smaller)]


def sample(arguments: Arguments) -> Shapes:
    """Return the shape of a map that is read at the places of a grid."""
    return [(*first(arguments)[:2], *shape_of(arguments["grid"])[1:-1])]


def align_regions(arguments: Arguments) -> Shapes:
    """Return the shape of the maps of regions."""
    rois = arguments.get("rois")
    count = rois.shape[0] if rois is not None and getattr(rois, "shape", None) else None
    sizes = ints([arguments["pooled_height"], arguments["pooled_width"]])
    return [(count, first(arguments)[1], *sizes)]


def slide(arguments: Arguments) -> Shapes:
    """Return the shape of all windows of a map, each as one column."""
    batch, features, *places = first(arguments)
    kernel = for_each(arguments["kernel_size"], len(places), 1)
    counts = windows.slide(window(arguments, len(places)), places, kernel)
    size = features
    for length in kernel:
        size = None if size is None else size * length
    total: int | None = 1
    for count in counts:
        total = None if total is None or count is None else total * count
    return [(batch, size, total)]


def list_windows(arguments: Arguments) -> Shapes:
    """Return the shape of windows along an axis, with a new last axis."""
    before = first(arguments)
    axis = known(arguments["dimension"])[0] % len(before)
    size, step = known([arguments["size"], arguments["step"]])
    length = before[axis]
    count = None if length is None else (length - size) // step + 1
    return [(*before[:axis], count, *before[axis + 1 :], size)]


AXES = (1, 2, 3)

WINDOW_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("conv", "conv1d", "conv2d", "conv3d", "convolution"), conv),
    **{f"conv_transpose{axes}d": conv_transpose for axes in AXES},
    **{f"max_pool{axes}d": first_of(pool(axes)) for axes in AXES},
    **{f"avg_pool{axes}d": first_of(pool(axes)) for axes in AXES},
    **{f"max_pool{axes}d_with_indices": pool(axes) for axes in AXES},
    **{f"adaptive_{sort}_pool{axes}d": pool_to(axes) for axes in AXES for sort in ("avg", "max")},
    **dict.fromkeys(("pad", "constant_pad_nd"), pad),
    **{f"{sort}_pad{axes}d": pad for axes in AXES for sort in ("reflection", "replication")},
    **{f"upsample_nearest{axes}d": resize for axes in AXES},
    **dict.fromkeys(
        ("upsample_bilinear2d", "upsample_bicubic2d", "upsample_linear1d", "upsample_trilinear3d"),
        resize,
    ),
    **dict.fromkeys(("roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool"), align_regions),
    "pixel_shuffle": shuffle,
    "pixel_unshuffle": unshuffle,
    "grid_sampler": sample,
    "im2col": slide,
    "unfold": list_windows,
}
