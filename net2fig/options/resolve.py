"""What was asked for, in the command or in Python and in the grouping file → `Options`.

Precedence: argument → grouping file → template → grammar. The first two meet here, in `_merged`;
where both are silent an option is None, and the template or the grammar decides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from net2fig.data.grammar import load_grammar, load_palette, palette_names, texture_names
from net2fig.data.resources import PALETTES, TEMPLATES, reference, theme_names
from net2fig.data.schema import bare_or_quoted, load_schema, part, problems
from net2fig.data.template import length, load_template
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.options.sources import Data, Said, file_beside, sources, unquoted
from net2fig.options.types import GroupRule, Labels, Options, Style, seconds
from net2fig.pattern import atoms, parse

__all__ = [
    "TABLES",
    "Said",
    "file_beside",
    "format_of",
    "known_format",
    "load_options",
    "options_of",
    "problems_of",
    "sources",
    "stdout_format",
    "unquoted",
]

TABLES = ("labels", "style", "sample")
"""Options that are tables: here an argument wins key by key."""


def load_options(
    source: object,
    config: str | os.PathLike[str] | None,
    arguments: Mapping[str, Any],
    *,
    command: bool = False,
) -> Options:
    """Return the options for drawing a source.

    Requires: `arguments` have the names and the values of the grouping file; None is not said.
    `command` is true where they were options of the command, for the messages.
    Ensures: every problem of both is in one `UsageProblemsError`.
    """
    return options_of(*sources(source, config, arguments, command=command))


def options_of(argued: Said, file: Said) -> Options:
    """Return the options that arguments and a grouping file make together."""
    found = [error for said in (argued, file) for error in problems_of(said)]
    if found:
        raise UsageProblemsError(found)
    return _options(argued, file)


def problems_of(said: Said) -> list[Net2figError]:
    """Return all that is wrong with what one source says."""
    return list(_all_problems(said))


# Formats of outputs


def format_of(path: str | os.PathLike[str], names: Sequence[str]) -> str:
    """Return the format, one of some, that a path's suffix says."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in names:
        choices = [f".{name}" for name in names]
        message = f"unknown format: {Path(path).suffix!r} in {str(path)!r} {one_of(choices)}"
        raise UsageError(message, hint=suggestion(f".{suffix}", choices) or _best(names))
    return suffix


def _best(names: Sequence[str]) -> str | None:
    """Return which formats are the usual ones, if they are among some."""
    return ".pdf for LaTeX, .svg for the web" if {"pdf", "svg"} <= set(names) else None


def stdout_format(format: str | None, names: Sequence[str]) -> str:
    """Return the format, one of some, in which something goes to standard output."""
    if format is None:
        message = f"missing option: '--format' for '-o -' {one_of(names)}"
        raise UsageError(message)
    return known_format(format, names, " in --format")


def known_format(format: str, names: Sequence[str], place: str = "") -> str:
    """Return a format if it is one of some."""
    if format not in names:
        message = f"unknown format: {format!r}{place} {one_of(names)}"
        raise UsageError(message, hint=suggestion(format, names))
    return format


# Checking


def _all_problems(said: Said) -> Iterator[Net2figError]:
    """Yield what is wrong in form, then what is wrong in meaning."""
    if not said.data:
        return
    schema = load_schema("grouping")
    known = schema["properties"]
    sound: Data = {}
    for key, value in said.data.items():
        if key in known:
            found = list(problems(value, part(schema, key), said.file, said.path + key))
            yield from found
            if not found:
                sound[key] = value
        else:
            yield _unknown_key(said, key, sorted(known))
    yield from _page_problems(replace(said, data=sound))
    yield from _reading_problems(replace(said, data=sound))
    yield from _name_problems(said)
    yield from _look_problems(said)
    yield from _group_problems(said)
    for port, name in _table(said.data, "sample"):
        if isinstance(name, str) and not (said.folder / name).is_file():
            place = said.place(f"sample.{bare_or_quoted(port)}")
            yield UsageError(f"missing picture: {name!r} in {place} (no such file)")


def _unknown_key(said: Said, key: str, known: list[str]) -> UsageError:
    """Return the error about a key that is no option."""
    thing = "key" if said.file else "option"
    place = f" in {said.place('').rstrip('.')}" if said.file else ""
    message = f"unknown {thing}: {key!r}{place} {one_of(known)}"
    return UsageError(message, hint=suggestion(key, known))


def _page_problems(said: Said) -> Iterator[Net2figError]:
    """Yield what is wrong with the page: its template, its width and height, its palette."""
    for key in ("width", "height"):
        if key in said.data:
            try:
                length(said.data[key], said.place(key))
            except UsageError as error:
                yield error
    if "font" in said.data:
        from net2fig.fonts.find import font_file

        try:
            font_file(said.data["font"], said.folder, said.place("font"))
        except UsageError as error:
            yield error
    if "palette" in said.data:
        yield from _theme_problems(said, PALETTES)
    if "template" in said.data:
        yield from _theme_problems(said, TEMPLATES)


def _reading_problems(said: Said) -> Iterator[Net2figError]:
    """Yield what is wrong with the shapes of the inputs."""
    if "input_shape" in said.data:
        try:
            _input_shapes(said)
        except UsageError as error:
            yield error


def _input_shapes(said: Said) -> Any:
    """Return the shapes of the inputs."""
    # Few say them: what is drawn without does not wait for the module.
    from net2fig.options.input_shapes import input_shapes

    place = said.place("input-shape" if said.path == "--" else "input_shape")
    return input_shapes(said.data["input_shape"], place)


def _theme_problems(said: Said, shelf: str) -> Iterator[Net2figError]:
    """Yield what is wrong with a template or a palette: its name, or what stands in its file."""
    key = shelf.removesuffix("s")
    name = said.data[key]
    if not name.endswith(".toml"):
        wrong = list(_unless_known(said, key, name, theme_names(shelf, said.near)))
        yield from wrong
        if wrong:
            return
    try:
        path = reference(shelf, name, said.folder, said.near)
        load_palette(path if shelf == PALETTES else load_template(path).palette)
    except UsageProblemsError as error:
        yield from error.problems
    except UsageError as error:
        yield error


def _name_problems(said: Said) -> Iterator[Net2figError]:
    """Yield the kinds that do not exist, among what is to be hidden, shown or styled.

    Names without a colon may be those of layers and of classes that nobody else knows.
    """
    named = [
        (f"{key}[{index}]", item)
        for key in ("hide", "show")
        for index, item in enumerate(_items(said.data, key))
    ]
    named += [(f"style.{bare_or_quoted(name)}", name) for name, _ in _table(said.data, "style")]
    kinds = [f":{kind}" for kind in sorted(load_grammar().kinds)]
    for path, name in named:
        if isinstance(name, str) and name.startswith(":") and name != ":":
            yield from _unless_known(said, path, name, kinds, thing="kind")


def _look_problems(said: Said) -> Iterator[Net2figError]:
    """Yield the colours and textures that do not exist."""
    looks = [(f"style.{bare_or_quoted(name)}", style) for name, style in _table(said.data, "style")]
    looks += [(f"group[{n}]", group) for n, group in enumerate(_items(said.data, "group"))]
    for path, look in looks:
        if not isinstance(look, dict):
            continue
        color, texture = look.get("color"), look.get("texture")
        if isinstance(color, str) and not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
            choices = _color_names()
            own = "a colour of your own is written '#rrggbb'"
            hint = own if color.startswith("#") else suggestion(color, choices) or own
            path_of = f"{path}.color"
            yield from _unless_known(said, path_of, color, choices, thing="color", hint=hint)
        if isinstance(texture, str):
            yield from _unless_known(
                said, f"{path}.texture", texture, texture_names(), thing="texture"
            )


def _color_names() -> list[str]:
    """Return the roles that a colour can be named by, the same in all palettes."""
    palette = load_palette(palette_names()[0])
    return [*palette.roles, *(f"accent-{number + 1}" for number in range(len(palette.groups)))]


def _group_problems(said: Said) -> Iterator[Net2figError]:
    """Yield the patterns that cannot be read, the kinds in them, the names that occur twice."""
    kinds = [f":{kind}" for kind in sorted(load_grammar().kinds)]
    names: set[str] = set()
    for index, group in enumerate(_items(said.data, "group")):
        if not isinstance(group, dict):
            continue
        name, match = group.get("name"), group.get("match")
        if isinstance(name, str):
            if name in names:
                place = said.place(f"group[{index}].name")
                yield UsageError(f"duplicate group: {name!r} in {place}")
            names.add(name)
        path = f"group[{index}].match"
        several = enumerate(match) if isinstance(match, list) else ()
        texts = [(path, match), *((f"{path}[{n}]", each) for n, each in several)]
        for place, text in texts:
            if isinstance(text, str) and text.strip():
                yield from _pattern_problems(said, place, text, kinds)


def _pattern_problems(said: Said, path: str, text: str, kinds: list[str]) -> Iterator[Net2figError]:
    """Yield what is wrong with one pattern."""
    try:
        series = parse(text, said.place(path))
    except UsageError as error:
        yield error
        return
    for atom in atoms(series):
        if atom.kind is not None:
            yield from _unless_known(said, path, f":{atom.kind}", kinds, thing="kind")


def _unless_known(
    said: Said,
    path: str,
    value: str,
    choices: list[str],
    *,
    thing: str | None = None,
    hint: str | None = None,
) -> Iterator[UsageError]:
    """Yield the error about a name that is none of the choices."""
    if value not in choices:
        message = f"unknown {thing or path}: {value!r} in {said.place(path)} {one_of(choices)}"
        yield UsageError(message, hint=hint or suggestion(value, choices))


def _table(data: Data, key: str) -> list[tuple[str, Any]]:
    """Return the items of a table, none where something else stands there."""
    value = data.get(key)
    return list(value.items()) if isinstance(value, dict) else []


def _items(data: Data, key: str) -> list[Any]:
    """Return the items of a list, none where something else stands there."""
    value = data.get(key)
    return value if isinstance(value, list) else []


# Making the options


def _options(argued: Said, file: Said) -> Options:
    """Return the options that both sources make together.

    Requires: neither has a problem.
    """
    data = _merged(_resolved(argued), _resolved(file))
    styles = {name: Style(**fields) for name, fields in data.pop("style").items()}
    labels = Labels(**data.pop("labels"))
    data.pop("group", None)
    return Options(**data, styles=styles, labels=labels, groups=_groups(argued, file))


def _resolved(said: Said) -> Data:
    """Return the data with lengths in points, lists as tuples, and paths from where we are."""
    data = dict(said.data)
    data |= {key: length(data[key]) for key in ("width", "height") if key in data}
    data |= {key: tuple(data[key]) for key in ("hide", "show") if key in data}
    if "input_shape" in data:
        data["input_shape"] = _input_shapes(said)
    if "timeout" in data:
        data["timeout"] = seconds(data["timeout"])
    if "font" in data:
        from net2fig.fonts.find import font_file

        data["font"] = font_file(data["font"], said.folder)
    for shelf in (TEMPLATES, PALETTES):
        key = shelf.removesuffix("s")
        if key in data:
            data[key] = reference(shelf, data[key], said.folder, said.near)
    if "sample" in data:
        data["sample"] = {port: str(said.folder / name) for port, name in data["sample"].items()}
    return data


def _merged(argued: Data, file: Data) -> Data:
    """Lay what was argued over what stands in the file: the first half of the precedence."""
    merged = {**file, **argued}
    for key in TABLES:
        merged[key] = {**file.get(key, {}), **argued.get(key, {})}
    return merged


def _groups(argued: Said, file: Said) -> tuple[GroupRule, ...]:
    """Return the named groups; one that was argued replaces that of the same name in the file."""
    rules: dict[str, GroupRule] = {}
    for said in (file, argued):
        for index, fields in enumerate(_items(said.data, "group")):
            rule = GroupRule(**fields, place=said.place(f"group[{index}]"))
            if not isinstance(rule.match, str):
                rule = replace(rule, match=tuple(rule.match))
            rules[rule.name] = rule
    return tuple(rules.values())
