"""Checks of a run: what its losses, its metrics and its layers show.

Requires: a run, and the layers of the network in their order, if there is a network.
Ensures: each check yields at most one finding for each layer, at the epoch in which it first holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from net2fig.checks.finding import Finding, Settings
from net2fig.runs.run import Points, Run

LOSS, VAL_LOSS = "loss", "val_loss"
ACCURACY = (
    "accuracy",
    "acc",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "binary_accuracy",
)
VAL = "val_"

UPDATE, ZEROS, ENDS, NOT_FINITE, SHARE = (
    "update_ratio",
    "zeros",
    "ends",
    "not_finite",
    "class_share",
)
"""The names of values that `net2fig.Watch` keeps: of layers, and the greatest share of a class."""

MIN_EPOCHS = 3
MANY_CLASSES = 8
"""Of fewer classes, twice the accuracy of guessing is a good one."""

HIGH = 0.9
"""An accuracy from which a smaller gap counts."""

PERFECT_EPOCHS = 3

LATE = 8
"""In fewer epochs, the training accuracy, which is a mean over the epoch, lags behind."""


def check_run(run: Run, layers: Sequence[str], head: str, settings: Settings) -> Iterator[Finding]:
    """Yield what a run shows. `head` is the layer that losses are told of."""
    yield from check_finite(run, layers, head)
    yield from check_header(run, head, settings)
    yield from check_loss(run, head, settings)
    yield from check_accuracy(run, head, settings)
    yield from check_layers(run, layers, settings)


def find_accuracy(run: Run) -> str:
    """Return the name of the accuracy that a run has; empty if it has none."""
    return next((name for name in ACCURACY if name in run.names), "")


def is_finite(points: Points) -> bool:
    """Tell whether all values are finite."""
    return all(math.isfinite(value) for _, value in points)


def check_finite(run: Run, layers: Sequence[str], head: str) -> Iterator[Finding]:
    """Yield a loss that is not finite, and the first layer that is not."""
    for name in (LOSS, VAL_LOSS):
        for epoch, value in run.series(name):
            if not math.isfinite(value):
                numbers = {"name": name, "value": value, "epoch": whole(epoch)}
                yield Finding("not-finite", head, numbers, "loss")
                break
        else:
            continue
        break
    for row in run.rows:
        counts = {layer: values.get(NOT_FINITE, 0) for layer, values in row.layers.items()}
        bad = [layer for layer in (layers or counts) if counts.get(layer, 0) > 0]
        if bad:
            numbers = {"count": int(counts[bad[0]]), "epoch": whole(row.epoch)}
            yield Finding("not-finite", bad[0], numbers, "layer")
            return


def whole(epoch: float) -> int | float:
    """Return an epoch as a whole number if it is one."""
    return int(epoch) if epoch == int(epoch) else epoch


def check_header(run: Run, head: str, settings: Settings) -> Iterator[Finding]:
    """Yield what the data show that the training began with."""
    header = run.header
    for name, facts in (header.get("inputs") or {}).items():
        numbers = {key: facts.get(key) for key in ("low", "high", "mean", "std")}
        if facts.get("not_finite"):
            yield Finding("input-type", name, {"count": int(facts["not_finite"])})
        elif None not in numbers.values() and is_out_of_range(facts, settings):
            yield Finding("input-range", name, numbers, "range")
    labels, units = header.get("labels") or {}, header.get("units")
    top, ratio = labels.get("high"), labels.get("ratio")
    if labels.get("sparse") and isinstance(units, int) and top is not None and top >= units:
        numbers = {"units": units, "label": int(top), "needed": int(top) + 1}
        yield Finding("labels-range", head, numbers)
    if isinstance(ratio, int | float) and ratio > settings.threshold("imbalance"):
        yield Finding("imbalance", head, {"ratio": float(ratio)})


def is_out_of_range(facts: dict[str, float], settings: Settings) -> bool:
    """Tell whether an input is neither in [-1, 1] nor standardized, nor scaled by its network."""
    if facts.get("scaled") or facts.get("tokens"):
        return False
    low, high, mean, std = facts["low"], facts["high"], facts["mean"], facts["std"]
    standard = abs(mean) <= 0.3 and 0.5 <= std <= 2
    inside = low >= -1 and high <= 1
    return not inside and not standard and max(-low, high) > settings.threshold("input-range") / 4


def check_loss(run: Run, head: str, settings: Settings) -> Iterator[Finding]:
    """Yield what the losses show."""
    losses = run.series(LOSS)
    if not losses or not is_finite(losses[:1]):
        return
    classes, first = run.header.get("classes"), losses[0][1]
    if isinstance(classes, int) and classes > 1 and run.header.get("crossentropy"):
        ratio = first / math.log(classes)
        if ratio > settings.threshold("first-loss"):
            numbers = {"loss": first, "ratio": ratio, "classes": classes}
            yield Finding("first-loss", head, numbers)
    finite = [value for _, value in losses if math.isfinite(value)]
    if len(finite) >= settings.threshold("no-learning-epochs") and first > 0:
        best, accuracy = min(finite), find_accuracy(run)
        top = max((value for _, value in run.series(accuracy)), default=0.0) if accuracy else None
        few = 2 / classes if isinstance(classes, int) and classes >= MANY_CLASSES else 0.0
        guessing = top is not None and top < few
        stands = best > settings.threshold("no-learning") * first
        if guessing or (stands and (top is None or top < HIGH)):
            numbers = {"epochs": len(finite), "best": best, "first": first}
            yield Finding("no-learning", head, numbers)
    yield from check_overfit(run, head, settings)


def check_overfit(run: Run, head: str, settings: Settings) -> Iterator[Finding]:
    """Yield a validation that gets worse while training gets better."""
    name = find_accuracy(run)
    train, valid = dict(run.series(name)), run.series(f"{VAL}{name}")
    falls = int(settings.threshold("overfit-falls"))
    for at in range(falls, len(valid)):
        window = valid[at - falls : at + 1]
        values = [value for _, value in window]
        trained = [train.get(epoch) for epoch, _ in window]
        if None in trained or not is_falling(values):
            continue
        if is_falling([-value for value in trained if value is not None]):
            numbers = {"before": values[0], "after": values[-1], "epoch": whole(window[-1][0])}
            yield Finding("overfit", head, numbers, "accuracy")
            return
    losses, validated = dict(run.series(LOSS)), run.series(VAL_LOSS)
    best: tuple[float, float] | None = None
    for epoch, value in validated:
        if best is None or value < best[1]:
            best = (epoch, value)
            continue
        late = epoch - best[0] >= settings.threshold("overfit-epochs")
        worse = value > settings.threshold("overfit") * best[1] > 0
        if late and worse and losses.get(epoch, math.inf) < 0.9 * losses.get(best[0], 0):
            numbers = {
                "before": best[1],
                "after": value,
                "epoch": whole(epoch),
                "best": whole(best[0]),
            }
            yield Finding("overfit", head, numbers, "loss")
            return


def is_falling(values: Sequence[float]) -> bool:
    """Tell whether each value is less than the one before it."""
    return all(later < earlier for earlier, later in pairwise(values))


def has_learned(run: Run, settings: Settings) -> bool:
    """Tell whether the loss has fallen; true where there is none."""
    losses = [value for _, value in run.series(LOSS)]
    return not losses or min(losses) <= settings.threshold("no-learning") * losses[0]


def check_accuracy(run: Run, head: str, settings: Settings) -> Iterator[Finding]:
    """Yield what the accuracies show."""
    name = find_accuracy(run)
    train, valid = run.series(name), run.series(f"{VAL}{name}")
    if len(train) >= MIN_EPOCHS and len(valid) >= MIN_EPOCHS:
        third = max(len(train) // 3, 1)
        left = sum(value for _, value in train[-third:]) / third
        right = sum(value for _, value in valid[-third:]) / third
        limit = settings.threshold("gap-high" if left >= HIGH else "gap")
        if left - right >= limit:
            yield Finding("gap", head, {"train": left, "valid": right, "gap": left - right})
        late = len(train) >= LATE
        perfect = late and all(value >= 1.0 for _, value in valid[-PERFECT_EPOCHS:])
        # Two accuracies of a model that only guesses differ by chance.
        late = late and has_learned(run, settings)
        if (late and right - left >= settings.threshold("too-good")) or perfect:
            yield Finding("too-good", head, {"train": left, "valid": right})
    swing, share = settings.threshold("oscillating"), settings.threshold("oscillating-share")
    values = [value for _, value in train]
    turns = [
        abs(here - before) >= swing and abs(after - here) >= swing
        for before, here, after in zip(values, values[1:], values[2:], strict=False)
        if (here - before) * (after - here) < 0
    ]
    if len(values) > 2 * MIN_EPOCHS and sum(turns) >= share * len(values):
        numbers = {"name": name, "swing": swing, "share": sum(turns) / len(values)}
        yield Finding("oscillating", head, numbers)
    for epoch, value in run.series(SHARE):
        known = run.header.get("labels", {}).get("share", 0.0)
        if epoch >= 1 and value > settings.threshold("one-class") and value > known + 0.2:
            numbers = {"share": write_share(value), "epoch": whole(epoch)}
            yield Finding("one-class", head, numbers)
            return


def write_share(value: float) -> str:
    """Return a share in percent."""
    return f"{100 * value:.0f} %"


def check_layers(run: Run, layers: Sequence[str], settings: Settings) -> Iterator[Finding]:
    """Yield what single layers show."""
    every = list(dict.fromkeys(layer for row in run.rows for layer in row.layers))
    order = [layer for layer in layers if layer in every] or every
    functions = run.header.get("functions") or {}
    for layer in order:
        for name, code in ((ZEROS, "dead"), (ENDS, "saturated")):
            for epoch, value in run.layer_series(layer, name):
                if value > settings.threshold(code) or (
                    code == "dead" and value >= settings.threshold(code)
                ):
                    numbers = {
                        "share": write_share(value),
                        "epoch": whole(epoch),
                        "function": str(functions.get(layer, "its function")),
                    }
                    yield Finding(code, layer, numbers)
                    break
        for epoch, value in run.layer_series(layer, UPDATE):
            numbers = {"ratio": value, "epoch": whole(epoch)}
            if value < settings.threshold("no-update"):
                yield Finding("no-update", layer, numbers)
                break
            if epoch >= 1 and value > settings.threshold("too-large"):
                yield Finding("too-large", layer, numbers)
                break
    yield from check_frozen_start(run, order, settings)


def check_frozen_start(run: Run, order: Sequence[str], settings: Settings) -> Iterator[Finding]:
    """Yield a first layer that changes much less than the last, while the loss stands."""
    updated = [layer for layer in order if run.layer_series(layer, UPDATE)]
    losses = [value for _, value in run.series(LOSS)]
    if len(updated) < MIN_EPOCHS or len(losses) < 2 or losses[-1] < 0.9 * losses[0]:
        return
    first, last = (dict(run.layer_series(each, UPDATE)) for each in (updated[0], updated[-1]))
    low = settings.threshold("frozen-start")
    held = [epoch for epoch in first if epoch in last and first[epoch] < low * last[epoch]]
    if len(held) >= 2:
        numbers = {"source": updated[-1], "first": first[held[1]], "last": last[held[1]]}
        yield Finding("frozen-start", updated[0], numbers)
