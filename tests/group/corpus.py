"""Random networks made of what the search knows: blocks, leaders, cells, contexts, windows, gates.

The same number gives the same network, so that their outlines can be held as hashes.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from net2fig.network import Network
from tests.group.nets import Builder

Step = Callable[[Builder, str, int], str]
"""Adds something to a network: what it reads, and how many features leave it."""


def layer(rng: Random) -> Step:
    """Return one layer that keeps the resolution."""
    sort, kernel = rng.choice("ccccdpn"), rng.choice((1, 1, 3, 3, 5))
    if sort == "d":
        return lambda net, x, _: net.depthwise(x, kernel)
    if sort == "p":
        return lambda net, x, _: net.pool(x, 3, strides=1)
    if sort == "n":
        return lambda net, x, _: net.same("UnknownLayer", x, mode=kernel)
    return lambda net, x, width: net.conv(x, width, kernel)


def path(rng: Random, most: int = 4) -> Step:
    """Return layers that follow one another."""
    steps = [layer(rng) for _ in range(rng.randint(1, most))]

    def add(net: Builder, x: str, width: int) -> str:
        for step in steps:
            x = step(net, x, width)
        return x

    return add


def block(rng: Random) -> Step:
    """Return parallel paths and what joins them, in the forms in which a family comes."""
    join = rng.choice(("Add", "Add", "Add", "Concatenate", "Multiply", "Maximum"))
    paths = [path(rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    inner = block(rng) if rng.random() < 0.15 else None
    forms = rng.choice(("i", "i", "ip", "ipb", "iq", "ib", "is", "ipl"))

    def add(net: Builder, x: str, width: int) -> str:
        form = rng.choice(forms)
        strides = rng.choice((1, 1, 2)) if form in "pqb" else 1
        short = x
        if form == "p":
            short = net.conv(x, width, 1, strides)
        elif form == "q":
            short = net.pool(x, strides) if strides > 1 else x
        elif form == "l":
            short = net.conv(net.pool(x, 3, strides=1), width, 1)
        begin = net.conv(x, width, 3, strides) if strides > 1 else x
        begin = net.conv(begin, width, 1) if form != "s" else begin
        ends = [each(net, begin, width) for each in paths]
        ends = [inner(net, end, width) for end in ends] if inner else ends
        return ends[0] if form == "b" and len(ends) == 1 else net.merge(join, *ends, short)

    return add


def cells(rng: Random) -> Step:
    """Return cells that read the two before them and fit what they read in ways of their own."""
    inside = [path(rng, 2) for _ in range(rng.randint(2, 6))]
    count, fits = rng.randint(3, 7), rng.choice(("", "c", "cp", "pc"))

    def add(net: Builder, x: str, width: int) -> str:
        before, last = x, net.conv(x, width)
        for number in range(count):
            old, new = before, net.conv(last, width, 1)
            for mark in fits if number % 3 == 0 else "":
                old = net.conv(old, width, 1) if mark == "c" else net.pool(old, 3, strides=1)
            sums = [
                net.merge("Add", step(net, new if at % 2 else old, width), old if at % 2 else new)
                for at, step in enumerate(inside)
            ]
            before, last = last, net.merge("Concatenate", *sums)
        return last

    return add


def context(rng: Random) -> Step:
    """Return steps that all read one tensor beside the one before."""
    steps, count = [path(rng, 2) for _ in range(rng.randint(1, 2))], rng.randint(2, 5)
    gate = rng.choice(("Add", "Multiply", "Concatenate"))

    def add(net: Builder, x: str, width: int) -> str:
        held = net.conv(x, width)
        y = net.conv(x, width, 1)
        for _ in range(count):
            for step in steps:
                y = net.merge("Add", y, step(net, y, width))
            y = net.merge(gate, y, net.conv(held, width, 1) if rng.random() < 0.3 else held)
            y = net.conv(y, width, 1)
        return y

    return add


def network(seed: int) -> Network:
    """Return the network of a number."""
    rng = Random(seed)  # noqa: S311  (nothing secret)
    net = Builder()
    x = net.input(64, 64, 3)
    if rng.random() < 0.15:
        x = net.merge("Add", net.conv(x, 8), net.conv(net.input(64, 64, 3), 8))
    sorts = (block, block, block, path, path, cells, context)
    steps = [rng.choice(sorts)(rng) for _ in range(rng.randint(1, 4))]
    tune = [rng.choice(steps) for _ in range(rng.randint(1, 4))]
    width, outputs = 8, []
    for _ in range(rng.randint(1, 4)):
        for step in tune:
            for _ in range(rng.choice((1, 1, 2, 3))):
                if len(net.layers) < 150:
                    x = step(net, x, width)
        if rng.random() < 0.5 and min(a or 1 for a in net.shape(x)[1:3]) > 2:
            x = net.pool(x)
            width *= rng.choice((1, 2))
        if rng.random() < 0.1:
            outputs.append(x)
    return net.network(net.dense(net.gap(x), 10), *outputs)
