"""Each check of a run: a run that it finds, and runs that it does not."""

from __future__ import annotations

import re

import pytest

from net2fig.checks.finding import Settings
from net2fig.checks.pipeline import find_faults
from net2fig.pins import NOTE
from tests.checks.nets import HEALTHY_RUNS, RUNS, chain, dense, run

NETWORK = chain(dense(8, "relu"), dense(8, "relu"), dense(10, "softmax"))


@pytest.mark.parametrize("sort", RUNS, ids="-".join)
def test_a_fault_is_found(sort: tuple[str, str]) -> None:
    found = find_faults(NETWORK, RUNS[sort])
    each = next(each for each in found if (each.code, each.case) == sort)
    assert each.layer in NETWORK
    assert repr(each.layer) in each.message
    assert re.search(r"\d", each.message.replace(each.layer, ""))
    assert not any("{" in value for _, value in each.pin.card)
    assert each.tier != NOTE


@pytest.mark.parametrize("number", range(len(HEALTHY_RUNS)))
def test_nothing_is_found_in_a_healthy_run(number: int) -> None:
    assert find_faults(NETWORK, HEALTHY_RUNS[number]) == ()


def test_the_first_layer_in_the_order_of_the_network_is_told() -> None:
    found = find_faults(NETWORK, RUNS["not-finite", "layer"])
    assert [each.layer for each in found] == ["dense_0"]


def test_a_threshold_is_the_user_s() -> None:
    assert find_faults(NETWORK, RUNS["dead", ""], Settings({"dead": 0.7})) == ()


def test_two_accuracies_of_a_model_that_guesses_are_no_fault() -> None:
    guessing = run(loss=[2.34, *[2.31] * 7], accuracy=[0.1] * 8, val_accuracy=[0.17] * 8)
    assert "too-good" not in {each.code for each in find_faults(NETWORK, guessing)}
