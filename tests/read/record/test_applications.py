"""All forty `keras.applications`, recorded from Keras' own sources, against what Keras saved."""

from __future__ import annotations

import json

import pytest

from net2fig.read.native import dump
from tests.applications import NAMES, SAMPLE, application
from tests.read.record.readers import differences, recorded

EACH = [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@pytest.mark.keras
@pytest.mark.parametrize("name", EACH)
def test_an_application_is_recorded_as_keras_saves_it(name):
    target = f"keras.applications:{name}(weights=None)"
    one = recorded([target])[target]["network"]
    other = json.loads(dump(application(name)))
    for data in (one, other):
        for key in ("reader", "source", "name", "notices"):
            data.pop(key, None)
    assert differences(one, other) == []
