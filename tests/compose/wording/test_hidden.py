"""What is not shown, in words."""

from __future__ import annotations

import pytest

from net2fig.compose.wording.hidden import describe_hidden, find_noun, list_hidden
from net2fig.compose.wording.prose import pluralize
from net2fig.data.vocabulary import load_vocabulary
from net2fig.group import outline
from net2fig.options.table import Options
from net2fig.outline import LeftOut
from tests.compose.figures import GRAMMAR
from tests.group.nets import Builder


def left_out(function: str, count: int, op: str = "") -> LeftOut:
    return LeftOut(function, op or function, count, (op or function,))


def describe(*hidden: LeftOut) -> str:
    return describe_hidden(hidden, GRAMMAR).replace("\N{NO-BREAK SPACE}", " ")


def test_functions_are_told_the_most_frequent_first() -> None:
    hidden = (
        left_out("ZeroPadding2D", 2),
        left_out("BatchNormalization", 53),
        left_out("relu", 40, "Activation"),
        left_out("ReLU", 9),
    )
    assert describe(*hidden) == "Not shown: 53 batch normalisations, 49 ReLUs, 2 paddings."
    assert describe() == ""


def test_no_line_breaks_between_a_number_and_its_noun() -> None:
    assert " " not in describe_hidden((left_out("Dropout", 3),), GRAMMAR).removeprefix(
        "Not shown: "
    )


def test_a_single_reshape_is_not_told_in_the_figure() -> None:
    assert describe(left_out("Flatten", 1)) == ""
    assert describe(left_out("Flatten", 1), left_out("Dropout", 1)) == "Not shown: 1 dropout."
    assert describe(left_out("Flatten", 2)) == "Not shown: 2 flattenings."
    assert [each.noun for each in list_hidden((left_out("Flatten", 1),), GRAMMAR)] == ["flattening"]


@pytest.mark.parametrize(
    ("function", "op", "noun"),
    [
        ("LayerNormalization", "LayerNormalization", "layer normalisations"),
        ("relu6", "ReLU", "ReLU6 activations"),
        ("hard_silu", "Activation", "hard swishes"),
        ("softplus", "Activation", "softplus activations"),
        ("linear", "Activation", "identities"),
        ("constant", "Multiply", "operations with a constant"),
        ("Conv2D", "Conv2D", "convolutions"),
        ("RandomFlip", "RandomFlip", "preprocessing steps"),
        ("MyLayer", "MyLayer", "MyLayer layers"),
    ],
)
def test_the_noun_of_a_function(function: str, op: str, noun: str) -> None:
    assert pluralize(find_noun(function, op, GRAMMAR)) == noun


def test_a_noun_is_of_an_operation_or_a_function() -> None:
    vocabulary = load_vocabulary()
    functions = {word for word in vocabulary.nouns if word.islower()}
    assert set(vocabulary.nouns) - functions <= set(vocabulary.ops)
    assert {composed.function for composed in vocabulary.composed} <= functions


def hard_sigmoid(shift: float) -> tuple[LeftOut, ...]:
    """Return what is left out of a network that adds, cuts and multiplies."""
    net = Builder()
    x = net.conv(net.input(8, 8, 4), 4)
    x = net.add("Add", [x], (None, 8, 8, 4), args=["@", shift])
    x = net.add("ReLU", [x], (None, 8, 8, 4), max_value=6.0)
    x = net.add("Multiply", [x], (None, 8, 8, 4), args=["@", 1 / 6])
    return outline(net.network(net.conv(x, 4)), GRAMMAR, Options(), "layers").left_out


def test_operations_that_compute_one_function_are_told_as_it() -> None:
    words = "Not shown: 1 hard sigmoid (addition, ReLU6 activation, multiplication)."
    assert describe(*hard_sigmoid(3.0)) == words
    assert describe(*hard_sigmoid(2.0)) == (
        "Not shown: 2 operations with a constant, 1 ReLU6 activation."
    )


def test_splits_and_shifts_have_words_of_their_own() -> None:
    net = Builder()
    x = net.input(8, 8, 4)
    for _ in range(2):
        x = net.conv(net.add("Roll", [x], net.shape(x)), 8)
    x = net.add("Split", [x], (None, 8, 8, 4))
    found = outline(net.network(net.conv(x, 8)), GRAMMAR, Options(), "layers")
    words = describe_hidden(found.left_out, GRAMMAR)
    assert words.replace("\N{NO-BREAK SPACE}", " ") == "Not shown: 2 shifts, 1 split."
