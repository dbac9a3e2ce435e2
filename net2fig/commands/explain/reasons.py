"""Why a layer is hidden and why a group is one: by which line of which file, or by which level.

Requires: an outline that was made from these sources of options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.commands.toml import line_of
from net2fig.data.grammar import Grammar
from net2fig.data.resources import data_dir
from net2fig.group.graph import Known, known_as
from net2fig.network import Layer, Network
from net2fig.options.resolve import Said
from net2fig.outline import Definition, Outline

KINDS = "kinds.toml"
MERGE = "merge"


class Reason(Struct, frozen=True):
    """A sentence, and where it was said: a place such as "net2fig.toml, line 3, hide[0]"."""

    text: str
    place: str

    def __str__(self) -> str:
        """Return the reason as one line."""
        return f"{self.text} ({self.place})" if self.place else self.text


class Sources(Struct, frozen=True):
    """Who said what: the options of the command, the grouping file, the grammar."""

    argued: Said
    file: Said
    grammar: Grammar

    def said(self, key: str) -> tuple[Said, Any]:
        """Return who says an option, and what: the arguments win over the file."""
        who = self.argued if key in self.argued.data else self.file
        return who, who.data.get(key)

    def hidden(self, layer: Layer, level: str) -> Reason:
        """Return why a layer is not drawn."""
        known = known_as(layer, self.grammar)
        words = words_of(layer, known)
        who, asked = self.said("hide")
        for index, item in enumerate(asked or ()):
            if item in words:
                return Reason(f"hide names {item!r}", place_of(who, f"hide[{index}]"))
        kind = known.entry_kind
        if kind.id == MERGE:
            return Reason("arithmetic with a constant", f"level {level!r}")
        line = kind_line(kind.id)
        place = f"level {level!r}; grammar/{KINDS}, line {line}"
        return Reason(f"{kind.many} are drawn at the level 'everything' only", place)

    def shown(self, layer: Layer) -> Reason | None:
        """Return why a layer is drawn that its level would hide."""
        known = known_as(layer, self.grammar)
        who, asked = self.said("show")
        for index, item in enumerate(asked or ()):
            if item in words_of(layer, known) and known.entry_kind.hide != "never":
                return Reason(f"show names {item!r}", place_of(who, f"show[{index}]"))
        return None

    def grouped(self, definition: Definition, network: Network, level: str) -> Reason:
        """Return why a group is one."""
        # A group that was argued replaces that of the same name in the file.
        for who in (self.argued, self.file):
            for index, rule in enumerate(who.data.get("group", ())):
                if rule["name"] == definition.name and rule.get("active", True):
                    match = rule["match"]
                    said = match if isinstance(match, str) else " or ".join(match)
                    return Reason(f"named: {said}", place_of(who, f"group[{index}]"))
        if nested(definition, network):
            return Reason("a model inside of the model, called more than once", "")
        if definition.occurrences > 1:
            return Reason("found: it is repeated", f"level {level!r}; repeats = false turns it off")
        return Reason("found: it is met once and collapsed", f"level {level!r}")


def words_of(layer: Layer, known: Known) -> tuple[str, ...]:
    """Return by what a layer may be called in `hide` and `show`."""
    return known.words(layer)


def nested(definition: Definition, network: Network) -> bool:
    """Tell whether a group is a model inside of the model: it bears the name of one."""
    scopes = {name for layer in network.layers for name in layer.models}
    name, _, number = definition.name.rpartition(" ")
    return definition.name in scopes or (number.isdigit() and name in scopes)


def place_of(said: Said, path: str) -> str:
    """Return where a key path was said, with its line where it stands in a file."""
    if not said.file:
        return said.path + path
    line = line_of(_text(Path(said.file)), said.path + path)
    where = f", line {line}" if line else ""
    return f"{said.file}{where}, {said.path}{path}"


def kind_line(kind: str) -> int | None:
    """Return the line of the grammar that says whether a kind is hidden."""
    return line_of(_text(data_dir("grammar") / KINDS), f"kind.{kind}.hide")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def hidden_layers(network: Network, outline: Outline) -> list[Layer]:
    """Return the layers that no block stands for."""
    drawn = {id for block in outline.blocks for id in block.layers}
    return [layer for layer in network.layers if layer.id not in drawn]


def by_class(layers: Sequence[Layer]) -> Mapping[str, list[Layer]]:
    """Return layers by their class, in order of first occurrence."""
    found: dict[str, list[Layer]] = {}
    for layer in layers:
        found.setdefault(layer.class_name, []).append(layer)
    return found
