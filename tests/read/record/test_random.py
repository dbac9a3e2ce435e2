"""Random networks: the recorder says what Keras says, or nothing."""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings

from net2fig.read.keras.live import read_live
from net2fig.read.native import dump
from net2fig.read.record import Declined, install
from net2fig.read.record.stand_ins.modules import ROOTS, Finder
from net2fig.read.script.sandbox.no_training import Sandbox
from tests.read.record.plans import follow, plans
from tests.read.record.readers import differences

SEEN = Counter()


@contextmanager
def stand_ins():
    """Put the stand-ins into the place of Keras for a while."""
    real = {name: sys.modules[name] for name in [*sys.modules] if name.split(".")[0] in ROOTS}
    for name in real:
        del sys.modules[name]
    try:
        install(Sandbox(), forced=True)
        import keras

        yield keras
    finally:
        sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
        for name in [name for name in sys.modules if name.split(".")[0] in ROOTS]:
            del sys.modules[name]
        sys.modules.update(real)


def recorded(plan):
    """Return what the recorder says of a plan; None where it declines."""
    with stand_ins() as keras:
        try:
            return json.loads(dump(read_live(follow(plan, keras))))
        except Declined:
            return None


def executed(plan):
    """Return what Keras says of a plan; None where it refuses."""
    import keras

    keras.utils.clear_session()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = follow(plan, keras)
    except Exception:  # noqa: BLE001  (whatever Keras refuses, and however)
        return None
    return json.loads(dump(read_live(model)))


@pytest.mark.keras
@given(plans())
@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_recorder_returns_the_same_network_as_keras(plan):
    one = recorded(plan)
    if one is None:
        SEEN["declined"] += 1
        return
    SEEN["recorded"] += 1
    other = executed(plan)
    assert other is not None, "Keras refuses what was recorded"
    assert differences(one, other) == []


@pytest.mark.keras
def test_most_random_models_are_recorded():
    assert SEEN["recorded"] >= 30
