"""Finds the roles of the axes of each tensor, if they are not the usual ones.

A layer with channels first states it. The outputs of other layers have the axes of their inputs.
Inputs of the network have the axes that the first layer to state them expects.

Requires: layers in a topological order.
Ensures: `Layer.axes` is empty for every layer of a network with channels last throughout.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.attributes import NoRule, attributes_of
from net2fig.network import BATCH, FEATURES, SPACE, Edge, Layer, Network, get_usual_axes

PERMUTE = "Permute"
"""The operation that reorders axes."""


def set_axes(network: Network) -> Network:
    """Return the network with the axes of its tensors."""
    if any(layer.axes for layer in network.layers):
        # The reader has found them.
        return replace(network, layers=tuple(map(_drop_usual_axes, network.layers)))
    first = {layer.id for layer in network.layers if attributes_of(layer).channels_first}
    if not first:
        return network
    incoming: dict[str, list[Edge]] = {}
    for edge in network.edges:
        incoming.setdefault(edge.target, []).append(edge)
    expected = _find_expected_orders(network, first, incoming)
    axes_by_layer: dict[str, tuple[str, ...]] = {}
    for layer in network.layers:
        axes_by_layer[layer.id] = tuple(
            _find_axes(
                layer,
                port,
                first,
                incoming.get(layer.id, []),
                axes_by_layer,
                expected.get(layer.id, ""),
            )
            for port in range(len(layer.outputs))
        )
    return replace(
        network,
        layers=tuple(
            layer
            if _has_usual_axes(layer, axes_by_layer[layer.id])
            else replace(layer, axes=axes_by_layer[layer.id])
            for layer in network.layers
        ),
    )


def get_channels_first_axes(rank: int) -> str:
    """Return the axes of a tensor of images with channels first.


    >>> get_channels_first_axes(4), get_channels_first_axes(3)
    ('NCSS', 'NTC')
    """
    # Sequences are drawn with channels last, whatever their layers state.
    return get_usual_axes(rank) if rank < 4 else BATCH + FEATURES + SPACE * (rank - 2)


def _rank(layer: Layer, port: int) -> int:
    return len(layer.shape(port) or ())


def _find_expected_orders(
    network: Network, first: set[str], incoming: Mapping[str, list[Edge]]
) -> dict[str, str]:
    """Return the order, FIRST or LAST, that the layers after each layer expect."""
    orders: dict[str, str] = {}
    for layer in reversed(network.layers):
        if layer.id in first:
            order = FIRST
        elif "channels" in attributes_of(layer):
            order = LAST
        elif layer.op == PERMUTE:
            order = ""
        else:
            order = orders.get(layer.id, "")
        for edge in incoming.get(layer.id, ()):
            if order and edge.source not in orders:
                orders[edge.source] = order
    return orders


FIRST, LAST = "first", "last"


def _find_axes(
    layer: Layer,
    port: int,
    first: set[str],
    incoming: list[Edge],
    axes_by_layer: Mapping[str, tuple[str, ...]],
    expected: str,
) -> str:
    """Return the axes of one output of a layer."""
    rank = _rank(layer, port)
    if layer.id in first:
        return get_channels_first_axes(rank)
    if "channels" in attributes_of(layer):
        return get_usual_axes(rank)
    input_axes = [axes_by_layer[edge.source][edge.source_port] for edge in incoming]
    same_rank = next((axes for axes in input_axes if len(axes) == rank), "")
    if same_rank and layer.op == PERMUTE:
        same_rank = _permute_axes(layer, same_rank)
    if same_rank:
        return same_rank
    return get_channels_first_axes(rank) if expected == FIRST else get_usual_axes(rank)


def _permute_axes(layer: Layer, axes: str) -> str:
    """Return the axes after a permutation; empty if it is unknown."""
    try:
        order = attributes_of(layer).numbers("dims")
    except NoRule:
        return ""
    known = sorted(order) == list(range(1, len(axes)))
    return axes[0] + "".join(axes[place] for place in order) if known else ""


def _drop_usual_axes(layer: Layer) -> Layer:
    """Return a layer whose axes are empty if all of them are the usual ones."""
    return replace(layer, axes=()) if _has_usual_axes(layer, layer.axes) else layer


def _has_usual_axes(layer: Layer, axes: tuple[str, ...]) -> bool:
    """Tell whether the axes of all outputs of a layer are the usual ones."""
    return all(each == get_usual_axes(_rank(layer, port)) for port, each in enumerate(axes))
