"""What is said of inputs: texts, numbers, lists and tables."""

from __future__ import annotations

import pytest

from net2fig.errors import UsageError
from net2fig.options.input_shapes import InputShape, parse_input_shapes
from net2fig.options.resolve import load_options
from net2fig.toml import Place

IMAGE = (224, 224, 3)
HERE = Place("", "here")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ("224x224x3", [(None, IMAGE)]),
        ("224×224×3", [(None, IMAGE)]),
        ("(224, 224, 3)", [(None, IMAGE)]),
        ("128,", [(None, (128,))]),
        ("?xNonex3", [(None, (None, None, 3))]),
        (" image = 224x224x3 ", [("image", IMAGE)]),
        (100, [(None, (100,))]),
        ([224, 224, 3], [(None, IMAGE)]),
        ((None, 3), [(None, (None, 3))]),
        ([(None, 3), (8,)], [(None, (None, 3)), (None, (8,))]),
        (["a=8", "16"], [("a", (8,)), (None, (16,))]),
        ({"a": "8x8", "b": [5]}, [("a", (8, 8)), ("b", (5,))]),
        ((InputShape("a", (8,)),), [("a", (8,))]),
    ],
)
def test_forms(value, expected):
    assert [(shape.name, shape.axes) for shape in parse_input_shapes(value, HERE)] == expected


@pytest.mark.parametrize(
    "value",
    [
        *("", "224by224", "0x3", "-1x3", "1.5", "=8x8", "a=", "8xx8", "9" * 11, "1x" * 17 + "1"),
        *([[]], True, 1.5, [[8, [8]]], {"a": [[8]]}, {"a": {}}, 0, [-1]),
    ],
)
def test_invalid_shapes_are_errors(value):
    with pytest.raises(UsageError, match=r"^invalid input shape: .* in here \(must be axes"):
        parse_input_shapes(value, HERE)


def test_one_name_twice():
    with pytest.raises(UsageError, match=r"^duplicate input shape: 'a' in here(?m:$)"):
        parse_input_shapes(["a=8", "a=9"], HERE)


@pytest.mark.parametrize(
    ("value", "seconds"), [(60, 60), (0.5, 0.5), ("60", 60), ("90 s", 90), ("1.5min", 90)]
)
def test_times(value, seconds):
    assert load_options(None, None, {"timeout": value}).timeout == seconds


def test_mistakes_are_reported_with_their_place(tmp_path):
    file = tmp_path / "net2fig.toml"
    file.write_text('input_shape = "8by8"\ntimeout = "soon"\n')
    with pytest.raises(UsageError) as caught:
        load_options(None, file, {"input_shape": "x", "timeout": 0}, command=True)
    lines = caught.value.lines()
    assert [line.split(" (must be ")[0] for line in lines] == [
        "invalid value: 0 in --timeout",
        "invalid input shape: 'x' in --input-shape",
        f"invalid value: 'soon' in {file}, timeout",
        f"invalid input shape: '8by8' in {file}, input_shape",
    ]
