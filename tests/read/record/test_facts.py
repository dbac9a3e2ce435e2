"""What is known of Keras is what the installed Keras says of itself."""

from __future__ import annotations

import copy
import json

import pytest

from net2fig.data.schema import find_problems, load_schema
from net2fig.read.record.layers.values import KINDS
from tests.read.record.generate import FILE, generated, text
from tests.read.record.readers import differences


@pytest.fixture(scope="module")
def known():
    return json.loads(FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def stated(known):
    """What Keras says now."""
    return json.loads(text(generated(known)))


@pytest.mark.keras
def test_signatures_and_defaults_are_those_of_keras(known, stated):
    assert differences(stated, known) == []


@pytest.mark.keras
def test_a_planted_wrong_default_is_detected(known, stated):
    wrong = copy.deepcopy(known)
    wrong["layers"]["BatchNormalization"]["parameters"]["momentum"] = [0.9]
    assert differences(stated, wrong) == [
        ".layers.BatchNormalization.parameters.momentum[0]: 0.99 is not 0.9"
    ]


def test_the_file_matches_its_schema(known):
    assert list(find_problems(known, load_schema("keras"), "keras.json")) == []
    wrong = {**known, "recorded": "Dense"}
    assert len(list(find_problems(wrong, load_schema("keras"), "keras.json"))) == 1


def test_the_file_is_written_as_the_script_writes_it(known):
    assert FILE.read_text("utf-8") == text(known)


def test_every_argument_of_a_recorded_layer_has_a_kind(known):
    kinds = known["kinds"]
    missing = [
        f"{name}.{key}"
        for name, layer in known["layers"].items()
        for key in layer["parameters"]
        if kinds.get(f"{name}.{key}", kinds.get(key)) not in {*KINDS, "own"}
        and key not in ("name", "dtype")
    ]
    assert missing == []
