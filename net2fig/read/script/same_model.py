"""Whether two models are one architecture: the same layers in the same order, whatever their names.

Ensures: true only where the networks of the two differ in names at most.
"""

from __future__ import annotations

from typing import Any

from net2fig.errors import Net2figError
from net2fig.network import Network
from net2fig.read.keras.live import read_live

NAMES = frozenset({"name", "seed", "registered_name"})
"""What differs between two calls of the function that builds a model."""


def same_network(one: Any, other: Any) -> bool:
    """Tell whether two models are built alike."""
    try:
        return nameless(read_live(one)) == nameless(read_live(other))
    except (Net2figError, AttributeError, TypeError, ValueError):
        return False


def nameless(network: Network) -> tuple[Any, ...]:
    """Return what a network is but for its names: layers and edges by their places."""
    place = {layer.id: at for at, layer in enumerate(network.layers)}
    layers = [
        (layer.class_name, without_names(layer.config), layer.outputs, layer.params, layer.shared)
        for layer in network.layers
    ]
    edges = [
        (place[edge.source], place[edge.target], edge.source_port, edge.target_port)
        for edge in network.edges
    ]
    ends = [place[port.layer] for port in (*network.inputs, *network.outputs)]
    return layers, edges, ends


def without_names(value: Any) -> Any:
    """Return a configuration without the names in it."""
    if isinstance(value, dict):
        return {key: without_names(item) for key, item in value.items() if key not in NAMES}
    if isinstance(value, (list, tuple)):
        return [without_names(item) for item in value]
    return value
