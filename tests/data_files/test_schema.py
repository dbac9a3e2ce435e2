"""The schemas, and what is said about data that does not agree with them."""

from __future__ import annotations

import tomllib
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.data.resources import data_dir
from net2fig.data.schema import find_problems, load_schema, validate
from net2fig.errors import UsageProblemsError

SCHEMAS = sorted(path.stem for path in (data_dir("grammar") / "schema").glob("*.json"))


def lines_of(text: str, schema: str = "grouping") -> list[str]:
    with pytest.raises(UsageProblemsError) as caught:
        validate(tomllib.loads(text), schema, "net2fig.toml")
    return caught.value.lines()


def test_data_that_agrees_comes_back() -> None:
    data = {"hide": [":norm"], "labels": {"features": False}}
    assert validate(data, "grouping", "net2fig.toml") is data


def test_an_unknown_key_is_reported_with_the_choices_and_a_hint() -> None:
    assert lines_of("[page]\nhieght = 3", "template") == [
        "unknown key: 'hieght' in net2fig.toml, page (one of 'aspect', 'height', 'width', 'zoom')",
        "hint: did you mean 'height'?",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[labels]\nfeatures = 0",
            "invalid value: 0 in net2fig.toml, labels.features (must be true or false)",
        ),
        ("hide = 3", "invalid value: 3 in net2fig.toml, hide (must be a list)"),
        ("width = 0", "invalid value: 0 in net2fig.toml, width (must be greater than 0)"),
        ("width = inf", "(must be a number or a length such as '3.25in', '84mm' or '234pt')"),
        ("width = []", "(must be a number or a length such as '3.25in', '84mm' or '234pt')"),
        (
            "width = '3ft'",
            (
                "invalid value: '3ft' in net2fig.toml, width"
                " (must be a length such as '3.25in', '84mm' or '234pt')"
            ),
        ),
        (
            "[[group]]\nname = 'x'",
            "missing key: 'match' in net2fig.toml, group[0]",
        ),
        (
            "[style.'a b']\nlabel = 1",
            'invalid value: 1 in net2fig.toml, style."a b".label (must be a text)',
        ),
        ("labels = 'all'", "invalid value: 'all' in net2fig.toml, labels (must be a table)"),
        ("mono = 1979-05-27", "(must be true or false)"),
    ],
)
def test_one_problem_is_one_message(text: str, expected: str) -> None:
    lines = lines_of(text)
    assert len(lines) == 1
    assert expected in lines[0]


def test_a_choice_is_suggested() -> None:
    assert lines_of("[labels]\nresolution = 'chnage'") == [
        (
            "invalid value: 'chnage' in net2fig.toml, labels.resolution"
            " (one of 'all', 'change', 'relative', 'none')"
        ),
        "hint: did you mean 'change'?",
    ]


def test_every_problem_is_reported_in_the_order_of_the_file() -> None:
    text = "widht = 1\nhide = [3]\n[labels]\nname = 'x'\n[[group]]\nname = ''"
    starts = [line.split(" in ")[0] for line in lines_of(text) if not line.startswith("hint")]
    assert starts == [
        "unknown key: 'widht'",
        "invalid value: 3",
        "invalid value: 'x'",
        "invalid value: ''",
        "missing key: 'match'",
    ]


def test_a_long_value_is_cut() -> None:
    (line,) = lines_of(f"mono = '{'x' * 5000}'")
    assert len(line) < 200


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(load_schema(name))


# The part of JSON Schema that is interpreted agrees with a library that knows all of it.

SCALARS = st.none() | st.booleans() | st.integers(-3, 12) | st.sampled_from([0.5, 2.0, -1.5])
STRINGS = st.sampled_from(["", "a", "ab", "#12ab9f", ":norm", "3.25in", "change", "Conv2D"])
KEYS = st.sampled_from(["a", "b", "name", "match", "color"])
VALUES = st.recursive(
    SCALARS | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def types() -> st.SearchStrategy[dict[str, Any]]:
    one = st.sampled_from(
        ["object", "array", "string", "boolean", "integer", "number", "null"],
    )
    return st.fixed_dictionaries({"type": one | st.lists(one, min_size=1, unique=True)})


def scalars() -> st.SearchStrategy[dict[str, Any]]:
    number = st.integers(-2, 5)
    return st.fixed_dictionaries(
        {},
        optional={
            "enum": st.lists(SCALARS | STRINGS, min_size=1, max_size=3),
            "pattern": st.sampled_from(["^a", "b$", "^#[0-9a-f]{6}$", "^:"]),
            "minimum": number,
            "maximum": number,
            "exclusiveMinimum": number,
        },
    )


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    size = st.integers(0, 3)
    table = st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(KEYS, inner, max_size=3),
            "additionalProperties": st.booleans() | inner,
            "required": st.lists(KEYS, max_size=2, unique=True),
        },
    )
    row = st.fixed_dictionaries({}, optional={"items": inner, "minItems": size, "maxItems": size})
    branches = st.lists(inner, min_size=1, max_size=3)
    choice = st.fixed_dictionaries({}, optional={"anyOf": branches, "oneOf": branches})
    return st.builds(lambda a, b, c: {**a, **b, **c}, table, row, choice)


SHAPES = st.recursive(types() | scalars(), nested, max_leaves=6)


@given(VALUES, SHAPES)
def test_random_schemas_are_judged_as_by_the_library(value: object, schema: Any) -> None:
    library = jsonschema.Draft202012Validator(schema)
    assert (not list(find_problems(value, schema, "x"))) == library.is_valid(value)


@given(st.sampled_from(SCHEMAS), st.data())
def test_random_data_is_judged_as_by_the_library(name: str, data: st.DataObject) -> None:
    schema = load_schema(name)
    keys = st.sampled_from([*schema["properties"], "other"])
    value = data.draw(st.dictionaries(keys, VALUES, max_size=4))
    library = jsonschema.Draft202012Validator(schema)
    assert (not list(find_problems(value, schema, "x"))) == library.is_valid(value)
