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
def find_nested_models():
    return json.loads(FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def describe_error(find_nested_models):
    """What Keras says now."""
    return json.loads(text(generated(find_nested_models)))


@pytest.mark.keras
def test_signatures_and_defaults_are_those_of_keras(find_nested_models, describe_error):
    assert differences(describe_error, find_nested_models) == []


@pytest.mark.keras
def test_a_wrong_default_would_be_seen(find_nested_models, describe_error):
    wrong = copy.deepcopy(find_nested_models)
    wrong["layers"]["BatchNormalization"]["parameters"]["momentum"] = [0.9]
    assert differences(describe_error, wrong) == [
        ".layers.BatchNormalization.parameters.momentum[0]: 0.99 is not 0.9"
    ]


def test_the_file_keeps_to_its_schema(find_nested_models):
    assert list(find_problems(find_nested_models, load_schema("keras"), "keras.json")) == []
    wrong = {**find_nested_models, "recorded": "Dense"}
    assert len(list(find_problems(wrong, load_schema("keras"), "keras.json"))) == 1


def test_the_file_is_written_as_the_script_writes_it(find_nested_models):
    assert FILE.read_text("utf-8") == text(find_nested_models)


def test_every_argument_of_a_recorded_layer_has_a_kind(find_nested_models):
    kinds = find_nested_models["kinds"]
    missing = [
        f"{name}.{key}"
        for name, layer in find_nested_models["layers"].items()
        for key in layer["parameters"]
        if kinds.get(f"{name}.{key}", kinds.get(key)) not in {*KINDS, "own"}
        and key not in ("name", "dtype")
    ]
    assert missing == []
