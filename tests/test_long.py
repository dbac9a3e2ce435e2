"""Long networks: time grows with the number of layers, not with its square.

What is done for every two layers would take a hundred times the time for ten times the layers. The
bar leaves room for a machine that does other work.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from net2fig.figure import draw
from tests.group.nets import Builder


def add_residual(net: Builder, x: str) -> str:
    return net.merge("Add", net.conv(net.conv(x, 16), 16), x)


def add_there_and_back(net: Builder, x: str) -> str:
    """Add layers that halve the resolution and double it again: each is labelled."""
    return net.up(net.conv(net.pool(x), 16))


def seconds(add: Callable[[Builder, str], str], blocks: int) -> float:
    """Return the processor's time for a chain of blocks of three layers, every layer drawn."""
    net = Builder()
    x = net.input(32, 32, 16)
    for _ in range(blocks):
        x = add(net, x)
    network = net.network(x)
    began = time.process_time()
    figure = draw(network, template="cvpr", detail="everything")
    figure.to_bytes("svg")
    assert figure.report["drawn"] == 3 * blocks + 1
    return time.process_time() - began


@pytest.mark.slow
@pytest.mark.parametrize("add", [add_residual, add_there_and_back])
def test_ten_times_the_layers_take_about_ten_times_the_time(
    add: Callable[[Builder, str], str],
) -> None:
    seconds(add, 20)  # what is loaded once
    few, many = (min(seconds(add, blocks) for _ in range(3)) for blocks in (170, 1700))
    assert many <= 20 * few
