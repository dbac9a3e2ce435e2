"""The size of cells: chips fill the column that they stand in."""

from __future__ import annotations

import net2fig
from net2fig.chips.drawing.place import place_strip
from net2fig.chips.result import Chips
from tests.conftest import ROOT

MODELS = ROOT / "gallery" / "models"


def table(*names: str, width: str) -> Chips:
    paths = [str(MODELS / f"{name}.network.json") for name in names]
    return net2fig.chip(paths, template="cvpr", width=width)


def widest(chips: Chips) -> float:
    """Return the width of the widest chip of a table."""
    material = chips.material
    spacing = material.style.spacing
    return max(place_strip(row.model.strip, spacing).width for row in material.rows)


def test_cells_are_wider_where_there_is_room() -> None:
    narrow = table("lenet5", "alexnet", width="3.25in")
    wide = table("lenet5", "alexnet", width="6.875in")
    assert widest(wide) >= widest(narrow)
    assert wide.material.style.sizes.cell > wide.material.style.chips.get_size("m").cell


def test_chips_stay_in_their_column() -> None:
    for width in ("3.25in", "4in", "6.875in"):
        chips = table("vgg16", "unet", width=width)
        assert widest(chips) <= chips.material.room


def test_a_size_that_is_asked_for_is_kept() -> None:
    paths = [str(MODELS / f"{name}.network.json") for name in ("lenet5", "alexnet")]
    chips = net2fig.chip(paths, template="cvpr", size="m")
    assert chips.material.style.sizes == chips.material.style.chips.get_size("m")
