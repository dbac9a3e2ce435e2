"""Which names the stand-ins for Keras and TensorFlow have, and what each of them is."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from net2fig.read.record.layers.objects import (
    Activation,
    Saved,
    activation_named,
    class_named,
    serialized_object,
)
from net2fig.read.record.session import facts, reset
from net2fig.read.record.stand_ins import tensorflow
from net2fig.read.record.stand_ins.applications import plant_applications
from net2fig.read.record.stand_ins.helpers import (
    load_model,
    of_datasets,
    of_saving,
    of_tree,
    of_utils,
)
from net2fig.read.record.stand_ins.modules import ALIASES, TREE, Find, Unknown, from_table, module
from net2fig.read.record.stand_ins.no_ops import inert_class
from net2fig.read.record.stand_ins.settings import (
    of_backend,
    of_config,
    of_inner_backend,
    of_mixed_precision,
    set_floatx,
)
from net2fig.read.record.tensors.serial import serialized
from net2fig.read.record.unknown import decline

MERGING = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")


def of_layers() -> Find:
    """Return keras.layers."""
    from net2fig.read.record.layers.classes import functional_form, layer_class
    from net2fig.read.record.layers.custom_layers import Own
    from net2fig.read.record.layers.wrappers import Input, InputLayer

    known = facts()
    own = {"Layer": Own, "Input": Input, "InputLayer": InputLayer}
    own |= {name.lower(): functional_form(name) for name in MERGING}

    unknown = {name for name in known["others"]["keras.layers"] if name[0].isupper()}

    def find(name: str) -> Any:
        if name == "__all__":
            return [*own, "Lambda", *known["layers"], *known["aliases"]]
        if name == "Lambda":
            return lambda_class()
        if name in unknown:
            return unknown_layer(name)
        name = known["aliases"].get(name, name)
        return own[name] if name in own else layer_class(name)

    return find


def lambda_class() -> Any:
    """Return keras.layers.Lambda, which few need."""
    from net2fig.read.record.layers.lambdas import Lambda

    return Lambda


@cache
def unknown_layer(name: str) -> Any:
    """Return a class of Keras that is not known: nothing can be an instance of it."""
    from net2fig.read.record.layers.layer import Layer

    return type(name, (Layer,), {"__module__": "keras.src.layers"})


def of_models() -> Find:
    """Return keras.models."""
    from net2fig.read.record.layers.models import Functional
    from net2fig.read.record.layers.sequential import Sequential
    from net2fig.read.record.layers.subclassed import Model

    found: dict[str, Any] = {"Model": Model, "Sequential": Sequential}
    more = {"Functional": Functional, "load_model": load_model}
    return from_table({**found, **more, "__all__": [*found]})


def of_keras() -> Find:
    """Return keras itself."""
    from net2fig.read.record.layers.custom_layers import Own
    from net2fig.read.record.layers.sequential import Sequential
    from net2fig.read.record.layers.subclassed import Model
    from net2fig.read.record.layers.wrappers import Input
    from net2fig.read.record.tensors.graph import Tensor
    from net2fig.read.record.tensors.ops import Operation

    return from_table(
        {
            "Model": Model,
            "Sequential": Sequential,
            "Input": Input,
            "Layer": Own,
            "KerasTensor": Tensor,
            "Operation": Operation,
            "set_floatx": set_floatx,
        }
    )


def of_ops() -> Find:
    """Return keras.ops."""
    from net2fig.read.record.tensors.graph import Tensor
    from net2fig.read.record.tensors.ops import constant
    from net2fig.read.record.tensors.tracing import Traced, counted, filled, sizes_of

    def shape(x: Any) -> Any:
        if isinstance(x, Traced):
            return sizes_of(x)
        return x.shape if isinstance(x, Tensor) else decline("keras.ops.shape of values")

    def ndim(x: Any) -> Any:
        return x.ndim if isinstance(x, Tensor) else decline("keras.ops.ndim of values")

    own = {"shape": shape, "ndim": ndim, "abs": function("absolute"), "arange": counted}
    own |= {"zeros": filled, "ones": filled, "convert_to_tensor": constant}

    def find(name: str) -> Any:
        if name in own:
            return own[name]
        if name not in facts()["functions"]:
            raise LookupError(name)
        return function(name)

    return find


def of_images() -> Find:
    """Return keras.ops.image."""
    from net2fig.read.record.tensors.images import patches, resized

    return from_table({"extract_patches": patches, "resize": resized})


def function(name: str) -> Callable[..., Any]:
    """Return a function of keras.ops."""
    from net2fig.read.record.tensors.ops import called

    def call(*args: Any, **kwargs: Any) -> Any:
        return called(name, args, kwargs)

    call.__name__ = name
    return call


def of_objects(section: str) -> Find:
    """Return keras.initializers and its like."""
    names = facts()["objects"][section]["names"]

    def find(name: str) -> Any:
        if name in ("get", "serialize"):
            return partial(object_named, section) if name == "get" else serialized
        return class_named(section, name if name in names else names[name])

    return find


def of_activations() -> Find:
    """Return keras.activations."""
    known = facts()["functions"]

    def find(name: str) -> Any:
        if name not in facts()["activations"]:
            return names(name)
        if name == "relu":
            return relu()
        if name == "get":
            return activation_got
        made = activation_named(name)
        if made.inside is None and name in known:
            made.inside = partial(function(name), **facts()["called"].get(name, {}))
        return made

    def names(name: str) -> Any:
        raise LookupError(name)

    return find


@cache
def relu() -> Any:
    """Return keras.activations.relu, which is an operation of its own."""
    from net2fig.read.record.tensors.ops import call_relu

    made = activation_named("relu")
    made.inside = call_relu
    return made


def of_inert(section: str) -> Find:
    """Return keras.optimizers and its like: no figure depends on what is in them."""

    def find(name: str) -> Any:
        if name == "__all__":
            return [*facts()["inert"][section]]
        if name in facts()["inert"][section]:
            return inert_class(section, name)
        if section in ("losses", "metrics") and not name.startswith("_"):
            # Functions, which models are trained by.
            return Unknown(f"keras.{section}.{name}")
        raise LookupError(name)

    return find


def object_named(section: str, identifier: Any) -> Any:
    """Return an object of a section by its name: keras.initializers.get and its like."""
    if identifier is None or isinstance(identifier, Saved):
        return identifier
    made = Saved()
    made.saved = serialized_object(section, identifier)
    return made


def activation_got(identifier: Any) -> Any:
    """Return the function of an activation by its name."""
    if isinstance(identifier, str) and identifier in facts()["activations"]:
        return getattr(module("keras.activations"), identifier)
    return identifier if isinstance(identifier, Activation) else decline("keras.activations.get")


def empty() -> Find:
    """Return a module that has nothing but modules."""
    return from_table({})


# All modules.


def plant() -> None:
    """Name all modules; a session begins."""
    from net2fig.read.script.sandbox.datasets import DATA_SETS

    TREE.clear()
    ALIASES.clear()
    TREE.update(
        {
            "keras": of_keras,
            "keras.layers": of_layers,
            "keras.models": of_models,
            "keras.ops": of_ops,
            "keras.ops.nn": of_ops,
            "keras.ops.image": of_images,
            "keras.ops.numpy": of_ops,
            "keras.activations": of_activations,
            "keras.backend": of_backend,
            "keras.config": of_config,
            "keras.utils": of_utils,
            "keras.saving": of_saving,
            "keras.tree": of_tree,
            "keras.mixed_precision": of_mixed_precision,
            "keras.datasets": empty,
            "tensorflow": tensorflow.of_top,
            "tensorflow.nn": tensorflow.of_nn,
            "tensorflow.image": partial(tensorflow.of_section, "image"),
            "tensorflow.math": partial(tensorflow.of_section, "math"),
            "tensorflow.linalg": partial(tensorflow.of_section, "linalg"),
            "tensorflow.random": partial(tensorflow.of_random, "tensorflow"),
            "tensorflow.config": tensorflow.of_tensorflow_config,
            "tensorflow.distribute": tensorflow.of_distribute,
            "keras.random": partial(tensorflow.of_random, "keras"),
            "tensorflow.keras": of_keras,
            "tensorflow.keras.backend": of_backend,
        }
    )
    for section in facts()["objects"]:
        TREE[f"keras.{section}"] = partial(of_objects, section)
    for section in facts()["inert"]:
        TREE[f"keras.{section}"] = partial(of_inert, section)
    for name in DATA_SETS:
        TREE[f"keras.datasets.{name}"] = partial(of_datasets, name)
    plant_applications()
    TREE["keras.src.backend"] = of_inner_backend
    for name in [*TREE]:
        if name.startswith("keras") and ".src" not in name:
            ALIASES.setdefault(f"tensorflow.{name}", name)
    # These are not the same as in Keras itself.
    ALIASES.pop("tensorflow.keras.backend", None)
    ALIASES.pop("tensorflow.keras", None)
    reset()
    # Keras is there for whoever begins a new session.
    module("keras")


def refused() -> str | None:
    """Return why nothing can be recorded here; None where all is as Keras has it by default."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        return f"the backend {backend!r} of Keras"
    if os.environ.get("TF_USE_LEGACY_KERAS", "0").lower() in ("1", "true"):
        return "Keras 2, which TF_USE_LEGACY_KERAS asks for"
    return None


__all__ = ["module", "plant", "refused"]
