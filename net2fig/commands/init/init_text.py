"""The text of a grouping file in which everything that was found can be edited.

Ensures: what is not commented out changes nothing; comments are prose behind "# ", and keys at
their defaults right behind "#".
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from net2fig.commands.explain.command import number
from net2fig.commands.explain.explain_data import Account
from net2fig.commands.explain.reasons import by_class
from net2fig.commands.explain.settings import Setting
from net2fig.commands.init.init_groups import Found
from net2fig.commands.tables import table
from net2fig.compose.wording.notes import NoteLabels, phrases
from net2fig.data.grammar import Grammar, Palette, palette_names
from net2fig.data.schema import load_schema
from net2fig.figure import Figure
from net2fig.group.graph import known_as
from net2fig.options.parts import LABEL_PARTS
from net2fig.options.resolve import TABLES
from net2fig.options.table import by_name
from net2fig.outline import Definition
from net2fig.toml import key_to_toml, to_toml

WIDTH = 98
"""Prose is broken behind so many characters."""

LISTS = ("hide", "show")
"""Keys that are written although they are empty, since they are what is edited first."""

TITLE = "title"
"""An option whose default is the name of the network."""

NO_KEY = TABLES
"""Options that are tables: they stand behind the keys."""


class Starter(Struct, frozen=True):
    """What the file is written from: the figure as it is drawn without the file."""

    figure: Figure
    account: Account
    options: Mapping[str, Setting]
    page: Mapping[str, Setting]
    arguments: Mapping[str, Any]
    found: tuple[Found, ...]
    grammar: Grammar
    palette: Palette
    schema: str

    def text(self) -> str:
        """Return the whole file."""
        parts = (self.head(), self.keys(), self.labels(), self.page_keys(), self.styles())
        lines = [line for part in (*parts, self.groups(), self.samples()) for line in part]
        return "\n".join(lines) + "\n"

    def head(self) -> Iterator[str]:
        """Yield what the file is."""
        network = self.figure.network
        # Editors that know this line complete and check the file.
        if self.schema:
            yield f"#:schema {self.schema}"
        yield from prose(
            f"The figure of {self.account['source']}: {len(network.layers)} layers,"
            f" {number(network.params)} parameters. As it stands, this file changes nothing:"
            " what is commented out is the default. Remove a '#' to change it."
        )

    def keys(self) -> Iterator[str]:
        """Yield the options that are no tables."""
        for key, option in by_name().items():
            if key in NO_KEY or (self.has_no_default(key) and key not in self.arguments):
                continue
            yield ""
            if key == LISTS[0]:
                yield from self.classes()
            if key == "palette":
                yield from self.colours()
            yield from prose(
                explanation(option.full_schema, palette_names() if key == "palette" else ())
            )
            yield from self.key(key)

    def has_no_default(self, key: str) -> bool:
        """Tell whether there is nothing to show of an option that is not set."""
        return key not in (*LISTS, TITLE) and self.options[key]["value"] is None

    def key(self, path: str) -> Iterator[str]:
        """Yield one option: as it was set, else its default behind a "#"."""
        setting = self.options[path]
        name, value = path.rpartition(".")[2], setting["value"]
        value_set = self.arguments
        for step in path.split("."):
            value_set = value_set.get(step, {}) if isinstance(value_set, Mapping) else {}
        active = path in LISTS or value_set != {}
        if value is None:
            value = [] if path in LISTS else self.figure.network.name
        yield f"{'' if active else '#'}{name} = {to_toml(value)}"

    def classes(self) -> Iterator[str]:
        """Yield every class of layer, and whether it is drawn."""
        yield from prose("The classes of layers that were found, and what is not shown of them:")
        why: dict[str, list[tuple[int, str]]] = {}
        for hidden in self.account["hidden"]:
            why.setdefault(hidden["class"], []).append((len(hidden["layers"]), hidden["why"]))
        rows = []
        for name, layers in by_class(self.figure.network.layers).items():
            reasons = why.get(name, [])
            gone = sum(count for count, _ in reasons)
            state = "drawn" if not gone else "not shown" if gone == len(layers) else "in part"
            kind = known_as(layers[0], self.grammar).kind
            because = "; ".join(dict.fromkeys(reason for _, reason in reasons))
            rows.append([name, str(len(layers)), f":{kind}", state, because])
        yield from (f"#   {line}" for line in table(rows, right=(1,)))
        yield ""

    def colours(self) -> Iterator[str]:
        """Yield the colours of the palette, and what bears them in the figure."""
        yield from prose(f"The colours of the palette {self.palette.id!r}:")
        bearers: dict[str, dict[str, None]] = {}
        for name in self.drawn():
            role = self.grammar.kind(name).role
            bearers.setdefault(role, {})[self.grammar.entry(name).label] = None
        rows = [
            [role, colour, ", ".join(bearers.get(role, ()))]
            for role, colour in self.palette.roles.items()
        ]
        names = [each.name for each in self.figure.outline.groups]
        for turn, colour in enumerate(self.palette.groups):
            mine = names[turn :: len(self.palette.groups)]
            rows.append([f"accent-{turn + 1}", colour, ", ".join(mine)])
        yield from (f"#   {line}" for line in table(rows))
        yield ""

    def drawn(self) -> list[str]:
        """Return the classes of the layers that are drawn, those in groups as well."""
        outlines = [self.figure.outline, *(each.body for each in self.figure.outline.groups)]
        blocks = [block for made in outlines for block in made.blocks]
        types = [block.type for block in blocks if not block.is_group and block.kind != "sample"]
        return list(dict.fromkeys(types))

    def labels(self) -> Iterator[str]:
        """Yield what is printed beside the glyphs."""
        yield from ("", "[labels]")
        for key, inner in LABEL_PARTS.items():
            (line,) = self.key(f"labels.{key}")
            yield f"{line:24} # {explanation(inner)}"

    def page_keys(self) -> Iterator[str]:
        """Yield the keys of the template, but for those that have an option of their own."""
        yield ""
        yield from prose(by_name()["page"].description)
        yield "[page]"
        own = {option.template for option in by_name().values()}
        sections = load_schema("template")["properties"]
        for path, setting in self.page.items():
            section, _, name = path.rpartition(".")
            if section and path not in own:
                line = f"#{path.removeprefix('page.')} = {to_toml(setting['value'])}"
                yield f"{line:32} # {sections[section]['properties'][name]['description']}"

    def styles(self) -> Iterator[str]:
        """Yield how each class looks, and the groups whose looks are not set elsewhere."""
        yield ""
        yield from prose(
            "How a class of layers, a kind (':conv') or a group looks: the words of the legend,"
            " a role of the palette or '#rrggbb', a texture."
        )
        yield "[style]"
        for each in self.found:
            if not each.active and self.accent(each):
                name = each.definition.name
                look = {"label": name, "color": self.accent(each)}
                yield f"{key_to_toml(name)} = {to_toml(look)}"
        for name in self.drawn():
            entry, kind = self.grammar.entry(name), self.grammar.kind(name)
            look = {"label": entry.label, "color": kind.role, "texture": kind.texture}
            yield f"#{key_to_toml(name)} = {to_toml(look)}"

    def accent(self, found: Found) -> str:
        """Return the colour of a group that is drawn; where colours are used twice, none."""
        names = [each.name for each in self.figure.outline.groups]
        name = found.definition.name
        if name not in names or names.index(name) >= len(self.palette.groups):
            return ""
        return f"accent-{names.index(name) + 1}"

    def groups(self) -> Iterator[str]:
        """Yield every group, those of the arguments first."""
        for rule in self.arguments.get("group", ()):
            yield from ("", "[[group]]", *(f"{key} = {to_toml(rule[key])}" for key in rule))
        for found in self.found:
            yield ""
            definition = found.definition
            members = [id for block in definition.body.blocks for id in block.layers]
            yield from prose(f"{definition.name}: {met(definition, NoteLabels(self.grammar))}")
            yield from prose(f"members: {', '.join(members)}")
            if not found.active:
                name = key_to_toml(definition.name)
                elsewhere = f" {name} in [style] names and colours it as it is found."
                yield from prose(found.why_not + (elsewhere if self.accent(found) else ""))
            yield from self.group(found)

    def group(self, found: Found) -> Iterator[str]:
        """Yield the table of one group."""
        mark = "" if found.active else "#"
        fields = {"name": found.definition.name, "match": found.pattern, "active": True}
        if found.pattern is None:
            return
        yield f"{mark}[[group]]"
        if self.accent(found):
            fields["color"] = self.accent(found)
        yield from (f"{mark}{key} = {to_toml(value)}" for key, value in fields.items())

    def samples(self) -> Iterator[str]:
        """Yield the samples of the arguments, and the names of inputs and outputs."""
        yield ""
        yield from prose("Pictures in place of the inputs and outputs, beside this file.")
        yield "[sample]"
        given = self.arguments.get("sample", {})
        yield from (f"{key_to_toml(port)} = {to_toml(name)}" for port, name in given.items())
        network = self.figure.network
        for port in dict.fromkeys(port.name for port in (*network.inputs, *network.outputs)):
            if port not in given:
                yield f"#{key_to_toml(port)} = {to_toml(port + '.png')}"


def met(definition: Definition, labels: NoteLabels) -> str:
    """Return how often a group is met, how much it holds, and in what occurrences differ."""
    count = definition.occurrences
    often = "once" if count == 1 else f"{count} times"
    notes = [f"{phrase}." for phrase in phrases(definition.notes, definition.name, labels)]
    return " ".join([f"met {often}, {definition.layers} layers in all.", *notes])


def explanation(schema: Mapping[str, Any], choices: Any = ()) -> str:
    """Return the description of a key, with the choices."""
    words = [str(choice) for choice in schema.get("enum", choices)]
    text = str(schema["description"])
    return f"{text.rstrip('.')}: {', '.join(words)}." if words else text


def prose(text: str) -> list[str]:
    """Return a text as lines of comment."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )
