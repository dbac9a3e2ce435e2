"""Functions of images inside a layer's call: the resulting sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.session import SESSION
from net2fig.read.record.tensors.graph import Tensor
from net2fig.read.record.tensors.tracing import enter_call
from net2fig.rules.shapes_common import count_windows


def parse_pair(value: Any) -> tuple[int, int]:
    """Return a height and a width."""
    values = (value, value) if type(value) is int else value
    if not isinstance(values, (list, tuple)) or [type(item) for item in values] != [int, int]:
        decline(f"the size {value!r:.60} of images")
    return values[0], values[1]


def parse_images(images: Any) -> tuple[Tensor, type[Any]]:
    """Return images inside a call, or values, and the kind of the resulting tensors."""
    (tensor,), _, kind = enter_call((images,), {})
    if not isinstance(tensor, Tensor) or (kind is Tensor) or tensor.ndim not in (3, 4):
        decline("a function of images called on tensors of Keras")
    if SESSION.data_format != "channels_last":
        decline("a function of images whose channels come first")
    return tensor, kind


def make_patches(images: Any, size: tuple[int, int], strides: tuple[int, int], padding: Any) -> Any:
    """Return the windows of images, each as a row of its values."""
    tensor, kind = parse_images(images)
    *batch, height, width, channels = tensor.shape
    if not isinstance(padding, str) or padding.lower() not in ("valid", "same"):
        decline(f"padding={padding!r:.60} of patches")
    if channels is None:
        decline("patches of images of no known depth")
    whole = (height, width)
    rows = [
        count_windows(axis, window, stride, padding.lower())
        for axis, window, stride in zip(whole, size, strides, strict=True)
    ]
    if any(count is not None and count < 1 for count in rows):
        decline(f"patches of {size} of images of {whole}")
    return kind((*batch, *rows, size[0] * size[1] * channels), tensor._dtype)


def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: Any = "valid",
    data_format: Any = None,
) -> Any:
    """Return keras.ops.image.extract_patches."""
    if dilation_rate != 1 or data_format not in (None, "channels_last"):
        decline("patches with a dilation rate or with channels first")
    window = parse_pair(size)
    return make_patches(images, window, window if strides is None else parse_pair(strides), padding)


def extract_tf_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: Any = None
) -> Any:
    """Return tf.image.extract_patches."""
    if list(rates) != [1, 1, 1, 1] or len(sizes) != 4 or len(strides) != 4:
        decline(f"patches at the rates {rates!r:.60}")
    if images.ndim != 4 or not (name is None or isinstance(name, str)):
        decline("patches of no batch of images")
    return make_patches(images, parse_pair(sizes[1:3]), parse_pair(strides[1:3]), padding)


def resize(images: Any, size: Any, **_options: Any) -> Any:
    """Return images of another size."""
    tensor, kind = parse_images(images)
    *batch, _, _, channels = tensor.shape
    shape: Shape = (*batch, *parse_pair(size), channels)
    return kind(shape, None)


HANDLERS: dict[str, Callable[..., Any]] = {
    "image.extract_patches": extract_tf_patches,
    "image.resize": resize,
}
"""Functions of TensorFlow without an equivalent in keras.ops here."""
