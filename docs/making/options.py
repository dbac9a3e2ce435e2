"""The page of every option with its default: of the commands, of the files, of Python."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click

from making.markdown import MADE, cell, code, paragraph, table, value_of
from net2fig.cli import DEFAULT_COMMAND, commands
from net2fig.commands.explain.settings import list_template_settings
from net2fig.data.schema import load_schema
from net2fig.options.arguments import FigureArguments
from net2fig.options.chip_table import ChipArguments
from net2fig.options.option import CHIP, FIGURE
from net2fig.options.rows import list_options
from net2fig.options.schema import build_grouping_schema


def options_page() -> str:
    """Return the page of all options."""
    parts = [
        MADE,
        "# Every option\n",
        (
            "An option is taken from the first that says it: the command (or the argument in"
            " Python), then the grouping file, then the template, then the grammar. The names are"
            " the same everywhere.\n"
        ),
        "## The command\n",
    ]
    for name, command in all_commands():
        parts += command_section(name, command)
    parts += ["## The grouping file\n", *grouping_section()]
    parts += ["## A list of figures\n", *figures_section()]
    parts += ["## A template\n", *template_section()]
    parts += ["## Python\n", *python_section()]
    return "\n".join(parts)


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its name, the one without a name first."""
    with click.Context(commands) as context:
        names = commands.list_commands(context)
        for name in sorted(names, key=lambda name: (name != DEFAULT_COMMAND, name)):
            command = commands.get_command(context, name)
            assert command is not None
            yield name, command


def command_section(name: str, command: click.Command) -> Iterator[str]:
    """Yield what the page says of one command."""
    word = "" if name == DEFAULT_COMMAND else f" {name}"
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    metavars = "".join(f" {p.metavar or p.name.upper()}" for p in arguments if p.name)
    yield f"### `net2fig{word}{metavars}`\n"
    yield paragraph(command.help or "")
    known = defaults(CHIP if name == "chip" else FIGURE)
    shown = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    rows = [(written_option(p), cell(p.help or ""), default(p, known)) for p in shown]
    yield table(("option", "what it does", "default"), rows)


def written_option(option: click.Option) -> str:
    """Return an option as it is typed, with what follows it."""
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    takes = "" if option.is_flag or option.count else f" {code(option.metavar or 'TEXT')}"
    return names + takes + (", may repeat" if option.multiple else "")


def default(option: click.Option, known: Mapping[str, str]) -> str:
    """Return what holds where an option is not given."""
    key = option.name or ""
    if key in known:
        return {"`true`": "on", "`false`": "off"}.get(known[key], known[key])
    value = option.default
    if value in (None, (), "") or "UNSET" in repr(value) or callable(value):
        return "off" if option.is_flag else "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`"


def defaults(scope: str = FIGURE) -> dict[str, str]:
    """Return what holds for each option where nobody sets it, by its name."""
    options = {option.name: option for option in list_options(scope)}
    page = {
        each["key"]: each["value"]
        for each in list_template_settings(str(options["template"].default))
    }
    found = {}
    for name, option in options.items():
        found[name] = value_of(page[option.template] if option.template else option.default)
        found |= {f"{name}.{key}": value_of(part["default"]) for key, part in option.parts.items()}
    return found | {"labels": "see `labels.…`"}


def grouping_section() -> Iterator[str]:
    """Yield the keys of the grouping file, those of its tables as well."""
    yield (
        "`net2fig.toml` beside the model, `[tool.net2fig]` in a `pyproject.toml` above it, or the"
        " file that `-c` names. `net2fig init --schema` puts"
        " [its schema](../grammar/schema/grouping.json) beside it, with which editors that read"
        " `#:schema` complete and check it.\n"
    )
    base = {each["key"]: value_of(each["value"]) for each in list_template_settings("base")}
    page = {f"page.{key.removeprefix('page.')}": value for key, value in base.items()}
    known = page | defaults()
    rows = [
        (f"`{key}`", allowed(schema), cell(text), known.get(key, "none"))
        for key, schema, text in keys_of(build_grouping_schema())
    ]
    yield table(("key", "value", "what it says", "default"), rows)


def figures_section() -> Iterator[str]:
    """Yield the keys of a list of figures."""
    schema = load_schema("figures")
    yield (
        "`net2fig build figures.toml` draws every `[[figure]]`. Besides what stands here, each may"
        " have all options of the grouping file; those above the first figure hold for all.\n"
    )
    own = schema["properties"]["figure"]["items"]["properties"]
    grouping = build_grouping_schema()["properties"]
    needed = schema["properties"]["figure"]["items"].get("required", ())
    rows = [
        (
            f"`{key}`",
            allowed(resolved(part, schema)),
            cell(part.get("description", "")),
            "must be given" if key in needed else "none",
        )
        for key, part in own.items()
        if key not in grouping
    ]
    yield table(("key", "value", "what it says", "default"), rows)


def template_section() -> Iterator[str]:
    """Yield the keys of a template with the values of the one that others extend."""
    yield (
        "A file that says `extends` and then only what differs; `-t FILE.toml` uses it. The"
        " defaults are those of `base`.\n"
    )
    known = {each["key"]: value_of(each["value"]) for each in list_template_settings("base")}
    rows = [
        (f"`{key}`", allowed(schema), cell(text), known.get(key, "none"))
        for key, schema, text in keys_of(load_schema("template"))
    ]
    yield table(("key", "value", "what it says", "default"), rows)


def python_section() -> Iterator[str]:
    """Yield how options are set in Python."""
    yield (
        "`net2fig.draw(model, …)`, `net2fig.compare(a, b, …)` and `net2fig.Session(model, …)` take"
        " the keys of the grouping file as keyword arguments, with the same values:"
        ' `hide=[":norm"]`, `labels={"kernel": True}`, `group=[{"name": …, "match": …}]`,'
        ' `page={"glyph": {"height": [9, 60]}}`. `config` names a grouping file.\n'
    )
    yield arguments_table(FIGURE, FigureArguments)
    yield "`net2fig.chip(models, …)` takes these, beside `names` and `config`:\n"
    yield arguments_table(CHIP, ChipArguments)


def arguments_table(scope: str, types: type) -> str:
    """Return the table of the options that a function takes."""
    known = defaults(scope)
    rows = [
        (
            f"`{each.name}`",
            code(write_type(types.__annotations__[each.name])),
            cell(each.description),
            known.get(each.name, "none"),
        )
        for each in list_options(scope)
    ]
    return table(("argument", "type", "what it says", "default"), rows)


def write_type(type: object) -> str:
    """Return the type of an argument as code."""
    return re.sub(r"\b(collections\.abc|typing)\.", "", inspect.formatannotation(type))


def keys_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Yield each key of a schema with what may stand there, the keys of tables after theirs."""

    def walk(part: Mapping[str, Any], above: str) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        for key, inner in part.get("properties", {}).items():
            inner = resolved(inner, schema)
            text = str(inner.get("description", ""))
            if text or "properties" not in inner:
                yield f"{above}{key}", inner, text
            yield from walk(inner, f"{above}{key}.")
            items = resolved(inner.get("items", {}), schema)
            yield from walk(items, f"{above}{key}[].")
            more = inner.get("additionalProperties")
            if isinstance(more, dict):
                yield from walk(resolved(more, schema), f"{above}{key}.NAME.")

    yield from walk(schema, "")


def resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a schema with what it refers to; what it says itself wins."""
    if "$ref" not in part:
        return dict(part)
    aim: Any = schema
    for word in str(part["$ref"]).removeprefix("#/").split("/"):
        aim = aim.get(word, {}) if isinstance(aim, Mapping) else {}
    return {**aim, **part}


def allowed(part: Mapping[str, Any]) -> str:
    """Return what may stand for a key."""
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        hints = [each.get("patternErrorMessage") for each in part["anyOf"]]
        hint = next((hint for hint in hints if hint), "")
        if hint:
            return cell(hint)
    if "items" in part and isinstance(part["items"], dict) and part["type"] == "array":
        return "list of tables" if part["items"].get("type") == "object" else "list"
    names = {"object": "table", "boolean": "`true`, `false`", "string": "text", "array": "list"}
    kind = part.get("type", "text")
    kinds: list[str] = kind if isinstance(kind, list) else [kind]
    return ", ".join(dict.fromkeys(names.get(one, one) for one in kinds))
