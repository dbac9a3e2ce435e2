"""The options in effect, and who says each: the data of `net2fig explain --config`.

Precedence: argument → grouping file → template → grammar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from net2fig.commands.explain.reasons import place_of
from net2fig.commands.toml import key_written, line_of, written
from net2fig.data.resources import data_dir
from net2fig.data.schema import load_schema
from net2fig.data.template import template_chain
from net2fig.figure import DEFAULT_TEMPLATE
from net2fig.options.resolve import TABLES, Said
from net2fig.options.types import Options

OF_THE_TEMPLATE = {
    "width": "page.width",
    "height": "page.height",
    "palette": "show.palette",
    "font": "text.family",
    "mono": "show.mono",
    "legend": "show.legend",
    "placeholders": "show.placeholders",
}
"""The options that a template decides where nobody else does, and its own keys for them."""

FREE = ("style", "group", "sample")
"""Options whose parts have names of their own."""

DEFAULT = "default"

WIDEST = 48
"""Behind a longer line, who says so does not begin below the others."""

Setting = dict[str, Any]
Settings = dict[str, list[Setting]]


def settings(argued: Said, file: Said, options: Options) -> Settings:
    """Return every option, in the order of the schema, and every key of the template.

    Ensures: each with its value and who says it.
    """
    page = page_settings(options.template or DEFAULT_TEMPLATE)
    by_key = {setting["key"]: setting for setting in page}
    found: list[Setting] = []
    for key, schema in load_schema("grouping")["properties"].items():
        if key in FREE:
            found += _free(key, argued, file)
        elif key in TABLES:
            for part, inner in schema["properties"].items():
                found.append(_setting(f"{key}.{part}", argued, file, inner.get("default")))
        elif key in OF_THE_TEMPLATE:
            said = by_key[OF_THE_TEMPLATE[key]]
            found.append(_setting(key, argued, file, said["value"], said["from"]))
        else:
            default = DEFAULT_TEMPLATE if key == "template" else schema.get("default")
            found.append(_setting(key, argued, file, default))
    return {"options": found, "template": page}


def _setting(
    path: str, argued: Said, file: Said, default: Any, otherwise: str = DEFAULT
) -> Setting:
    """Return one option."""
    for who in (argued, file):
        value: Any = who.data
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            return {"key": path, "value": value, "from": place_of(who, path)}
    return {"key": path, "value": default, "from": otherwise}


def _free(key: str, argued: Said, file: Said) -> Iterator[Setting]:
    """Yield the styles, the groups or the samples; those that were argued win by their names."""
    seen: set[str] = set()
    for who in (argued, file):
        said = who.data.get(key, {})
        parts = (
            [(fields["name"], fields, f"{key}[{n}]") for n, fields in enumerate(said)]
            if isinstance(said, list)
            else [(name, fields, f"{key}.{key_written(name)}") for name, fields in said.items()]
        )
        for name, fields, path in parts:
            if name not in seen:
                yield {"key": path, "value": fields, "from": place_of(who, path)}
        seen.update(name for name, _, _ in parts)


def page_settings(name: str) -> list[Setting]:
    """Return every key of a template, with the file of its chain that says it."""
    found: dict[str, Setting] = {}
    for path, data in template_chain(name):
        text = path.read_text(encoding="utf-8")
        for key, value in _flat(data):
            line = line_of(text, key)
            where = f"{_called(path)}, line {line}"
            found.setdefault(key, {"key": key, "value": value, "from": where})
    return list(found.values())


def _called(path: Path) -> str:
    """Return how a file of a template is called: those that ship by their folder alone."""
    return f"templates/{path.name}" if path.parent == data_dir("templates") else str(path)


def _flat(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        elif key != "extends":
            yield f"{above}{key}", value


def settings_lines(found: Settings) -> Iterator[str]:
    """Yield settings as lines: key = value, and behind it who says so."""
    for title, part in found.items():
        pairs = [f"{each['key']} = {_value(each['value'])}" for each in part]
        wide = min(max(map(len, pairs)), WIDEST)
        rows = [f"{pair:{wide}}  # {each['from']}" for pair, each in zip(pairs, part, strict=True)]
        yield from ("", title, *rows) if title != next(iter(found)) else (title, *rows)


def _value(value: Any) -> str:
    return "none" if value is None else written(value)
