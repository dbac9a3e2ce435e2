"""What the axes of each tensor of a network are, where they are not the usual ones.

A layer that puts the features first says so. What comes out of other layers has the axes of what
goes in; what goes in at the beginning has those that the first layer to say anything expects.

Requires: layers in a topological order.
Ensures: `Layer.axes` is empty for every layer of a network whose features all come last.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.attributes import NoRule, of
from net2fig.network import BATCH, FEATURES, SPACE, Edge, Layer, Network, usual_axes

PERMUTED = "Permute"
"""The operation that puts axes in another order."""


def with_axes(network: Network) -> Network:
    """Return the network with the axes of its tensors."""
    first = {layer.id for layer in network.layers if of(layer).channels_first}
    if not first:
        return network
    into: dict[str, list[Edge]] = {}
    for edge in network.edges:
        into.setdefault(edge.target, []).append(edge)
    expected = _expected(network, first, into)
    found: dict[str, tuple[str, ...]] = {}
    for layer in network.layers:
        found[layer.id] = tuple(
            _axes(layer, port, first, into.get(layer.id, []), found, expected.get(layer.id, ""))
            for port in range(len(layer.outputs))
        )
    return replace(
        network,
        layers=tuple(
            layer if _usual(layer, found[layer.id]) else replace(layer, axes=found[layer.id])
            for layer in network.layers
        ),
    )


def features_first(rank: int) -> str:
    """Return the axes of a tensor of images whose features come first.

    >>> features_first(4), features_first(3)
    ('NCSS', 'NTC')
    """
    # Sequences are drawn with their features last, whatever their layers say.
    return usual_axes(rank) if rank < 4 else BATCH + FEATURES + SPACE * (rank - 2)


def _rank(layer: Layer, port: int) -> int:
    return len(layer.shape(port) or ())


def _expected(network: Network, first: set[str], into: Mapping[str, list[Edge]]) -> dict[str, str]:
    """Return for each layer what those that read it say of its axes: FIRST, or LAST."""
    found: dict[str, str] = {}
    for layer in reversed(network.layers):
        if layer.id in first:
            order = FIRST
        elif "channels" in of(layer):
            order = LAST
        elif layer.op == PERMUTED:
            order = ""
        else:
            order = found.get(layer.id, "")
        for edge in into.get(layer.id, ()):
            if order and edge.source not in found:
                found[edge.source] = order
    return found


FIRST, LAST = "first", "last"


def _axes(
    layer: Layer,
    port: int,
    first: set[str],
    into: list[Edge],
    found: Mapping[str, tuple[str, ...]],
    expected: str,
) -> str:
    """Return the axes of one output of a layer."""
    rank = _rank(layer, port)
    if layer.id in first:
        return features_first(rank)
    if "channels" in of(layer):
        return usual_axes(rank)
    given = [found[edge.source][edge.source_port] for edge in into]
    alike = next((axes for axes in given if len(axes) == rank), "")
    if alike and layer.op == PERMUTED:
        alike = _permuted(layer, alike)
    if alike:
        return alike
    return features_first(rank) if expected == FIRST else usual_axes(rank)


def _permuted(layer: Layer, axes: str) -> str:
    """Return axes in another order."""
    try:
        order = of(layer).numbers("dims")
    except NoRule:
        return ""
    known = sorted(order) == list(range(1, len(axes)))
    return axes[0] + "".join(axes[place] for place in order) if known else ""


def _usual(layer: Layer, axes: tuple[str, ...]) -> bool:
    """Tell whether the axes of all outputs of a layer are the usual ones."""
    return all(each == usual_axes(_rank(layer, port)) for port, each in enumerate(axes))
