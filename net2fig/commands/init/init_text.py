"""The text of a grouping file in which everything that was found can be edited.

Ensures: lines that are not comments change nothing; comments are prose behind "# ", and keys at
their defaults right behind "#".
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from net2fig.commands.explain.command import format_count
from net2fig.commands.explain.explain_data import Explanation
from net2fig.commands.explain.reasons import group_by_class
from net2fig.commands.explain.settings import Setting
from net2fig.commands.init.init_groups import FoundGroup
from net2fig.commands.tables import format_table
from net2fig.compose.style.accents import assign_accents
from net2fig.compose.style.style_book import find_used_groups
from net2fig.compose.wording.notes import NoteLabels, write_phrases
from net2fig.compose.wording.prose import capitalize
from net2fig.data.grammar import Grammar, Palette, palette_names
from net2fig.data.schema import load_schema
from net2fig.figure import Figure
from net2fig.fonts.metrics import printable
from net2fig.group.graph import known_as
from net2fig.options.parts import LABEL_PARTS
from net2fig.options.rows import OPTIONS, index_options
from net2fig.outline import Definition
from net2fig.toml import key_to_toml, to_toml

WIDTH = 98
"""The maximum width of prose."""

LISTS = ("hide", "show")
"""Keys that are written although they are empty, since they are edited first."""

TITLE = "title"
"""An option whose default is the name of the network."""

NO_KEY = frozenset(option.name for option in OPTIONS if option.is_table)
"""Options that are tables: they stand behind the keys."""


class GroupingFileWriter(Struct, frozen=True, dict=True):
    """Writes a grouping file from a figure that is drawn without one."""

    figure: Figure
    account: Explanation
    options: Mapping[str, Setting]
    page: Mapping[str, Setting]
    arguments: Mapping[str, Any]
    groups: tuple[FoundGroup, ...]
    grammar: Grammar
    palette: Palette
    schema: str

    def write(self) -> str:
        """Return the whole file."""
        parts = (
            self.write_header(),
            self.write_keys(),
            self.write_labels(),
            self.write_page(),
            self.write_styles(),
        )
        lines = [
            line for part in (*parts, self.write_groups(), self.write_samples()) for line in part
        ]
        return "\n".join(lines) + "\n"

    def write_header(self) -> Iterator[str]:
        """Yield the comment at the top of the file."""
        network = self.figure.network
        # Editors that know this line complete and check the file.
        if self.schema:
            yield f"#:schema {self.schema}"
        yield from wrap_comment(
            f"The figure of {self.account['source']}: {len(network.layers)} layers,"
            f" {format_count(network.params)} parameters. As it stands, this file changes nothing:"
            " what is commented out is the default. Remove a '#' to change it."
        )

    def write_keys(self) -> Iterator[str]:
        """Yield the options that are no tables."""
        for key, option in index_options().items():
            if key in NO_KEY or (self.has_no_default(key) and key not in self.arguments):
                continue
            yield ""
            if key == LISTS[0]:
                yield from self.write_classes()
            if key == "palette":
                yield from self.write_colours()
            yield from wrap_comment(
                describe_key(option.full_schema, palette_names() if key == "palette" else ())
            )
            yield from self.write_key(key)

    def has_no_default(self, key: str) -> bool:
        """Tell whether an option that is not set has no default to show."""
        return key not in (*LISTS, TITLE) and self.options[key]["value"] is None

    def write_key(self, path: str) -> Iterator[str]:
        """Yield one option: as it was set, else its default behind a "#"."""
        setting = self.options[path]
        name, value = path.rpartition(".")[2], setting["value"]
        set_value = self.arguments
        for step in path.split("."):
            set_value = set_value.get(step, {}) if isinstance(set_value, Mapping) else {}
        active = path in LISTS or set_value != {}
        if value is None:
            value = [] if path in LISTS else self.figure.network.name
        yield f"{'' if active else '#'}{name} = {to_toml(value)}"

    def write_classes(self) -> Iterator[str]:
        """Yield every class of layer, and whether it is drawn."""
        yield from wrap_comment(
            "The classes of layers that were found, and what is not shown of them:"
        )
        why: dict[str, list[tuple[int, str]]] = {}
        for hidden in self.account["hidden"]:
            why.setdefault(hidden["class"], []).append((len(hidden["layers"]), hidden["why"]))
        rows = []
        for name, layers in group_by_class(self.figure.network.layers).items():
            reasons = why.get(name, [])
            hidden_count = sum(count for count, _ in reasons)
            state = (
                "drawn"
                if not hidden_count
                else "not shown"
                if hidden_count == len(layers)
                else "in part"
            )
            kind = known_as(layers[0], self.grammar).kind
            because = "; ".join(dict.fromkeys(reason for _, reason in reasons))
            rows.append([name, str(len(layers)), f":{kind}", state, because])
        yield from (f"#   {line}" for line in format_table(rows, right=(1,)))
        yield ""

    def write_colours(self) -> Iterator[str]:
        """Yield the colours of the palette, and what bears them in the figure."""
        yield from wrap_comment(f"The colours of the palette {self.palette.id!r}:")
        bearers: dict[str, dict[str, None]] = {}
        for name in self.list_drawn_classes():
            role = self.grammar.kind(name).role
            bearers.setdefault(role, {})[self.grammar.entry(name).label] = None
        rows = [
            [role, colour, ", ".join(bearers.get(role, ()))]
            for role, colour in self.palette.roles.items()
        ]
        count = len(self.palette.groups)
        for turn, colour in enumerate(self.palette.groups):
            names = [name for name, number in self.accents.items() if number % count == turn]
            rows.append([f"accent-{turn + 1}", colour, ", ".join(names)])
        yield from (f"#   {line}" for line in format_table(rows))
        yield ""

    @cached_property
    def accents(self) -> dict[str, int]:
        """The numbers of the accents of the groups that are drawn, from 0."""
        outline = self.figure.outline
        return assign_accents(
            outline, find_used_groups(outline), len(self.palette.groups), frozenset()
        )

    def list_drawn_classes(self) -> list[str]:
        """Return the classes of the layers that are drawn, those in groups as well."""
        outlines = [self.figure.outline, *(each.body for each in self.figure.outline.groups)]
        blocks = [block for each_outline in outlines for block in each_outline.blocks]
        types = [block.type for block in blocks if not block.is_group and block.kind != "sample"]
        return list(dict.fromkeys(types))

    def write_labels(self) -> Iterator[str]:
        """Yield the labels."""
        yield from ("", "[labels]")
        for key, inner in LABEL_PARTS.items():
            (line,) = self.write_key(f"labels.{key}")
            yield f"{line:24} # {describe_key(inner)}"

    def write_page(self) -> Iterator[str]:
        """Yield the keys of the template, but for those that have an option of their own."""
        yield ""
        yield from wrap_comment(index_options()["page"].description)
        yield "[page]"
        option_keys = {option.template for option in index_options().values()}
        sections = load_schema("template")["properties"]
        for path, setting in self.page.items():
            section, _, name = path.rpartition(".")
            if section and path not in option_keys:
                line = f"#{path.removeprefix('page.')} = {to_toml(setting['value'])}"
                yield f"{line:32} # {sections[section]['properties'][name]['description']}"

    def write_styles(self) -> Iterator[str]:
        """Yield how each class looks, and the groups whose looks are not set elsewhere."""
        yield ""
        yield from wrap_comment(
            "How a class of layers, a kind (':conv') or a group looks: the words of the legend,"
            " a role of the palette or '#rrggbb', a texture."
        )
        yield "[style]"
        for each in self.groups:
            if not each.active and self.find_accent(each):
                name = each.definition.name
                look = {"label": each.definition.label, "color": self.find_accent(each)}
                yield f"{key_to_toml(name)} = {to_toml(look)}"
        for name in self.list_drawn_classes():
            entry, kind = self.grammar.entry(name), self.grammar.kind(name)
            look = {"label": entry.label, "color": kind.role, "texture": kind.texture}
            yield f"#{key_to_toml(name)} = {to_toml(look)}"

    def find_accent(self, group: FoundGroup) -> str:
        """Return the colour of a group that is drawn; where colours are used twice, none."""
        number = self.accents.get(group.definition.name, len(self.palette.groups))
        return "" if number >= len(self.palette.groups) else f"accent-{number + 1}"

    def write_groups(self) -> Iterator[str]:
        """Yield every group, those of the arguments first."""
        for rule in self.arguments.get("group", ()):
            yield from ("", "[[group]]", *(f"{key} = {to_toml(rule[key])}" for key in rule))
        for group in self.groups:
            yield ""
            definition = group.definition
            members = [id for block in definition.body.blocks for id in block.layers]
            yield from wrap_comment(
                f"{definition.name}: {describe_group(definition, NoteLabels(self.grammar))}"
            )
            yield from wrap_comment(f"members: {', '.join(members)}")
            if not group.active:
                name = key_to_toml(definition.name)
                elsewhere = f" {name} in [style] names and colours it as it is found."
                yield from wrap_comment(
                    group.why_not + (elsewhere if self.find_accent(group) else "")
                )
            yield from self.write_group(group)

    def write_group(self, group: FoundGroup) -> Iterator[str]:
        """Yield the table of one group."""
        mark = "" if group.active else "#"
        fields = {"name": group.definition.name, "match": group.pattern, "active": True}
        if group.pattern is None:
            return
        yield f"{mark}[[group]]"
        if self.find_accent(group):
            fields["color"] = self.find_accent(group)
        yield from (f"{mark}{key} = {to_toml(value)}" for key, value in fields.items())

    def write_samples(self) -> Iterator[str]:
        """Yield the samples of the arguments, and the names of inputs and outputs."""
        yield ""
        yield from wrap_comment("Pictures in place of the inputs and outputs, beside this file.")
        yield "[sample]"
        sample_paths = self.arguments.get("sample", {})
        yield from (f"{key_to_toml(port)} = {to_toml(name)}" for port, name in sample_paths.items())
        network = self.figure.network
        for port in dict.fromkeys(port.name for port in (*network.inputs, *network.outputs)):
            if port not in sample_paths:
                yield f"#{key_to_toml(port)} = {to_toml(port + '.png')}"


def describe_group(definition: Definition, labels: NoteLabels) -> str:
    """Return the number of occurrences of a group, its layers, and how occurrences differ."""
    count = definition.occurrences
    often = "once" if count == 1 else f"{count} times"
    phrases = write_phrases(definition.notes, definition.name, labels)
    notes = [f"{capitalize(phrase)}." for phrase in phrases]
    return " ".join([f"met {often}, {definition.layers} layers in all.", *notes])


def describe_key(schema: Mapping[str, Any], choices: Any = ()) -> str:
    """Return the description of a key, with the choices."""
    words = [str(choice) for choice in schema.get("enum", choices)]
    text = str(schema["description"])
    return f"{text.rstrip('.')}: {', '.join(words)}." if words else text


def wrap_comment(text: str) -> list[str]:
    """Return a text as lines of comment."""
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )
