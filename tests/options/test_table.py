"""The table of options, and that all that is made from it or written beside it agrees with it."""

from __future__ import annotations

import inspect
import json
from typing import Any

import click
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

import net2fig
from net2fig.chips.options import ChipOptions, resolve_chip_options
from net2fig.cli import commands
from net2fig.commands.completion import FILE, VALUES
from net2fig.data.schema import find_problems, load_schema
from net2fig.data.template import FIELDS
from net2fig.options.generate import SIGNATURES, replace_signature, write_schema
from net2fig.options.option import CHIP, COMPARISON, FIGURE, MODEL, PAGE, Option
from net2fig.options.schema import build_definitions, build_grouping_schema
from net2fig.options.table import OPTIONS, index_options, list_names, list_options
from net2fig.options.types import Labels, Options
from net2fig.options.values import PARSERS
from tests.conftest import ROOT

SCOPES = (FIGURE, COMPARISON, CHIP)
ENTRIES = {
    FIGURE: (net2fig.draw, {"source", "config"}),
    COMPARISON: (net2fig.compare, {"first", "second", "names", "config"}),
    CHIP: (net2fig.chip, {"models", "names", "config"}),
}
COMMANDS = {"draw": FIGURE, "explain": FIGURE, "init": FIGURE, "chip": CHIP, "compare": COMPARISON}


def differences(function: Any, own: set[str], options: tuple[Option, ...]) -> list[str]:
    """Return in what a signature differs from the rows of a table."""
    found = inspect.signature(function).parameters
    wanted = {option.name: option for option in options}
    wrong = [f"{name}: only one has it" for name in (set(found) - own) ^ set(wanted)]
    for name in set(found) & set(wanted):
        parameter, option = found[name], wanted[name]
        default = None if "None" in option.type else option.default
        if parameter.annotation != option.type:
            wrong.append(f"{name}: {parameter.annotation} is not {option.type}")
        if parameter.default != default or parameter.kind is not parameter.KEYWORD_ONLY:
            wrong.append(f"{name}: {parameter}")
    return wrong


@pytest.mark.parametrize("scope", SCOPES)
def test_a_signature_has_the_options_of_the_table(scope: str) -> None:
    function, own = ENTRIES[scope]
    assert differences(function, own, list_options(scope)) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_signature_is_written_from_the_table(scope: str) -> None:
    text = (ROOT / "net2fig" / SIGNATURES[scope]).read_text(encoding="utf-8")
    assert replace_signature(text, scope) == text, "python -m net2fig.options.generate"
    width = "    width: float | str | None = None,\n"
    assert replace_signature(text.replace(width, ""), scope) == text
    assert text.count(width) == 1


def test_a_signature_that_differs_would_be_seen() -> None:
    def wrong(
        source: Any, *, template: int | None = None, width: Any = 3, more: bool = False
    ) -> None: ...

    found = differences(wrong, {"source"}, list_options(FIGURE)[:3])
    assert sorted(each.split(":")[0] for each in found) == [
        "height", "more", "template", "width", "width",
    ]  # fmt: skip


def test_the_values_have_the_fields_and_defaults_of_the_table() -> None:
    known = {option.key: option for option in OPTIONS}
    values = asdict(Options())
    assert set(values) == set(known)
    for key, value in values.items():
        option = known[key]
        if option.template or key == "template":
            assert value is None
        elif key not in ("labels", "hide"):
            assert value == option.default or not (value or option.default), key
    parts = {key: part["default"] for key, part in index_options()["labels"].parts.items()}
    assert asdict(Labels()) == parts


def test_chips_have_the_fields_and_defaults_of_the_table() -> None:
    options = resolve_chip_options({})
    own = [each for each in list_options(CHIP) if each.role not in (MODEL, PAGE)]
    assert {each.name for each in own} <= set(ChipOptions.__struct_fields__)
    for option in own:
        assert getattr(options, option.name) == option.default
    assert options.page.id == "snac"


def test_the_schema_that_ships_is_made_from_the_table() -> None:
    path = ROOT / "grammar" / "schema" / "grouping.json"
    hint = "python -m net2fig.options.generate"
    assert path.read_text(encoding="utf-8") == write_schema(), hint
    assert load_schema("grouping") == build_grouping_schema()
    assert list(build_grouping_schema()["properties"]) == [option.name for option in OPTIONS]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_row_is_whole(scope: str) -> None:
    options = list_options(scope)
    names = [option.name for option in options]
    assert len(names) == len(set(names))
    for option in options:
        jsonschema.Draft202012Validator.check_schema(option.full_schema)
        assert option.description.endswith(".")
        assert bool(option.flags) == bool(option.help)
        assert set(option.values) <= {FILE, *VALUES}
        assert not option.template or option.template in FIELDS


def test_every_parser_is_for_an_option() -> None:
    assert set(PARSERS) <= set(index_options())


@pytest.mark.parametrize(("name", "scope"), COMMANDS.items())
def test_a_command_takes_what_the_table_has(name: str, scope: str) -> None:
    with click.Context(commands) as context:
        command = commands.get_command(context, name)
    assert command is not None
    options = {param.name: param for param in command.params if isinstance(param, click.Option)}
    for option in list_options(scope):
        if option.flags:
            found = options[option.name]
            flags = [*found.opts, *found.secondary_opts]
            assert flags == [word for flag in option.flags for word in flag.split("/")]
            assert (found.help, found.default) == (option.help, options[option.name].default)
        else:
            assert option.name not in options


def test_options_of_each_model_are_options_of_figures() -> None:
    assert set(list_names(MODEL)) <= set(index_options())


VALUES_OF = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 90)
    | st.sampled_from(["", "a", "3in", ":norm", "#"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["glyph", "height", "name", "match"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(OPTIONS), VALUES_OF)
def test_a_row_is_judged_as_by_the_library(option: Option, value: object) -> None:
    schema = {**option.schema, "$defs": build_definitions()}
    library = jsonschema.Draft202012Validator(schema)
    assert (not list(find_problems(value, schema, "x"))) == library.is_valid(value)


def test_the_schema_is_valid_json() -> None:
    assert json.loads(write_schema())["title"] == "A grouping file of net2fig"


def test_what_chips_change_stands_in_its_place() -> None:
    names = [option.name for option in list_options(CHIP)]
    shared = [option.name for option in OPTIONS if option.name in names]
    assert names[: len(shared)] == shared
    assert {each.name for each in list_options(CHIP) if each.scopes == (CHIP,)} > {"mono", "title"}
