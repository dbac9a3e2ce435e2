"""Why a layer is hidden and why a group is one: by which line of which file, or by which level.

Requires: an outline that was made from these sources of options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.data.grammar import Grammar
from net2fig.data.resources import data_dir
from net2fig.network import Layer
from net2fig.options.sources import Source
from net2fig.outline import NEEDED, Because, Definition
from net2fig.toml import line_of

KINDS = "kinds.toml"


class Reason(Struct, frozen=True):
    """A sentence and its source: a place such as "net2fig.toml, line 3, hide[0]"."""

    text: str
    place: str

    def __str__(self) -> str:
        """Return the reason as one line."""
        return f"{self.text} ({self.place})" if self.place else self.text


class OptionSources(Struct, frozen=True):
    """The sources of options: the command, the grouping file, the grammar."""

    arguments: Source
    file: Source
    grammar: Grammar

    def find_setting(self, key: str) -> tuple[Source, Any]:
        """Return the source that sets an option, and its value; arguments win over the file."""
        source = self.arguments if key in self.arguments.data else self.file
        return source, source.data.get(key)

    def explain_layer(self, because: Because, level: str) -> Reason:
        """Return why a layer is hidden, or drawn although it would be hidden."""
        if because.by in ("hide", "show"):
            source, items = self.find_setting(because.by)
            place = format_place(source, f"{because.by}[{list(items).index(because.item)}]")
            return Reason(f"{because.by} names {because.item!r}", place)
        if because.by == "constant":
            return Reason("arithmetic with a constant", f"level {level!r}")
        if because.by == NEEDED:
            return Reason("what follows reads other features than what comes before", "")
        kind = self.grammar.kinds[because.item]
        place = f"level {level!r}; grammar/{KINDS}, line {find_kind_line(kind.id)}"
        return Reason(f"{kind.many} are drawn at the level 'everything' only", place)

    def explain_group(self, definition: Definition, level: str) -> Reason:
        """Return why a group is one."""
        origin = definition.origin
        if origin.by == "rule":
            return Reason(
                f"named: {' or '.join(origin.patterns)}", self.locate_rule(definition.name)
            )
        if origin.by == "model":
            return Reason("a model inside of the model, called more than once", "")
        if origin.by == "repeats":
            return Reason("found: it is repeated", f"level {level!r}; repeats = false turns it off")
        return Reason("found: it is met once and collapsed", f"level {level!r}")

    def locate_rule(self, name: str) -> str:
        """Return the place of the rule of a group; arguments win over the file."""
        for source in (self.arguments, self.file):
            for index, rule in enumerate(source.data.get("group", ())):
                if rule["name"] == name and rule.get("active", True):
                    return format_place(source, f"group[{index}]")
        return ""


def format_place(source: Source, path: str) -> str:
    """Return the place of a key path, with its line in a file."""
    return source.place(path).numbered


def find_kind_line(kind: str) -> int | None:
    """Return the line of the grammar that says whether a kind is hidden."""
    return line_of(_read_text(data_dir("grammar") / KINDS), f"kind.{kind}.hide")


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def group_by_class(layers: Sequence[Layer]) -> Mapping[str, list[Layer]]:
    """Return layers by their class, in order of first occurrence."""
    layers_by_class: dict[str, list[Layer]] = {}
    for layer in layers:
        layers_by_class.setdefault(layer.class_name, []).append(layer)
    return layers_by_class
