"""Writes what the recorder knows of Keras into grammar/keras.json, from the Keras installed.

The sections of that file that `BY_HAND` names are written by hand and kept; all others are made
anew. `python -m tests.read.record.generate` writes the file; a test
compares what this module makes with what the file holds.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.read.record.tensorflow_facts import outer, outer_activation, outer_names

FILE = Path(__file__).resolve().parents[3] / "grammar" / "keras.json"

BY_HAND = (
    *("kinds", "ranks", "renamed", "recorded", "operations", "nn", "same", "inside"),
    *("called", "relu"),
)

EXAMPLES: dict[str, Any] = {
    **dict.fromkeys(("units", "filters", "output_dim", "key_dim", "head_dim", "n"), 4),
    **dict.fromkeys(("height", "width", "num_tokens", "num_query_heads"), 8),
    **dict.fromkeys(("num_heads", "pool_size", "num_key_value_heads"), 2),
    **dict.fromkeys(("kernel_size", "input_dim", "num_bins"), 3),
    **dict.fromkeys(("rate", "stddev", "factor", "height_factor", "width_factor", "scale"), 0.5),
    "activation": "relu",
    "axes": 1,
    "dims": (2, 1),
    "equation": "ab,bc->ac",
    "output_shape": 4,
    "output_size": 2,
    "target_shape": (4,),
}
"""A value for every parameter without a default, to make one layer of each class."""

OBJECTS = ("initializers", "regularizers", "constraints")

INERT = ("optimizers", "optimizers.schedules", "losses", "metrics", "callbacks")

OTHERS = {
    "layers": (
        *("Layer", "Input", "InputLayer", "Lambda", "add", "average", "concatenate", "dot"),
        *("maximum", "minimum", "multiply", "subtract"),
    ),
    "models": ("Model", "Sequential", "load_model"),
    "utils": (
        *("clear_session", "set_random_seed", "plot_model", "register_keras_serializable"),
        *("serialize_keras_object", "get_source_inputs", "get_file", "to_categorical"),
        *("pad_sequences", "load_img", "image_dataset_from_directory"),
        *("text_dataset_from_directory", "audio_dataset_from_directory"),
    ),
    "saving": ("serialize_keras_object", "register_keras_serializable"),
}
"""Modules that are imported as a whole, and what of them is known beside classes of layers."""

REQUIRED = "required"


def generated(by_hand: dict[str, Any]) -> dict[str, Any]:
    """Return all that the file holds, with the sections by hand taken over."""
    import keras

    names = by_hand["recorded"]
    return {
        "keras": keras.__version__,
        **{section: by_hand[section] for section in BY_HAND},
        "layers": {name: layer(name, by_hand["ranks"]) for name in names},
        "aliases": aliases(names),
        "activations": activations(),
        "objects": {section: objects(section) for section in OBJECTS},
        "inert": {section: inert(section) for section in INERT},
        "functions": functions(by_hand["operations"]),
        "valued": valued(by_hand["operations"]),
        "others": {f"keras.{section}": others(section, names) for section in OTHERS},
        "tensorflow": {name: outer_activation(name) for name in by_hand["nn"]},
        "outer": {name: outer(name) for name in by_hand["same"]},
        "outer_names": outer_names(by_hand["same"]),
        "applications": applications(),
        "attributes": list_attributes(),
    }


def public(section: str) -> dict[str, Any]:
    """Return the classes and functions of a module of Keras by their public names."""
    import keras

    module: Any = keras
    for name in section.split("."):
        module = getattr(module, name)
    return {name: vars(module)[name] for name in sorted(vars(module)) if name[0] != "_"}


# Parameters.


def parameters(call: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    """Yield the parameters of a function or a constructor, without self and **kwargs."""
    for name, parameter in inspect.signature(call).parameters.items():
        if name != "self" and parameter.kind not in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        ):
            yield parameter


def signature(call: Callable[..., Any]) -> dict[str, Any]:
    """Return the parameters with their defaults, in order: a list of one value, or REQUIRED."""
    return {
        parameter.name: REQUIRED if parameter.default is parameter.empty else [parameter.default]
        for parameter in parameters(call)
    }


def takes_more(call: Callable[..., Any]) -> bool:
    """Tell whether a constructor takes **kwargs: name, dtype and trainable among them."""
    kinds = [parameter.kind for parameter in inspect.signature(call).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds


# Layers.


def made(name: str) -> Any:
    """Return a layer of a class with as few arguments as it takes."""
    from keras import layers

    kind = getattr(layers, name)
    wrapped = layers.LSTM(3) if name == "Bidirectional" else layers.Dense(3)
    values = {**EXAMPLES, "layer": wrapped, "cell": layers.LSTMCell(3)}
    values["cells"] = [layers.LSTMCell(3)]
    needed = [item.name for item in parameters(kind) if item.default is item.empty]
    if name == "CategoryEncoding":
        needed.append("num_tokens")
    return kind(**{key: values[key] for key in needed})


def layer(name: str, ranks: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a class of layers."""
    from keras import layers, saving

    kind = getattr(layers, name)
    one = made(name)
    data = saving.serialize_keras_object(one)
    known = signature(kind.__init__)
    base = ("name", "trainable", "dtype")
    return {
        "module": data["module"],
        "home": kind.__module__,
        "parameters": known,
        "more": takes_more(kind.__init__),
        "config": list(data["config"]),
        "fixed": {
            key: value
            for key, value in data["config"].items()
            if key not in known and key not in base
        },
        "call": [item.name for item in parameters(one.call)],
        "rank": ranks.get(name) or rank(name),
        "keeps": keeps(name),
        "built": bool(one.built),
        "masking": bool(one.supports_masking),
    }


def rank(name: str) -> list[int]:
    """Return the least and the greatest number of axes of what a layer is called on."""
    spatial = [number for number in (1, 2, 3) if f"{number}D" in name]
    return [spatial[0] + 2] * 2 if spatial else [1, 9]


def keeps(name: str) -> bool:
    """Tell whether the shape rules say that what comes in goes out."""
    from net2fig.rules import shapes, shapes_layers, shapes_preprocessing, shapes_sequence

    ruled = (shapes_layers.RULES, shapes_preprocessing.RULES, shapes_sequence.RULES)
    return shapes.has_rule(name) and not any(name in table for table in ruled)


def aliases(names: list[str]) -> dict[str, str]:
    """Return other names of the recorded classes."""
    aliases_by_name = {}
    for alias, kind in public("layers").items():
        name = getattr(kind, "__name__", alias)
        if name != alias and name in names:
            aliases_by_name[alias] = name
    return aliases_by_name


# Activations, initializers and their like.


def activations() -> dict[str, str]:
    """Return the names that an activation is known by, with what Keras saves for each."""
    from keras import activations as module
    from keras.src.activations import ALL_OBJECTS_DICT

    every = {**public("activations"), **ALL_OBJECTS_DICT}
    saved = {}
    for name in sorted(every):
        if name not in ("get", "serialize", "deserialize"):
            saved[name] = module.serialize(every[name])
    return saved


def objects(section: str) -> dict[str, Any]:
    """Return the classes of a module, their parameters, and the names they are known by."""
    import importlib

    import keras

    table = importlib.import_module(f"keras.src.{section}").ALL_OBJECTS_DICT
    classes: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name, kind in sorted({**public(section), **table}.items()):
        # What needs SciPy is there in some environments only.
        if not inspect.isclass(kind) or kind.__name__ == "STFT":
            continue
        try:
            data = keras.saving.serialize_keras_object(kind())
        except (TypeError, ImportError, NotImplementedError):
            continue
        if data["class_name"] in ("Initializer", "Regularizer", "Constraint"):
            continue
        known = signature(kind.__init__)
        classes[data["class_name"]] = {
            "module": data["module"],
            "parameters": known,
            "config": data["config"],
        }
        names[name] = data["class_name"]
    by_text = sorted(set(table) & set(names))
    return {"classes": classes, "names": names, "by_text": by_text}


def inert(section: str) -> dict[str, Any]:
    """Return the classes of a module that no figure depends on, with their parameters."""
    classes = {name: kind for name, kind in public(section).items() if inspect.isclass(kind)}
    return {name: list(signature(kind.__init__)) for name, kind in classes.items()}


# Operations.


def others(section: str, recorded: list[str]) -> list[str]:
    """Return what a module has beside what is recorded."""
    known = {*recorded, *aliases(recorded), *OTHERS[section]}
    return [
        name
        for name, value in public(section).items()
        if name not in known and not inspect.ismodule(value)
    ]


def functions(names: list[str]) -> dict[str, Any]:
    """Return how functions become operations; `x[…]` is one that has no function."""
    from keras.src.ops.numpy import GetItem

    item = {
        "class": "GetItem",
        "module": module_of(GetItem),
        "parameters": {"x": REQUIRED, "key": REQUIRED},
        "init": {},
        "sent": {},
        "call": ["x", "key"],
        "words": {},
        "named": True,
    }
    return {**{name: function(name) for name in names}, "get_item": item}


def valued(names: list[str]) -> list[str]:
    """Return the classes of operations that work value by value, by the rules of shapes."""
    from net2fig.rules import shapes, shapes_ops

    classes = {function(name)["class"] for name in names} - {"Split"} - set(shapes_ops.RULES)
    return [name for name in sorted(classes) if shapes.has_rule(name, operation=True)]


def function(name: str) -> dict[str, Any]:
    """Return how a function of keras.ops becomes an operation, read from its source."""
    import keras

    value: Any = keras.ops
    for part in name.split("."):
        value = getattr(value, part)
    outer, inner = symbolic(value)
    kind = value.__globals__[outer.func.id]
    init = signature(kind.__init__)
    hidden = "name" if "name" in init else ""
    order = [key for key in init if key != "name"]
    sent = dict(zip(order, map(ast.unparse, outer.args), strict=False))
    sent |= {word.arg or "": ast.unparse(word.value) for word in outer.keywords}
    return {
        "class": kind.__name__,
        "module": module_of(kind),
        "parameters": signature(value),
        "init": {key: default for key, default in init.items() if key != "name"},
        "sent": sent,
        "call": [ast.unparse(arg) for arg in inner.args],
        "words": {word.arg or "": ast.unparse(word.value) for word in inner.keywords},
        "named": bool(hidden) or takes_more(kind.__init__),
    }


def symbolic(value: Any) -> tuple[ast.Call, ast.Call]:
    """Return the two calls of `return Kind(…).symbolic_call(…)` in the source of a function."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(value)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            inner = node.value
            target = inner.func
            if isinstance(target, ast.Attribute) and target.attr == "symbolic_call":
                target = target.value
            if isinstance(target, ast.Call) and isinstance(target.func, ast.Name):
                return target, inner
    raise LookupError(f"no symbolic call in {value}")


def module_of(kind: Any) -> str:
    """Return the module that Keras saves with an operation."""
    from keras.src.api_export import get_name_from_symbol

    name = get_name_from_symbol(kind)
    return kind.__module__ if name is None else name.rpartition(".")[0]


def list_attributes() -> list[str]:
    """Return the names that layers and models have for code to ask, all kinds of them."""
    import keras

    inputs = keras.Input((2,))
    examples = [keras.layers.Dense(1), keras.Sequential(), keras.Model(inputs, inputs + 1)]
    return sorted({name for one in examples for name in dir(one) if not name.startswith("__")})


def applications() -> dict[str, Any]:
    """Return the modules of keras.applications, with what each defines and where."""
    facts: dict[str, Any] = {}
    for name, value in public("applications").items():
        if inspect.ismodule(value):
            facts[name] = {
                key: item.__module__
                for key, item in sorted(vars(value).items())
                if inspect.isfunction(item)
            }
        elif inspect.isfunction(value):
            facts[name] = value.__module__
    return facts


# The file.


def text(data: dict[str, Any]) -> str:
    """Return the file: one entry to a line, so that changes can be read."""
    lines = []
    for section, value in data.items():
        if isinstance(value, dict) and value:
            inner = [f"    {json.dumps(key)}: {compact(item)}" for key, item in value.items()]
            lines.append(f"  {json.dumps(section)}: {{\n" + ",\n".join(inner) + "\n  }")
        else:
            lines.append(f"  {json.dumps(section)}: {compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def compact(value: Any) -> str:
    """Return a value on one line."""
    return json.dumps(value, separators=(", ", ": "), ensure_ascii=False)


if __name__ == "__main__":
    held = json.loads(FILE.read_text("utf-8"))
    FILE.write_text(text(generated(held)), "utf-8")
