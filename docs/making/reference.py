"""Pages that are made from the code: every option with its default, the templates, the API.

Ensures: `generated` returns the text of each such page; what the code has is on it.
"""

from __future__ import annotations

import dataclasses
import html
import inspect
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

import net2fig
from making.run import DOCS
from net2fig.cli import DEFAULT_COMMAND, commands
from net2fig.commands.settings import page_settings, settings
from net2fig.config import sources
from net2fig.options import Options
from net2fig.schema import load_schema
from net2fig.template import load_template, template_names

MADE = "<!-- Made by `python docs/build.py --accept`: do not edit. -->\n"
POINTS_PER_INCH = 72
LONGEST = 70
"""A signature of more characters stands in several lines."""

Row = tuple[str, ...]


def generated() -> dict[Path, str]:
    """Return the pages that are made from the code, by their path."""
    return {
        DOCS / "options.md": options_page(),
        DOCS / "templates.md": templates_page(),
        DOCS / "api.md": api_page(),
    }


# Options


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
    known = chip_defaults() if name == "chip" else defaults()
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
    key = {"groups": "group", "samples": "sample"}.get(option.name or "", option.name or "")
    if key in known:
        return {"`true`": "on", "`false`": "off"}.get(known[key], known[key])
    value = option.default
    if value in (None, (), "") or "UNSET" in repr(value) or callable(value):
        return "off" if option.is_flag else "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`"


def defaults() -> dict[str, str]:
    """Return what holds for each key of the grouping file where nobody says it."""
    argued, file = sources(None, None, {})
    found = settings(argued, file, Options())["options"]
    return {each["key"]: value_of(each["value"]) for each in found} | {"labels": "see `labels.…`"}


def chip_defaults() -> dict[str, str]:
    """Return what holds for chips where nobody says it."""
    from net2fig.chips import ChipOptions
    from net2fig.chips.draw import TEMPLATE

    asked = ChipOptions(template=TEMPLATE, width=None)
    found = {each.name: getattr(asked, each.name) for each in dataclasses.fields(ChipOptions)}
    page = {each["key"]: each["value"] for each in page_settings(TEMPLATE)}
    shown = {key: page[f"show.{key}"] for key in ("palette", "mono", "legend")}
    more = {
        "width": page["page.width"],
        "timeout": int(Options().timeout),
        "reader": Options().reader,
    }
    return {key: value_of(value) for key, value in (found | shown | more).items()}


def grouping_section() -> Iterator[str]:
    """Yield the keys of the grouping file, those of its tables as well."""
    yield (
        "`net2fig.toml` beside the model, `[tool.net2fig]` in a `pyproject.toml` above it, or the"
        " file that `-c` names. Editors that read `#:schema` complete it with"
        " [its schema](../grammar/schema/grouping.json).\n"
    )
    known = defaults()
    rows = [
        (f"`{key}`", allowed(schema), cell(text), known.get(key, "none"))
        for key, schema, text in keys_of(load_schema("grouping"))
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
    grouping = load_schema("grouping")["properties"]
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
    known = {each["key"]: value_of(each["value"]) for each in page_settings("base")}
    rows = [
        (f"`{key}`", allowed(schema), cell(text), known.get(key, "none"))
        for key, schema, text in keys_of(load_schema("template"))
    ]
    yield table(("key", "value", "what it says", "default"), rows)


def python_section() -> Iterator[str]:
    """Yield how options are given in Python."""
    from net2fig.chips import ChipOptions

    yield (
        "`net2fig.draw(model, …)` takes the keys of the grouping file as keyword arguments, with"
        ' the same values: `hide=[":norm"]`, `labels={"kernel": True}`, `group=[{"name": …,'
        ' "match": …}]`; `config` names a grouping file. `net2fig.chip(models, …)` takes'
        " these:\n"
    )
    rows = []
    for each in dataclasses.fields(ChipOptions):
        value = each.default
        if value is dataclasses.MISSING and each.default_factory is not dataclasses.MISSING:
            value = each.default_factory()
        rows.append((f"`{each.name}`", code(str(each.type)), value_of(value)))
    yield table(("argument", "type", "default"), rows)


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
    kinds = kind if isinstance(kind, list) else [kind]
    return ", ".join(dict.fromkeys(names.get(one, one) for one in kinds))


# Templates


def templates_page() -> str:
    """Return the page of all templates, each with a figure at true size."""
    parts = [
        MADE,
        "# Every template, at true size\n",
        (
            "A template is a page: how wide a figure may be there, and how small its text. The"
            " same network stands below on each of them, as large as on paper (on a screen that"
            " says its resolution truly). No figure is scaled: what has no room is told with less"
            " detail or in rows.\n"
        ),
        table(
            ("template", "page", "width", "smallest text"),
            [
                (
                    f"[`{name}`](#{name})",
                    load_template(name).label,
                    f"{inches(load_template(name).width)} in",
                    f"{load_template(name).minimum:g} pt",
                )
                for name in template_names()
            ],
        ),
        (
            "A page of your own is a file that says what differs; see"
            " [the keys](options.md#a-template).\n"
        ),
        "<!-- file: thesis.toml -->",
        '```toml title="thesis.toml"',
        'extends = "base"',
        'label = "Our thesis"',
        "",
        "[page]",
        'width = "150mm"',
        "",
        "[text]",
        'family = "serif"',
        "```\n",
        "```sh",
        "net2fig model.py -t thesis.toml -o template-own.svg",
        "```\n",
        "![The network, 150 mm wide, in a serif face](pictures/template-own.svg){ .true-size }\n",
    ]
    for name in template_names():
        template = load_template(name)
        parts += [
            f"## {name}\n",
            (
                f"{template.label}: {inches(template.width)} in wide, text from"
                f" {template.minimum:g} pt.\n"
            ),
            "```sh",
            f"net2fig model.py -t {name} -o template-{name}.svg",
            "```\n",
            f"![The network on the page of {name}](pictures/template-{name}.svg){{ .true-size }}\n",
        ]
    return "\n".join(parts)


def inches(points: float) -> str:
    """Return a length in inches."""
    return f"{points / POINTS_PER_INCH:.3f}".rstrip("0").rstrip(".")


# The API


def api_page() -> str:
    """Return the page of what may be used from Python."""
    parts = [
        MADE,
        "# From Python\n",
        paragraph(inspect.getdoc(net2fig) or ""),
        '<!-- python: model = "model.py" -->',
        "```python",
        "import net2fig",
        "",
        'figure = net2fig.draw(model, template="cvpr", hide=[":norm"])',
        'figure.save("fig.pdf", "fig.svg")',
        "```\n",
        (
            "`model` is a Keras model in memory, the path of a file, or a `Network`. A figure shows"
            " itself in a notebook.\n"
        ),
    ]
    for name in sorted(net2fig.__all__, key=str.lower):
        parts += described(name, getattr(net2fig, name))
    return "\n".join(parts)


def described(name: str, thing: Any) -> Iterator[str]:
    """Yield what the page says of one public name."""
    yield f"## {name}\n"
    if inspect.isclass(thing):
        yield from described_class(thing)
    elif callable(thing):
        yield signature(f"net2fig.{name}", thing)
        yield paragraph(inspect.getdoc(thing) or "")
    else:
        yield f"`net2fig.{name}`: {type(thing).__name__}, `{thing!r}`.\n"


def described_class(thing: type) -> Iterator[str]:
    """Yield what the page says of a class: its text, its fields, its properties and methods."""
    yield paragraph(inspect.getdoc(thing) or "")
    if dataclasses.is_dataclass(thing):
        rows = [
            (f"`{each.name}`", code(str(each.type)))
            for each in dataclasses.fields(thing)
            if not each.name.startswith("_")
        ]
        yield table(("field", "type"), rows)
    for name, member in vars(thing).items():
        text = inspect.getdoc(member) or ""
        if name.startswith("_") or not text:
            continue
        if isinstance(member, property):
            yield f"### {thing.__name__}.{name}\n"
            yield paragraph(text)
        elif inspect.isfunction(member):
            yield f"### {thing.__name__}.{name}()\n"
            yield signature(f"{thing.__name__}.{name}", member)
            yield paragraph(text)


def signature(name: str, thing: Any) -> str:
    """Return a signature as a block that nobody runs."""
    said = inspect.signature(thing)
    first, *rest = [*said.parameters.values()] or [None]
    kept = rest if first is not None and first.name == "self" else [*said.parameters.values()]
    said = said.replace(parameters=kept)
    text = f"{name}{said}".replace("'", "")
    if len(text) > LONGEST:
        inside = ",\n    ".join(str(each).replace("'", "") for each in kept)
        stars = any(each.kind is each.KEYWORD_ONLY for each in kept)
        text = f"{name}(\n    {inside},\n)" if not stars else text
    return f"```text\n{text}\n```\n"


# Markdown


def paragraph(text: str) -> str:
    """Return a docstring as paragraphs; examples stand in blocks of their own."""
    lines = []
    for part in textwrap.dedent(text).strip().split("\n\n"):
        if part.startswith(">>>"):
            lines.append(f"```text\n{part}\n```")
        else:
            lines.append(" ".join(part.split()))
    return "\n\n".join(lines) + "\n"


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table."""
    lines = [f"| {' | '.join(row)} |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines) + "\n"


def value_of(value: Any) -> str:
    """Return a default as it would be written."""
    if value is None or value in ((), {}, [], ""):
        return "none"
    if isinstance(value, tuple):
        value = list(value)
    try:
        return f"`{json.dumps(value, ensure_ascii=False)}`"
    except TypeError:
        return f"`{cell(str(value))}`"


def code(text: str) -> str:
    """Return a code span; in a table, a bar in one is written otherwise."""
    if "|" not in text:
        return f"`{text}`"
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>"


def cell(text: str) -> str:
    """Return a text for a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()
