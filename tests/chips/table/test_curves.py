"""Training curves: read from logs, drawn on one scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import net2fig
from net2fig.chips.table.curves import read_curves
from net2fig.chips.table.names import RowNames
from net2fig.errors import UsageError
from net2fig.scene import Group, Line, Move, Text
from net2fig.scene import Path as Strokes
from tests.chips.conftest import gallery

LOG = "epoch,loss,val_loss\n0,2.0,4.0\n1,1.0,2.0\n2,nan,\n3,0.5,1.0\n"
OTHER = "epoch;loss\n0;3.0\n1;1.5\n"
BOTH = ["lenet5", "vgg16"]
MODELS = RowNames(dict.fromkeys(BOTH, ()))


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "lenet5.csv").write_text(LOG)
    (tmp_path / "VGG16.log").write_text(OTHER)
    (tmp_path / "other.csv").write_text(LOG)
    return tmp_path


def test_a_log_of_keras_is_read(logs: Path) -> None:
    curves = read_curves([f"lenet5={logs / 'lenet5.csv'}"], None, None, MODELS)
    assert curves.name == "val_loss"
    assert curves.rows is not None
    assert curves.rows["lenet5"].points == ((0.0, 4.0), (1.0, 2.0), (3.0, 1.0))
    assert curves.scale_points("lenet5") == ((0.0, 1.0), (pytest.approx(1 / 3),) * 2, (1.0, 0.0))
    assert curves.scale_points("vgg16") == ()


def test_the_default_quantity_is_one_that_all_logs_have(logs: Path) -> None:
    curves = read_curves([], logs, None, MODELS)
    assert curves.name == "loss"
    assert (curves.values, curves.epochs) == ((0.5, 3.0), (0.0, 3.0))
    assert curves.scale_points("vgg16")[0] == (0.0, 1.0)


def test_files_may_be_named_by_a_pattern(logs: Path) -> None:
    curves = read_curves([], str(logs / "*.log"), None, MODELS)
    assert list(curves.rows or {}) == ["vgg16"]


def test_another_quantity_may_be_drawn(logs: Path) -> None:
    curves = read_curves([f"lenet5={logs / 'lenet5.csv'}"], None, "loss", MODELS)
    assert curves.values == (0.5, 2.0)


def test_a_curve_that_does_not_change_is_in_the_middle() -> None:
    curves = read_curves({"lenet5": {"loss": [1.0, 1.0]}}, None, None, MODELS)
    assert curves.scale_points("lenet5") == ((0.0, 0.5), (1.0, 0.5))


def table(**arguments: Any) -> net2fig.Chips:
    return net2fig.chip([gallery("lenet5"), gallery("vgg16")], names=BOTH, **arguments)


def test_curves_are_drawn_in_a_column_and_the_small_print_has_their_scale(logs: Path) -> None:
    chips = table(curve=[f"lenet5={logs / 'lenet5.csv'}"])
    sparks = [i for i, _ in chips.scene.walk() if isinstance(i, Group) and "spark" in i.classes]
    line = next(i for i in sparks[0].items if isinstance(i, Strokes) and "curve" in i.classes)
    ys = [c.to.y for c in line.commands if isinstance(c, Move | Line)]
    assert len(sparks) == 1
    assert ys == sorted(ys)
    texts = [item.string for item, _ in chips.scene.walk() if isinstance(item, Text)]
    assert "Curves: val_loss from 1 to 4, epochs 0 to 3, one scale for all." in texts
    assert texts.count("val_loss") == 1


@pytest.mark.parametrize("vertical", [False, True])
def test_a_curve_has_a_description(vertical: bool, logs: Path) -> None:
    chips = table(curve=[f"lenet5={logs / 'lenet5.csv'}"], vertical=vertical)
    (spark,) = (i for i, _ in chips.scene.walk() if isinstance(i, Group) and "spark" in i.classes)
    assert spark.title == "val_loss: 4 to 1"


def test_curves_have_the_place_of_their_column(logs: Path) -> None:
    chips = table(curves=logs, columns=["depth", "curve", "layers"])
    heads = [i.string for i, _ in chips.scene.walk() if isinstance(i, Text) and i.bold]
    assert heads == ["Model", "Architecture", "Depth", "loss", "Layers"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"curve": ["lenet5"]}, "invalid curve: 'lenet5' in --curve"),
        ({"curve": ["lenet=x.csv"]}, "unknown model: 'lenet' in --curve"),
        ({"curve": ["lenet5=x.csv"]}, "missing file: 'x.csv' in --curve"),
        ({"curves": "nowhere"}, "missing folder: 'nowhere' in --curves"),
        ({"curves": "nowhere/*.csv"}, "missing curves: 'nowhere/*.csv' in --curves has none of"),
        ({"curve": {"lenet5": {"loss": ["x"]}}}, "invalid curve: 'loss' of 'lenet5'"),
        (
            {"curve": {"lenet5": {"loss": [1]}}, "curve_column": "los"},
            "unknown column: 'los' in --curve-column",
        ),
        (
            {"curve": {"lenet5": {"a": [1]}, "vgg16": {"b": [1]}}},
            "missing column: curve, curve have none in common",
        ),
    ],
)
def test_invalid_curves_are_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        net2fig.chip([gallery("lenet5"), gallery("vgg16")], names=BOTH, **arguments)
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["", "epoch,loss\n", "\xff\xfe"])
def test_a_file_that_is_no_log_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"invalid file: 'a\.csv' in --curve"):
        read_curves([f"vgg16={tmp_path / 'a.csv'}"], None, None, MODELS)
