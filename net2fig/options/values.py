"""Parsers of options: from what TOML and Python hold to typed values.

Each parser reports all that is wrong in meaning to its context, and returns the typed value. Those
of tolerant options take also what disagrees with the schema: then their value is not used.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.data.grammar import (
    load_grammar,
    load_palette,
    load_toml,
    palette_names,
    texture_names,
)
from net2fig.data.resources import (
    PALETTES,
    data_dir,
    find_file,
    is_file,
    make_reference,
    theme_names,
)
from net2fig.data.schema import bare_or_quoted
from net2fig.data.template import fields_of, length, load_template
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.options.sources import Source
from net2fig.options.types import (
    ABOVE,
    AUTO,
    BELOW,
    ArrowRule,
    BracketRule,
    GroupRule,
    NoteRule,
    PanelRule,
    PartRule,
    Style,
)
from net2fig.pattern import Series, atoms, parse
from net2fig.toml import Place

WHITE = "#ffffff"


class OptionContext(Struct):
    """One option in one source, and the problems of its value there.

    `matches_schema` tells whether all of the value agrees with the schema.
    """

    source: Source
    key: str
    matches_schema: bool = True
    problems: list[Net2figError] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        """Whether the value is valid; only then there are typed values."""
        return self.matches_schema and not self.problems

    def place(self, path: str = "") -> Place:
        """Return the place of a path below the option."""
        return self.source.place(self.key + path)

    def report(self, error: UsageError) -> None:
        """Note a problem, or each of several."""
        errors = error.problems if isinstance(error, UsageProblemsError) else (error,)
        self.problems.extend(errors)

    def check_choice(
        self,
        value: str,
        choices: list[str],
        thing: str | None = None,
        path: str = "",
        hint: str | None = None,
    ) -> bool:
        """Tell whether a value is one of the choices; report it if it is not."""
        if value in choices:
            return True
        place = self.place(path)
        message = f"unknown {thing or self.key}: {value!r} in {place} {one_of(choices)}"
        self.report(UsageError(message, hint=hint or suggestion(value, choices), place=place))
        return False


def parse_length(context: OptionContext, value: Any) -> float:
    """Return a length in points."""
    return length(value, context.place())


def parse_timeout(_: OptionContext, value: float | str) -> float:
    """Return a time in seconds.

    >>> parse_timeout(None, "5min"), parse_timeout(None, 90)
    (300.0, 90.0)
    """
    number, minutes, _unit = str(value).strip().partition("min")
    return float(number.strip().removesuffix("s")) * (60 if minutes else 1)


def parse_command_line(context: OptionContext, value: str | list[str]) -> tuple[str, ...]:
    """Return the words of a command line, split as a shell does."""
    try:
        return tuple(shlex.split(value) if isinstance(value, str) else value)
    except ValueError as error:
        reason = str(error).lower()
        message = f"invalid command line: {value!r} in {context.place()} ({reason})"
        raise UsageError(message, place=context.place()) from None


def parse_set(
    context: OptionContext, value: Mapping[str, int] | list[str]
) -> tuple[tuple[str, int], ...]:
    """Return names with their numbers."""
    if isinstance(value, Mapping):
        return tuple(value.items())
    pairs = []
    for text in value:
        name, sign, number = text.partition("=")
        if not (sign and name.strip().isidentifier() and number.strip().isdecimal()):
            message = f"invalid number: {text!r} in {context.place()} (must be NAME=NUMBER)"
            raise UsageError(message, place=context.place())
        pairs.append((name.strip(), int(number)))
    return tuple(pairs)


def parse_background(_: OptionContext, value: str) -> str:
    """Return a background as scenes have it: "none" or "#rrggbb"."""
    return WHITE if value == "white" else value.lower()


def parse_page(context: OptionContext, value: Any) -> dict[str, Any]:
    """Return the fields of a template that differ."""

    def find_place(key: str) -> Place:
        """Return the place of a key of the template: those of its table `page` stand here."""
        return context.place(f".{key.removeprefix('page.')}")

    return fields_of(_split_sections(value), find_place)


def _split_sections(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table `page` of a grouping file as the sections of a template."""
    nested = {key: each for key, each in value.items() if isinstance(each, dict)}
    return {**nested, "page": {key: each for key, each in value.items() if key not in nested}}


def parse_font(context: OptionContext, value: str) -> str:
    """Return a family, or the path of a font file."""
    # Imported here since few figures set a font.
    from net2fig.fonts.find import font_file

    return font_file(value, context.source.folder, context.place())


def parse_input_shape(context: OptionContext, value: Any) -> Any:
    """Return the shapes of inputs."""
    from net2fig.options.input_shapes import parse_input_shapes

    place = context.source.place("input-shape" if context.source.path == "--" else "input_shape")
    return parse_input_shapes(value, place)


def parse_theme(context: OptionContext, name: str) -> str | None:
    """Return the name or the path that loads a template or a palette."""
    shelf, source = f"{context.key}s", context.source
    is_known = name.endswith(".toml") or find_file(shelf, name, source.near)
    if not is_known and not context.check_choice(name, theme_names(shelf, source.near)):
        return None
    path = make_reference(shelf, name, source.folder, source.near)
    load_palette(path if shelf == PALETTES else load_template(path).palette)
    return path


def parse_selectors(context: OptionContext, value: Any) -> tuple[str, ...]:
    """Return kinds, classes and names; only kinds can be checked."""
    for index, item in _number_items(value):
        _check_kind(context, item, f"[{index}]")
    return tuple(value) if isinstance(value, list) else ()


def _check_kind(context: OptionContext, name: Any, path: str) -> None:
    if isinstance(name, str) and name.startswith(":") and name != ":":
        context.check_choice(name, _list_kinds(), "kind", path)


def _list_kinds() -> list[str]:
    return [f":{kind}" for kind in sorted(load_grammar().kinds)]


def parse_styles(context: OptionContext, value: Any) -> dict[str, Style]:
    """Return the styles by class, kind or group."""
    styles: dict[str, Style] = {}
    for name, look in value.items() if isinstance(value, dict) else ():
        path = f".{bare_or_quoted(name)}"
        _check_kind(context, name, path)
        _check_look(context, look, path)
        if context.is_valid:
            styles[name] = Style(**look)
    return styles


def _check_look(context: OptionContext, look: Any, path: str) -> None:
    """Report a colour and a texture that do not exist."""
    if not isinstance(look, dict):
        return
    color, texture = look.get("color"), look.get("texture")
    if isinstance(color, str) and not is_colour(color):
        choices = _list_color_names()
        custom_hint = "a colour of your own is written '#rrggbb'"
        hint = custom_hint if color.startswith("#") else suggestion(color, choices) or custom_hint
        context.check_choice(color, choices, "color", f"{path}.color", hint)
    if isinstance(texture, str):
        context.check_choice(texture, texture_names(), "texture", f"{path}.texture")


def is_colour(text: str) -> bool:
    """Tell whether a text is "#rrggbb"."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _list_color_names() -> list[str]:
    """Return the roles that a colour can be named by, the same in all palettes."""
    palette = load_palette(palette_names()[0])
    return [*palette.roles, *(f"accent-{number + 1}" for number in range(len(palette.groups)))]


def parse_groups(context: OptionContext, value: Any) -> dict[str, GroupRule]:
    """Return the named groups by their names, which must differ."""
    rules: dict[str, GroupRule] = {}
    names: set[str] = set()
    for index, group in _number_items(value):
        if not isinstance(group, dict):
            continue
        path = f"[{index}]"
        _check_look(context, group, path)
        name, match = group.get("name"), group.get("match")
        if isinstance(name, str):
            if name in names:
                place = context.place(f"{path}.name")
                context.report(UsageError(f"duplicate group: {name!r} in {place}", place=place))
            names.add(name)
        patterns = tuple(_parse_patterns(context, match, f"{path}.match"))
        if context.is_valid:
            fields = {**group, "match": tuple(match) if isinstance(match, list) else match}
            rules[str(name)] = GroupRule(**fields, place=context.place(path), patterns=patterns)
    return rules


def _parse_patterns(context: OptionContext, match: Any, path: str) -> Iterator[Series]:
    """Yield the patterns of a group, parsed; report those that cannot be, and unknown kinds."""
    texts = [(f"{path}[{n}]", each) for n, each in _number_items(match)] or [(path, match)]
    for where, text in texts:
        if not isinstance(text, str) or not text.strip():
            continue
        try:
            series = parse(text, context.place(where))
        except UsageError as error:
            context.report(error)
            continue
        for atom in atoms(series):
            if atom.kind is not None:
                context.check_choice(f":{atom.kind}", _list_kinds(), "kind", where)
        yield series


def parse_mark(context: OptionContext, value: Any) -> Any:
    """Return the values of pins or of a tint, or the path of a file with them."""
    return str(context.source.folder / value) if isinstance(value, str) else value


def parse_checks(context: OptionContext, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return codes to ignore and thresholds, which have names of grammar/checks.toml."""
    data = load_toml(data_dir("grammar") / "checks.toml", "checks")
    codes = list(dict.fromkeys(case["code"] for case in data["check"]))
    for index, code in _number_items(value.get("ignore")):
        context.check_choice(code, codes, "check", f".ignore[{index}]")
    for name in value:
        if name != "ignore":
            context.check_choice(name, list(data["threshold"]), "threshold", f".{name}")
    return dict(value)


SIDES = {AUTO: AUTO, ABOVE: ABOVE, BELOW: BELOW, "right": ABOVE, "left": BELOW}
"""The sides as they are written, and as they are meant."""

Fields = dict[str, Any]


def _list_annotations(context: OptionContext, value: Any) -> Iterator[tuple[str, Fields]]:
    """Yield the annotations with their paths: those of which the tables agree with the schema."""
    for index, table in _number_items(value):
        if not isinstance(table, dict):
            continue
        path = f"[{index}]"
        _check_look(context, table, path)
        if context.matches_schema:
            fields = {"place": context.place(path), **table}
            if "side" in fields:
                fields["side"] = SIDES[fields["side"]]
            yield path, fields


def _take_span(context: OptionContext, path: str, fields: Fields) -> Fields:
    """Return the fields with the names of a span: of one thing, or of its first and last."""
    ends = [fields.pop(key, None) for key in ("over", "from", "to")]
    names = tuple(end for end in ends if end is not None)
    if (ends[0] is None) != (len(names) == 2):
        place = context.place(path)
        message = f"missing span: {place} (either `over`, or `from` and `to`)"
        context.report(UsageError(message, place=place))
    return {**fields, "over": names}


def parse_notes(context: OptionContext, value: Any) -> tuple[NoteRule, ...]:
    """Return the notes."""
    return tuple(NoteRule(**fields) for _, fields in _list_annotations(context, value))


def parse_brackets(context: OptionContext, value: Any) -> tuple[BracketRule, ...]:
    """Return the brackets."""
    return tuple(
        BracketRule(**_take_span(context, path, fields))
        for path, fields in _list_annotations(context, value)
    )


def parse_panels(context: OptionContext, value: Any) -> tuple[PanelRule, ...]:
    """Return the panels."""
    return tuple(
        PanelRule(**{"title": "", **_take_span(context, path, fields)})
        for path, fields in _list_annotations(context, value)
    )


def parse_arrows(context: OptionContext, value: Any) -> tuple[ArrowRule, ...]:
    """Return the arrows, each with two ends; one of them may be its label."""
    rules = []
    for path, fields in _list_annotations(context, value):
        start, end = fields.pop("from", None), fields.pop("to", None)
        if [start, end, fields.get("label") or None].count(None) > 1 or start == end is None:
            place = context.place(path)
            message = f"missing end: {place} (`from` and `to`, or one and a `label`)"
            context.report(UsageError(message, place=place))
        rules.append(ArrowRule(start, end, **fields))
    return tuple(rules)


def parse_parts(context: OptionContext, value: Any) -> tuple[PartRule, ...]:
    """Return the parts of a network: tables, or names and "FROM -> TO"."""
    rules = []
    for index, each in _number_items(value) if context.matches_schema else ():
        place = context.place(f"[{index}]")
        fields = dict(each) if isinstance(each, dict) else _split_part(each)
        start, end = fields.pop("from", ""), fields.pop("to", "")
        if bool(fields.get("model")) == bool(start or end):
            message = f"missing part: {place} (either `model`, or `from` or `to`)"
            context.report(UsageError(message, place=place))
        rules.append(PartRule(start=start, end=end, place=place, **fields))
    return tuple(rules)


def _split_part(text: str) -> dict[str, str]:
    """Return "FROM -> TO" as a table; either end may be missing. Another text is a model."""
    start, arrow, end = (each.strip() for each in text.partition("->"))
    return {"from": start, "to": end} if arrow else {"model": text}


def parse_samples(context: OptionContext, value: Any) -> dict[str, str]:
    """Return the paths of pictures by the names of the inputs and outputs."""
    paths: dict[str, str] = {}
    for port, name in value.items() if isinstance(value, dict) else ():
        if not isinstance(name, str):
            continue
        path = context.source.folder / name
        if not is_file(path):
            place = context.place(f".{bare_or_quoted(port)}")
            message = f"missing picture: {name!r} in {place} (no such file)"
            context.report(UsageError(message, place=place))
        paths[port] = str(path)
    return paths


def _number_items(value: Any) -> list[tuple[int, Any]]:
    """Return the items of a list with their numbers; none for another value."""
    return list(enumerate(value)) if isinstance(value, list) else []
