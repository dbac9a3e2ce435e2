"""Replaces unknown axes by shares of the input: H×W, then H/2×W/2.

Shapes are inferred for a nominal size that many halvings divide, and then expressed in terms of it.
Only the drawing uses them; the network itself stays unknown.

Requires: layers in a topological order.
Ensures: the network with `Share`s for the open axes of outputs; the same network if a shape does
not follow from the rules, or if open and known axes are mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from msgspec.structs import replace

from net2fig.attributes import attributes_of
from net2fig.network import (
    LETTERS,
    Edge,
    Extent,
    Layer,
    Network,
    Shape,
    Share,
    extent,
    find_feature_axis,
)
from net2fig.read.keras.architecture import make_nested_reader
from net2fig.rules.shapes import infer

SIZE = 2**9 * 9
"""The nominal size of an open axis; nine halvings and thirds of it are whole numbers."""
MAX_DENOMINATOR = 2**9
"""The greatest denominator of a share."""
MAX_LOSS = 0.15
"""The greatest part of a share that convolutions without padding may remove."""


def fill_with_shares(network: Network, side: int = SIZE) -> Network:
    """Return the network with shares of the input for its open axes.

    As numbers, they are the lengths for an input of length `side`.
    """
    incoming: dict[str, list[Edge]] = {}
    for edge in network.edges:
        incoming.setdefault(edge.target, []).append(edge)
    sizes: dict[str, Sequence[Shape | None]] = {}
    layers = []
    for layer in network.layers:
        layer_sizes = _infer_sizes(layer, incoming.get(layer.id, []), sizes)
        if layer_sizes is None:
            return network
        sizes[layer.id] = layer_sizes
        outputs = tuple(
            _with_shares(shape, size, layer.axes_of(port), side)
            for port, (shape, size) in enumerate(zip(layer.outputs, layer_sizes, strict=True))
        )
        layers.append(replace(layer, outputs=outputs))
    axes = [
        axis
        for layer in layers
        for port, shape in enumerate(layer.outputs)
        if shape is not None and len(shape) > 2
        for axis in (extent(shape, layer.axes_of(port)) or Extent()).spatial
    ]
    if all(isinstance(axis, Share) or axis == 1 for axis in axes):
        return replace(network, layers=tuple(layers))
    return network


def _is_open(shape: Shape | None) -> bool:
    return shape is not None and len(shape) > 2 and None in shape[1:]


def _infer_sizes(
    layer: Layer, incoming: list[Edge], sizes: dict[str, Sequence[Shape | None]]
) -> Sequence[Shape | None] | None:
    """Return the shapes that a layer returns for the nominal size; None if they are unknown."""
    if not incoming:
        return [
            shape and (shape[0], *(SIZE if axis is None else axis for axis in shape[1:]))
            for shape in layer.outputs
        ]
    input_shapes = [sizes[edge.source][edge.source_port] for edge in incoming]
    inferred_shapes = infer(attributes_of(layer, make_nested_reader()), input_shapes)
    if len(inferred_shapes) < len(layer.outputs):
        return None
    pairs = list(zip(layer.outputs, inferred_shapes, strict=False))
    return (
        [inferred for _, inferred in pairs]
        if all(_is_consistent(*pair) for pair in pairs)
        else None
    )


def _is_consistent(stated: Shape | None, inferred: Shape | None) -> bool:
    """Tell whether an inferred shape agrees with the axes that the model states."""
    if stated is None or inferred is None:
        return stated is inferred
    if len(stated) != len(inferred):
        return False
    return (
        all(one in {None, other} for one, other in zip(stated[1:], inferred[1:], strict=True))
        and None not in inferred[1:]
    )


def _with_shares(stated: Shape | None, size: Shape | None, axes: str, side: int) -> Shape | None:
    """Return a shape with shares for its open axes, or None in it if there is no simple share."""
    if not _is_open(stated) or stated is None or size is None:
        return stated
    letters = LETTERS.get(len(stated) - 2, ())
    first = 2 if find_feature_axis(len(stated), axes) == 1 else 1
    shares: list[int | None] = list(stated)
    for place, axis in enumerate(size):
        number = place - first
        if place and stated[place] is None and axis and 0 <= number < len(letters):
            shares[place] = _make_share(axis, letters[number], side)
    return tuple(shares)


def _make_share(size: int, letter: str, side: int = SIZE) -> Share | None:
    """Return a size in terms of a letter: H, H/2, 2H, H/4−3.


    >>> str(_make_share(SIZE // 2, "H")), str(_make_share(SIZE // 4 - 3, "H"))
    ('H/2', 'H/4−3')
    """
    parts = (Fraction(round(Fraction(size * low, SIZE)), low) for low in _list_denominators())
    near = [part for part in parts if abs(size - part * SIZE) <= part * SIZE * MAX_LOSS]
    if not near:
        return None
    part = min(near, key=lambda share: share.denominator)
    rest = int(size - part * SIZE)
    words = letter if part.numerator == 1 else f"{part.numerator}{letter}"
    words += f"/{part.denominator}" if part.denominator > 1 else ""
    if rest:
        words += f"{'+' if rest > 0 else '−'}{abs(rest)}"
    return Share(max(1, round(size * side / SIZE)), words)


def _list_denominators() -> list[int]:
    return [2**n for n in range(MAX_DENOMINATOR.bit_length())]
