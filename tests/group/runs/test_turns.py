"""Groups that differ in how often a part follows itself are one, and the figure tells how often."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.compose.wording.inside import format_turns, tell_numbers_inside
from net2fig.group import outline
from net2fig.group.expansion.faults import find_faults
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.outline import Outline
from tests.compose.figures import GRAMMAR
from tests.group.nets import Builder


def stages(*counts: int) -> Network:
    """Return stages of a class, each of so many blocks of another between two convolutions."""
    net = Builder()
    x = net.input(64, 64, 8)
    for number, count in enumerate(counts):
        scope = (f"stage_{number}:CrossStage",)
        x = net.conv(x, 8, strides=2)
        past = net.conv(x, 8, 1, scope=scope)
        y = net.conv(x, 8, 1, scope=scope)
        for block in range(count):
            inner = (*scope, f"block_{block}:DarkBlock")
            z = net.conv(net.conv(y, 8, 1, scope=inner), 8, scope=inner)
            y = net.add("Add", [z, y], net.shape(y), scope=inner)
        joined = net.add("Concatenate", [past, y], (None, *net.shape(y)[1:-1], 16), scope=scope)
        x = net.conv(joined, 8, 1, scope=scope)
    return net.network(x)


def at(network: Network, level: str = "blocks") -> Outline:
    return outline(network, GRAMMAR, Options(), level)


@given(st.lists(st.integers(1, 5), min_size=3, max_size=5))
@settings(max_examples=15, deadline=None)
def test_stages_are_one_group_however_many_blocks_they_have(counts: list[int]) -> None:
    network = stages(*counts)
    found = at(network)
    definition = next(each for each in found.groups if each.name == "CrossStage")
    assert definition.occurrences == len(counts)
    texts = [
        tell_numbers_inside(block, found.groups)
        for block in found.blocks
        if block.type == "CrossStage"
        for _ in range(block.count)
    ]
    several = len(set(counts)) > 1
    assert texts == [f"n = {count}" if several else "" for count in counts]
    badges = [format_turns(block, definition) for block in definition.body.blocks]
    assert ("×n" in badges) == several
    assert not any(note.kind == "differs" for note in definition.notes)
    assert find_faults(network, found) == []


def test_a_number_that_is_not_that_of_the_network_is_a_fault() -> None:
    network = stages(1, 3, 2)
    found = at(network)
    groups = tuple(
        replace(each, turns={id: number + (number > 2) for id, number in each.turns.items()})
        for each in found.groups
    )
    assert find_faults(network, replace(found, groups=groups))


def test_what_stands_in_a_body_has_no_number_of_its_own() -> None:
    # Where stages differ and stand in another group, the search keeps to the blocks in them.
    found = at(stages(2, 2, 2))
    assert all(not definition.turns for definition in found.groups)
