"""Chips of a table aligned by stages, and what differs from the reference emphasised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import net2fig
from net2fig.chips.drawing.lines import flatten
from net2fig.chips.strip.emphasis import make_common_pale
from net2fig.chips.strip.stages import VECTOR, find_input_resolution, find_stages
from net2fig.chips.strip.strip import Strip
from net2fig.errors import Net2figError
from net2fig.scene import Group
from tests.applications import application
from tests.chips.conftest import gallery

VGGS = ["VGG16", "VGG19", "ResNet50"]


def table(*names: str, **options: Any) -> net2fig.Chips:
    models = [application(name) if name[0].isupper() else gallery(name) for name in names]
    return net2fig.chip(models, names=list(names), **options)


def strips(chips: net2fig.Chips) -> list[Strip]:
    return [row.model.strip for row in chips.material.rows]


def starts(chips: net2fig.Chips) -> list[dict[Any, float]]:
    """Return for each row where its stages begin, as drawn."""
    starts_by_row = []
    rows = [
        item
        for item, _ in chips.scene.walk()
        if isinstance(item, Group) and item.classes == ("row",)
    ]
    for row, model in zip(rows, [row.model for row in chips.material.rows], strict=True):
        strip = model.strip
        lefts = {}
        cells = [c for c, _ in _walked(row) if c.classes[:1] == ("glyph",)]
        by_layers: dict[str, Group] = {}
        for cell in cells:
            by_layers.setdefault(dict(cell.data).get("layers", ""), cell)
        for stage in find_stages(strip, find_input_resolution(model.network)):
            pieces = Strip(strip.pieces[stage.start : stage.stop])
            drawn = [by_layers[" ".join(cell.layers)] for cell in pieces.cells()]
            lefts[stage.level] = min(_left(cell) for cell in drawn)
        starts_by_row.append(lefts)
    return starts_by_row


def _walked(group: Group) -> list[tuple[Group, Any]]:
    pieces = []
    for item in group.items:
        if isinstance(item, Group):
            pieces.append((item, None))
            pieces += _walked(item)
    return pieces


def _left(cell: Group) -> float:
    path = cell.items[0]
    return min(command.to.x for command in path.commands if hasattr(command, "to"))  # type: ignore[union-attr]


def test_the_same_stage_begins_at_the_same_place() -> None:
    chips = table(*VGGS, align=True, width=500)
    lefts = starts(chips)
    assert set(lefts[0]) == set(lefts[1]) == {0, 1, 2, 3, 4, 5, VECTOR}
    for level in lefts[0]:
        # A pale cell has a thin border inside, a bracket begins before its first cell.
        assert lefts[0][level] == pytest.approx(lefts[1][level], abs=0.2)
        assert lefts[2].get(level, lefts[0][level]) == pytest.approx(lefts[0][level], abs=3)


def test_images_of_other_sizes_are_aligned_by_how_often_they_were_halved() -> None:
    chips = table("EfficientNetB0", "EfficientNetB3", align=True, width=600)
    one, two = starts(chips)
    assert one == pytest.approx(two)


def test_nothing_is_lost_and_nothing_overlaps() -> None:
    plain, chips = table(*VGGS, width=500), table(*VGGS, align=True, width=500)
    for before, after in zip(strips(plain), strips(chips), strict=True):
        kept = [cell.key for cell in after.cells()]
        assert kept == [cell.key for cell in flatten(before).cells()]
    assert chips.scene.size.width <= 500.01


def test_a_second_descent_has_its_own_stages() -> None:
    (strip, *_) = strips(table("unet", "segnet", align=True, width=600))
    assert [stage.level for stage in find_stages(strip, 256)] == [0, 1, 2, 3, 4, 3, 2, 1, 0]


def test_pieces_that_equal_the_reference_are_pale() -> None:
    chips = table("ResNet50", "ResNet101", align=True)
    reference, other = strips(chips)
    assert not any(cell.pale for cell in reference.cells())
    loud = {cell.output.features for cell in other.cells() if not cell.pale and cell.output}
    # Only the stage of 23 blocks differs.
    assert loud == {256, 1024}
    pale = [i for i, _ in chips.scene.walk() if isinstance(i, Group) and "pale" in i.classes]
    assert len(pale) == sum(cell.pale for cell in other.cells())


def test_a_chip_beside_itself_is_all_pale() -> None:
    (strip, _) = strips(table("VGG16", "VGG19"))
    assert all(cell.pale for cell in make_common_pale(strip, strip).cells())


def test_emphasis_and_alignment_are_independent() -> None:
    loud = strips(table("VGG16", "VGG19", align=True, emphasis=False))
    assert not any(cell.pale for strip in loud for cell in strip.cells())
    pale = strips(table("VGG16", "VGG19", emphasis=True))
    assert any(cell.pale for cell in pale[1].cells())
    assert not any(strip.pads for strip in pale)


def test_another_reference_decides_which_cells_are_pale() -> None:
    chips = table("VGG16", "VGG19", align=True, reference="VGG19")
    first, second = strips(chips)
    assert any(cell.pale for cell in first.cells())
    assert not any(cell.pale for cell in second.cells())
    assert chips.material.reference is chips.material.rows[1]


def test_the_small_print_explains_pale_cells() -> None:
    text = table(*VGGS, align=True, width=500).to_bytes("svg").decode()
    assert "Stages of one resolution stand beneath each other." in text
    assert "Pale: as in the model that others are compared with." in text


def test_chips_that_need_two_lines_are_not_aligned_and_a_warning_says_so() -> None:
    chips = table("InceptionV3", "DenseNet201", align=True, width=200)
    assert [notice.code for notice in chips.warnings] == ["not-aligned"]
    assert not any(strip.pads for strip in strips(chips))


def test_chips_that_go_down_are_not_aligned() -> None:
    with pytest.raises(Net2figError, match=r"^unsupported option: 'align' with 'vertical'"):
        table("VGG16", "VGG19", align=True, vertical=True)


@pytest.mark.parametrize("suffix", ["svg", "tex", "html", "md"])
def test_every_format_is_written(tmp_path: Path, suffix: str) -> None:
    chips = table("VGG16", "VGG19", align=True)
    chips.save(tmp_path / f"table.{suffix}")
    assert (tmp_path / f"table.{suffix}").stat().st_size > 500
