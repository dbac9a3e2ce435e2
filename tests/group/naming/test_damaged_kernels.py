"""Sizes of kernels that are no numbers, as damaged files hold them."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.data.grammar import Grammar
from tests.group.nets import Builder
from tests.group.outlines import at


@pytest.mark.parametrize("size", [[[3], 3], [{}, 3], ["A", None], [float("nan"), 3]])
def test_a_size_that_is_no_number_is_no_failure(grammar: Grammar, size: Any) -> None:
    net = Builder()
    x = net.input(8, 8, 4)
    for number in range(3):
        config = {"kernel_size": [3, 3] if number else size, "strides": [1, 1]}
        inner = net.add("Conv2D", [net.conv(x, 4)], (None, 8, 8, 4), **config)
        x = net.merge("Add", inner, x)
    found = at(net.network(net.dense(net.gap(x), 3)), grammar)
    assert found.groups[0].occurrences == 3
