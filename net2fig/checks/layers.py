"""Checks of single layers and of what stands around them."""

from __future__ import annotations

from collections.abc import Iterator

from net2fig.attributes import NoRule
from net2fig.checks.finding import Finding, Settings
from net2fig.checks.view import LEARNING, View, find_initializer, is_a
from net2fig.network import Layer
from net2fig.rules.trainable import count_frozen

CHANNELS = (1, 3)
"""The numbers of channels of pictures."""

MAX_CHANNELS = 4

CONSTANT_RANK = 4
"""Tensors of maps have at least so many axes."""


def check_initial_values(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield the layers whose constant kernels keep units alike.

    One layer of zeros before or after others learns: its gradient is that of another layer's
    values. So residual blocks and heads may start at zero.
    """
    for layer in view.network.layers:
        if not is_constant(view, layer):
            continue
        units, at = view.units(layer), view.at(layer)
        if units is None or units < 2:
            continue
        function = find_function_after(view, layer)
        zero = is_a(find_initializer(at, "kernel_initializer"), "zero")
        bias = find_initializer(at, "bias_initializer")
        flat = not at.flag("use_bias", True) or is_a(bias or "zeros", "zero")
        following = [each for each in next_learning(view, layer) if is_constant(view, each)]
        if zero and flat and is_a(function, "relu"):
            yield Finding(
                "constant-init", layer.id, {"units": units, "function": str(function)}, "dead"
            )
        elif following:
            numbers = {"units": units, "source": following[0].id}
            yield Finding("constant-init", layer.id, numbers, "stack")


def is_constant(view: View, layer: Layer) -> bool:
    """Tell whether all weights of the kernel of a layer start with one value."""
    if not view.is_learning(layer) or view.at(layer).get("trainable") is False:
        return False
    return is_a(find_initializer(view.at(layer), "kernel_initializer"), "constant")


def find_function_after(view: View, layer: Layer) -> str | None:
    """Return the activation of a layer, or of the layer of its own that follows directly."""
    function, readers = view.function(layer), view.readers(layer)
    if is_a(function, "linear") and len(readers) == 1 and view.kind(readers[0]) == "activation":
        return view.function(readers[0])
    return function


def next_learning(view: View, layer: Layer) -> list[Layer]:
    """Return the learning layers after a layer, through what learns nothing, along one way."""
    here = layer
    for _ in range(8):
        readers = view.readers(here)
        if len(readers) != 1 or len(view.into.get(readers[0].id, [])) != 1:
            return []
        here = readers[0]
        if view.is_learning(here):
            return [here]
        if view.kind(here) not in ("activation", "dropout", "reshape", "pool"):
            return []
    return []


def check_windows(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield the windows that are larger than their input."""
    for layer in view.network.layers:
        edges, at = view.into.get(layer.id, []), view.at(layer)
        if view.kind(layer) not in ("conv", "pool") or len(edges) != 1 or view.is_torch(layer):
            continue
        extent = view.network.extent(edges[0])
        if extent is None or at.get("padding", "valid") != "valid":
            continue
        try:
            word = "pool" if view.kind(layer) == "pool" else "kernel"
            window = at.per_axis(word, len(extent.spatial))
            steps = at.per_axis("dilation", len(extent.spatial), 1)
        except NoRule:
            continue
        sizes = [(each - 1) * step + 1 for each, step in zip(window, steps, strict=True)]
        pairs = list(zip(sizes, extent.spatial, strict=True))
        if any(size is not None and size < each for each, size in pairs):
            numbers = {"window": by(sizes), "size": by(extent.spatial)}
            yield Finding("window-too-big", layer.id, numbers)


def by(sizes: object) -> str:
    """Return sizes as they are written: "3×3"."""
    values = sizes if isinstance(sizes, list | tuple) else [sizes]
    return "×".join("?" if size is None else str(size) for size in values)


def check_frozen(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield a finding if a compiled model has no parameter that training changes."""
    training, params = view.network.training, view.network.params
    if training is None or not training.losses or not params:
        return
    frozen = [count_frozen(layer) for layer in view.network.layers]
    known = [count for count in frozen if count is not None]
    if len(known) < len(frozen):
        return
    rest = sum(
        (layer.params or 0) - count for layer, count in zip(view.network.layers, known, strict=True)
    )
    if not rest:
        held = next(layer for layer in view.network.layers if layer.params)
        yield Finding("not-trainable", held.id, {"params": params}, line=training.line)


def check_inputs(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield the inputs whose channels stand first before convolutions that expect them last."""
    for port in view.network.inputs:
        layer = view.network[port.layer]
        shape = layer.output
        if shape is None or len(shape) != CONSTANT_RANK or None in shape[1:]:
            continue
        first, last = shape[1], shape[-1]
        if first not in CHANNELS or last is None or last <= MAX_CHANNELS or shape[2] != last:
            continue
        for reader in view.readers_through(layer):
            if view.kind(reader) == LEARNING[1] and not view.at(reader).channels_first:
                numbers = {"shape": by(shape[1:]), "channels": int(first), "source": reader.id}
                yield Finding("channels-axis", layer.id, numbers)
                break


def check_sizes(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield the dense layers on very many features."""
    for layer in view.network.layers:
        edges = view.into.get(layer.id, [])
        if view.kind(layer) != LEARNING[0] or len(edges) != 1 or not layer.params:
            continue
        shape = view.network.shape(edges[0])
        size = None if shape is None else shape[-1]
        if size is not None and size > settings.threshold("big-flatten"):
            numbers = {"size": int(size), "params": layer.params}
            yield Finding("big-flatten", layer.id, numbers)


def check_dropout(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield the dropouts with a high rate."""
    for layer in view.network.layers:
        if view.kind(layer) != "dropout":
            continue
        at = view.at(layer)
        rate = at.get("rate", at.get("p"))
        is_share = isinstance(rate, int | float) and 0 < rate <= 1 and "Dropout" in at.op
        if is_share and rate >= settings.threshold("high-dropout"):
            numbers = {"rate": float(rate), "kept": round(1 - rate, 6)}
            yield Finding("high-dropout", layer.id, numbers)
