"""The sources of options, resolved: arguments and a grouping file → `Options`, or all problems.

Precedence: argument → grouping file → template → grammar. The first two meet here, in `_merged`;
where both are silent an option is None, and `options.page` takes what the template holds.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from net2fig.data.schema import find_problems
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.options.option import Option
from net2fig.options.page import DEFAULT_TEMPLATE, page_problems
from net2fig.options.schema import definitions
from net2fig.options.sources import Source, sources
from net2fig.options.table import by_name
from net2fig.options.types import Labels, Options
from net2fig.options.values import TOLERANT, Spot, parse_value

TABLES = frozenset({"labels", "page", "style", "group", "sample"})
"""Options that are tables: here an argument wins key by key, a group by its name."""


class Parsed(Struct, frozen=True):
    """The typed values of one source, by the names of the options, and its problems."""

    source: Source
    values: Mapping[str, Any]
    problems: tuple[Net2figError, ...]


def load_options(
    source: object,
    config: str | os.PathLike[str] | None,
    arguments: Mapping[str, Any],
    *,
    command: bool = False,
) -> Options:
    """Return the options for drawing a source.

    Requires: `arguments` have the names and the values of the grouping file; None is not set.
    `command` is true where they were options of the command, for the messages.
    Ensures: every problem of both is in one `UsageProblemsError`.
    """
    return resolve(*sources(source, config, arguments, command=command))


def resolve(*found: Source | Parsed, template: str = DEFAULT_TEMPLATE) -> Options:
    """Return the options that some sources hold together, the first of them before the others.

    `template` is the one where none is set: texts may not be smaller than it accepts.
    """
    parsed = [each if isinstance(each, Parsed) else parse_source(each) for each in found]
    wrong = [error for each in parsed for error in each.problems]
    if wrong:
        raise UsageProblemsError(wrong)
    options = _options(_merged(parsed))
    wrong += page_problems(options, template, [each.source for each in parsed])
    if wrong:
        raise UsageProblemsError(wrong)
    return options


def parse_source(source: Source) -> Parsed:
    """Return what one source holds, checked and parsed."""
    known = by_name()
    wrong: list[Net2figError] = []
    unsound: set[str] = set()
    for key, value in source.data.items():
        if key not in known:
            wrong.append(_unknown_key(source, key, sorted(known)))
            continue
        found = option_problems(known[key], value, source)
        wrong += found
        unsound |= {key} if found else set()
    values: dict[str, Any] = {}
    for option in known.values():
        name = option.name
        if name not in source.data or (name in unsound and name not in TOLERANT):
            continue
        spot = Spot(source, name, agrees=name not in unsound)
        values[name] = parse_value(spot, source.data[name])
        wrong += spot.problems
    if "page" in values and not wrong:
        values |= _above(values["page"], values)
    return Parsed(source, values, tuple(wrong))


ABOVE_THE_PAGE = {"width": "width", "height": "height", "family": "font"}
"""The fields of a page for which there is an option of its own, and that option."""


def _above(page: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page without what has an option of its own, and these options.

    So the width of one source, however it is set, wins over that of the next.
    """
    moved = {
        name: page[field]
        for field, name in ABOVE_THE_PAGE.items()
        if field in page and name not in values
    }
    kept = {field: value for field, value in page.items() if field not in ABOVE_THE_PAGE}
    return {**moved, "page": kept}


def option_problems(option: Option, value: Any, source: Source) -> list[Net2figError]:
    """Return in what a value disagrees with the schema of its option."""
    schema = {**option.schema, "$defs": definitions()}
    return list(find_problems(value, schema, source.file, source.path + option.name))


def _unknown_key(source: Source, key: str, known: list[str]) -> UsageError:
    """Return the error about a key that is no option."""
    thing = "key" if source.file else "option"
    place = f" in {str(source.place('')).rstrip('.')}" if source.file else ""
    message = f"unknown {thing}: {key!r}{place} {one_of(known)}"
    return UsageError(message, hint=suggestion(key, known))


def _merged(parsed: list[Parsed]) -> dict[str, Any]:
    """Lay the values of each source over those of the next: the first half of the precedence."""
    merged: dict[str, Any] = {}
    for each in reversed(parsed):
        for name, value in each.values.items():
            merged[name] = {**merged.get(name, {}), **value} if name in TABLES else value
    return merged


def _options(values: dict[str, Any]) -> Options:
    """Return typed values as options."""
    values["labels"] = Labels(**values.get("labels", {}))
    values["group"] = tuple(values.get("group", {}).values())
    known = by_name()
    return Options(**{known[name].key: value for name, value in values.items()})
