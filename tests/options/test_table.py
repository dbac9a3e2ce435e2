"""The table of options, and that all that is made from it or written beside it agrees with it."""

import inspect
import json
from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

import click
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import asdict

import net2fig
from net2fig.chips.options import resolve_chip_options
from net2fig.cli import commands
from net2fig.commands.completion import FILE, VALUES
from net2fig.data.schema import find_problems, load_schema
from net2fig.data.template import FIELDS
from net2fig.options.arguments import FigureArguments
from net2fig.options.chip_table import SHARED_AS, ChipArguments, OwnChipOptions
from net2fig.options.option import BOOLEAN, CHIP, FIGURE, MODEL, PAGE, Option
from net2fig.options.rows import OPTIONS, index_options, list_names, list_options, list_rows
from net2fig.options.schema import build_definitions, build_grouping_schema, write_schema
from net2fig.options.signature import takes_options
from net2fig.options.table import Options
from net2fig.options.types import Labels
from tests.conftest import ROOT

SCOPES = (FIGURE, CHIP)
ENTRIES = {
    "draw": (net2fig.draw, FIGURE, FigureArguments),
    "compare": (net2fig.compare, FIGURE, FigureArguments),
    "chip": (net2fig.chip, CHIP, ChipArguments),
    "session": (net2fig.Session.draw, FIGURE, FigureArguments),
}
COMMANDS = {"draw": FIGURE, "explain": FIGURE, "init": FIGURE, "chip": CHIP, "compare": FIGURE}


@pytest.mark.parametrize(("scope", "types"), [(FIGURE, FigureArguments), (CHIP, ChipArguments)])
def test_every_option_has_one_type_in_python(scope: str, types: type) -> None:
    assert set(types.__annotations__) == {option.name for option in list_options(scope)}
    for name, each in types.__annotations__.items():
        assert type(None) in each.__args__, f"{name} cannot be left open"


@pytest.mark.parametrize(("function", "scope", "types"), ENTRIES.values(), ids=ENTRIES)
def test_a_signature_shows_the_options_of_the_table(function: Any, scope: str, types: type) -> None:
    parameters = inspect.signature(function).parameters.values()
    shown = [each for each in parameters if each.name in types.__annotations__]
    assert [each.name for each in shown] == [option.name for option in list_options(scope)]
    for each in shown:
        assert each.annotation == types.__annotations__[each.name]
        assert (each.default, each.kind) == (None, each.KEYWORD_ONLY)
    assert all(each.kind is not each.VAR_KEYWORD for each in parameters)


def test_a_type_checker_sees_the_options() -> None:
    """The declared signature names the `TypedDict` that the shown one is made from."""
    for function, _, types in ENTRIES.values():
        assert f"Unpack[{types.__name__}]" in function.__annotations__.values()


def test_a_type_without_a_row_is_an_error() -> None:
    with pytest.raises(KeyError, match="template"):
        takes_options(FIGURE, TypedDict("NoTypes", {}))(lambda **options: options)


def test_a_row_has_the_names_and_the_default_of_its_field() -> None:
    class Table(Struct):
        width: Annotated[float, Option("Wide.", BOOLEAN)] = 2.5
        looks: Annotated[Mapping[str, str], Option("Looks.", BOOLEAN, name="look")] = {}
        page: Annotated[str | None, Option("Page.", BOOLEAN, default="base")] = None

    rows = list_rows(Table)
    assert [(row.name, row.field, row.default) for row in rows] == [
        ("width", "width", 2.5), ("look", "looks", None), ("page", "page", "base"),
    ]  # fmt: skip


def test_where_a_template_decides_nothing_is_set() -> None:
    values = asdict(Options())
    for option in OPTIONS:
        assert not option.template or values[option.field] is None
    parts = {key: part["default"] for key, part in index_options()["labels"].parts.items()}
    assert asdict(Labels()) == parts


def test_chips_have_the_defaults_of_the_table() -> None:
    options = resolve_chip_options({})
    for option in list_options(CHIP):
        if option.role not in (MODEL, PAGE):
            assert getattr(options, option.name) in (option.default, ())
    assert options.page.id == "snac"


def test_the_schema_that_ships_is_made_from_the_table() -> None:
    path = ROOT / "grammar" / "schema" / "grouping.json"
    assert path.read_text(encoding="utf-8") == write_schema(), "make accept"
    assert load_schema("grouping") == build_grouping_schema()
    assert list(build_grouping_schema()["properties"]) == [option.name for option in OPTIONS]


@pytest.mark.parametrize("scope", SCOPES)
def test_every_row_is_complete(scope: str) -> None:
    options = list_options(scope)
    names = [option.name for option in options]
    assert len(names) == len(set(names))
    for option in options:
        jsonschema.Draft202012Validator.check_schema(option.full_schema)
        assert option.description.endswith(".")
        assert bool(option.flags) == bool(option.help)
        assert set(option.values) <= {FILE, *VALUES}
        assert not option.template or option.template in FIELDS


@pytest.mark.parametrize(("name", "scope"), COMMANDS.items())
def test_a_command_takes_the_options_of_the_table(name: str, scope: str) -> None:
    with click.Context(commands) as context:
        command = commands.get_command(context, name)
    assert command is not None
    options = {param.name: param for param in command.params if isinstance(param, click.Option)}
    for option in list_options(scope):
        if option.flags:
            parameter = options[option.name]
            flags = [*parameter.opts, *parameter.secondary_opts]
            assert flags == [word for flag in option.flags for word in flag.split("/")]
            assert (parameter.help, parameter.default) == (
                option.help,
                options[option.name].default,
            )
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
def test_a_row_accepts_the_same_values_as_jsonschema(option: Option, value: object) -> None:
    schema = {**option.schema, "$defs": build_definitions()}
    library = jsonschema.Draft202012Validator(schema)
    assert (not list(find_problems(value, schema, "x"))) == library.is_valid(value)


def test_the_schema_is_valid_json() -> None:
    assert json.loads(write_schema())["title"] == "A grouping file of net2fig"


def test_options_that_chips_change_keep_their_place() -> None:
    names = [option.name for option in list_options(CHIP)]
    shared = [option.name for option in OPTIONS if option.name in names]
    assert names[: len(shared)] == shared
    texts = {option.name: option.description for option in list_options(CHIP)}
    changed = {option.name for option in OPTIONS if texts.get(option.name) != option.description}
    assert changed & set(names) == {*SHARED_AS, "detail"}
    assert "detail" in OwnChipOptions.__struct_fields__
