"""Layers that are picked by hand, as patterns."""

from __future__ import annotations

from functools import cache

import pytest

from net2fig.figure import Figure, draw
from net2fig.group.patterns.match import matches
from net2fig.group.selection import NoGroupError, offers, select
from net2fig.outline import Definition
from net2fig.pattern import parse
from tests.conftest import ROOT

NETWORKS = sorted((ROOT / "gallery" / "models").glob("*.network.json"))


@cache
def drawn(number: int) -> Figure:
    return draw(str(NETWORKS[number]), detail="blocks")


def places_of(figure: Figure, definition: Definition) -> int | None:
    """Return at how many places the pattern for the first occurrence matches, None if none can."""
    graph = figure.outlines.named("blocks", figure.options)
    try:
        found = offers(select(graph, definition.places[0], grow=False))
    except NoGroupError:
        return None
    return max((len(each.places) for each in found if each.label == "same layers"), default=None)


@pytest.mark.filterwarnings("ignore")
def test_the_first_occurrence_of_a_found_group_can_be_said() -> None:
    """Nearly every group that the search finds can be picked by hand, and is met at least twice."""
    tried = said = repeated = 0
    for number in range(len(NETWORKS)):
        figure = drawn(number)
        for definition in figure.outline.groups:
            if definition.origin.by == "model":
                continue  # it is one node already
            tried += 1
            count = places_of(figure, definition)
            said += count is not None
            repeated += count is not None and (definition.occurrences < 2 or count > 1)
    assert tried > 15
    assert said >= 0.85 * tried
    assert repeated >= 0.85 * tried


def resnet() -> Figure:
    number = next(n for n, path in enumerate(NETWORKS) if path.name.startswith("resnet50"))
    return drawn(number)


def test_what_lies_between_is_selected_too() -> None:
    graph = resnet().outlines.named("layers", resnet().options)
    selection = select(graph, ["conv2_block2_1_conv", "conv2_block2_add"])
    assert [each.block.name for each in selection.members] == [
        "conv2_block2_1_conv",
        "conv2_block2_2_conv",
        "conv2_block2_3_conv",
        "conv2_block2_add",
    ]
    assert selection.added == ("conv2_block2_2_conv", "conv2_block2_3_conv")


def test_the_pattern_of_these_layers_matches_only_them() -> None:
    graph = resnet().outlines.named("layers", resnet().options)
    first = offers(select(graph, ["conv2_block2_1_conv", "conv2_block2_add"]))[0]
    assert first.label == "these layers only"
    (place,) = matches(graph, parse(first.pattern))
    assert place[-1].block.name == "conv2_block2_add"


@pytest.mark.parametrize(
    ("layers", "why", "names"),
    [
        (["conv1_conv"], "a group holds two layers at least", ()),
        (["nothing"], "none of these is a layer that is drawn by itself", ()),
        (["input_layer"], "none of these is a layer that is drawn by itself", ()),
        (
            ["conv2_block1_add", "conv2_block2_1_conv"],
            "data leaves it at several layers",
            ("conv2_block1_add", "conv2_block2_1_conv"),
        ),
    ],
)
def test_what_can_be_no_group(layers: list[str], why: str, names: tuple[str, ...]) -> None:
    graph = resnet().outlines.named("layers", resnet().options)
    with pytest.raises(NoGroupError) as caught:
        select(graph, layers)
    assert (caught.value.why, caught.value.names) == (why, names)
