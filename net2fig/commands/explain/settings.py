"""The options in effect, and what sets each: the data of `net2fig explain --config`.

Precedence: argument → grouping file → template → grammar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from net2fig.commands.explain.reasons import format_place
from net2fig.data.resources import data_dir
from net2fig.data.template import template_chain
from net2fig.options.option import FIGURE
from net2fig.options.page import DEFAULT_TEMPLATE
from net2fig.options.rows import list_options
from net2fig.options.sources import Source
from net2fig.options.table import Options
from net2fig.toml import key_to_toml, line_of, to_toml

NAMED_PARTS = ("style", "group", "sample")
"""Options whose parts have names of their own."""

DEFAULT = "default"

MAX_WIDTH = 48
"""Behind a longer line, the place does not begin below the others."""

Setting = dict[str, Any]
Settings = dict[str, list[Setting]]


def list_settings(arguments: Source, file: Source, options: Options) -> Settings:
    """Return every option, in the order of the table, and every key of the page.

    Ensures: each with its value and what sets it; a key of the page that the option `page` sets
    is among those of the template.
    """
    by_key = {
        each["key"]: each for each in list_template_settings(options.template or DEFAULT_TEMPLATE)
    }
    for each in _list_page_settings(arguments, file):
        by_key[each["key"]] = each
    option_settings: list[Setting] = []
    for option in list_options(FIGURE):
        if option.name == "page":
            continue
        if option.name in NAMED_PARTS:
            option_settings += _list_named_parts(option.name, arguments, file)
        elif option.parts:
            for part, schema in option.parts.items():
                option_settings.append(
                    _find_setting(f"{option.name}.{part}", arguments, file, schema["default"])
                )
        elif option.template:
            template_setting = by_key[option.template]
            option_settings.append(
                _find_setting(
                    option.name,
                    arguments,
                    file,
                    template_setting["value"],
                    template_setting["from"],
                )
            )
        else:
            option_settings.append(_find_setting(option.name, arguments, file, option.default))
    return {"options": option_settings, "template": list(by_key.values())}


def _find_setting(
    path: str, arguments: Source, file: Source, default: Any, otherwise: str = DEFAULT
) -> Setting:
    """Return one option."""
    for source in (arguments, file):
        value: Any = source.data
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            return {"key": path, "value": value, "from": format_place(source, path)}
    return {"key": path, "value": default, "from": otherwise}


def _list_named_parts(name: str, arguments: Source, file: Source) -> Iterator[Setting]:
    """Yield the styles, the groups or the samples; arguments win by their names."""
    used_names: set[str] = set()
    for source in (arguments, file):
        value = source.data.get(name, {})
        if isinstance(value, list):
            parts = [(each["name"], each, f"{name}[{n}]") for n, each in enumerate(value)]
        else:
            parts = [(key, each, f"{name}.{key_to_toml(key)}") for key, each in value.items()]
        for key, each, path in parts:
            if key not in used_names:
                yield {"key": path, "value": each, "from": format_place(source, path)}
        used_names.update(key for key, _, _ in parts)


def _list_page_settings(arguments: Source, file: Source) -> Iterator[Setting]:
    """Yield the keys of the template that the option `page` sets, the arguments last."""
    for source in (file, arguments):
        for path, value in _flatten(source.data.get("page", {})):
            key = path if "." in path else f"page.{path}"
            yield {"key": key, "value": value, "from": format_place(source, f"page.{path}")}


def list_template_settings(name: str) -> list[Setting]:
    """Return every key of a template, with the file of its chain that sets it."""
    settings_by_key: dict[str, Setting] = {}
    for path, data in template_chain(name):
        text = path.read_text(encoding="utf-8")
        for key, value in _flatten(data):
            line = line_of(text, key)
            where = f"{_name_template(path)}, line {line}"
            settings_by_key.setdefault(key, {"key": key, "value": value, "from": where})
    return list(settings_by_key.values())


def _name_template(path: Path) -> str:
    """Return the name of a file of a template: those that ship by their folder alone."""
    return f"templates/{path.name}" if path.parent == data_dir("templates") else str(path)


def _flatten(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{above}{key}.")
        elif key != "extends":
            yield f"{above}{key}", value


def write_settings(setting_lists: Settings) -> Iterator[str]:
    """Yield settings as lines: key = value, and behind it what sets it."""
    for title, part in setting_lists.items():
        pairs = [f"{each['key']} = {_format_value(each['value'])}" for each in part]
        wide = min(max(map(len, pairs)), MAX_WIDTH)
        rows = [f"{pair:{wide}}  # {each['from']}" for pair, each in zip(pairs, part, strict=True)]
        yield from ("", title, *rows) if title != next(iter(setting_lists)) else (title, *rows)


def _format_value(value: Any) -> str:
    return "none" if value is None else to_toml(value)
