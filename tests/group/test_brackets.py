"""Equal runs of several blocks, drawn once in a bracket."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.data.grammar import Grammar, load_grammar
from net2fig.network import Network
from net2fig.options.types import LEVELS
from net2fig.outline import Outline
from tests.group.nets import Builder, chain
from tests.group.outlines import at

Step = Callable[[Builder, str], str]

STEPS: dict[str, Step] = {
    "a": lambda net, x: net.conv(x, 64, 3),
    "b": lambda net, x: net.conv(x, 32, 1),
    "d": lambda net, x: net.up(net.pool(x), 2),
}


def row(letters: str) -> Network:
    """Return a chain with a layer, or two, for each letter."""
    return chain(*(STEPS[letter] for letter in letters))


def told(found: Outline) -> str:
    """Return the features of the blocks, those of a bracket in brackets."""
    starts = {bracket.blocks[0] for bracket in found.brackets}
    ends = {bracket.blocks[-1]: bracket.count for bracket in found.brackets}
    words = []
    for block in found.blocks[1:]:
        word = str(block.output.features if block.output else "?")
        word += f"*{block.count}" if block.count > 1 else ""
        opening = "[" if block.id in starts else ""
        words.append(opening + word + (f"]×{ends[block.id]}" if block.id in ends else ""))
    return " ".join(words)


@pytest.mark.parametrize("level", LEVELS[1:])
@pytest.mark.parametrize(
    ("letters", "wanted"),
    [
        ("ababab", "[64 32]×3"),
        ("dababab", "3 3 [64 32]×3"),
        ("abababa", "[64 32]×3 64"),
        ("aabaabaab", "[64*2 32]×3"),
        ("abab", "64 32 64 32"),
    ],
)
def test_runs_become_brackets(grammar: Grammar, level: str, letters: str, wanted: str) -> None:
    assert told(at(row(letters), grammar, level)) == wanted


def test_a_bracket_holds_the_layers_of_all_its_turns(grammar: Grammar) -> None:
    found = at(row("ababab"), grammar)
    (bracket,) = found.brackets
    assert [len(found[id].layers) for id in bracket.blocks] == [3, 3]
    assert [block.count for block in found.blocks] == [1, 1, 1]
    assert [len(found.into(id)) for id in bracket.blocks] == [1, 1]
    assert found.groups == ()
    assert found.notes == (), "the bracket says it"


def test_what_is_met_in_several_places_is_a_group(grammar: Grammar) -> None:
    found = at(row("abababdababdab"), grammar)
    assert found.brackets == ()
    assert [group.occurrences for group in found.groups] == [6]


def test_sizes_that_differ_are_no_turns(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(8, 8, 3)
    for features in (64, 48, 40):
        x = net.conv(net.conv(x, features), 32, 1)
    assert at(net.network(x), grammar, "layers").brackets == ()


def test_nothing_is_bracketed_where_everything_is_shown(grammar: Grammar) -> None:
    found = at(row("ababab"), grammar, "everything")
    assert (found.brackets, len(found.blocks)) == ((), 7)


def test_a_branch_may_hold_a_bracket(grammar: Grammar) -> None:
    net = Builder()
    x = y = net.dense(net.input(20), 8)
    for _ in range(4):
        y = net.dense(net.dense(y, 64), 8)
    found = at(net.network(net.merge("Add", x, y)), grammar, "layers")
    assert [(len(bracket.blocks), bracket.count) for bracket in found.brackets] == [(2, 4)]
    assert len(found.blocks) == 5


@settings(max_examples=60, deadline=None)
@given(st.text("ab", min_size=1, max_size=30))
def test_any_chain_keeps_its_promises(letters: str) -> None:
    found = at(row(letters), load_grammar(), "layers")
    inside = [id for bracket in found.brackets for id in bracket.blocks]
    assert len(inside) == len(set(inside))
    assert all(bracket.count > 1 and len(bracket.blocks) > 1 for bracket in found.brackets)
    times = {id: bracket.count for bracket in found.brackets for id in bracket.blocks}
    assert all(block.count * times.get(block.id, 1) == len(block.layers) for block in found.blocks)
