"""The card of a glyph: its layers, shapes, parameters and configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from net2fig.attributes import attributes_of
from net2fig.compose.wording import words
from net2fig.html.defaults import format_value, load_defaults
from net2fig.network import Layer, Network
from net2fig.outline import Block

MAX_NAMES = 6
"""The most names of layers on a card; others are counted."""

MAX_ROWS = 24
"""The maximum number of lines of a card: a custom class may have any number of keys."""

MAX_VALUES = 3
"""The most values of a key in which folded layers differ."""


class Card(Struct, frozen=True):
    """A title, the names of the layers, and pairs of a key and a value."""

    title: str
    names: str
    rows: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """The beginning of the card as a sentence, for readers who cannot see it."""
        values = [value for key, value in self.rows if key in ("shape", "parameters")]
        return ", ".join(part for part in (self.title, self.names, *values) if part)


def make_card(block: Block, network: Network, arrives: str, leaves: str) -> Card:
    """Return the card of a block, given what arrives and leaves in words."""
    layers = [network[id] for id in block.layers if id in network]
    shape = " → ".join(part for part in (arrives, leaves) if part and part != "?")
    if block.kind == "sample":
        return Card(block.type, block.name, (("shape", shape),) if shape else ())
    title = block.type if block.count == 1 else f"{block.type} {words.format_times(block.count)}"
    own_layers = [
        layer for layer in layers if layer.name == block.name or _find_class(layer) == block.type
    ]
    rows = [("shape", shape)] if shape else []
    if block.params:
        rows.append(("parameters", f"{block.params:,}"))
    if block.shared:
        rows.append(("weights", "shared with other calls of the layer"))
    if block.frozen:
        rows.append(("training", "frozen"))
    if block.is_group:
        rows.append(("layers", count_classes(layers)))
        return Card(title, list_names(layers), tuple(rows))
    rows += list_settings(block.type, own_layers)
    other_layers = [layer for layer in layers if layer not in own_layers]
    if other_layers:
        rows.append(("with", count_classes(other_layers)))
    return Card(title, list_names(own_layers), tuple(rows[:MAX_ROWS]))


def _find_class(layer: Layer) -> str:
    """Return the class of a layer, read through its wrapper."""
    inside = attributes_of(layer).wraps
    return layer.class_name if inside is None else inside.class_name


def list_settings(type: str, layers: Sequence[Layer]) -> list[tuple[str, str]]:
    """Return the settings that differ from the defaults, with all values of each key."""
    defaults = load_defaults()
    values: dict[str, dict[str, None]] = {}
    for layer in layers:
        at = attributes_of(layer)
        inside = at.wraps if layer.class_name != type else None
        if inside is not None:
            values.setdefault("wrapped in", {})[layer.class_name] = None
        op, stated = (at.op, at.stated) if inside is None else (inside.op, at.unwrapped())
        for key, text in defaults.find_changed(op, stated):
            values.setdefault(key, {})[text] = None
    return [(key, _join_values(list(texts))) for key, texts in values.items()]


def _join_values(texts: list[str]) -> str:
    more = ", …" if len(texts) > MAX_VALUES else ""
    return format_value(", ".join(texts[:MAX_VALUES])) + more


def list_names(layers: Sequence[Layer]) -> str:
    """Return the names of layers; of many, only the first."""
    names = [layer.id for layer in layers]
    rest = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def count_classes(layers: Iterable[Layer]) -> str:
    """Return the number of layers of each class."""
    counts = Counter(layer.class_name for layer in layers)
    return ", ".join(f"{count} {name}" for name, count in counts.items())
