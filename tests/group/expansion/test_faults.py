"""L11: an outline expands to its network, and a body is what every occurrence has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.group import outline
from net2fig.group.expansion.faults import find_faults
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS, GroupRule
from net2fig.outline import Outline
from tests.applications import NAMES, SAMPLE, application
from tests.compose.figures import GRAMMAR
from tests.group import corpus
from tests.group.nets import Builder, resnet
from tests.group.outlines import notes
from tests.group.strategies import networks
from tests.group.test_outlines import networks as frozen_networks
from tests.laws.strategies import networks as wide_networks

NOT_RANDOM = {name: network for name, network in frozen_networks() if "/" in name}


def at(network: Network, level: str = "blocks", **options: object) -> Outline:
    return outline(network, GRAMMAR, Options(**options), level)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.slow) for name in NAMES],
)
def test_the_applications_expand_to_themselves(name: str, level: str) -> None:
    assert find_faults(application(name), at(application(name), level)) == []


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", NOT_RANDOM)
def test_the_gallery_and_the_pages_expand_to_themselves(name: str, level: str) -> None:
    assert find_faults(NOT_RANDOM[name], at(NOT_RANDOM[name], level)) == []


def check_random(numbers: range) -> None:
    """Check the random networks of these numbers at all levels."""
    for number in numbers:
        network = corpus.network(number)
        faults = {level: find_faults(network, at(network, level)) for level in LEVELS}
        assert faults == {level: [] for level in LEVELS}, number


def test_random_networks_expand_to_themselves() -> None:
    check_random(range(100))


@pytest.mark.slow
def test_more_random_networks_expand_to_themselves() -> None:
    check_random(range(100, 500))


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(LEVELS))
def test_networks_that_repeat_themselves_expand(network: Network, level: str) -> None:
    assert find_faults(network, at(network, level)) == []


@settings(max_examples=60, deadline=None)
@given(wide_networks(20), st.sampled_from(LEVELS), st.booleans())
def test_networks_of_all_layers_expand(network: Network, level: str, split: bool) -> None:
    assert find_faults(network, at(network, level, split=split)) == []


PATTERNS = ("(Conv2D > Conv2D | .) > Add", "Conv2D*2", "(_ | _) > :merge", "Concatenate > Conv2D")


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(LEVELS), st.sampled_from(PATTERNS))
def test_named_groups_expand(network: Network, level: str, pattern: str) -> None:
    assert find_faults(network, at(network, level, groups=(GroupRule("Mine", pattern),))) == []


# Violations.


def with_group(found: Outline, **changes: object) -> Outline:
    """Return an outline with other values of its first group."""
    return replace(found, groups=(replace(found.groups[0], **changes), *found.groups[1:]))


def with_block(found: Outline, number: int, **changes: object) -> Outline:
    """Return an outline with other values of a block."""
    blocks = list(found.blocks)
    blocks[number] = replace(blocks[number], **changes)
    return replace(found, blocks=tuple(blocks))


def lost_layer(found: Outline) -> Outline:
    return with_block(found, 3, layers=found.blocks[3].layers[1:])


def layer_twice(found: Outline) -> Outline:
    return with_block(found, 3, layers=(*found.blocks[3].layers, found.blocks[1].layers[0]))


def wrong_count(found: Outline) -> Outline:
    return with_block(found, 3, count=found.blocks[3].count + 1)


def lost_edge(found: Outline) -> Outline:
    return replace(found, links=found.links[1:])


def lost_edge_of_a_body(found: Outline) -> Outline:
    body = found.groups[0].body
    return with_group(found, body=replace(body, links=body.links[1:]))


def lost_layer_of_a_body(found: Outline) -> Outline:
    body = found.groups[0].body
    return with_group(found, body=replace(body, blocks=body.blocks[1:]))


def body_without_its_note(found: Outline) -> Outline:
    return with_group(found, notes=())


def note_on_too_many(found: Outline) -> Outline:
    (note,) = found.groups[0].notes
    return with_group(found, notes=(replace(note, values={**note.values, "count": 9}),))


def note_on_none(found: Outline) -> Outline:
    (note,) = found.groups[0].notes
    return with_group(found, notes=(note, replace(note, kind="pooled")))


def wrong_occurrences(found: Outline) -> Outline:
    return with_group(found, occurrences=found.groups[0].occurrences - 1)


def wrong_sum(found: Outline) -> Outline:
    return with_group(found, layers=found.groups[0].layers - 1)


PLANTED: dict[Callable[[Outline], Outline], str] = {
    lost_layer: "hidden is",
    layer_twice: "stands in two blocks",
    wrong_count: "stands for 3 'Residual block', not for 4",
    lost_edge: "links differ",
    lost_edge_of_a_body: "lacks the link",
    lost_layer_of_a_body: "links what it does not hold",
    body_without_its_note: "differs from its body, which no note tells",
    note_on_too_many: "tells of 9 occurrences, not 4",
    note_on_none: "the note 'pooled' on 'Residual block' tells of an occurrence, not 0",
    wrong_occurrences: "is met 16 times, not 15",
    wrong_sum: "hold 68 layers, each once",
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_violation_is_seen(plant: Callable[[Outline], Outline]) -> None:
    found = at(resnet())
    assert find_faults(resnet(), found) == []
    assert PLANTED[plant] in "; ".join(find_faults(resnet(), plant(found)))


def pairs() -> Network:
    """Return a network whose layers come in five equal pairs."""
    net = Builder()
    x = net.conv(net.input(32, 32, 8), 8, 5)
    for _ in range(5):
        x = net.pool(net.conv(x, 8), 3, strides=1)
    return net.network(net.dense(net.gap(x), 10))


@pytest.mark.parametrize("count", [3, 10])
def test_a_bracket_with_a_wrong_number_is_seen(count: int) -> None:
    found = at(pairs(), "layers")
    (bracket,) = found.brackets
    assert (find_faults(pairs(), found), bracket.count) == ([], 5)
    other = replace(found, brackets=(replace(bracket, count=count),))
    assert f"not for 1 in {count} turns" in "; ".join(find_faults(pairs(), other))


def test_folded_layers_that_differ_are_seen() -> None:
    net = Builder()
    x = net.conv(net.conv(net.input(32, 32, 8), 8, 3), 8, 5)
    network = net.network(net.conv(x, 4, 1))
    found = at(network, "layers")
    first, second = found.blocks[1:3]
    both = replace(second, layers=(*first.layers, *second.layers), count=2)
    links = tuple(
        replace(link, target=both.id) if link.target == first.id else link
        for link in found.links
        if link.source != first.id
    )
    folded = replace(found, blocks=(found.blocks[0], both, *found.blocks[3:]), links=links)
    assert find_faults(network, folded) == [f"{both.id!r} stands for layers that differ"]


def test_units_that_do_not_follow_one_another_are_seen() -> None:
    net = Builder()
    x = net.input(32, 32, 8)
    network = net.network(net.merge("Add", net.conv(x, 8), net.conv(x, 8)))
    found = at(network, "layers")
    one, two = found.blocks[1:3]
    both = replace(two, layers=(*one.layers, *two.layers), count=2)
    links = tuple(link for link in found.links if one.id not in (link.source, link.target))
    folded = replace(found, blocks=(found.blocks[0], both, found.blocks[3]), links=links)
    assert "does not read the last" in "; ".join(find_faults(network, folded))


def test_an_input_that_no_note_tells_is_seen() -> None:
    network = application("NASNetMobile")
    found = at(network)
    groups = [
        replace(group, notes=tuple(note for note in group.notes if note.kind != "inputs"))
        for group in found.groups
    ]
    faults = find_faults(network, replace(found, groups=tuple(groups)))
    assert "inputs by occurrences, its notes tell of {}" in "; ".join(faults)


def test_features_that_grow_along_a_run_are_told() -> None:
    network = application("DenseNet121")
    found = at(network)
    groups = [
        replace(group, notes=tuple(note for note in group.notes if note.kind != "adds"))
        for group in found.groups
    ]
    faults = find_faults(network, replace(found, groups=tuple(groups)))
    assert "stands for units of different sizes" in "; ".join(faults)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(Conv2D | .) > _", "differs"),
        ("(_ > _ | .) > Add", "differs"),
    ],
)
def test_what_a_pattern_leaves_open_is_noted(pattern: str, told: str) -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 8), 8, 5)
    x = net.merge("Add", net.conv(net.conv(x, 8), 8), x)
    x = net.merge("Add", net.depthwise(net.conv(x, 8)), x)
    x = net.merge("Multiply", net.conv(x, 8), x)
    x = net.merge("Add", net.conv(x, 8), x)
    network = net.network(x)
    found = at(network, groups=(GroupRule("Mine", pattern),), repeats=False)
    assert find_faults(network, found) == []
    assert [note.kind for note in found.groups[0].notes] == [told]
    silent = with_group(found, notes=())
    assert "which no note tells" in "; ".join(find_faults(network, silent))


def dilated(*dilations: int) -> Network:
    """Return a network of residual blocks with these dilations."""
    net = Builder()
    x = net.conv(net.input(32, 32, 8), 8, 1)
    for each in dilations:
        y = net.conv(net.conv(x, 8, dilation_rate=[each, each]), 8, dilation_rate=[each, each])
        x = net.merge("Add", x, y)
    return net.network(net.dense(net.gap(x), 10))


@pytest.mark.parametrize(
    ("dilations", "told"),
    [
        ((1, 2, 4, 8, 16), ["The dilations are 1, 2, 4 … 16."]),
        ((1, 2, 4, 1, 2, 4), ["The dilations are 1, 2, 4, twice."]),
        ((1, 2, 5), ["The dilations are 1, 2, 5."]),
        ((1, 1, 2, 2), ["The dilation of blocks differs: 1 and 2."]),
        ((3, 3, 3), ["The dilation of blocks is 3."]),
    ],
)
def test_a_chain_whose_dilations_differ_is_one_unit_with_a_note(
    dilations: tuple[int, ...], told: list[str]
) -> None:
    found = at(dilated(*dilations))
    assert [block.count for block in found.blocks if block.is_group] == [len(dilations)]
    assert notes(found) == told
    assert find_faults(dilated(*dilations), found) == []


def test_dilations_that_no_note_tells_are_seen() -> None:
    network = dilated(1, 2, 4)
    found = at(network)
    assert "folds units of different dilations" in "; ".join(
        find_faults(network, with_group(found, notes=()))
    )
    (note,) = found.groups[0].notes
    other = replace(note, values={**note.values, "steps": ((1,), (2,), (8,))})
    assert "its note tells of" in "; ".join(find_faults(network, with_group(found, notes=(other,))))


def test_some_that_are_dilated_have_a_note() -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 8), 8, 1)
    for each in (1, 1, 2):
        y = net.conv(net.conv(x, 8), 8, dilation_rate=[each, each])
        x = net.pool(net.merge("Add", x, y))
    found = at(net.network(net.dense(net.gap(x), 10)))
    assert notes(found) == ["1 of 3 blocks has a dilation of 2."]
    silent = with_group(found, notes=())
    assert "its notes tell of {}" in "; ".join(find_faults(net.network(), silent))


def test_branches_and_layers_of_different_dilations_stay_apart() -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 8), 8, 1)
    ways = [net.conv(x, 8, dilation_rate=[each, each]) for each in (1, 6, 12)]
    y = net.merge("Add", *ways)
    for each in (1, 2, 4):
        y = net.conv(y, 8, dilation_rate=[each, each])
    found = at(net.network(y))
    assert [block.count for block in found.blocks] == [1] * 9
