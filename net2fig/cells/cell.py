"""The cell of one layer: its topology with the numbers and the functions of its configuration."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from net2fig.attributes import Attributes
from net2fig.cells.topology import CellNode, CellPort, Topology, load_parts
from net2fig.compose.wording.words import TIMES, format_function
from net2fig.network import Layer

SHORT = {"sigmoid": "σ"}
"""How the functions of gates are written."""

LONGEST = 5
"""The most letters of a function in a box; a longer one has a letter of its own, and a note."""

LETTERS = ("φ", "ψ", "ρ")


class Cell(Struct, frozen=True):
    """What is drawn of a layer.

    `acts` are the functions of nodes by their ids, under the framework's names. `sizes` are the
    sizes of tensors by the words of the topology, `counts` are numbers of heads. `flags` tell which
    conditions hold. `inner` is the cell that some of the nodes stand for. `notes` are sentences on
    the configuration. `attributes` are those of the layer that has the weights, `runner` those of
    the layer that runs it along the sequence.
    """

    layer: Layer
    topology: Topology
    attributes: Attributes
    runner: Attributes
    flags: frozenset[str]
    sizes: Mapping[str, str]
    acts: Mapping[str, str]
    counts: Mapping[str, int] = {}
    notes: tuple[str, ...] = ()
    inner: Cell | None = None

    @property
    def label(self) -> str:
        """What the layer is called."""
        return self.topology.label

    def node(self, id: str) -> CellNode | None:
        """Return a node by its id; None for a port."""
        return next((node for node in self.topology.node if node.id == id), None)

    def port(self, id: str) -> CellPort | None:
        """Return a port by its id; None for a node."""
        return next((port for port in self.topology.port if port.id == id), None)

    def read_by(self, id: str) -> list[str]:
        """Return what a node or a port reads, in order."""
        return [edge.source for edge in self.topology.edge if edge.target == id]

    @property
    def letters(self) -> Mapping[str, str]:
        """The letters of functions whose names are too long for a box."""
        names = dict.fromkeys(self.acts.values())
        long = [name for name in names if len(spell_function(name)) > LONGEST]
        return dict(zip(long, LETTERS, strict=False))

    def write_function(self, name: str) -> str:
        """Return how a function is written in the picture and in equations."""
        return self.letters.get(name) or spell_function(name)

    def count(self, node: CellNode) -> int:
        """Return how often a node is there."""
        return self.counts.get(node.times, 1)

    def write_text(self, node: CellNode) -> str:
        """Return what stands in a node."""
        act = self.write_function(self.acts.get(node.id, ""))
        text = load_parts()[node.op].text.replace("{act}", act)
        text = text.replace("{text}", node.text or (self.inner.label if self.inner else ""))
        count = self.count(node)
        return f"{text} {TIMES}{count}" if count > 1 else text


def spell_function(name: str) -> str:
    """Return the name of a function as it is written.

    >>> spell_function("sigmoid"), spell_function("relu"), spell_function("")
    ('σ', 'ReLU', 'linear')
    """
    return SHORT.get(name) or format_function(name or "linear")
