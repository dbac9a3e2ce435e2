"""Each check of a network: a network that it finds, and networks that it does not."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from net2fig.checks.finding import Settings, load_catalogue
from net2fig.checks.pipeline import find_faults
from net2fig.network import Loss, Network, Training
from net2fig.pins import NOTE, TIERS
from net2fig.read import load
from tests.applications import NAMES, SAMPLE, application
from tests.checks.nets import FAULTY, HEALTHY, RUNS, chain, classes, dense
from tests.conftest import ROOT

FOLDERS = ("gallery/models", "docs/models")
DRAWN = sorted(path for name in FOLDERS for path in (ROOT / name).glob("*.network.json"))

MEMORY = 100 * 2**20
"""The memory that the checks of these tests assume, in bytes."""


def sorts(
    network: Network, *, notes: bool = True, memory: float | None = None
) -> list[tuple[str, str]]:
    settings = Settings(notes=notes)
    found = find_faults(network, settings=settings, batch=8, memory=memory)
    return [(each.code, each.case) for each in found]


@pytest.mark.parametrize("sort", FAULTY, ids="-".join)
def test_a_fault_is_found(sort: tuple[str, str]) -> None:
    assert sort in sorts(FAULTY[sort], memory=MEMORY)


@pytest.mark.parametrize("number", range(len(HEALTHY)))
def test_nothing_is_found_in_a_healthy_network(number: int) -> None:
    assert sorts(HEALTHY[number], notes=False) == []


def test_every_condition_has_a_network_or_a_run() -> None:
    known = {(case.code, case.case) for case in load_catalogue().check}
    assert known == {*FAULTY, *RUNS}


@pytest.mark.parametrize("sort", FAULTY, ids="-".join)
def test_a_finding_names_a_layer_a_number_and_what_to_do(sort: tuple[str, str]) -> None:
    network = FAULTY[sort]
    found = find_faults(network, settings=Settings(notes=True), batch=8, memory=MEMORY)
    each = next(each for each in found if (each.code, each.case) == sort)
    assert each.layer in network
    assert repr(each.layer) in each.message
    assert re.search(r"\d", each.message.replace(each.layer, ""))
    assert each.action
    assert not any("{" in value for _, value in each.pin.card)
    if each.tier != NOTE:
        word = "cannot|none of|has no" if each.tier == "error" else r"\bmay\b"
        assert re.search(word, each.message), each.message


def test_the_texts_agree_with_their_schema() -> None:
    for case in load_catalogue().check:
        assert case.tier in TIERS
        assert case.causes
        assert not case.message.endswith(".")


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=() if name in SAMPLE else pytest.mark.slow) for name in NAMES
])  # fmt: skip
def test_the_applications_have_neither_errors_nor_warnings(name: str) -> None:
    network = application(name)
    assert sorts(network, notes=False) == []
    compiled = replace(network, training=classes(rate=1e-3))
    assert sorts(compiled, notes=False) == []


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name.partition(".")[0])
def test_the_gallery_has_no_errors(path) -> None:
    found = find_faults(load(path.read_text("utf-8")), settings=Settings(notes=True))
    assert [each.message for each in found if each.tier == "error"] == []


def test_what_is_ignored_is_not_found() -> None:
    network = FAULTY["softmax-of-one", ""]
    assert find_faults(network, settings=Settings(ignore=frozenset({"softmax-of-one"}))) == ()


def test_a_threshold_is_the_user_s() -> None:
    network = FAULTY["high-dropout", ""]
    assert find_faults(network, settings=Settings({"high-dropout": 0.9})) == ()


def test_errors_come_first() -> None:
    network = chain(dense(8), dense(8), dense(1, "softmax"))
    found = find_faults(network)
    assert [TIERS.index(each.tier) for each in found] == [0, 1, 1, 1]


def test_an_output_is_checked_with_its_own_loss() -> None:
    training = Training(losses=(Loss("categorical_crossentropy", "other"),))
    assert find_faults(chain(dense(4, "relu"), dense(3), training=training)) == ()
