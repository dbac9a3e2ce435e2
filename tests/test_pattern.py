"""The language of patterns."""

from __future__ import annotations

import pytest

from net2fig.attributes import keras_attributes
from net2fig.errors import UsageError
from net2fig.pattern import Atom, Paths, Series, accepts, atoms, inputs, parse


def test_a_chain_is_read_from_left_to_right() -> None:
    wanted = Series((Atom("Conv2D"), Atom("BatchNormalization"), Atom("ReLU")))
    assert parse("Conv2D > BatchNormalization>ReLU") == wanted


def test_parallel_paths_and_the_identity() -> None:
    paths = Paths((Series((Atom("A"), Atom("B"))), Series(())))
    assert parse("(A > B | .) > Add") == Series((paths, Atom("Add")))


def test_paths_may_be_nested() -> None:
    inner = Paths((Series((Atom("B"),)), Series((Atom("C"),))))
    outer = Paths((Series((Atom("A"), inner, Atom("Add"))), Series(())))
    assert parse("(A > (B | C) > Add | .) > Add") == Series((outer, Atom("Add")))


def test_a_repeat_is_written_out() -> None:
    assert parse("A*3 > B") == Series((Atom("A"), Atom("A"), Atom("A"), Atom("B")))


def test_a_sequence_may_be_repeated() -> None:
    assert parse("(A > B)*2") == Series((Atom("A"), Atom("B"), Atom("A"), Atom("B")))
    assert parse("((A | .) > Add)*2 > B") == parse("(A | .) > Add > (A | .) > Add > B")


def test_paths_may_begin_at_inputs_that_are_told_apart() -> None:
    paths = Paths((Series((Atom("A"),), 1), Series((), 2)))
    assert parse("(.1 > A | .2) > Add") == Series((paths, Atom("Add")))
    assert inputs(parse("((.1 > A | .2) > Add | .1) > Add")) == {1, 2}


def test_names_of_groups_stand_in_quotes() -> None:
    assert parse('"Residual block" > A').items[0] == Atom("Residual block", (), quoted=True)


def test_constraints_hold_values_of_many_kinds() -> None:
    found = atoms(parse("A[strides=2, kernel_size=3x3, padding=same, use_bias=false]"))[0]
    wanted = (("strides", 2), ("kernel_size", (3, 3)), ("padding", "same"), ("use_bias", False))
    assert found.where == wanted


@pytest.mark.parametrize(
    ("text", "config", "holds"),
    [
        ("Conv2D", {}, True),
        (":conv", {}, True),
        (":pool", {}, False),
        ("_", {}, True),
        ("first", {}, True),
        ("Conv2D[strides=2]", {"strides": [2, 2]}, True),
        ("Conv2D[strides=2]", {"strides": [2, 1]}, False),
        ("Conv2D[strides=2]", {}, False),
        ("Conv2D[kernel_size=1x7]", {"kernel_size": [1, 7]}, True),
        ("Conv2D[use_bias=true]", {"use_bias": 1}, False),
    ],
)
def test_an_atom_accepts(text: str, config: dict[str, object], holds: bool) -> None:
    atom = atoms(parse(text))[0]
    assert accepts(atom, ("first", "Conv2D"), "conv", keras_attributes("Conv2D", config)) is holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1 (a layer, a group or '(' was expected)"),
        ("A >", "character 4 (a layer, a group or '(' was expected)"),
        ("A B", "character 3 ('>' or the end was expected)"),
        ("A | B", "character 3 ('>' or the end was expected)"),
        ("(A | B", "character 7 (')' was expected)"),
        ("(A | B)", "character 1 (parallel paths must be joined)"),
        ("(. | .) > Add", "(one path at least must hold a layer)"),
        (".", "character 1 (the identity path alone matches nothing)"),
        ("A ? B", "character 3 ('?' has no meaning here)"),
        ("A*0", "(after '*' a number from 1 to 64 was expected)"),
        ("(A)*x", "(after '*' a number from 1 to 64 was expected)"),
        ("A[2]", "(a constraint key=value was expected)"),
        ("A[x=2", "(',' or ']' was expected)"),
        ("A[x=]", "(a value was expected)"),
        ("(A | B)*2 > Add", "(parallel paths must be joined before they are repeated)"),
        ("(A > B*32)*64", "(more than 1024 layers follow one another)"),
        ("(.1 > A | B) > Add", "character 1 (a path begins at none of the inputs)"),
        (".0 > A", "(after '.' a number from 1 to 64 was expected)"),
        ("(.1 > A)*2", "(an input stands before parentheses that hold one path)"),
        ("(" * 40 + "A", "(parallel paths are nested too deep)"),
    ],
)
def test_a_mistake_is_shown_with_its_place(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "net2fig.toml, group[0]")
    assert caught.value.message.startswith(f"invalid pattern: {text!r} in net2fig.toml, group[0]")
    assert message in caught.value.message


def test_a_missing_join_gets_a_hint() -> None:
    with pytest.raises(UsageError) as caught:
        parse("A | B > Add")
    assert caught.value.hint == "parallel paths stand in parentheses: (A | B) > Add"
