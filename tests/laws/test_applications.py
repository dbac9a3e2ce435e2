"""The laws hold on the forty `keras.applications`, and the eight questions are answered."""

from __future__ import annotations

from functools import cache

import pytest

from net2fig.data.template import load_template
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.read import read
from tests.applications import NAMES, SAMPLE, application
from tests.laws.questions import differing

WIDTHS = (495.0, 234.0)

sampled_first = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.slow) for name in NAMES],
)


@cache
def draw_application(name: str, width: float) -> Figure:
    return draw(application(name), template="cvpr", width=width)


def test_there_are_forty() -> None:
    assert len(NAMES) == 40
    assert set(SAMPLE) < set(NAMES)


@pytest.mark.parametrize("width", WIDTHS)
@sampled_first
def test_the_applications_break_no_law(name: str, width: float) -> None:
    figure = draw_application(name, width)
    template = resolve_page(Options(template="cvpr", width=width))
    assert [str(one) for one in find_breaches(figure.scene, figure.outline, template)] == []
    assert figure.report["rows"] <= 3


@pytest.mark.parametrize("width", WIDTHS)
@sampled_first
def test_the_applications_in_volumes_break_no_law(name: str, width: float) -> None:
    figure = draw(application(name), template="cvpr", width=width, glyphs="volumes")
    template = resolve_page(Options(template="cvpr", width=width))
    assert [str(one) for one in find_breaches(figure.scene, figure.outline, template)] == []
    assert figure.warnings == ()
    assert figure.report["rows"] <= 3


@pytest.mark.parametrize("width", WIDTHS)
@sampled_first
def test_the_questions_are_answered_from_the_figure(name: str, width: float) -> None:
    figure = draw_application(name, width)
    assert differing(figure, figure.to_bytes("svg")) == {}


@pytest.mark.parametrize("name", ["MobileNet", "ResNet50", "Xception"])
def test_all_layers_in_rows_break_no_law_and_answer_the_questions(name: str) -> None:
    figure = draw(application(name), template="cvpr", detail="layers")
    assert figure.report["rows"] > 1
    breaches = find_breaches(figure.scene, figure.outline, load_template("cvpr"))
    assert [str(one) for one in breaches] == []
    assert differing(figure, figure.to_bytes("svg")) == {}


def test_a_bracket_counts_for_the_convolutions() -> None:
    figure = draw(application("MobileNet"), template="cvpr", detail="layers")
    assert [bracket.count for bracket in figure.outline.brackets] == [5]
    other = figure.to_bytes("svg").replace("×5</text>".encode(), "×6</text>".encode())
    assert differing(figure, other) == {"convolutions": (28, 30)}


@pytest.mark.keras
@pytest.mark.parametrize("name", ["MobileNetV3Small", "ResNet50V2"])
def test_what_is_frozen_is_what_keras_builds(name: str) -> None:
    import keras

    keras.backend.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    built, frozen = read(model), application(name)
    assert [layer.id for layer in built.layers] == [layer.id for layer in frozen.layers]
    for one, two in zip(built.layers, frozen.layers, strict=True):
        assert (one.class_name, one.outputs, one.params) == (
            two.class_name,
            two.outputs,
            two.params,
        )
    assert built.edges == frozen.edges
