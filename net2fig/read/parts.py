"""Joins networks that share no tensor into one network, whose parts they are.

Ensures: every layer has an id of its own, which begins with the name of its part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from net2fig.errors import ModelError, Notice, one_of
from net2fig.network import Edge, Network, Part, Port


def join_networks(networks: Sequence[Network], source: str, name: str) -> Network:
    """Return one network of several, in their order; each is named by its own name."""
    pieces = [prefix_ids(network, f"{network.name}/") for network in networks]
    notices: dict[Notice, None] = {}
    for network in networks:
        for each in network.notices:
            notices[replace(each, text=f"{network.name}: {each.text}")] = None
    return Network(
        name=name,
        layers=tuple(layer for each in pieces for layer in each.layers),
        edges=tuple(edge for each in pieces for edge in each.edges),
        inputs=tuple(port for each in pieces for port in each.inputs),
        outputs=tuple(port for each in pieces for port in each.outputs),
        source=source,
        reader=networks[0].reader,
        notices=tuple(notices),
        parts=tuple(
            Part(network.name, tuple(layer.id for layer in each.layers), network.training)
            for network, each in zip(networks, pieces, strict=True)
        ),
        lines={id: line for each in pieces for id, line in each.lines.items()},
    )


def check_single(network: Network) -> Network:
    """Return a network of one model; raise an error for one that has several parts."""
    if not network.parts:
        return network
    names = [part.name for part in network.parts]
    where = network.source.partition(":")[0]
    raise ModelError(
        f"ambiguous model: {len(names)} models in {where} {one_of(names)}",
        hint=f"name one: {where}:{names[-1]}",
    )


def prefix_ids(network: Network, prefix: str) -> Network:
    """Return a network whose layers have a prefix in their ids."""

    def rename_port(port: Port) -> Port:
        return replace(port, layer=prefix + port.layer)

    return replace(
        network,
        layers=tuple(
            replace(
                layer,
                id=prefix + layer.id,
                weights=prefix + layer.weights if layer.weights else "",
            )
            for layer in network.layers
        ),
        edges=tuple(
            Edge(prefix + e.source, prefix + e.target, e.source_port, e.target_port)
            for e in network.edges
        ),
        inputs=tuple(map(rename_port, network.inputs)),
        outputs=tuple(map(rename_port, network.outputs)),
        lines={prefix + id: line for id, line in network.lines.items()},
    )


def split_parts(network: Network) -> Iterator[Network]:
    """Yield each model of a network as a network of its own; ids stay as they are."""
    if not network.parts:
        yield network
    for part in network.parts:
        own = frozenset(part.layers)
        yield replace(
            network,
            name=part.name,
            layers=tuple(layer for layer in network.layers if layer.id in own),
            edges=tuple(edge for edge in network.edges if edge.target in own),
            inputs=tuple(port for port in network.inputs if port.layer in own),
            outputs=tuple(port for port in network.outputs if port.layer in own),
            parts=(),
            training=part.training,
        )
