"""Outputs that are hidden by name: their branches end where the rest of the network leaves them.

Ensures: every layer that is left leads to an output that is left; one output is left at least.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from net2fig.excerpts.cut import reach
from net2fig.network import Layer, Network, Port
from net2fig.options.table import Options
from net2fig.pattern import fits_form


def drop_hidden_outputs(network: Network, options: Options) -> tuple[Network, Options, str]:
    """Return the network without the outputs that `hide` names, and a sentence about them.

    The options no longer hide what is not there any more.
    """
    items = options.hide or ()
    gone = [port for port in network.outputs if _is_named(network[port.layer], port, items)]
    kept = tuple(port for port in network.outputs if port not in gone)
    if not gone or not kept:
        return network, options, ""
    needed = _list_before(network, [port.layer for port in kept])
    layers = tuple(layer for layer in network.layers if layer.id in needed)
    parts = [
        replace(part, layers=tuple(filter(needed.__contains__, part.layers)))
        for part in network.parts
    ]
    left = replace(
        network,
        layers=layers,
        edges=tuple(edge for edge in network.edges if edge.target in needed),
        inputs=tuple(port for port in network.inputs if port.layer in needed),
        outputs=kept,
        parts=tuple(part for part in parts if part.layers),
    )
    spent = {
        item
        for item in items
        if any(_is_named(network[port.layer], port, [item]) for port in gone)
        and not any(_is_named(layer, None, [item]) for layer in layers)
    }
    hide = tuple(item for item in items if item not in spent)
    return left, replace(options, hide=hide), _write_sentence([port.name for port in gone])


def _is_named(layer: Layer, port: Port | None, items: Sequence[str]) -> bool:
    """Tell whether an item is the name, or a form of the name, of an output or its layer."""
    names = [layer.name, layer.id, *([port.name] if port else [])]
    return any(item in names or fits_form(item, names) for item in items)


def _list_before(network: Network, ends: Sequence[str]) -> set[str]:
    """Return the layers that lead to some layers, these included."""
    sources: dict[str, list[str]] = {}
    for edge in network.edges:
        sources.setdefault(edge.target, []).append(edge.source)
    return reach(ends, sources)


def _write_sentence(names: Sequence[str]) -> str:
    """Return what a legend tells.

    >>> _write_sentence(["aux_0"]), _write_sentence(["a", "b"])
    ('The output aux_0 is left out.', 'The outputs a, b are left out.')
    """
    one = len(names) == 1
    return f"The output{'' if one else 's'} {', '.join(names)} {'is' if one else 'are'} left out."
