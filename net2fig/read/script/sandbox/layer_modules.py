"""Layers of modules that are not installed, such as `tensorflow_addons`: each is drawn by its name.

    x = tfa.layers.InstanceNormalization()(x)        a layer like GroupNormalization(groups=-1)
    x = keras_contrib.layers.CRF(units=5)(x)         a layer whose parameters are not known

Requires: Keras, or its stand-in, is imported when the code asks for a layer.
Ensures: a layer whose result nothing tells is no layer: who uses it gets the error of the import.
What stands in, and what is not known of it, is told.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.read.script.sandbox.model_modules import make_whole
from net2fig.read.script.unknown.values import MissingImport, UnknownData, UnknownValue

NO_LAYERS = ("optimizers", "losses", "metrics", "callbacks", "text", "image", "rnn")
"""Parts of modules that hold other things than layers."""

SIZES = ("units", "filters", "embedding_dim", "output_dim")
"""Arguments that are the number of features of the result."""


@cache
def load_layer_modules() -> dict[str, Any]:
    """Return what is known of modules that make layers, from grammar/stand_ins.toml."""
    data = tomllib.loads((data_dir("grammar") / "stand_ins.toml").read_text("utf-8"))
    return {
        "modules": frozenset(data["modules"]["layers"].split()),
        "like": data["like"],
        "models": data["model"],
        "kept": re.compile("|".join(data["modules"]["keeps_shape"].split())),
        "looked_up": re.compile("|".join(data["modules"]["looks_up"].split())),
    }


class LayerModule(ModuleType):
    """A module that is not installed, whose classes are layers."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        if name == "__all__":
            return []
        path = self.__name__.split(".")
        if not name[:1].isupper():
            known = find_activation(path[-1], name)
            return known if known is not None else LayerModule(f"{self.__name__}.{name}")
        if any(part in NO_LAYERS for part in path):
            return UnknownValue(f"{self.__name__}.{name}")
        value = make_layer(path[0], name)
        setattr(self, name, value)
        return value

    def __call__(self, *_args: Any, **_options: Any) -> Any:
        """Return what a function of the module returns."""
        return UnknownValue(f"{self.__name__}(…)")


def find_activation(module: str, name: str) -> Any:
    """Return the activation of Keras with the name of one that is not installed, such as `mish`."""
    keras = find_keras()
    known = module == "activations" and keras is not None
    return getattr(keras.activations, name, None) if known else None


def find_keras() -> Any:
    """Return Keras as the code has imported it."""
    return next((sys.modules[name] for name in ("keras", "tf_keras") if name in sys.modules), None)


def make_layer(root: str, name: str) -> Any:
    """Return the class that stands in for a layer; what fails where nothing tells its result."""
    data, keras = load_layer_modules(), find_keras()
    error = ModuleNotFoundError(f"No module named {root!r}", name=root)
    if keras is None:
        return MissingImport(error)
    like = next((e for e in data["like"] if e["module"] == root and e["name"] == name), None)
    if like is not None:
        return derive_layer(getattr(keras.layers, like["layer"]), root, name, like["arguments"])
    whole = next((e for e in data["models"] if is_model_of(e, root, name)), None)
    if whole is not None:
        return make_whole(keras, root, name, whole, partial(make_shaped_layer, keras, root))
    if UnknownData.loose and not load_layer_modules()["kept"].search(name):
        # The recorder makes a layer of what the code calls on tensors.
        tell(root, f"{name} is drawn by its name alone")
        return UnknownValue(f"{root}.{name}")
    return make_unknown_layer(keras, root, name, error)


def is_model_of(entry: dict[str, Any], root: str, name: str) -> bool:
    """Tell whether an entry of grammar/stand_ins.toml is about a model of a module."""
    return entry["module"] == root and any(
        re.fullmatch(each, name) is not None for each in entry["names"].split()
    )


def make_shaped_layer(keras: Any, root: str, title: str, find_shape: Callable[..., Any]) -> Any:
    """Return a layer with a name, of which the shape of the result is known and nothing else."""
    if UnknownData.loose:
        return UnknownData.make_layer(title, find_shape)

    def compute_output_spec(_self: Any, inputs: Any, *_args: Any, **_options: Any) -> Any:
        shape = find_shape(tuple(inputs.shape))
        if shape is None:
            raise ModuleNotFoundError(f"No module named {root!r}", name=root)
        return keras.KerasTensor(shape, keras.config.floatx())

    methods = {
        "compute_output_spec": compute_output_spec,
        "call": lambda _self, inputs, *_args, **_options: inputs,
        "count_params": lambda _self: None,
        "__module__": root,
    }
    name = re.sub(r"\W+", "_", title).strip("_").lower()
    return type(title, (keras.layers.Layer,), methods)(name=f"{name}_whole")


def derive_layer(base: Any, root: str, name: str, arguments: dict[str, Any]) -> Any:
    """Return a function that makes a layer of Keras which computes the same."""

    def make(*args: Any, **options: Any) -> Any:
        tell(root, f"{name} is drawn as {base.__name__}, which computes the same")
        return base(*args, **{**arguments, **options})

    return make


def tell(root: str, text: str) -> None:
    """Tell what stands in for a layer."""
    UnknownData.tell("layer-stands-in", f"{root} is not installed: {text}")


def make_unknown_layer(keras: Any, root: str, name: str, error: Exception) -> Any:
    """Return a function that makes a layer with a name, of which the parameters are not known."""
    data = load_layer_modules()
    kept = data["kept"].search(name) is not None
    looks_up = data["looked_up"].search(name) is not None

    def initialize(self: Any, size: int | None, options: dict[str, Any]) -> None:
        keras.layers.Layer.__init__(self, **options)
        self.size = size

    def compute_output_spec(self: Any, inputs: Any, *_args: Any, **_options: Any) -> Any:
        first = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
        shape = tuple(first.shape)
        if self.size is not None:
            shape = (*(shape if looks_up else shape[:-1]), self.size)
        return keras.KerasTensor(shape, keras.config.floatx())

    methods = {
        "__init__": initialize,
        "compute_output_spec": compute_output_spec,
        "call": lambda _self, inputs, *_args, **_options: inputs,
        "count_params": lambda _self: None,
        "__module__": root,
    }

    def make(*args: Any, **options: Any) -> Any:
        if args and isinstance(args[0], keras.layers.Layer):
            tell(root, f"{name} is drawn as the layer that it wraps")
            return args[0]
        size = next((options[word] for word in SIZES if type(options.get(word)) is int), None)
        if not kept and size is None:
            raise error
        tell(
            root,
            f"the parameters of {name} are not known, and its result is taken to be as"
            f" large as {'its arguments tell' if size is not None else 'its input'}",
        )
        kind = type(name, (keras.layers.Layer,), methods)
        named = {key: options[key] for key in ("name",) if key in options}
        return kind(None if kept and size is None else size, named)

    return make
