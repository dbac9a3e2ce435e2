"""Layers that Keras has dropped, where the recorder may go on.

    Deconvolution2D(64, 3, 3, output_shape=…)    Conv2DTranspose(64, (3, 3))
    merge([a, b], mode="sum")                    Add()([a, b])

Requires: names and arguments of Keras 1 and 2.
Ensures: a layer of today does the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from net2fig.read.keras.keras1 import load_words, translate_arguments
from net2fig.read.record.layers.classes import get_layer_class, make_named_layer

DROPPED = ("output_shape", "weights")
"""Arguments of Keras 1 that do not change what a convolution does."""


def find_old_layer(name: str) -> Callable[..., Any] | None:
    """Return what makes a layer that Keras has dropped; None if nothing of today does the same."""
    if name == "merge":
        return merge
    if name == "Merge":
        return make_merge
    new = load_words()["class"].get(name)
    return None if new is None or name not in load_words()["windows"] else partial(convolve, name)


def list_old_layers() -> list[str]:
    """Return the names of layers that Keras has dropped."""
    words = load_words()
    return [*words["windows"], *words["positions"], "merge", "Merge"]


def make_merge(layers: Any = None, mode: Any = "sum", **words: Any) -> Any:
    """Return the layer `Merge`: of models, only its name is known; else it is called on tensors."""
    return partial(merge, mode=mode, **words) if layers is None else make_named_layer("Merge")


def convolve(name: str, *args: Any, **kwargs: Any) -> Any:
    """Return the convolution of today for one of Keras 1, whose window is a number per axis."""
    new, rank = load_words()["class"][name], load_words()["windows"][name]
    kwargs = {key: value for key, value in kwargs.items() if key not in DROPPED}
    window = args[1 : 1 + rank]
    if len(window) == rank and all(isinstance(each, int) for each in window):
        args, kwargs = args[:1], {**kwargs, "kernel_size": window}
    layer = get_layer_class(new)
    args, kwargs = translate_arguments(new, args, kwargs, layer._facts["parameters"])
    return layer(*args, **kwargs)


def merge(inputs: Any, mode: Any = "sum", name: str | None = None, **words: Any) -> Any:
    """Return what `merge` of Keras 1 returned: a layer of today, called on tensors."""
    known = load_words()["merge"]
    if not isinstance(mode, str):
        from net2fig.read.record.layers.lambdas import Lambda

        return Lambda(mode, name=name)(inputs)
    keys = known["key"]
    kwargs = {keys[key]: value for key, value in words.items() if key in keys}
    taken = get_layer_class(known["mode"][mode])._facts["parameters"]
    kwargs = {key: value for key, value in kwargs.items() if key in taken}
    return get_layer_class(known["mode"][mode])(name=name, **kwargs)(inputs)
