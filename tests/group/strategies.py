"""Random networks for the laws of this stage."""

from __future__ import annotations

from hypothesis import strategies as st

from net2fig.network import Network
from tests.group.nets import Builder


@st.composite
def networks(draw: st.DrawFn, most: int = 30) -> Network:
    """Draw a network of convolutions, poolings, merges and what is hidden, with shapes that agree.

    Layers like to repeat what was done before, so that there is something to find.
    """
    net = Builder()
    alive = [net.input(32, 32, 8) for _ in range(draw(st.integers(1, 2)))]
    made = 0
    while made < draw(st.integers(1, most)):
        made += 1
        alive.append(_layer(draw, net, alive))
    read = {edge.source for edge in net.edges}
    ends = [id for id in alive if id not in read]
    more = draw(st.lists(st.sampled_from(alive), max_size=1))
    return net.network(*dict.fromkeys(ends + more))


def _layer(draw: st.DrawFn, net: Builder, alive: list[str]) -> str:
    # Recent layers are read more often: chains with skips, not a heap of edges.
    x = draw(st.sampled_from(alive[-3:] + alive[-1:] * 3))
    what = draw(
        st.sampled_from(["conv", "conv", "hidden", "add", "add", "concat", "block", "pool"])
    )
    if what == "conv":
        return net.conv(x, 8, draw(st.sampled_from([1, 3])))
    if what == "hidden":
        return net.same(draw(st.sampled_from(["BatchNormalization", "ReLU", "Dropout"])), x)
    if what == "pool" and (net.shape(x)[1] or 0) > 8:
        return net.pool(x)
    if what == "block":
        return net.merge("Add", net.conv(net.conv(x, net.shape(x)[-1] or 8, 1), 8, 3), _to(net, x))
    near = [id for id in alive if net.shape(id)[1:3] == net.shape(x)[1:3]]
    others = draw(st.lists(st.sampled_from(near), min_size=1, max_size=3))
    if what == "concat":
        return net.merge("Concatenate", x, *others)
    same = [id for id in others if net.shape(id) == net.shape(x)]
    return net.merge("Add", x, *(same or [x]))


def _to(net: Builder, x: str) -> str:
    """Return the tensor, or its projection to eight features."""
    return x if net.shape(x)[-1] == 8 else net.conv(x, 8, 1)
