"""Marks the sizes of a network that were assumed: read with other sizes, they differ.

    Dense(num_classes)      the axis is as long as assumed, and its text is "num_classes"
    Flatten()               of what was assumed: "?"

Requires: the network, the same read with sizes `FACTOR` times as large, and the sizes by name.
Ensures: axes that differ are `Share`s; parameters that differ are unknown. Two networks of unlike
structure give the first as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.network import Layer, Network, Shape, Share

CODES = frozenset({"unknown-size", "guessed-argument", "guessed-shape"})
"""The codes of notices that tell assumed sizes."""

UNNAMED = "?"


def is_assumed(network: Network) -> bool:
    """Tell whether sizes of a network were assumed."""
    return any(notice.code in CODES for notice in network.notices)


def mark_assumed(
    network: Network, other: Network, sizes: Mapping[str, int], others: Mapping[str, int]
) -> Network:
    """Return a network with names for its assumed sizes; `sizes` are those of both networks."""
    same = [layer.id for layer in network.layers] == [layer.id for layer in other.layers]
    if not same or network.edges != other.edges:
        return network
    names = {(size, others[name]): name for name, size in sizes.items() if name in others}
    pairs = zip(network.layers, other.layers, strict=True)
    return replace(network, layers=tuple(mark_layer(one, two, names) for one, two in pairs))


def mark_layer(layer: Layer, other: Layer, names: Mapping[tuple[int, int], str]) -> Layer:
    """Return a layer with names for its assumed sizes."""
    if layer == other or len(layer.outputs) != len(other.outputs):
        return layer
    outputs = tuple(
        mark_shape(shape, twin, names)
        for shape, twin in zip(layer.outputs, other.outputs, strict=True)
    )
    return replace(
        layer, outputs=outputs, params=layer.params if layer.params == other.params else None
    )


def mark_shape(
    shape: Shape | None, other: Shape | None, names: Mapping[tuple[int, int], str]
) -> Shape | None:
    """Return a shape with names for its assumed axes."""
    if shape is None or other is None or len(shape) != len(other):
        return shape
    return tuple(
        Share(axis, names.get((axis, twin), UNNAMED))
        if axis is not None and twin is not None and axis != twin
        else axis
        for axis, twin in zip(shape, other, strict=True)
    )
