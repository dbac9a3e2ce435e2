"""What a callback measures of a model: how weights change, what units return, what data hold.

Requires: a model of Keras 3 with any backend, or of tf_keras.
Ensures: plain numbers; the model is not changed, and no random number is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from net2fig.checks.dynamic import ENDS, NOT_FINITE, UPDATE, ZEROS
from net2fig.checks.finding import load_catalogue

NORM = "norm"
"""The name of the size of the weights."""

MAX_CLASSES = 10_000

END = 0.02
"""How near to an end of its function, as a share of its range, an output is saturated."""

RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""The ends of functions that saturate."""


MAX_DEPTH = 16


def list_layers(model: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the layers of a model with their ids in its network: "encoder/dense"."""
    for layer in getattr(model, "layers", ()):
        if getattr(layer, "layers", None) and depth < MAX_DEPTH:
            yield from list_layers(layer, f"{path}{layer.name}/", depth + 1)
        else:
            yield f"{path}{layer.name}", layer


def find_kernels(model: Any) -> dict[str, Any]:
    """Return the weights of each layer that decide what it computes: the largest trained one."""
    kernels: dict[str, Any] = {}
    for id, layer in list_layers(model):
        weights = list(getattr(layer, "trainable_weights", ()))
        if weights:
            kernels[id] = max(weights, key=lambda weight: len(weight.shape))
    return kernels


def copy_weights(kernels: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of weights as arrays."""
    import numpy as np

    return {id: np.array(weight.numpy(), copy=True) for id, weight in kernels.items()}


def measure_updates(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, dict[str, float]]:
    """Return how much each layer changed, relative to its size, and its numbers not finite."""
    import numpy as np

    found: dict[str, dict[str, float]] = {}
    for id, new in after.items():
        old = before.get(id)
        bad = int(new.size - np.isfinite(new).sum())
        values: dict[str, float] = {NOT_FINITE: float(bad)}
        if not bad and old is not None and old.shape == new.shape and np.isfinite(old).all():
            with np.errstate(over="ignore"):
                size = float(np.linalg.norm(old))
                change = float(np.linalg.norm(new - old))
                values[NORM] = float(np.linalg.norm(new))
            values[UPDATE] = change / size if size else (1.0 if change else 0.0)
        found[id] = values
    return found


def find_function(layer: Any) -> str:
    """Return the name of the activation of a layer; empty if it has none."""
    function = getattr(layer, "activation", None)
    name = getattr(function, "__name__", "")
    kind = type(layer).__name__
    words = load_catalogue().words
    if not name and kind.lower() in (*words["relu"], *words["saturating"]):
        name = kind.lower()
    return name if isinstance(name, str) else ""


def find_watched(model: Any) -> dict[str, tuple[Any, str]]:
    """Return the layers whose outputs can die or saturate, with their functions."""
    words = load_catalogue().words
    watched = {}
    for id, layer in list_layers(model):
        name = find_function(layer)
        is_cell = hasattr(layer, "recurrent_activation") or hasattr(layer, "return_sequences")
        if (name in words["relu"] or name in RANGES) and not is_cell and "/" not in id:
            watched[id] = (layer, name)
    return watched


def make_probe(model: Any, watched: Mapping[str, tuple[Any, str]]) -> Any:
    """Return a model that returns what the watched layers return, and the outputs; None if none."""
    models = __import__(type(model).__module__.partition(".")[0])
    try:
        tensors = [layer.output for layer, _ in watched.values()]
        inputs = model.inputs if len(model.inputs) > 1 else model.inputs[0]
        return models.Model(inputs, [*tensors, *model.outputs], name="net2fig_probe")
    except (AttributeError, RuntimeError, TypeError, ValueError):
        # A model that was never built, or of a class of the user's own.
        return None


def measure_outputs(
    probe: Any, watched: Mapping[str, tuple[Any, str]], data: Any
) -> tuple[dict[str, dict[str, float]], list[Any]]:
    """Return what units return for the probe, by layer, and the predictions."""
    import numpy as np

    results = [to_array(each) for each in probe(data, training=False)]
    found: dict[str, dict[str, float]] = {}
    for (id, (_, name)), values in zip(watched.items(), results, strict=False):
        bad = int(values.size - np.isfinite(values).sum())
        if bad:
            found[id] = {NOT_FINITE: float(bad)}
        elif name in RANGES:
            low, high = RANGES[name]
            near = END * (high - low)
            found[id] = {ENDS: float(np.mean((values <= low + near) | (values >= high - near)))}
        else:
            axes = tuple(range(values.ndim - 1))
            found[id] = {ZEROS: float(np.mean(np.all(values <= 0, axis=axes)))}
    return found, results[len(watched) :]


def to_array(value: Any) -> Any:
    """Return a tensor of any backend as an array."""
    import numpy as np

    # A tensor of PyTorch may be elsewhere, and know its gradient.
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)


def find_class_share(predictions: Sequence[Any]) -> float | None:
    """Return the greatest share of samples that get one class; None for another sort of output."""
    import numpy as np

    if len(predictions) != 1 or predictions[0].ndim != 2:
        return None
    values = predictions[0]
    if not np.isfinite(values).all() or not 1 <= values.shape[1] <= MAX_CLASSES:
        return None
    chosen = values.argmax(axis=1) if values.shape[1] > 1 else (values[:, 0] > 0.5).astype(int)
    return float(np.bincount(chosen).max() / len(chosen))
