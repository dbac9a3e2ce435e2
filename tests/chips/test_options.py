"""What is asked of a chip: hidden, grouped, styled, turned; what is marked by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import net2fig
from net2fig.cli import main
from net2fig.errors import Net2figError, UsageError
from net2fig.network import Network
from net2fig.scene import Group, Text
from net2fig.scene import Path as Strokes
from tests.applications import application
from tests.chips.conftest import gallery, network

BLOCK = {"name": "Bottleneck", "match": "(Conv2D > Conv2D > Conv2D | .) > Add"}


def texts(chips: net2fig.Chips) -> list[str]:
    return [item.string for item, _ in chips.scene.walk() if isinstance(item, Text)]


def strokes(chips: net2fig.Chips, name: str) -> int:
    """Return how many strokes of a class there are."""
    items = (item for item, _ in chips.scene.walk())
    return sum(isinstance(item, Strokes) and name in item.classes for item in items)


def test_hidden_layers_are_listed_and_not_drawn() -> None:
    chips = net2fig.chip(gallery("vgg16"), hide=["MaxPooling2D"])
    assert chips.alt == "vgg16: 13 × conv, 3 × dense."
    assert any(text.startswith("Not shown:") and "pooling" in text for text in texts(chips))


def test_a_group_has_its_name_if_it_fits() -> None:
    chips = net2fig.chip(gallery("resnet50"), group=[BLOCK], vertical=True)
    assert "Bottleneck ×2" in texts(chips)


def test_a_group_of_the_authors_is_shown_though_it_occurs_once() -> None:
    group = {"name": "Head", "match": "Dense > Dense > Dense"}
    chips = net2fig.chip(gallery("vgg16"), group=[group])
    assert "Head" in texts(chips)
    assert chips.alt.endswith("Head: 3 × dense.")


def test_a_style_gives_a_colour_and_a_word() -> None:
    style = {"Dense": {"label": "fully connected", "color": "#112233"}}
    chips = net2fig.chip(gallery("vgg16"), style=style)
    assert "fully connected" in texts(chips)
    fills = [item.fill for item, _ in chips.scene.walk() if isinstance(item, Strokes)]
    assert fills.count("#112233") == 4
    assert chips.alt.endswith("3 × fully connected.")


def test_a_grouping_file_beside_the_model_is_read(tmp_path: Path) -> None:
    model = tmp_path / "vgg.json"
    model.write_bytes(gallery("vgg16").read_bytes())
    (tmp_path / "net2fig.toml").write_text('hide = [":pool"]\ntemplate = "cvpr"\n')
    chips = net2fig.chip(model)
    assert "pool" not in chips.alt
    assert chips.report["template"] == "snac"


def test_a_grouping_file_that_is_named_is_for_the_page_too(tmp_path: Path) -> None:
    file = tmp_path / "all.toml"
    file.write_text('hide = [":pool"]\nmono = true\nwidth = "5in"\n')
    chips = net2fig.chip([gallery("vgg16"), gallery("lenet5")], config=file)
    assert "pool" not in chips.alt
    assert chips.report["width_pt"] == 360.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hide": [":pol"]}, "unknown kind: ':pol'"),
        ({"group": [{"name": "A", "match": "Conv2D >"}]}, "invalid pattern"),
        ({"config": "nowhere.toml"}, "missing grouping file: 'nowhere.toml'"),
    ],
)
def test_invalid_options_are_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(Net2figError) as error:
        net2fig.chip(gallery("vgg16"), **arguments)
    assert message in str(error.value)


def test_the_command_takes_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--hide", "MaxPooling2D,Dense", "--group", "Pair = Conv2D > Conv2D", "--alt", "-q"]
    with pytest.raises(SystemExit) as left:
        main(["chip", str(gallery("vgg16")), *words])
    assert not left.value.code
    assert capsys.readouterr().out.startswith("vgg16: ")


def test_a_group_without_a_pattern_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["chip", str(gallery("vgg16")), "--group", "Pair", "--alt"])
    assert left.value.code == 2
    assert "invalid value: 'Pair' in --group" in capsys.readouterr().err


# Marks


def test_shared_layers_have_a_mark_that_the_legend_explains() -> None:
    chips = net2fig.chip(gallery("siamese"))
    cells = sum(cell.shared for cell in chips.material.rows[0].model.strip.cells())
    assert strokes(chips, "tie") == cells > 0
    assert "Lozenge: the same weights, used again." in texts(chips)
    assert strokes(net2fig.chip(gallery("vgg16")), "tie") == 0


def unknown() -> Network:
    """Return LeNet-5 for pictures of any size."""
    known = network("lenet5")
    layers = tuple(
        replace(
            layer,
            outputs=tuple(
                (None, None, None, shape[-1]) if shape and len(shape) == 4 else shape
                for shape in layer.outputs
            ),
        )
        for layer in known.layers
    )
    return replace(known, layers=layers)


def test_sizes_of_an_open_input_are_those_of_an_assumed_size_that_is_reported() -> None:
    chips = net2fig.chip([application("MobileNetV3Small"), application("MobileNetV2")])
    small, large = (row.model.strip for row in chips.material.rows)
    assert [next(strip.cells()).values for strip in (small, large)] == [128**2 * 16, 112**2 * 32]
    assert "An axis that the input leaves open counts as 256." in texts(chips)
    assert "open" not in " ".join(texts(net2fig.chip(application("MobileNetV2"))))


def test_a_cell_of_unknown_size_has_a_torn_end_that_the_legend_explains() -> None:
    chips = net2fig.chip(unknown())
    bodies = [i for i, _ in chips.scene.walk() if isinstance(i, Strokes) and "body" in i.classes]
    torn = [body for body in bodies if len(body.commands) == 8]
    assert len(torn) == sum(
        cell.values is None for cell in chips.material.rows[0].model.strip.cells()
    )
    assert torn
    assert "A torn end: the size is unknown." in texts(chips)
    assert "A torn end: the size is unknown." not in texts(net2fig.chip(gallery("lenet5")))


# Down the page


def cells(chips: net2fig.Chips) -> list[tuple[float, float]]:
    """Return where the cells begin, and their types in the order of the data."""
    items = []
    for item, above in chips.scene.walk():
        legend = any("legend" in group.classes for group in above)
        if isinstance(item, Group) and "glyph" in item.classes and not legend:
            body = next(part for part in item.items if isinstance(part, Strokes))
            ends = [command.to for command in body.commands if hasattr(command, "to")]
            items.append((min(p.x for p in ends), min(p.y for p in ends)))
    return items


def test_a_vertical_chip_goes_down() -> None:
    chips = net2fig.chip(gallery("vgg16"), vertical=True)
    ys = [y for _, y in cells(chips)]
    assert ys == sorted(ys)
    assert len({x for x, _ in cells(chips)}) == 1
    assert any(text.startswith("Width: size of the output") for text in texts(chips))


def test_a_vertical_chip_that_is_too_high_gives_a_warning() -> None:
    chips = net2fig.chip(gallery("densenet121"), vertical=True, detail="layers", size="l")
    assert [notice.code for notice in chips.warnings] == ["too-high"]


def test_vertical_chips_are_columns_of_the_table() -> None:
    models = [gallery(name) for name in ("vgg16", "resnet50", "unet")]
    chips = net2fig.chip(models, names=["A", "B", "C"], vertical=True)
    names = {item.string: item.at for item, _ in chips.scene.walk() if isinstance(item, Text)}
    assert names["A"].x < names["B"].x < names["C"].x
    assert names["A"].y == names["B"].y == names["C"].y < names["Params"].y
    assert "138.4 M" in names
    assert chips.scene.size.width <= 234


def test_columns_that_do_not_fit_are_in_a_band_below() -> None:
    models = [gallery(name) for name in ("vgg16", "resnet50", "unet")] * 8
    chips = net2fig.chip(models, vertical=True)
    heads = [item for item, _ in chips.scene.walk() if isinstance(item, Text)]
    assert sum(text.string == "Model" for text in heads) > 1
    assert len(chips.pages) > 1
    assert all(page.size.height <= 648 for page in chips.pages)
    assert all(page.size.width <= 234 for page in chips.pages)


def test_an_unknown_level_is_an_error() -> None:
    with pytest.raises(UsageError, match="unknown level of detail: 'block'"):
        net2fig.chip(gallery("vgg16"), detail="block")


def test_an_option_that_chips_do_not_have_is_reported_with_those_they_have() -> None:
    with pytest.raises(Net2figError, match="^unknown option: 'colums'") as caught:
        net2fig.chip(gallery("vgg16"), colums=["params"])  # type: ignore[call-arg]
    assert "did you mean 'columns'?" in caught.value.lines()[-1]
