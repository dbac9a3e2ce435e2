"""Long networks: time grows with the number of layers, not with its square.

What is done for every two layers would take a hundred times the time for ten times the layers. The
bar leaves room for a machine that does other work.
"""

from __future__ import annotations

import time

import pytest

from net2fig.figure import draw
from tests.group.nets import Builder


def seconds(blocks: int) -> float:
    """Return the processor's time for a chain of residual blocks, every layer drawn."""
    net = Builder()
    x = net.input(32, 32, 16)
    for _ in range(blocks):
        x = net.merge("Add", net.conv(net.conv(x, 16), 16), x)
    network = net.network(x)
    began = time.process_time()
    figure = draw(network, template="cvpr", detail="everything")
    figure.to_bytes("svg")
    assert figure.report["drawn"] == 3 * blocks + 1
    return time.process_time() - began


@pytest.mark.slow
def test_ten_times_the_layers_take_about_ten_times_the_time() -> None:
    seconds(20)  # what is loaded once
    few, many = (min(seconds(blocks) for _ in range(3)) for blocks in (170, 1700))
    assert many <= 20 * few
