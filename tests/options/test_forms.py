"""What the command takes as a text, a call takes too; tracebacks end at the caller."""

from __future__ import annotations

import traceback
import warnings
from pathlib import Path
from typing import Any

import pytest

import net2fig
from net2fig.errors import Net2figWarning, UsageError
from net2fig.options.option import FIGURE
from net2fig.options.signature import convert_arguments
from net2fig.options.sources import list_grouping_files
from tests.conftest import ROOT

UNET = ROOT / "gallery" / "models" / "unet.network.json"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("hide", "Dropout, Add", ["Dropout", "Add"]),
        ("hide", ["a,b"], ["a,b"]),
        ("labels", "kernel,no-features", {"kernel": True, "features": False}),
        ("labels", ["kernel", "resolution=all"], {"kernel": True, "resolution": "all"}),
        ("labels", {"kernel": True}, {"kernel": True}),
        ("group", "A = Conv2D > Add", [{"name": "A", "match": "Conv2D > Add"}]),
        ("group", {"A": ["B", "C"]}, [{"name": "A", "match": ["B", "C"]}]),
        ("sample", "image=cat.png", {"image": "cat.png"}),
        ("part", "a -> b", ["a -> b"]),
        ("input_shape", "3x3", "3x3"),
        ("template", "cvpr", "cvpr"),
        ("nothing", 1, 1),
    ],
)
def test_a_call_takes_what_the_command_takes(name: str, value: Any, expected: Any) -> None:
    assert convert_arguments({name: value}, FIGURE) == {name: expected}


def test_a_text_without_a_name_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="'Conv2D' in argument group"):
        net2fig.draw(UNET, group="Conv2D")


def test_a_traceback_ends_at_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def count_frames() -> int:
        with pytest.raises(UsageError) as caught:
            net2fig.draw(UNET, template="cvrp")
        assert caught.value.__notes__ == ["hint: did you mean 'cvpr'?"]
        frames = traceback.extract_tb(caught.value.__traceback__)
        return sum("net2fig/" in Path(frame.filename).as_posix() for frame in frames)

    assert count_frames() <= 1
    monkeypatch.setenv("NET2FIG_DEBUG", "1")
    assert count_frames() > 1


def test_a_warning_is_issued_at_the_line_of_the_caller() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net2fig.draw(UNET, hide="Droput")
    (warning,) = caught
    assert warning.category is Net2figWarning
    assert warning.filename == __file__


def test_a_model_has_a_grouping_file_of_its_own(tmp_path: Path) -> None:
    model = tmp_path / "unet.network.json"
    model.write_bytes(UNET.read_bytes())
    names = [path.name for path in list_grouping_files(model)]
    assert names == ["unet.net2fig.toml", "unet.network.net2fig.toml", "net2fig.toml"]
    (tmp_path / "net2fig.toml").write_text("palette = 'grey'")
    assert net2fig.draw(model).options.palette == "grey"
    (tmp_path / "unet.net2fig.toml").write_text("palette = 'okabe-ito'")
    assert net2fig.draw(model).options.palette == "okabe-ito"


def test_a_part_begins_and_ends_at_names() -> None:
    figure = net2fig.draw(UNET, start="conv2d_4", until="max_pooling2d_3")
    assert [layer.name for layer in figure.network.layers][1] == "conv2d_4"
    assert "max_pooling2d_3" in {port.name for port in figure.network.outputs}
    assert "conv2d_10" not in figure.network


def test_the_resolution_of_pixels_is_an_option() -> None:
    data = [net2fig.draw(UNET, dpi=dpi).to_bytes("png") for dpi in (None, 150, "150")]
    widths = [int.from_bytes(each[16:20], "big") for each in data]
    assert widths[1] == widths[2] == pytest.approx(widths[0] / 2, abs=2)


@pytest.mark.parametrize("text", ["[sample]\nmono = true", '[style.Conv2D]\nhide = ["Dropout"]'])
def test_an_option_at_the_end_of_a_file_is_hinted_at(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        net2fig.draw(UNET, config=tmp_path / "a.toml")
    assert caught.value.__notes__[0].endswith("write it above the first [table]")
