"""The layers of a network as a page holds them: what filters, groups and tables ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from net2fig.compose.wording.words import format_extent, format_resolution
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.fonts.metrics import printable
from net2fig.group.graph import known_as
from net2fig.network import Layer, Network
from net2fig.outline import Outline
from net2fig.rules.macs import macs

DIGITS = 12
"""The length of a key of a model."""

FIELDS = ("layer", "class", "kind", "parameters", "multiply–adds", "group", "resolution")
"""The values of a layer in the order of a row."""

Row = tuple[str, str, str, int | None, int | None, str, str]


def make_model_key(network: Network) -> str:
    """Return a key that is equal for networks of the same layers."""
    layers = [(layer.id, layer.op, layer.params, layer.outputs) for layer in network.layers]
    edges = [(edge.source, edge.target) for edge in network.edges]
    return sha256(repr((layers, edges)).encode()).hexdigest()[:DIGITS]


def find_carriers(network: Network, drawn: Collection[str]) -> dict[str, str]:
    """Return for each layer that is not drawn the one whose data it passes on."""
    sources = {edge.target: edge.source for edge in network.edges if not edge.target_port}
    carriers: dict[str, str] = {}
    for layer in network.layers:
        source = sources.get(layer.id)
        if layer.id not in drawn and source is not None:
            carrier = source if source in drawn else carriers.get(source)
            if carrier is not None:
                carriers[layer.id] = carrier
    return carriers


def find_groups(network: Network, outline: Outline) -> dict[str, str]:
    """Return the outermost group of each layer that is in one, or passes on the data of one."""
    drawn = {id for block in outline.blocks for id in block.layers}
    groups = {id: block.type for block in outline.blocks if block.is_group for id in block.layers}
    carriers = find_carriers(network, drawn)
    return groups | {id: groups[each] for id, each in carriers.items() if each in groups}


class Places:
    """The places of layers in a network, as ranges; some layers are carried by those drawn."""

    def __init__(self, network: Network, drawn: Collection[str]) -> None:
        self.places = {layer.id: place for place, layer in enumerate(network.layers)}
        self.carried: dict[str, list[str]] = {}
        for id, carrier in find_carriers(network, drawn).items():
            self.carried.setdefault(carrier, []).append(id)

    def find(self, ids: Iterable[str]) -> str:
        """Return the places of layers."""
        return format_ranges(self.places[id] for id in ids if id in self.places)

    def find_carried(self, ids: Iterable[str]) -> str:
        """Return the places of the layers that only pass on the data of some."""
        return self.find(each for id in ids for each in self.carried.get(id, ()))


def list_rows(network: Network, groups: Mapping[str, str]) -> Iterator[Row]:
    """Yield the values of each layer, in the order of the network."""
    grammar = load_grammar()
    inputs: dict[str, list[Any]] = {}
    for edge in network.edges:
        inputs.setdefault(edge.target, []).append(network.shape(edge))
    for layer in network.layers:
        yield (
            printable(layer.id),
            printable(layer.class_name),
            _find_kind(layer, grammar),
            layer.params,
            macs(layer, inputs.get(layer.id, [])),
            printable(groups.get(layer.id, "")),
            format_resolution(layer.extent()),
        )


def _find_kind(layer: Layer, grammar: Grammar) -> str:
    return known_as(layer, grammar).kind


def format_output(layer: Layer) -> str:
    """Return the shape of the first output of a layer."""
    return format_extent(layer.extent())


def pack_model(network: Network, name: str, groups: Mapping[str, str]) -> dict[str, Any]:
    """Return a network as data for the script; words that repeat are written once."""
    words: dict[str, int] = {}

    def number(word: str) -> int:
        return words.setdefault(word, len(words))

    layers = [
        (id, number(type), number(kind), params, multiply_adds, number(group), number(resolution))
        for id, type, kind, params, multiply_adds, group, resolution in list_rows(network, groups)
    ]
    return {
        "key": make_model_key(network),
        "name": printable(name),
        "words": list(words),
        "layers": layers,
    }


def format_ranges(numbers: Iterable[int]) -> str:
    """Return whole numbers as ranges.

    >>> format_ranges([7, 0, 1, 2])
    '0-2 7'
    """
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return " ".join(f"{a}-{b}" if a != b else str(a) for a, b in ranges)
