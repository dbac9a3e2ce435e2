"""Graphs that are denser than any network: drawn in bounded work, lawful or told."""

from __future__ import annotations

import random
import time

import pytest

from net2fig.compose import trials
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.network import Network
from tests.group.nets import Builder, resnet


def complete(count: int) -> Network:
    """Return a chain in which each layer reads all before it."""
    net = Builder()
    tensors = [net.input(32, 32, 8)]
    for _ in range(count):
        source = tensors[0] if len(tensors) == 1 else net.merge("Add", *tensors)
        tensors.append(net.conv(source, 8))
    return net.network(tensors[-1])


def grid(side: int) -> Network:
    """Return a grid of merges."""
    net = Builder()
    start = net.input(32, 32, 8)
    row: list[str] = []
    for _ in range(side):
        above, row = row, []
        for place in range(side):
            sources = [*above[place : place + 1], *row[-1:]]
            if len(sources) > 1:
                row.append(net.merge("Add", *sources))
            else:
                row.append(net.conv(sources[0] if sources else start, 8))
    return net.network(row[-1])


def entangled(count: int, seed: int = 0) -> Network:
    """Return a random graph in which a tensor may be read from anywhere."""
    rng, net = random.Random(seed), Builder()  # noqa: S311
    tensors = [net.input(32, 32, 8)]
    read: set[str] = set()
    for _ in range(count):
        sources = rng.sample(tensors, min(rng.choice([1, 1, 2, 3]), len(tensors)))
        read.update(sources)
        one = len(sources) == 1
        tensors.append(net.conv(sources[0], 8) if one else net.merge("Add", *sources))
    rest = [each for each in tensors[1:] if each not in read]
    return net.network(net.merge("Add", *rest, tensors[0]))


CASES = {
    "complete": complete(60),
    "grid": grid(12),
    "entangled": entangled(120),
}


@pytest.mark.parametrize("name", CASES)
def test_a_dense_graph_is_drawn_and_breaks_no_law(name: str) -> None:
    start = time.process_time()
    figure = draw(CASES[name])
    # Before, each took a minute at least: ten seconds are enough for any machine.
    assert time.process_time() - start < 10
    breaches = find_breaches(figure.scene, figure.outline, figure.page)
    laws = {breach.law for breach in breaches}
    # In a heap of lines, dot may find an order with fewer crossings.
    assert laws <= ({"L5"} if name == "entangled" else set()), breaches[:3]


def is_bounded(figure: Figure) -> bool:
    return "bounded-layout" in {notice.code for notice in figure.warnings}


def test_where_not_all_is_tried_the_figure_is_right_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = draw(CASES["entangled"])
    assert not is_bounded(plain)
    for name, value in (("EFFORT", 0), ("FREE", 0)):
        monkeypatch.setattr(trials, name, value)
    figure = draw(CASES["entangled"])
    assert is_bounded(figure)
    (notice,) = [each for each in figure.warnings if each.code == "bounded-layout"]
    assert notice.text.startswith("the network is too large to try every way to draw it: this is")
    breaches = find_breaches(figure.scene, figure.outline, figure.page)
    assert {breach.law for breach in breaches} <= {"L5"}


def test_the_same_network_is_bounded_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "EFFORT", 300)
    monkeypatch.setattr(trials, "FREE", 0)
    one, two = (draw(entangled(80)).to_bytes("svg") for _ in range(2))
    assert one == two


def test_a_usual_network_is_not_bounded() -> None:
    assert not is_bounded(draw(resnet()))


@pytest.mark.filterwarnings("ignore::net2fig.errors.Net2figWarning")
def test_references_to_one_tensor_are_not_compared_with_each_other() -> None:
    def measure(references: int) -> float:
        net = Builder()
        x = net.dense(net.input(8), 4)
        network = net.network(net.merge("Add", *[x] * references))
        start = time.process_time()
        draw(network)
        return time.process_time() - start

    measure(10)
    assert measure(8000) < 7 * measure(1000)
