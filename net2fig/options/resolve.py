"""The sources of options, resolved: arguments and a grouping file → `Options`, or all problems.

Precedence: argument → grouping file → template → grammar. The first two meet here; where neither
sets an option, `options.page` takes the value of the template.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from net2fig.data.schema import bare_or_quoted, find_problems
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.options.option import Option
from net2fig.options.page import DEFAULT_TEMPLATE, find_page_problems
from net2fig.options.rows import index_options
from net2fig.options.schema import build_definitions
from net2fig.options.sources import GLYPHS, Source, load_sources
from net2fig.options.table import Options
from net2fig.options.types import Labels
from net2fig.options.values import OptionContext
from net2fig.toml import Place


class ParsedSource(Struct, frozen=True):
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
    `command` is true for options of the command, for the messages.
    Ensures: every problem of both is in one `UsageProblemsError`.
    """
    return resolve(*load_sources(source, config, arguments, command=command))


def resolve(*sources: Source | ParsedSource, template: str = DEFAULT_TEMPLATE) -> Options:
    """Return the options that some sources hold together, the first of them before the others.

    `template` is the one where none is set: texts may not be smaller than it accepts.
    """
    parsed = [each if isinstance(each, ParsedSource) else parse_source(each) for each in sources]
    errors = [error for each in parsed for error in each.problems]
    if errors:
        raise UsageProblemsError(errors)
    options = _build_options(_merge_sources(parsed))
    errors += find_page_problems(options, template, [each.source for each in parsed])
    if errors:
        raise UsageProblemsError(errors)
    return options


def parse_source(source: Source) -> ParsedSource:
    """Parse and check one source."""
    options_by_name = index_options()
    errors: list[Net2figError] = []
    invalid_keys: set[str] = set()
    for key, value in source.data.items():
        if key not in options_by_name:
            errors.append(make_unknown_key_error(source, key, sorted(options_by_name)))
            continue
        option_errors = check_option(options_by_name[key], value, source)
        errors += option_errors
        invalid_keys |= {key} if option_errors else set()
    values: dict[str, Any] = {}
    for option in options_by_name.values():
        name = option.name
        if name not in source.data or (name in invalid_keys and not option.is_tolerant):
            continue
        context = OptionContext(source, name, matches_schema=name not in invalid_keys)
        values[name] = _parse_value(option, context, source.data[name])
        errors += context.problems
    if "page" in values and not errors:
        values |= _separate_page_fields(values["page"], values)
    return ParsedSource(source, values, tuple(errors))


def _parse_value(option: Option, context: OptionContext, value: Any) -> Any:
    """Return the typed value of an option; its problems are in the context."""
    if option.parse is None:
        return value
    try:
        return option.parse(context, value)
    except UsageError as error:
        context.report(error)
        return None


PAGE_FIELD_OPTIONS = {"width": "width", "height": "height", "family": "font"}
"""The fields of a page with an option of their own, and this option."""


def _separate_page_fields(page: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page without the fields that have an option of their own, and these options.

    So the width of one source, however it is set, wins over that of the next.
    """
    separated = {
        name: page[field]
        for field, name in PAGE_FIELD_OPTIONS.items()
        if field in page and name not in values
    }
    rest = {field: value for field, value in page.items() if field not in PAGE_FIELD_OPTIONS}
    return {**separated, "page": rest}


def check_option(option: Option, value: Any, source: Source) -> list[Net2figError]:
    """Return the errors of a value against the schema of its option."""
    schema = {**option.schema, "$defs": build_definitions()}
    key = source.glyphs_key if option.name == GLYPHS else option.name
    problems = list(find_problems(value, schema, source.file, source.path + key))
    return [_hint_at_top(problem) for problem in problems]


def _hint_at_top(error: Net2figError) -> Net2figError:
    """Return an error with a hint where an option stands in a table: at the end of a file."""
    path = error.place.line_path or error.place.path if error.place else ""
    table, _, key = path.rpartition(".")
    is_misplaced = error.message.startswith("unknown key") or table.startswith("sample")
    if not (table and is_misplaced and key in index_options()) or error.hint:
        return error
    hint = f"{key!r} is an option of the file: write it above the first [table]"
    return UsageError(error.message, hint=hint, place=error.places)


def make_unknown_key_error(source: Source, key: str, keys: list[str]) -> UsageError:
    """Return the error about a key that is no option."""
    thing = "key" if source.file else "option"
    line_path = source.path + bare_or_quoted(key)
    place = Place(source.file, source.path.rstrip("."), line_path) if source.file else None
    where = f" in {place}" if place else ""
    message = f"unknown {thing}: {key!r}{where} {one_of(keys)}"
    return UsageError(message, hint=suggestion(key, keys), place=place or ())


def _merge_sources(parsed: list[ParsedSource]) -> dict[str, Any]:
    """Lay the values of each source over those of the next: the first half of the precedence."""
    merged: dict[str, Any] = {}
    options_by_name = index_options()
    for each in reversed(parsed):
        for name, value in each.values.items():
            is_table = options_by_name[name].is_table
            merged[name] = {**merged.get(name, {}), **value} if is_table else value
    return merged


def _build_options(values: dict[str, Any]) -> Options:
    """Return typed values as options."""
    values["labels"] = Labels(**values.get("labels", {}))
    values["group"] = tuple(values.get("group", {}).values())
    options_by_name = index_options()
    return Options(**{options_by_name[name].field: value for name, value in values.items()})
