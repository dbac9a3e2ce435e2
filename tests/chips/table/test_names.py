"""How models are called in a table, and what else means them: metrics, curves, keys of LaTeX."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import net2fig
from net2fig.chips.strip.model import split_name
from net2fig.chips.table.names import RowNames
from net2fig.errors import UsageError
from tests.chips.conftest import gallery, network


@pytest.fixture
def alike(tmp_path: Path) -> list[str]:
    """Two files of models that call themselves "lenet5", and one of another."""
    paths = [tmp_path / f"{name}.json" for name in ("deep", "shallow", "own")]
    for path, model in zip(paths, ("lenet5", "lenet5", "vgg16"), strict=True):
        shutil.copy(gallery(model), path)
    return [str(path) for path in paths]


def names(chips: net2fig.chips.Chips) -> list[str]:
    """Return what the rows of a table are called."""
    return [model["name"] for model in chips.report["models"]]


def codes(chips: net2fig.chips.Chips) -> list[str]:
    """Return the codes of the warnings."""
    return [notice.code for notice in chips.warnings]


def test_models_with_one_name_get_the_names_of_their_files(alike: list[str]) -> None:
    assert names(net2fig.chip(alike)) == ["deep", "shallow", "vgg16"]
    assert names(net2fig.chip(alike, names=["A", None, None])) == ["A", "lenet5", "vgg16"]
    assert names(net2fig.chip(alike[:2], names=["lenet5"])) == ["lenet5", "shallow"]


def test_files_with_one_name_get_the_names_of_their_folders(tmp_path: Path) -> None:
    paths = [tmp_path / run / "model.json" for run in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        shutil.copy(gallery("lenet5"), path)
    assert names(net2fig.chip(paths)) == ["one/model", "two/model"]


def test_models_without_files_are_numbered() -> None:
    model = network("lenet5")
    assert names(net2fig.chip([model, model])) == ["lenet5", "lenet5 (2)"]
    own = replace(model, name="lenet5 (2)")
    assert len(set(names(net2fig.chip([model, own, model])))) == 3


def test_an_ambiguous_name_is_no_row() -> None:
    called = RowNames({"a": ("unet", "A.h5"), "b": ("unet", "b.h5"), "A": ("other",)})
    assert [called.find_row(word) for word in ("a", "A", "B", "unet", "a.h5", "x")] == [
        *("a", "A", "b", None, "a", None)
    ]


@pytest.mark.parametrize("row", ["own", "OWN", "own.json", "vgg16"])
def test_metrics_may_call_a_model_by_its_file(row: str, alike: list[str], tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(f"model,Dice\ndeep,0.7\nshallow,0.8\n{row},0.9\n")
    chips = net2fig.chip(alike, metrics=file)
    assert [r.metrics["Dice"] for r in chips.material.rows] == ["0.7", "0.8", "0.9"]
    assert "unmatched-metrics" not in codes(chips)


def test_rows_without_metrics_and_metrics_without_a_row_give_a_warning(
    alike: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "results.csv"
    file.write_text("model,Dice\ndeep,0.7\nbogus,0.8\n")
    (notice,) = (n for n in net2fig.chip(alike, metrics=file).warnings if "metrics" in n.code)
    assert "no row for 'shallow' and 'vgg16'; rows of no model: 'bogus'" in notice.text
    file.write_text("model,Dice\nbogus,0.8\n")
    with pytest.raises(UsageError, match="has no row of 'deep', 'shallow' and 'vgg16'") as error:
        net2fig.chip(alike, metrics=file)
    assert error.value.hint == "its rows are 'bogus'"


def test_curves_and_the_reference_may_be_called_by_the_file(
    alike: list[str], tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text("epoch,loss\n0,2.0\n1,1.0\n")
    chips = net2fig.chip(alike, curves=tmp_path / "*.csv", reference="own")
    assert "missing-curves" in codes(chips)
    assert chips.material.reference.model.name == "vgg16"
    one = net2fig.chip(alike, curve={"own": tmp_path / "own.csv"})
    assert "missing-curves" not in codes(one)


def test_a_chip_in_the_text_may_be_called_by_its_file(alike: list[str]) -> None:
    text = net2fig.chip(alike).to_bytes("sty").decode()
    assert "\\def\\nettofig@keys{deep, shallow, vgg16}" in text
    assert "own                  as vgg16" in text
    assert "picture own\\endcsname{%\n  \\csname nettofig picture vgg16" in text
    assert "lenet5" not in text
    assert "/" not in text.partition("\\NeedsTeX")[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metrics": "nofile.csv"}, "missing file: 'nofile.csv' in --metrics"),
        ({"curves": "nologs"}, "missing folder: 'nologs' in --curves"),
        ({"reference": "x"}, "unknown model: 'x' in --reference"),
        ({"columns": ["parms"]}, "unknown column: 'parms'"),
        ({"curve_column": "loss"}, "missing option: '--curve' or '--curves'"),
        ({"table": False, "sort": "params"}, "unsupported option: 'sort' without a table"),
    ],
)
def test_options_of_tables_are_checked_for_one_model(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        net2fig.chip(gallery("lenet5"), **options)
    assert message in str(error.value)


def test_one_model_with_a_column_is_a_table() -> None:
    chips = net2fig.chip(gallery("lenet5"), columns=["params", "depth"])
    assert [column.title for column in chips.material.columns] == ["Params", "Depth"]


def test_a_name_before_a_model_may_hold_any_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("a.keras", "r=2.keras", "model.py"):
        Path(file).touch()
    assert split_name("Ours (L=5)=a.keras") == ("Ours (L=5)", "a.keras")
    assert split_name("Ours (L=5)=r=2.keras") == ("Ours (L=5)", "r=2.keras")
    assert split_name("r=2.keras") == (None, "r=2.keras")
    assert split_name("x=1, y=2=gone.keras") == ("x=1, y=2", "gone.keras")
    assert split_name("(L=5)=model.py:build(depth=4)") == ("(L=5)", "model.py:build(depth=4)")
    assert split_name("gone.py:build(depth=4)") == (None, "gone.py:build(depth=4)")
    assert split_name("A=gone:build(depth=4)") == ("A", "gone:build(depth=4)")


def test_layers_with_unknown_parameters_give_a_warning() -> None:
    known = network("lenet5")
    first, layer, *rest = known.layers
    strange = replace(known, layers=(first, replace(layer, params=None), *rest))
    chips = net2fig.chip([strange, gallery("vgg16")])
    (warning,) = (notice for notice in chips.warnings if notice.code == "uncounted")
    assert f"for those of {layer.id!r} ({layer.class_name}) are not" in warning.text
    assert "uncounted" not in codes(net2fig.chip([strange, known], columns=["depth"]))
