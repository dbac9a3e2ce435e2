"""The laws hold on random networks that go down and up again, in every layout and width."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from net2fig.network import Network
from tests.group.nets import Builder
from tests.laws.test_random import breaches

slow = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
fast = settings(slow, max_examples=12)


@st.composite
def us(draw: st.DrawFn) -> Network:
    """Draw a U: at each level some convolutions, a line across or none, heads, a condition."""
    net = Builder()
    depth = draw(st.integers(2, 5))
    size = 2 ** (depth + draw(st.integers(1, 3)))
    time = net.dense(net.input(16, name="time"), 32) if draw(st.booleans()) else ""
    x = net.input(size, size, draw(st.sampled_from([1, 3])), name="image")
    features = draw(st.sampled_from([4, 8]))
    across: list[str] = []
    ends: list[str] = []
    for level in range(depth):
        x = _convs(draw, net, x, features * 2**level, time)
        across.append(x)
        x = net.conv(x, features, strides=2) if draw(st.booleans()) else net.pool(x)
    x = _convs(draw, net, x, features * 2**depth, time)
    for level in reversed(range(depth)):
        x = net.up(x)
        if draw(st.booleans()):
            x = net.conv(x, features * 2**level)
        sort = draw(st.sampled_from(["concat", "add", "gate", "none"]))
        skip = across[level]
        if sort == "concat":
            x = net.merge("Concatenate", skip, x)
        elif sort != "none":
            x = net.conv(x, net.shape(skip)[-1] or 1)
            gate = net.merge("Multiply", skip, net.conv(x, net.shape(skip)[-1] or 1, 1))
            x = net.merge("Add", gate if sort == "gate" else skip, x)
        x = _convs(draw, net, x, features * 2**level, time)
        if draw(st.integers(0, 4)) == 0:
            ends.append(net.conv(x, 2, 1))
    return net.network(*ends, net.conv(x, 1, 1))


def _convs(draw: st.DrawFn, net: Builder, x: str, features: int, time: str) -> str:
    """Add some convolutions, with a condition if there is one, perhaps as a residual block."""
    x = first = net.conv(x, features)
    for _ in range(draw(st.integers(0, 2))):
        x = net.same("ReLU", net.conv(x, features))
    if time and draw(st.booleans()):
        x = net.merge("Add", x, net.dense(time, features))
    if x != first and draw(st.booleans()):
        x = net.merge("Add", x, first)
    return x


WISHES = st.fixed_dictionaries(
    {
        "template": st.sampled_from(["cvpr", "cvpr-column", "neurips"]),
        "layout": st.sampled_from(["auto", "levels", "rows"]),
    },
    optional={
        "detail": st.sampled_from(["layers", "blocks", "stages"]),
        "placeholders": st.sampled_from(["always", "never"]),
        "mono": st.just(True),
    },
)


@fast
@given(us(), WISHES)
def test_a_random_u_breaks_no_law(network: Network, asked: dict[str, object]) -> None:
    assert breaches(network, asked) == []


@fast
@given(us(), WISHES)
def test_a_random_u_in_volumes_breaks_no_law(network: Network, asked: dict[str, object]) -> None:
    assert breaches(network, {**asked, "glyphs": "volumes"}) == []


@pytest.mark.slow
@slow
@given(us(), WISHES)
def test_many_random_us_in_volumes_break_no_law(network: Network, asked: dict[str, object]) -> None:
    assert breaches(network, {**asked, "glyphs": "volumes"}) == []


@pytest.mark.slow
@slow
@given(us(), WISHES)
def test_many_random_us_break_no_law(network: Network, asked: dict[str, object]) -> None:
    assert breaches(network, asked) == []
