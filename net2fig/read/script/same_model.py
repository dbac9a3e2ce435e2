"""Compares two models: the same layers in the same order, under any names.

Ensures: two models have equal values only if their networks differ at most in names.
"""

from __future__ import annotations

from typing import Any

from net2fig.errors import Net2figError
from net2fig.network import Network
from net2fig.read.keras.live import read_live

NAMES = frozenset({"name", "seed", "registered_name"})
"""Keys that differ between two calls of the same function."""


def describe_model(model: Any) -> Any:
    """Return a value that is equal for models that are built alike; None if it is not known."""
    try:
        return strip_network_names(read_live(model))
    except (Net2figError, AttributeError, TypeError, ValueError):
        return None


def strip_network_names(network: Network) -> tuple[Any, ...]:
    """Return the layers and edges of a network with positions in place of names."""
    place = {layer.id: at for at, layer in enumerate(network.layers)}
    layers = [
        (layer.class_name, strip_names(layer.config), layer.outputs, layer.params, layer.shared)
        for layer in network.layers
    ]
    edges = [
        (place[edge.source], place[edge.target], edge.source_port, edge.target_port)
        for edge in network.edges
    ]
    ends = [place[port.layer] for port in (*network.inputs, *network.outputs)]
    return layers, edges, ends


def strip_names(value: Any) -> Any:
    """Return a configuration without the names in it."""
    if isinstance(value, dict):
        return {key: strip_names(item) for key, item in value.items() if key not in NAMES}
    if isinstance(value, (list, tuple)):
        return [strip_names(item) for item in value]
    return value
