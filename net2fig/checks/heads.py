"""Checks of the last activation and the loss.

An error needs a loss and a function that are both known. In code for PyTorch, the last activation
may be outside of the module: what would be missing is only a warning there.
"""

from __future__ import annotations

from collections.abc import Iterator

from net2fig.attributes import NoRule
from net2fig.checks.finding import Finding, Settings
from net2fig.checks.view import View, is_a
from net2fig.network import Layer, Loss, Port

UNKNOWN = "?"
"""A function that the source does not tell."""


def check_heads(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield what does not fit between losses and the ends of the network."""
    training = view.network.training
    if training is None:
        return
    for loss in training.losses:
        for number, port in enumerate(view.network.outputs):
            if loss.output in ("", port.name, str(number)):
                for found in check_output(view, port, loss, settings):
                    yield Finding(found.code, found.layer, found.numbers, found.case, training.line)


def check_output(view: View, port: Port, loss: Loss, settings: Settings) -> Iterator[Finding]:
    """Yield what does not fit between a loss and an output."""
    extent = view.network.tensor_extent(port.layer, port.tensor)
    units = None if extent is None else extent.features
    layer = view.last(port.layer)
    function = None if layer is None else loss.applied or view.function(layer)
    if layer is None or units is None or function == UNKNOWN:
        return
    place = f"{function} outside of the model" if loss.applied else function
    numbers = {"units": units, "loss": loss.name, "function": place or UNKNOWN}

    def find(case: str, code: str = "head-loss") -> Finding:
        return Finding(code, layer.id, numbers, case)

    counts_classes = is_a(loss.name, "classes") or is_a(loss.name, "softmax-logits")
    if counts_classes and units == 1 and not is_a(function, "softmax"):
        yield find("one-unit")
    elif function is not None and not (units == 1 and is_a(function, "softmax")):
        yield from (find(case, code) for code, case in judge(view, layer, function, loss))
    few = units <= settings.threshold("few-units") and view.kind(layer) in ("dense", "activation")
    if few and is_a(loss.name, "squared") and is_a(function, "sigmoid"):
        yield find("sigmoid-squared")
    metrics = view.network.training.metrics if view.network.training else ()
    counted = [metric for metric in metrics if is_a(metric, "accuracy")]
    if counted and is_a(loss.name, "squared") and is_a(function, "linear"):
        yield Finding("accuracy-of-numbers", layer.id, {"units": units, "metric": repr(counted[0])})


def judge(view: View, layer: Layer, function: str, loss: Loss) -> Iterator[tuple[str, str]]:
    """Yield code and case of what does not fit between a loss and the last function."""
    name = loss.name
    softmax_logits = is_a(name, "softmax-logits") or (is_a(name, "classes") and loss.from_logits)
    sigmoid_logits = is_a(name, "sigmoid-logits") or (is_a(name, "binary") and loss.from_logits)
    if is_a(name, "squared"):
        if is_a(function, "relu"):
            yield "relu-at-end", "number"
        elif is_a(function, "softmax"):
            yield "head-loss", "softmax-squared"
    elif softmax_logits or sigmoid_logits:
        if is_a(function, "softmax") or (sigmoid_logits and is_a(function, "sigmoid")):
            yield "head-loss", "twice"
        elif is_a(function, "relu"):
            yield "relu-at-end", "logits"
    elif is_a(name, "likelihood"):
        if is_a(function, "softmax") or is_a(function, "sigmoid"):
            yield "head-loss", "no-log"
        elif not is_a(function, "log-softmax"):
            yield "head-loss", "outside"
    elif loss.from_logits is not None:
        yield from judge_probabilities(name, function, torch=view.is_torch(layer))


def judge_probabilities(name: str, function: str, *, torch: bool) -> Iterator[tuple[str, str]]:
    """Yield what does not fit between a loss that reads probabilities and the last function."""
    for_classes, for_units = is_a(name, "classes"), is_a(name, "binary")
    if not (for_classes or for_units):
        return
    if is_a(function, "relu"):
        yield ("head-loss", "outside") if torch else ("relu-at-end", "probability")
    elif is_a(function, "unbounded"):
        case = "no-softmax" if for_classes else "no-sigmoid"
        yield "head-loss", "outside" if torch else case
    elif for_units and is_a(function, "softmax"):
        yield "head-loss", "softmax-binary"
    elif for_classes and is_a(function, "sigmoid"):
        yield "head-loss", "sigmoid-classes"


def check_softmax(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield each softmax over one value, and each inside of the network."""
    for layer in view.network.layers:
        if not is_a(view.function(layer), "softmax"):
            continue
        if find_softmax_length(view, layer) == 1:
            yield Finding("softmax-of-one", layer.id, {"units": 1})
            continue
        units = view.units(layer)
        for reader in view.readers_through(layer):
            if view.is_learning(reader) and units is not None and not view.is_output(layer):
                numbers = {"units": units, "source": reader.id}
                yield Finding("softmax-inside", layer.id, numbers)
                break


def find_softmax_length(view: View, layer: Layer) -> int | None:
    """Return the number of values that a softmax is taken over; None if it is not known."""
    shape, at = layer.output, view.at(layer)
    if shape is None or len(shape) < 2:
        return None
    axis = at.get("axis", -1) if view.kind(layer) == "activation" else -1
    if axis is None or type(axis) is not int or not -len(shape) <= axis < len(shape):
        return None
    if axis % len(shape) == 0:
        return None
    try:
        if at.channels_first and view.kind(layer) != "activation":
            return None
    except NoRule:
        return None
    return shape[axis]


def check_activations(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield each activation that follows another one directly."""
    for layer in view.network.layers:
        if view.kind(layer) != "activation":
            continue
        source = view.source(layer)
        before = None if source is None else view.function(source)
        function = view.function(layer)
        if source is None or before is None or function is None:
            continue
        if is_a(before, "linear") or is_a(function, "linear") or len(view.readers(source)) > 1:
            continue
        if before == function and is_a(function, "same-again"):
            continue
        numbers = {"function": function, "before": before, "source": source.id}
        yield Finding("double-activation", layer.id, numbers)
