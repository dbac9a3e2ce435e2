"""Checks of layers in a row: gradients that vanish, layers that could be one, advice on order."""

from __future__ import annotations

from collections.abc import Iterator

from net2fig.attributes import NoRule
from net2fig.checks.finding import Finding, Settings
from net2fig.checks.layers import by, next_learning
from net2fig.checks.view import LEARNING, View, is_a
from net2fig.network import Layer

BETWEEN = ("activation", "dropout", "reshape", "pool")
"""The kinds that a chain of learning layers goes on through."""

BLENDING = ("norm",)
MIN_DEEP = 3
"""The least number of layers of which all being linear is told."""

MAP_RANK = 4
"""Tensors of maps have at least so many axes."""


def check_vanishing(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield the first layers of long chains of saturating layers."""
    seen: set[str] = set()
    for layer in view.network.layers:
        if layer.id in seen or not view.is_learning(layer):
            continue
        chain = list(follow_saturating(view, layer))
        seen |= {each.id for each in chain}
        function = str(find_saturating(view, layer))
        limit = settings.threshold("deep-sigmoid" if is_a(function, "sigmoid") else "deep-tanh")
        if len(chain) >= limit:
            numbers = {"count": len(chain), "function": function, "rest": len(chain) - 1}
            yield Finding("deep-sigmoid", layer.id, numbers)


def follow_saturating(view: View, layer: Layer) -> Iterator[Layer]:
    """Yield a layer and those after it, as long as all saturate; the last layer does not count."""
    here: Layer | None = layer
    while here is not None and find_saturating(view, here) is not None:
        following = next_learning(view, here)
        if not following:
            return
        yield here
        here = following[0]


def find_saturating(view: View, layer: Layer) -> str | None:
    """Return the saturating function of a layer; None if it has another."""
    function, readers = view.function(layer), view.readers(layer)
    if is_a(function, "linear") and len(readers) == 1 and view.kind(readers[0]) == "activation":
        function = view.function(readers[0])
    return function if is_a(function, "saturating") else None


def check_linear(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield the learning layers that follow one another with nothing non-linear between."""
    for layer in view.network.layers:
        source = view.source_through(layer)
        if source is None or not (view.is_learning(layer) and view.is_learning(source)):
            continue
        kind, units = view.kind(layer), view.units(layer)
        if kind != view.kind(source) or units is None or not is_a(view.function(source), "linear"):
            continue
        if len(view.readers(source)) != 1:
            continue
        case = "dense" if kind == LEARNING[0] else "conv"
        if case == "dense" and is_bottleneck(view, layer, source):
            continue
        yield Finding("linear-stack", layer.id, {"source": source.id, "units": units}, case)


def is_bottleneck(view: View, layer: Layer, source: Layer) -> bool:
    """Tell whether a layer between is narrower than both sides: a factorized matrix."""
    edges = view.into.get(source.id, [])
    shape = view.network.shape(edges[0]) if len(edges) == 1 else None
    before, middle, after = (
        None if shape is None else shape[-1],
        view.units(source),
        view.units(layer),
    )
    return None not in (before, middle, after) and middle < min(before, after)  # type: ignore[operator,type-var]


def check_nonlinear(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield a finding if no layer before the last applies anything but linear functions."""
    learning = [layer for layer in view.network.layers if view.is_learning(layer)]
    if len(learning) < MIN_DEEP or len(view.network.outputs) != 1:
        return
    last = learning[-1]
    allowed = {*LEARNING, "input", "dropout", "reshape", "norm", "pad"}
    for layer in view.network.layers:
        if layer.id == last.id:
            break
        kind = view.kind(layer)
        is_linear = kind not in LEARNING or is_a(view.function(layer), "linear")
        if kind not in allowed or not is_linear:
            return
    numbers = {"count": len(learning), "rest": len(learning) - 1}
    yield Finding("no-nonlinearity", last.id, numbers)


# Advice.


def check_norms(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield biases and dropouts directly before a normalization of batches."""
    for layer in view.network.layers:
        if not settings.notes or "Batch" not in layer.op or view.kind(layer) not in BLENDING:
            continue
        source = view.source(layer)
        if source is None:
            continue
        at, units = view.at(source), view.units(source)
        if view.is_learning(source) and at.flag("use_bias", at.flag("bias", True)) and units:
            linear = is_a(view.function(source), "linear")
            if linear and not view.is_torch(source):
                numbers = {"units": units, "source": layer.id}
                yield Finding("bias-before-norm", source.id, numbers)
        rate = at.get("rate", at.get("p"))
        if view.kind(source) == "dropout" and isinstance(rate, int | float):
            numbers = {"rate": float(rate), "source": layer.id}
            yield Finding("dropout-before-norm", source.id, numbers)


def check_strides(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield the windows that skip places."""
    for layer in view.network.layers:
        if not settings.notes or view.kind(layer) not in ("conv", "pool"):
            continue
        at, extent = view.at(layer), layer.extent()
        rank = 0 if extent is None else len(extent.spatial)
        word = "pool" if view.kind(layer) == "pool" else "kernel"
        try:
            window, stride = at.per_axis(word, rank), at.per_axis("stride", rank, 1)
        except NoRule:
            continue
        if at.get("stride") is None or at.op.endswith("Transpose"):
            continue
        if any(step > size for step, size in zip(stride, window, strict=True)):
            yield Finding(
                "stride-over-kernel", layer.id, {"window": by(window), "stride": by(stride)}
            )


def check_maps(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield the dense layers on maps: the last one of a classification, and others as advice."""
    training = view.network.training
    losses = training.losses if training is not None else ()
    classifies = any(is_a(loss.name, "classes") for loss in losses)
    for layer in view.network.layers:
        shape = layer.output
        if view.kind(layer) != LEARNING[0] or shape is None or len(shape) < MAP_RANK:
            continue
        if None in shape[1:] or view.at(layer).operation:
            continue
        places = 1
        for size in shape[1:-1]:
            places *= size or 1
        last = classifies and view.last(view.head()) == layer
        numbers = {"places": places, "shape": by(shape[1:])}
        if places > 1 and (last or settings.notes):
            yield Finding("dense-on-map", layer.id, numbers, "last" if last else "inside")
