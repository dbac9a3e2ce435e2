"""Parts of a network that are drawn alone: a nested model, or what lies between two layers.

Ensures: every layer of an excerpt lies between its inputs and its outputs. A tensor that comes from
outside is an input with the name of its layer, a tensor that goes outside is an output.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from net2fig.errors import UsageError, suggestion
from net2fig.network import Edge, Layer, Network, Port
from net2fig.options.types import PartRule
from net2fig.read.parts import join_networks

INPUT = "InputLayer"
"""The operation of an input."""


def take_excerpts(network: Network, rules: Sequence[PartRule]) -> Network:
    """Return the excerpts that the rules name; several are models of one network."""
    excerpts = [_take_excerpt(network, rule) for rule in rules]
    if len(excerpts) == 1:
        return excerpts[0]
    return join_networks(excerpts, network.source, network.name)


def _take_excerpt(network: Network, rule: PartRule) -> Network:
    """Return one excerpt, with inputs in place of the layers before it."""
    chosen = _choose_layers(network, rule)
    inside = [layer for layer in network.layers if layer.id in chosen]
    entering = [e for e in network.edges if e.target in chosen and e.source not in chosen]
    tensors = dict.fromkeys((edge.source, edge.source_port) for edge in entering)
    ids = {tensor: _name_input(*tensor) for tensor in tensors}
    inputs = [_make_input(network[source], port, ids[source, port]) for source, port in tensors]
    edges = [
        edge
        if edge.source in chosen
        else Edge(ids[edge.source, edge.source_port], edge.target, 0, edge.target_port)
        for edge in network.edges
        if edge.target in chosen
    ]
    return replace(
        network,
        name=rule.name or network.name,
        layers=(*inputs, *inside),
        edges=tuple(sorted(edges, key=lambda edge: _order(edge, chosen))),
        inputs=(
            *(port for port in network.inputs if port.layer in chosen),
            *(Port(network[source].name, ids[source, port]) for source, port in tensors),
        ),
        outputs=tuple(_list_outputs(network, inside, chosen)),
        parts=(),
    )


def _name_input(source: str, port: int) -> str:
    return f"{source}@out{port}" if port else f"{source}@out"


def _order(edge: Edge, chosen: dict[str, int]) -> tuple[int, int]:
    """Return the place of an edge: by its target and the number of the input."""
    return chosen[edge.target], edge.target_port


def _make_input(source: Layer, port: int, id: str) -> Layer:
    """Return an input that gives a tensor of a layer outside."""
    axes = (source.axes_of(port),) if source.axes_of(port) else ()
    return Layer(
        id, source.name, INPUT, None, {}, (source.shape(port),), params=0, axes=axes, op=INPUT
    )


def _list_outputs(
    network: Network, inside: Iterable[Layer], chosen: Collection[str]
) -> Iterable[Port]:
    """Yield the outputs: those of the network, and each tensor that is read outside or nowhere."""
    own = {port.layer: port for port in network.outputs}
    leaving = {(e.source, e.source_port) for e in network.edges if e.target not in chosen}
    read = {edge.source for edge in network.edges}
    for layer in inside:
        if layer.id in own:
            yield own[layer.id]
            continue
        ports = sorted(port for source, port in leaving if source == layer.id)
        for port in ports or ([] if layer.id in read else [0]):
            yield Port(layer.name, layer.id, port)


def _choose_layers(network: Network, rule: PartRule) -> dict[str, int]:
    """Return the ids of the layers of an excerpt, with their places in the network."""
    places = {layer.id: place for place, layer in enumerate(network.layers)}
    if rule.model:
        chosen = set(_find(network, rule.model, rule))
    else:
        after: dict[str, list[str]] = {}
        before: dict[str, list[str]] = {}
        for edge in network.edges:
            after.setdefault(edge.source, []).append(edge.target)
            before.setdefault(edge.target, []).append(edge.source)
        chosen = set(places)
        if rule.start:
            chosen &= reach(_find(network, rule.start, rule), after)
        if rule.end:
            chosen &= reach(_find(network, rule.end, rule), before)
    if not chosen:
        message = f"invalid part: nothing lies between {rule.start!r} and {rule.end!r}"
        raise UsageError(f"{message} in {rule.place}", place=rule.place)
    return {id: place for id, place in places.items() if id in chosen}


def reach(starts: Iterable[str], beside: dict[str, list[str]]) -> set[str]:
    """Return what can be reached from some layers, these included."""
    seen, waiting = set(starts), list(starts)
    while waiting:
        for id in beside.get(waiting.pop(), []):
            if id not in seen:
                seen.add(id)
                waiting.append(id)
    return seen


def _find(network: Network, name: str, rule: PartRule) -> list[str]:
    """Return the layers with a name: of a layer, an input, an output, a nested model or a scope."""
    ports = [port.layer for port in (*network.inputs, *network.outputs) if port.name == name]
    named = [each.id for each in network.layers if name in (each.id, each.name)] or ports
    for path in {} if named else _list_paths(network):
        if name in (path[-1], "/".join(path), ".".join(path)):
            depth = len(path)
            return [
                each.id
                for each in network.layers
                if tuple(step.id for step in each.scope[:depth]) == path
            ]
    if not named:
        names = [n for each in network.layers for n in (each.name, *each.models)]
        hint = suggestion(name, dict.fromkeys(names))
        message = f"unknown part: {name!r} in {rule.place} (no layer, nested model or module)"
        raise UsageError(message, hint=hint, place=rule.place)
    return named


def _list_paths(network: Network) -> dict[tuple[str, ...], None]:
    """Return the paths of all nested models and scopes, in their order."""
    return dict.fromkeys(
        tuple(step.id for step in layer.scope[: depth + 1])
        for layer in network.layers
        for depth in range(len(layer.scope))
    )
