"""What checks ask of a network: neighbours, the function at the end of a layer, its units.

Requires: a network; no framework is told from another but by the module of its layers.
Ensures: None for what is not known: no check claims anything then.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from net2fig.attributes import Attributes, NoRule, attributes_of, get_framework
from net2fig.checks.finding import load_catalogue
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.network import Edge, Layer, Network

LEARNING = ("dense", "conv")
"""The kinds whose layers apply an activation to what they learn."""

TRANSPARENT = ("dropout", "reshape")
"""The kinds that pass each value on."""

TRANSPOSED = "transposed"
"""The entry of convolutions among what raises the resolution."""

PRODUCT = "matmul"
"""The entry of products of two tensors, which learn nothing."""

SEQUENTIAL_PARTS = 64
"""The most layers that are walked through to find an activation."""


class View(Struct):
    """A network with what was found of it."""

    network: Network
    grammar: Grammar = field(default_factory=load_grammar)
    into: dict[str, list[Edge]] = field(default_factory=dict)
    out: dict[str, list[Edge]] = field(default_factory=dict)
    known: dict[str, Attributes] = field(default_factory=dict)

    def at(self, layer: Layer) -> Attributes:
        """Return the attributes of a layer, inside of its wrappers."""
        found = self.known.get(layer.id)
        if found is None:
            outer = attributes_of(layer)
            found = outer if outer.is_bidirectional else outer.innermost
            self.known[layer.id] = found
        return found

    def kind(self, layer: Layer) -> str:
        """Return the kind of a layer, inside of its wrappers."""
        op = self.at(layer).op
        entry = self.grammar.entry(op)
        if entry.id == TRANSPOSED:
            return LEARNING[1]
        return "op" if entry.id == PRODUCT else entry.kind

    def is_learning(self, layer: Layer) -> bool:
        """Tell whether a layer multiplies with weights of its own."""
        return self.kind(layer) in LEARNING and layer.params != 0

    def is_torch(self, layer: Layer) -> bool:
        """Tell whether activations may be applied outside of the layers that were read."""
        return get_framework(layer.module) in ("torch", "exported")

    def function(self, layer: Layer) -> str | None:
        """Return the function that a layer applies last, in small letters without "_"."""
        at, kind = self.at(layer), self.kind(layer)
        if kind == "activation":
            return plain(at.function)
        if kind not in LEARNING or at.operation:
            return None
        if at.op == "Einsum" or at.get("activation") is None:
            return "linear"
        return plain(at.activation) or None

    def source(self, layer: Layer) -> Layer | None:
        """Return the only layer whose tensor a layer reads; None if there are several."""
        edges = self.into.get(layer.id, [])
        return self.network[edges[0].source] if len(edges) == 1 else None

    def source_through(self, layer: Layer) -> Layer | None:
        """Return the layer whose values a layer reads, through layers that pass them on."""
        found = self.source(layer)
        for _ in range(SEQUENTIAL_PARTS):
            if found is None or self.kind(found) not in TRANSPARENT:
                break
            found = self.source(found)
        return found

    def readers(self, layer: Layer) -> list[Layer]:
        """Return the layers that read a tensor of a layer."""
        return [self.network[edge.target] for edge in self.out.get(layer.id, [])]

    def readers_through(self, layer: Layer) -> Iterator[Layer]:
        """Yield the layers that read the values of a layer, through layers that pass them on."""
        todo, seen = self.readers(layer), set[str]()
        while todo:
            each = todo.pop(0)
            if each.id in seen:
                continue
            seen.add(each.id)
            if self.kind(each) in TRANSPARENT and len(seen) < SEQUENTIAL_PARTS:
                todo += self.readers(each)
            else:
                yield each

    def is_output(self, layer: Layer) -> bool:
        """Tell whether the network returns a tensor of a layer."""
        return any(port.layer == layer.id for port in self.network.outputs)

    def last(self, id: str) -> Layer | None:
        """Return the layer that applies the last function before an output."""
        layer = self.network[id]
        if self.kind(layer) in TRANSPARENT:
            return self.source_through(layer)
        return layer

    def units(self, layer: Layer) -> int | None:
        """Return the number of features that a layer returns."""
        extent = layer.extent()
        return None if extent is None else extent.features

    def head(self) -> str:
        """Return the layer of the first output."""
        ports = self.network.outputs
        return ports[0].layer if ports else self.network.layers[-1].id


def make_view(network: Network) -> View:
    """Return the view of a network."""
    view = View(network)
    for edge in network.edges:
        view.into.setdefault(edge.target, []).append(edge)
        view.out.setdefault(edge.source, []).append(edge)
    return view


def plain(name: str) -> str:
    """Return a name of the grammar: in small letters, without "_".

    >>> plain("log_softmax"), plain("LogSoftmax")
    ('logsoftmax', 'logsoftmax')
    """
    return name.replace("_", "").lower()


def is_a(name: str | None, word: str) -> bool:
    """Tell whether a name has something in common with others: a word of grammar/checks.toml."""
    return name is not None and plain(name) in load_catalogue().words[word]


def find_initializer(at: Attributes, word: str) -> str:
    """Return the name of an initializer; empty where there is none."""
    value = at.get(word)
    if isinstance(value, str):
        return plain(value)
    try:
        return plain(at.layer(value).class_name)
    except NoRule:
        return ""
