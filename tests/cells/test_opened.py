"""`[[open]]`: the inside of layers beneath the figure of their network."""

from __future__ import annotations

from pathlib import Path

import pytest

import net2fig
from net2fig.data.template import template_names
from net2fig.errors import ModelError, UsageProblemsError
from net2fig.figure import Figure
from net2fig.laws import find_breaches
from net2fig.laws.cells.graph import find_cell_breaches
from net2fig.scene import Text
from tests.cells.nets import CASES, RECURRENT, draw_case, list_wirings, save_case
from tests.conftest import keras_layer, keras_model, save_keras


def draw_open(path: Path, *names: str, **options: object) -> Figure:
    opened = [{"layer": name} for name in names]
    return net2fig.draw(path, open=opened, **options)  # type: ignore[arg-type]


def texts(figure: Figure) -> list[str]:
    return [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]


@pytest.mark.parametrize("case", ["lstm", "gru", "bidirectional", "causal heads", "conv lstm"])
def test_no_law_is_broken(case: str, tmp_path: Path) -> None:
    path = save_case(tmp_path, case)
    for template in template_names():
        figure = draw_open(path, "it", template=template)
        assert find_breaches(figure.scene, figure.outline, figure.page) == []


def test_the_figure_above_is_the_same(tmp_path: Path) -> None:
    path = save_case(tmp_path, "lstm")
    plain, opened = net2fig.draw(path), draw_open(path, "it")
    assert opened.scene.size.height > plain.scene.size.height + 100
    assert texts(opened)[: len(texts(plain))] == texts(plain)
    assert "LSTM =" in texts(opened)
    assert "c_t = f_t ◦ c_{t−1} + i_t ◦ g_t" in opened.alt


def test_every_line_of_the_cell_is_drawn(tmp_path: Path) -> None:
    figure = draw_open(save_case(tmp_path, "gru"), "it", legend=False)
    wirings = list_wirings(draw_case(tmp_path, "gru").cell, "it/")
    assert find_cell_breaches(figure.scene, wirings, figure.page) == []


def two_layers(folder: Path) -> Path:
    layers = [
        keras_layer("InputLayer", "x", batch_shape=[None, 50, 8]),
        keras_layer("LSTM", "one", "x", **RECURRENT),
        keras_layer("LSTM", "two", "one", **RECURRENT),
    ]
    return save_keras(folder / "net.keras", keras_model(layers, "x", "two"))


def test_one_of_several_is_named(tmp_path: Path) -> None:
    assert "LSTM (two) =" in texts(draw_open(two_layers(tmp_path), "two"))


def test_the_grouping_file_opens_layers(tmp_path: Path) -> None:
    path = save_case(tmp_path, "lstm")
    (tmp_path / "net2fig.toml").write_text('[[open]]\nlayer = "it"\n')
    assert "LSTM =" in texts(net2fig.draw(path))


def test_an_entry_without_a_layer_is_told(tmp_path: Path) -> None:
    path = save_case(tmp_path, "lstm")
    (tmp_path / "net2fig.toml").write_text('[[open]]\nname = "it"\n')
    with pytest.raises(UsageProblemsError, match="open"):
        net2fig.draw(path)


def test_a_layer_without_a_cell_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="unsupported cell: 'x' of class InputLayer"):
        draw_open(save_case(tmp_path, "lstm"), "x")


def test_every_case_opens(tmp_path: Path) -> None:
    for case in CASES:
        figure = draw_open(save_case(tmp_path, case), "it")
        assert any(text.endswith(" =") for text in texts(figure)), case
