"""The shapes that convolutions, poolings and resizings return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from net2fig.network import Shape
from net2fig.read.onnx.shapes_common import Rule, Shapes, ints_at, shape_at
from net2fig.read.onnx.values import Attributes, Inputs, Value, attribute_int, attribute_ints

Sizes = Sequence[int | None]


def read_window(attributes: Attributes, kernel: Sizes) -> tuple[list[int], list[int], list[int]]:
    """Return stride, dilation and padding of a window, one number or two for each axis."""
    rank = len(kernel)
    stride = attribute_ints(attributes, "strides") or [1] * rank
    dilation = attribute_ints(attributes, "dilations") or [1] * rank
    pads = attribute_ints(attributes, "pads") or [0] * 2 * rank
    if len(stride) != rank or len(dilation) != rank or len(pads) != 2 * rank:
        raise ValueError("a window has no valid sizes")
    return stride, dilation, pads


def slide(attributes: Attributes, spatial: Sizes, kernel: Sizes) -> list[int | None]:
    """Return how many places a window has along each axis."""
    stride, dilation, pads = read_window(attributes, kernel)
    mode = attributes.get("auto_pad", "NOTSET")
    found: list[int | None] = []
    for axis, (size, length) in enumerate(zip(spatial, kernel, strict=True)):
        if size is None or length is None:
            found.append(None)
            continue
        if mode in ("SAME_UPPER", "SAME_LOWER"):
            found.append(-(-size // stride[axis]))
            continue
        around = 0 if mode == "VALID" else pads[axis] + pads[axis + len(kernel)]
        free = size + around - (length - 1) * dilation[axis] - 1
        count = free // stride[axis] + 1
        if attribute_int(attributes, "ceil_mode"):
            count = -(-free // stride[axis]) + 1
            # The last window begins inside of the map or of the padding before it.
            if (count - 1) * stride[axis] >= size + pads[axis]:
                count -= 1
        found.append(count)
    return found


def convolve(attributes: Attributes, data: Shape, weight: Shape) -> Shapes:
    """Return the shape of a convolution."""
    kernel = attribute_ints(attributes, "kernel_shape") or weight[2:]
    return [(data[0], weight[0], *slide(attributes, data[2:], kernel))]


def conv(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a convolution."""
    return convolve(attributes, shape_at(inputs), shape_at(inputs, 1))


def quantized_conv(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a convolution whose input and weight have scales."""
    return convolve(attributes, shape_at(inputs), shape_at(inputs, 3))


def conv_transpose(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a transposed convolution."""
    data, weight = shape_at(inputs), shape_at(inputs, 1)
    kernel = attribute_ints(attributes, "kernel_shape") or weight[2:]
    stride, dilation, pads = read_window(attributes, kernel)
    more = attribute_ints(attributes, "output_padding") or [0] * len(kernel)
    stated = attribute_ints(attributes, "output_shape")
    same = str(attributes.get("auto_pad", "")).startswith("SAME")
    found: list[int | None] = []
    for axis, (size, length) in enumerate(zip(data[2:], kernel, strict=True)):
        if stated:
            found.append(stated[axis - len(kernel)])
        elif size is None or length is None:
            found.append(None)
        elif same:
            found.append(size * stride[axis])
        else:
            gone = pads[axis] + pads[axis + len(kernel)]
            reach = (length - 1) * dilation[axis] + 1 + more[axis]
            found.append((size - 1) * stride[axis] + reach - gone)
    filters = weight[1]
    groups = attribute_int(attributes, "group", 1)
    return [(data[0], None if filters is None else filters * groups, *found)]


def pool(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shapes of a pooling: the values, and where they were."""
    data = shape_at(inputs)
    kernel = attribute_ints(attributes, "kernel_shape") or []
    return [(*data[:2], *slide(attributes, data[2:], kernel))] * 2


def pool_all(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a pooling over all places."""
    data = shape_at(inputs)
    return [(*data[:2], *[1] * (len(data) - 2))]


def numbers_at(inputs: Inputs, place: int) -> tuple[float, ...] | None:
    """Return the numbers of an input; None if there are none."""
    value = inputs[place] if place < len(inputs) else None
    return value.data or None if isinstance(value, Value) else None


def resize(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a map of another size, which is stated, or by its factor."""
    before = shape_at(inputs)
    # Resize has the region before the factors since version 11; Upsample has factors alone.
    sizes = numbers_at(inputs, 3)
    scales = numbers_at(inputs, 2 if len(inputs) > 2 else 1)
    if sizes is None and scales is None:
        stated = attributes.get("scales")
        scales = tuple(stated) if isinstance(stated, list) and stated else None
    values = sizes or scales
    axes = attribute_ints(attributes, "axes") or list(range(len(before)))
    found = list(before)
    if values is None or len(values) != len(axes):
        return [(*before[:2], *[None] * (len(before) - 2))]
    for axis, value in zip(axes, values, strict=True):
        size = before[axis]
        if sizes:
            found[axis] = int(value)
        else:
            found[axis] = None if size is None else int(size * value + 1e-6)
    return [tuple(found)]


def shuffle(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape after features became places."""
    data, block = shape_at(inputs), attribute_int(attributes, "blocksize", 1)
    places = [None if size is None else size * block for size in data[2:]]
    features = data[1]
    return [(data[0], None if features is None else features // block ** len(places), *places)]


def unshuffle(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape after places became features."""
    data, block = shape_at(inputs), attribute_int(attributes, "blocksize", 1)
    places = [None if size is None else size // block for size in data[2:]]
    features = data[1]
    return [(data[0], None if features is None else features * block ** len(places), *places)]


def sample(_attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of a map that is read at given places."""
    data, grid = shape_at(inputs), shape_at(inputs, 1)
    return [(*data[:2], *grid[1:-1])]


def align_regions(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the maps of regions."""
    height = attribute_int(attributes, "output_height", 1)
    width = attribute_int(attributes, "output_width", 1)
    return [(count_regions(inputs), shape_at(inputs)[1], height, width)]


def count_regions(inputs: Inputs) -> int | None:
    """Return how many regions there are; None if only data tell."""
    regions = inputs[1] if len(inputs) > 1 else None
    return regions.shape[0] if regions is not None and regions.shape else None


def pool_regions(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the maximum of regions."""
    sizes = attribute_ints(attributes, "pooled_shape") or []
    return [(count_regions(inputs), shape_at(inputs)[1], *sizes)]


def select_boxes(_attributes: Attributes, _inputs: Inputs) -> Shapes:
    """Return the shape of the boxes that are kept, as many as data tell."""
    return [(None, 3)]


def select_slices(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the parts along an axis, or of the values, that data tell."""
    before = shape_at(inputs)
    if "axis" not in attributes:
        return [(None,)]
    axis = attribute_int(attributes, "axis") % len(before)
    return [(*before[:axis], None, *before[axis + 1 :])]


def crop(attributes: Attributes, inputs: Inputs) -> Shapes:
    """Return the shape of the middle of a map."""
    before = list(shape_at(inputs))
    sizes = ints_at(inputs, 1, {}, "") or []
    axes = attribute_ints(attributes, "axes") or list(range(len(before)))
    for axis, size in zip(axes, sizes, strict=True):
        before[axis] = size
    return [tuple(before)]


WINDOW_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv", "ConvInteger", "FusedConv", "DeformConv"), conv),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), pool_all),
    "QLinearConv": quantized_conv,
    "ConvTranspose": conv_transpose,
    "Resize": resize,
    "Upsample": resize,
    "DepthToSpace": shuffle,
    "SpaceToDepth": unshuffle,
    "GridSample": sample,
    "RoiAlign": align_regions,
    "MaxRoiPool": pool_regions,
    "NonMaxSuppression": select_boxes,
    **dict.fromkeys(("Compress", "Unique"), select_slices),
    "CenterCropPad": crop,
}
