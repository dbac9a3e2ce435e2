"""Parameters of the forty applications, those that are trained apart, against Keras."""

from __future__ import annotations

import json
from typing import Any

import pytest

from net2fig.data.grammar import load_grammar
from net2fig.rules.facts import compute_facts
from tests.applications import NAMES, application
from tests.conftest import ROOT

COUNTS: dict[str, list[int]] = json.loads(
    (ROOT / "tests" / "data" / "applications" / "parameters.json").read_text()
)
"""By name: `count_params()` of Keras, and how many of them are trained."""


def test_every_application_is_counted() -> None:
    assert sorted(COUNTS) == NAMES
    assert len(NAMES) == 40


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_keras(name: str) -> None:
    facts = compute_facts(application(name), load_grammar(), ())
    assert [facts.params, facts.trainable] == COUNTS[name]


SMALL = ("MobileNetV3Small", "ResNet50V2", "VGG16")


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_the_counts_are_those_of_this_keras(name: str) -> None:
    import keras

    build: Any = getattr(keras.applications, name)
    model = build(weights=None)
    trained = sum(int(keras.ops.size(weight)) for weight in model.trainable_weights)
    assert [model.count_params(), trained] == COUNTS[name]
