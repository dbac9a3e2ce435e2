"""Checks of how a model is trained, and an estimate of the memory that it takes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from net2fig.checks.finding import Finding, Settings, load_catalogue
from net2fig.checks.view import View
from net2fig.network import Network

NUMBER = 4
"""The bytes of a number."""

BOTH_WAYS = 2
"""What a layer returns is kept, and its gradient has the same size."""

COPIES = 4
"""A parameter, its gradient, and two numbers of the optimizer."""

GIB = 2**30


class Memory(Struct, frozen=True):
    """An estimate of the bytes that training takes: fixed ones, and those for each sample."""

    fixed: int
    sample: int

    def need(self, batch: int) -> int:
        """Return the bytes for a batch."""
        return self.fixed + batch * self.sample

    def fitting(self, memory: float) -> int:
        """Return the largest batch for some bytes, at least 1."""
        return max(int((memory - self.fixed) // max(self.sample, 1)), 1)


def estimate_memory(network: Network) -> Memory | None:
    """Return the memory that training takes; None if a size is unknown."""
    params, values = network.params, 0
    for layer in network.layers:
        for shape in layer.outputs:
            if shape is None or any(size is None for size in shape[1:]):
                return None
            values += math.prod(size or 1 for size in shape[1:])
    if params is None:
        return None
    return Memory(params * NUMBER * COPIES, values * NUMBER * BOTH_WAYS)


def check_memory(view: View, batch: int, memory: float) -> Iterator[Finding]:
    """Yield a finding if a batch may not fit into some bytes; on the layer that keeps most."""
    estimate = estimate_memory(view.network)
    if estimate is None or estimate.need(batch) <= memory:
        return
    widest = max(
        view.network.layers,
        key=lambda layer: sum(math.prod(n or 1 for n in s[1:]) for s in layer.outputs if s),
    )
    numbers = {
        "need": write_bytes(estimate.need(batch)),
        "batch": batch,
        "memory": write_bytes(memory),
        "fits": estimate.fitting(memory),
    }
    yield Finding("memory", widest.id, numbers)


def write_bytes(count: float) -> str:
    """Return a number of bytes for a text.

    >>> write_bytes(3 * 2**30), write_bytes(2**20)
    ('3 GiB', '1 MiB')
    """
    return f"{count / GIB:.3g} GiB" if count >= GIB else f"{count / 2**20:.3g} MiB"


def check_rate(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield a learning rate outside of the usual range."""
    training = view.network.training
    if training is None or training.rate is None:
        return
    usual = load_catalogue().rates.get(training.optimizer)
    if usual is None or usual[0] <= training.rate <= usual[1]:
        return
    high = training.rate > usual[1]
    numbers = {
        "optimizer": training.optimizer,
        "rate": training.rate,
        "low": usual[0],
        "high": usual[1],
        "usual": usual[1] / 10,
        "class_name": training.optimizer.upper()
        if len(training.optimizer) == 3
        else training.optimizer.title(),
    }
    yield Finding("rate", view.head(), numbers, "high" if high else "low", training.line)


def check_pixels(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield an input that gets pixels which nothing scales."""
    training = view.network.training
    if training is None or not training.pixels or len(view.network.inputs) != 1:
        return
    layer = view.network[view.network.inputs[0].layer]
    kinds = {view.kind(reader) for reader in view.readers_through(layer)}
    if not kinds & {"norm", "preprocessing", "op"}:
        yield Finding("input-range", layer.id, {"data": training.pixels, "high": 255}, "pixels")


def check_epochs(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield a training of few epochs."""
    training = view.network.training
    epochs = None if training is None else training.epochs
    if settings.notes and epochs is not None and epochs < settings.threshold("few-epochs"):
        line = "" if training is None else training.line
        yield Finding("few-epochs", view.head(), {"epochs": epochs}, line=line)
