"""The names in the stand-ins for Keras and TensorFlow, and their values."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.keras.moved_modules import KERAS_NAMES
from net2fig.read.record.layers.objects import (
    Activation,
    SavedObject,
    get_activation_function,
    get_class,
    serialize_object,
)
from net2fig.read.record.loose import find_unknown, is_loose
from net2fig.read.record.session import load_facts, reset_session
from net2fig.read.record.stand_ins import tensorflow
from net2fig.read.record.stand_ins.applications import register_applications
from net2fig.read.record.stand_ins.helpers import (
    load_model,
    make_datasets,
    make_saving,
    make_tree,
    make_utils,
)
from net2fig.read.record.stand_ins.modules import (
    ALIASES,
    MODULES,
    Lookup,
    UnknownName,
    get_module,
    lookup_in_table,
)
from net2fig.read.record.stand_ins.no_ops import make_no_op_class
from net2fig.read.record.stand_ins.settings import (
    make_backend,
    make_config,
    make_inner_backend,
    make_mixed_precision,
    set_floatx,
)
from net2fig.read.record.tensors.serial import serialize
from net2fig.read.script.sandbox.old_keras import OLD_LAYERS

OTHER_VERSIONS = ("tensorflow.compat.v1", "tensorflow.compat.v2")
"""Where TensorFlow keeps its own names as they are in one of its versions."""

MERGE_LAYERS = (
    "Add",
    "Average",
    "Concatenate",
    "Dot",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
)


def make_layers() -> Lookup:
    """Return keras.layers."""
    from net2fig.read.record.layers.classes import get_layer_class, make_functional_form
    from net2fig.read.record.layers.custom_layers import CustomLayer
    from net2fig.read.record.layers.loosely import list_positions
    from net2fig.read.record.layers.old_layers import find_old_layer, list_old_layers
    from net2fig.read.record.layers.wrappers import Input, InputLayer

    known = load_facts()
    own = {"Layer": CustomLayer, "Input": Input, "InputLayer": InputLayer}
    own |= {name.lower(): make_functional_form(name) for name in MERGE_LAYERS}

    unknown = {name for name in known["others"]["keras.layers"] if name[0].isupper()}

    def find(name: str) -> Any:
        if name == "__all__":
            old = list_old_layers() if is_loose() else []
            return [*own, "Lambda", *known["layers"], *known["aliases"], *OLD_LAYERS, *old]
        if name == "Lambda":
            return get_lambda_class()
        dropped = find_old_layer(name) if is_loose() else None
        if dropped is not None:
            return dropped
        if name in unknown or (is_loose() and list_positions(name)):
            return make_unknown_layer(name)
        name = OLD_LAYERS.get(name, known["aliases"].get(name, name))
        return own[name] if name in own else get_layer_class(name)

    return find


def get_lambda_class() -> Any:
    """Return keras.layers.Lambda, imported only if it is used."""
    from net2fig.read.record.layers.lambdas import Lambda

    return Lambda


@cache
def make_unknown_layer(name: str) -> Any:
    """Return an unknown class of Keras, which has no instances."""
    from net2fig.read.record.layers.layer import Layer

    return type(name, (Layer,), {"__module__": "keras.src.layers"})


def make_models() -> Lookup:
    """Return keras.models."""
    from net2fig.read.record.layers.models import Functional
    from net2fig.read.record.layers.sequential import Sequential
    from net2fig.read.record.layers.subclassed import Model

    names: dict[str, Any] = {"Model": Model, "Sequential": Sequential}
    more = {"Functional": Functional, "load_model": load_model}
    # What `keras.engine` and `keras.models` held besides, and what models were made of.
    layers = make_layers()
    old = (
        {"Layer": layers("Layer"), "Input": layers("Input"), "Network": Model} if is_loose() else {}
    )
    return lookup_in_table({**old, **names, **more, "__all__": [*names]})


def make_keras() -> Lookup:
    """Return keras itself."""
    from net2fig.read.record.layers.custom_layers import CustomLayer
    from net2fig.read.record.layers.sequential import Sequential
    from net2fig.read.record.layers.subclassed import Model
    from net2fig.read.record.layers.wrappers import Input
    from net2fig.read.record.tensors.graph import Tensor
    from net2fig.read.record.tensors.ops import Operation

    return lookup_in_table(
        {
            "Model": Model,
            "Sequential": Sequential,
            "Input": Input,
            "Layer": CustomLayer,
            "KerasTensor": Tensor,
            "Operation": Operation,
            "set_floatx": set_floatx,
        }
    )


def make_ops() -> Lookup:
    """Return keras.ops."""
    from net2fig.read.record.tensors.graph import Tensor
    from net2fig.read.record.tensors.ops import make_constant
    from net2fig.read.record.tensors.tracing import TracedTensor, get_sizes, make_filled, make_range

    def shape(x: Any) -> Any:
        if isinstance(x, TracedTensor):
            return get_sizes(x)
        return x.shape if isinstance(x, Tensor) else decline("keras.ops.shape of values")

    def ndim(x: Any) -> Any:
        return x.ndim if isinstance(x, Tensor) else decline("keras.ops.ndim of values")

    own = {"shape": shape, "ndim": ndim, "abs": make_function("absolute"), "arange": make_range}
    own |= {"zeros": make_filled, "ones": make_filled, "convert_to_tensor": make_constant}

    def find(name: str) -> Any:
        if name in own:
            return own[name]
        if name not in load_facts()["functions"]:
            raise LookupError(name)
        return make_function(name)

    return find


def make_images() -> Lookup:
    """Return keras.ops.image."""
    from net2fig.read.record.tensors.images import extract_patches, resize

    return lookup_in_table({"extract_patches": extract_patches, "resize": resize})


def make_function(name: str) -> Callable[..., Any]:
    """Return a function of keras.ops."""
    from net2fig.read.record.tensors.ops import call_function

    def call(*args: Any, **kwargs: Any) -> Any:
        return call_function(name, args, kwargs)

    call.__name__ = name
    return call


def make_objects(section: str) -> Lookup:
    """Return keras.initializers or a similar module."""
    names = load_facts()["objects"][section]["names"]

    def find(name: str) -> Any:
        if name == "__all__":
            return [*names, "get", "serialize"]
        if name in ("get", "serialize"):
            return partial(get_object, section) if name == "get" else serialize
        return get_class(section, name if name in names else names[name])

    return find


def make_activations() -> Lookup:
    """Return keras.activations."""
    known = load_facts()["functions"]

    def find(name: str) -> Any:
        if name not in load_facts()["activations"]:
            return names(name)
        if name == "relu":
            return make_relu()
        if name == "get":
            return get_activation
        function = get_activation_function(name)
        if function.inside is None and name in known:
            function.inside = partial(make_function(name), **load_facts()["called"].get(name, {}))
        return function

    def names(name: str) -> Any:
        raise LookupError(name)

    return find


@cache
def make_relu() -> Any:
    """Return keras.activations.relu, which is a separate operation."""
    from net2fig.read.record.tensors.ops import call_relu

    relu = get_activation_function("relu")
    relu.inside = call_relu
    return relu


def make_inert(section: str) -> Lookup:
    """Return keras.optimizers or a similar module, which does not affect figures."""

    def find(name: str) -> Any:
        if name == "__all__":
            return [*load_facts()["inert"][section]]
        if name in load_facts()["inert"][section]:
            return make_no_op_class(section, name)
        if section in ("losses", "metrics") and not name.startswith("_"):
            # Functions for training.
            name = f"keras.{section}.{name}"
            return find_unknown(name) if is_loose() else UnknownName(name)
        raise LookupError(name)

    return find


def get_object(section: str, identifier: Any) -> Any:
    """Return an object by its name, as keras.initializers.get does."""
    if identifier is None or isinstance(identifier, SavedObject):
        return identifier
    saved_object = SavedObject()
    saved_object.saved = serialize_object(section, identifier)
    return saved_object


def get_activation(identifier: Any) -> Any:
    """Return an activation function by its name."""
    if isinstance(identifier, str) and identifier in load_facts()["activations"]:
        return getattr(get_module("keras.activations"), identifier)
    return identifier if isinstance(identifier, Activation) else decline("keras.activations.get")


def make_empty() -> Lookup:
    """Return a module that only contains modules."""
    return lookup_in_table({})


# The table of modules.


def register_modules() -> None:
    """Register all modules and begin a session."""
    from net2fig.read.script.sandbox.datasets import DATA_SETS

    MODULES.clear()
    ALIASES.clear()
    MODULES.update(
        {
            "keras": make_keras,
            "keras.layers": make_layers,
            "keras.models": make_models,
            "keras.ops": make_ops,
            "keras.ops.nn": make_ops,
            "keras.ops.image": make_images,
            "keras.ops.numpy": make_ops,
            "keras.activations": make_activations,
            "keras.backend": make_backend,
            "keras.config": make_config,
            "keras.utils": make_utils,
            "keras.saving": make_saving,
            "keras.tree": make_tree,
            "keras.mixed_precision": make_mixed_precision,
            "keras.datasets": make_empty,
            "tensorflow": tensorflow.make_top,
            "tensorflow.nn": tensorflow.make_nn,
            "tensorflow.image": partial(tensorflow.make_section, "image"),
            "tensorflow.math": partial(tensorflow.make_section, "math"),
            "tensorflow.linalg": partial(tensorflow.make_section, "linalg"),
            "tensorflow.random": partial(tensorflow.make_random, "tensorflow"),
            "tensorflow.config": tensorflow.make_tensorflow_config,
            "tensorflow.distribute": tensorflow.make_distribute,
            "keras.random": partial(tensorflow.make_random, "keras"),
            "tensorflow.keras": make_keras,
            "tensorflow.keras.backend": make_backend,
        }
    )
    for section in load_facts()["objects"]:
        MODULES[f"keras.{section}"] = partial(make_objects, section)
    for section in load_facts()["inert"]:
        MODULES[f"keras.{section}"] = partial(make_inert, section)
    for name in DATA_SETS:
        MODULES[f"keras.datasets.{name}"] = partial(make_datasets, name)
    register_applications()
    MODULES["keras.src.backend"] = make_inner_backend
    for name in [each for each in MODULES if each.startswith("keras") and ".src" not in each]:
        ALIASES.setdefault(f"tensorflow.{name}", name)
        for other in (*KERAS_NAMES, *(["tf_keras"] if is_loose() else ())):
            same = f"tensorflow.{name}" if other.startswith("tensorflow") else name
            ALIASES[name.replace("keras", other, 1)] = same if same in MODULES else name
    for section in ("initializers", "losses", "metrics", "optimizers"):
        ALIASES[f"tensorflow.{section}"] = f"keras.{section}"
    if is_loose():
        register_inner_modules()
    # These differ from those in Keras itself.
    ALIASES.pop("tensorflow.keras.backend", None)
    ALIASES.pop("tensorflow.keras", None)
    reset_session()
    # Some code begins a session before it imports Keras.
    get_module("keras")


def register_inner_modules() -> None:
    """Register the modules of TensorFlow that hold its public names under other names."""
    public = [name for name in MODULES if name.startswith("tensorflow.")]
    for version in OTHER_VERSIONS:
        MODULES[version] = tensorflow.make_top
        ALIASES.update({name.replace("tensorflow", version, 1): name for name in public})
    MODULES.update(dict.fromkeys(tensorflow.OUTER_MODULES, make_empty))
    MODULES.update(dict.fromkeys(tensorflow.INNER_MODULES, tensorflow.make_inner))


def find_unsupported_setting() -> str | None:
    """Return why nothing can be recorded in this environment; None for default settings."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        return f"the backend {backend!r} of Keras"
    if os.environ.get("TF_USE_LEGACY_KERAS", "0").lower() in ("1", "true"):
        return "Keras 2, which TF_USE_LEGACY_KERAS asks for"
    return None


__all__ = ["find_unsupported_setting", "get_module", "register_modules"]
