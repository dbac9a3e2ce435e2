"""The options in effect, and what sets each: the data of `net2fig explain --config`.

Precedence: argument → grouping file → template → grammar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from net2fig.commands.explain.reasons import place_of
from net2fig.data.resources import data_dir
from net2fig.data.template import template_chain
from net2fig.options.option import FIGURE
from net2fig.options.page import DEFAULT_TEMPLATE
from net2fig.options.sources import Source
from net2fig.options.table import options_for
from net2fig.options.types import Options
from net2fig.toml import key_to_toml, line_of, to_toml

FREE = ("style", "group", "sample")
"""Options whose parts have names of their own."""

DEFAULT = "default"

WIDEST = 48
"""Behind a longer line, the place does not begin below the others."""

Setting = dict[str, Any]
Settings = dict[str, list[Setting]]


def settings(argued: Source, file: Source, options: Options) -> Settings:
    """Return every option, in the order of the table, and every key of the page.

    Ensures: each with its value and what sets it; a key of the page that the option `page` sets
    stands among those of the template.
    """
    by_key = {each["key"]: each for each in page_settings(options.template or DEFAULT_TEMPLATE)}
    for each in _page(argued, file):
        by_key[each["key"]] = each
    found: list[Setting] = []
    for option in options_for(FIGURE):
        if option.name == "page":
            continue
        if option.name in FREE:
            found += _free(option.name, argued, file)
        elif option.parts:
            for part, schema in option.parts.items():
                found.append(_setting(f"{option.name}.{part}", argued, file, schema["default"]))
        elif option.template:
            known = by_key[option.template]
            found.append(_setting(option.name, argued, file, known["value"], known["from"]))
        else:
            found.append(_setting(option.name, argued, file, option.default))
    return {"options": found, "template": list(by_key.values())}


def _setting(
    path: str, argued: Source, file: Source, default: Any, otherwise: str = DEFAULT
) -> Setting:
    """Return one option."""
    for source in (argued, file):
        value: Any = source.data
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            return {"key": path, "value": value, "from": place_of(source, path)}
    return {"key": path, "value": default, "from": otherwise}


def _free(name: str, argued: Source, file: Source) -> Iterator[Setting]:
    """Yield the styles, the groups or the samples; arguments win by their names."""
    seen: set[str] = set()
    for source in (argued, file):
        value = source.data.get(name, {})
        if isinstance(value, list):
            parts = [(each["name"], each, f"{name}[{n}]") for n, each in enumerate(value)]
        else:
            parts = [(key, each, f"{name}.{key_to_toml(key)}") for key, each in value.items()]
        for key, each, path in parts:
            if key not in seen:
                yield {"key": path, "value": each, "from": place_of(source, path)}
        seen.update(key for key, _, _ in parts)


def _page(argued: Source, file: Source) -> Iterator[Setting]:
    """Yield the keys of the template that the option `page` sets, the arguments last."""
    for source in (file, argued):
        for path, value in _flat(source.data.get("page", {})):
            key = path if "." in path else f"page.{path}"
            yield {"key": key, "value": value, "from": place_of(source, f"page.{path}")}


def page_settings(name: str) -> list[Setting]:
    """Return every key of a template, with the file of its chain that sets it."""
    found: dict[str, Setting] = {}
    for path, data in template_chain(name):
        text = path.read_text(encoding="utf-8")
        for key, value in _flat(data):
            line = line_of(text, key)
            where = f"{_called(path)}, line {line}"
            found.setdefault(key, {"key": key, "value": value, "from": where})
    return list(found.values())


def _called(path: Path) -> str:
    """Return the name of a file of a template: those that ship by their folder alone."""
    return f"templates/{path.name}" if path.parent == data_dir("templates") else str(path)


def _flat(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        elif key != "extends":
            yield f"{above}{key}", value


def settings_lines(found: Settings) -> Iterator[str]:
    """Yield settings as lines: key = value, and behind it what sets it."""
    for title, part in found.items():
        pairs = [f"{each['key']} = {_value(each['value'])}" for each in part]
        wide = min(max(map(len, pairs)), WIDEST)
        rows = [f"{pair:{wide}}  # {each['from']}" for pair, each in zip(pairs, part, strict=True)]
        yield from ("", title, *rows) if title != next(iter(found)) else (title, *rows)


def _value(value: Any) -> str:
    return "none" if value is None else to_toml(value)
