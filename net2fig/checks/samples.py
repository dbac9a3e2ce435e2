"""Checks of the data that code gives to a model: shapes, labels, ranges.

Keras takes one axis of length 1 too many or too few at the end of an input; so do these checks.
Where sizes of the network were assumed to read it, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from net2fig.checks.finding import Finding, Settings, load_catalogue
from net2fig.checks.layers import by
from net2fig.checks.view import View, is_a
from net2fig.network import Feed, Loss, Port, Sample, Shape
from net2fig.read.script.unknown.assumed import is_assumed

ENDS = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""The ranges of last functions: words of grammar/checks.toml."""


def check_feeds(view: View, settings: Settings) -> Iterator[Finding]:
    """Yield what does not fit between a network and the data that code gives to it."""
    training = view.network.training
    # A module of PyTorch states features and units itself, whatever places were assumed.
    assumed = is_assumed(view.network) and not view.is_torch(view.network.layers[-1])
    if training is None or assumed:
        return
    seen: set[tuple[str, str, str]] = set()
    for feed in training.feeds:
        found = [*check_feed_inputs(view, feed, settings), *check_feed_targets(view, feed)]
        for each in found:
            key = (each.code, each.case, each.layer)
            if key not in seen:
                seen.add(key)
                yield Finding(each.code, each.layer, each.numbers, each.case, feed.line)


def check_feed_inputs(view: View, feed: Feed, settings: Settings) -> Iterator[Finding]:
    """Yield the inputs that get samples of another shape, or far from 0."""
    ports = view.network.inputs
    if len(feed.inputs) != len(ports):
        return
    for port, sample in zip(ports, feed.inputs, strict=True):
        shape = view.network[port.layer].shape(port.tensor)
        if sample is None:
            continue
        if shape is None or len(shape) <= 1:
            yield from check_axes(view, port, sample)
            continue
        expected = shape[1:]
        if view.is_torch(view.network.layers[-1]):
            yield from check_features(view, port, sample, expected)
            continue
        if not fits(conform(sample.shape, expected), expected):
            numbers = {"shape": write_shape(sample.shape), "expected": write_shape(expected)}
            yield Finding("data-shape", port.layer, numbers, "input")
        yield from check_range(view, port, sample, settings)


def check_features(view: View, port: Port, sample: Sample, expected: Shape) -> Iterator[Finding]:
    """Yield an input of PyTorch whose convolutions read other features than a picture has."""
    readers = list(view.readers(view.network[port.layer]))
    if len(sample.shape) != len(expected) or any(view.kind(each) != "conv" for each in readers):
        # The code may give samples another form before the model gets them.
        return
    if readers and not fits(sample.shape[:1], expected[:1]):
        numbers = {"shape": write_shape(sample.shape), "expected": write_shape(expected)}
        yield Finding("data-shape", port.layer, numbers, "input")


def check_axes(view: View, port: Port, sample: Sample) -> Iterator[Finding]:
    """Yield an input without a shape whose first layer reads another number of axes."""
    for reader in view.readers(view.network[port.layer]):
        rank = load_catalogue().ranks.get(reader.op)
        if rank is not None and len(sample.shape) != rank - 1 and not view.is_torch(reader):
            numbers = {"shape": write_shape(sample.shape), "expected": f"{rank - 1} axes"}
            yield Finding("data-shape", reader.id, numbers, "input")
            return


def check_range(view: View, port: Port, sample: Sample, settings: Settings) -> Iterator[Finding]:
    """Yield an input whose values are far from 0, unless a layer scales them."""
    training, layer = view.network.training, view.network[port.layer]
    kinds = {view.kind(reader) for reader in view.readers_through(layer)}
    pixels = training is not None and training.pixels
    if pixels or sample.low is None or sample.high is None:
        return
    if kinds & {"norm", "preprocessing", "embedding", "op"}:
        return
    low, high = float(sample.low), float(sample.high)
    if max(abs(low), abs(high)) > settings.threshold("input-range"):
        yield Finding("input-range", port.layer, {"low": low, "high": high}, "code")


def conform(shape: Shape, expected: Shape) -> Shape:
    """Return the shape of a sample as Keras takes it for an input."""
    if len(shape) == len(expected) + 1 and shape[-1] == 1:
        return shape[:-1]
    if len(shape) == len(expected) - 1 and expected[-1] == 1:
        return (*shape, 1)
    return shape


def fits(shape: Shape, expected: Shape) -> bool:
    """Tell whether two shapes may be one: sizes that are not known fit all."""
    same = zip_longest(shape, expected, fillvalue=-1)
    return all(a == b or (None in (a, b) and -1 not in (a, b)) for a, b in same)


def check_feed_targets(view: View, feed: Feed) -> Iterator[Finding]:
    """Yield what does not fit between labels and the losses of the outputs."""
    training, ports = view.network.training, view.network.outputs
    if training is None or len(feed.targets) != len(ports):
        return
    for number, (port, sample) in enumerate(zip(ports, feed.targets, strict=True)):
        shape = view.network[port.layer].shape(port.tensor)
        losses = [each for each in training.losses if each.output in ("", port.name, str(number))]
        if sample is None or shape is None or len(losses) != 1 or None in shape[1:]:
            continue
        if view.is_torch(view.network[port.layer]):
            if len(shape) != 2:
                continue
        else:
            yield from check_target(port, sample, losses[0], shape[1:])
        yield from check_labels(view, port, sample, losses[0])


def check_target(port: Port, sample: Sample, loss: Loss, output: Shape) -> Iterator[Finding]:
    """Yield labels whose shape does not fit to the output that a loss compares them with."""
    shape, units = sample.shape, output[-1] if output else None
    numbers = {"shape": write_shape(shape), "expected": write_shape(output), "loss": loss.name}
    if is_a(loss.name, "class-numbers"):
        if shape and fits(shape, output) and units != 1 and shape[-1] == units:
            yield Finding("data-shape", port.layer, {**numbers, "units": units}, "one-hot")
        elif not (fits(shape, output[:-1]) or fits(shape, (*output[:-1], 1))):
            yield Finding("data-shape", port.layer, numbers, "target")
    elif is_a(loss.name, "classes") or is_a(loss.name, "binary"):
        if fits(conform(shape, output), output):
            return
        apart = len(shape) == len(output) - 1 and fits(shape, output[:-1])
        one = len(shape) == len(output) and shape[-1] == 1 and units != 1
        case = "numbers" if is_a(loss.name, "classes") and (apart or one) else "target"
        yield Finding("data-shape", port.layer, {**numbers, "units": units}, case)
    elif is_a(loss.name, "squared"):
        pairs = list(zip_longest(conform(shape, output)[::-1], output[::-1], fillvalue=1))
        if any(a != b and None not in (a, b) and 1 not in (a, b) for a, b in pairs):
            yield Finding("data-shape", port.layer, numbers, "target")
        elif any(a != b and None not in (a, b) for a, b in pairs):
            yield Finding("data-shape", port.layer, numbers, "broadcast")


def check_labels(view: View, port: Port, sample: Sample, loss: Loss) -> Iterator[Finding]:
    """Yield labels that an output can never reach."""
    layer = view.last(port.layer)
    function = None if layer is None else view.function(layer)
    units = view.units(view.network[port.layer])
    low, high = sample.low, sample.high
    if low is None or high is None or units is None:
        return
    numbers: dict[str, object]
    if is_a(loss.name, "class-numbers"):
        if sample.whole and high >= units > 1:
            numbers = {"units": units, "label": int(high), "needed": int(high) + 1}
            yield Finding("labels-range", port.layer, numbers)
    elif is_a(loss.name, "binary") and sample.whole and (high > 1 or low < 0):
        numbers = {"units": units, "low": int(low), "high": int(high), "loss": loss.name}
        yield Finding("labels-range", port.layer, numbers, "binary")
    elif is_a(loss.name, "squared"):
        for word, (least, most) in ENDS.items():
            if is_a(function, word) and (low < least or high > most):
                numbers = {"function": str(function), "least": least, "most": most}
                yield Finding(
                    "labels-range", port.layer, {**numbers, "low": low, "high": high}, "function"
                )


def check_ranks(view: View, _settings: Settings) -> Iterator[Finding]:
    """Yield the layers whose input has too few or too many axes."""
    ranks = load_catalogue().ranks
    for layer in view.network.layers:
        rank = ranks.get(layer.op)
        edges = view.into.get(layer.id, [])
        if rank is None or view.is_torch(layer) or not edges:
            continue
        shape = view.network.shape(edges[0])
        if shape is not None and len(shape) != rank:
            numbers = {"shape": write_shape(shape[1:]), "axes": rank - 1, "source": edges[0].source}
            yield Finding("input-axes", layer.id, numbers)


def write_shape(shape: Shape) -> str:
    """Return the shape of a sample: "28×28", "?×3", "1 number" for one without axes."""
    return by(tuple(shape)) if shape else "one number"
