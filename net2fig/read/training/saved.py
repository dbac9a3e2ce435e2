"""What Keras saves of `compile` → Training: `compile_config`, or `training_config` in `.h5`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from net2fig.network import Loss, Training
from net2fig.read.training.names import find_loss_name, load_words

KEYS = ("compile_config", "training_config")
"""Where a saved model has it."""

MAX_OUTPUTS = 1000


def find_training(data: Mapping[str, Any]) -> Training | None:
    """Return the training of a saved model; None if it was not compiled."""
    for key in KEYS:
        saved = data.get(key)
        if isinstance(saved, dict) and saved:
            return parse_training(saved)
    return None


def find_live_training(model: Any) -> Training | None:
    """Return how a model of Keras in memory was compiled; None if it was not."""
    if not getattr(model, "compiled", getattr(model, "_is_compiled", False)):
        return None
    try:
        saved = model.get_compile_config()
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # What cannot be saved is not known.
        return None
    return parse_training(saved) if isinstance(saved, dict) else None


def parse_training(saved: Mapping[str, Any]) -> Training | None:
    """Return the training in what Keras saved; None if it states neither loss nor optimizer."""
    optimizer = saved.get("optimizer", saved.get("optimizer_config"))
    metrics = saved.get("metrics")
    training = Training(
        optimizer=get_class_name(optimizer),
        rate=find_rate(optimizer),
        losses=tuple(parse_losses(saved.get("loss"), "")),
        metrics=tuple(each for each in metrics if isinstance(each, str))
        if isinstance(metrics, list)
        else (),
    )
    return training if training != Training() else None


def get_class_name(value: Any) -> str:
    """Return the name of an optimizer, in small letters."""
    name = value.get("class_name") if isinstance(value, dict) else value
    return name.rpartition(">")[2].lower() if isinstance(name, str) else ""


def find_rate(optimizer: Any) -> float | None:
    """Return the learning rate of a saved optimizer; of a schedule the first."""
    config = optimizer.get("config") if isinstance(optimizer, dict) else None
    value = config.get("learning_rate", config.get("lr")) if isinstance(config, dict) else None
    if isinstance(value, dict):
        schedule = value.get("config")
        value = schedule.get("initial_learning_rate") if isinstance(schedule, dict) else None
    return parse_rate(value)


def parse_rate(value: Any) -> float | None:
    """Return a learning rate; None for anything but a finite number.

    A rate of 0.01 is saved in four bytes: digits that these do not hold are left out.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(f"{value:.6g}")
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def parse_losses(value: Any, output: str) -> Iterator[Loss]:
    """Yield the losses in a saved value: one, or one for each output."""
    if isinstance(value, str):
        yield make_loss(value, output)
    elif isinstance(value, dict) and isinstance(value.get("class_name"), str):
        config = value.get("config")
        if value["class_name"] == "function":
            yield make_loss(config if isinstance(config, str) else "", output)
        else:
            stated = config.get("from_logits", False) if isinstance(config, dict) else False
            yield make_loss(value["class_name"], output, stated)
    elif isinstance(value, dict | list) and not output and len(value) <= MAX_OUTPUTS:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in pairs:
            yield from parse_losses(each, str(key))


def make_loss(word: str, output: str = "", from_logits: Any = False) -> Loss:
    """Return a loss by any of its names."""
    name = find_loss_name(word.rpartition(">")[2])
    if name in load_words().logits:
        from_logits = True
    return Loss(name, output, from_logits if isinstance(from_logits, bool) else None)
