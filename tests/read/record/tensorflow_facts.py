"""What the recorder knows of TensorFlow, as TensorFlow says it of itself."""

from __future__ import annotations

import inspect
from typing import Any

OUTER = ("math", "nn", "linalg", "image", "random")
"""Modules of TensorFlow whose functions are known."""


def of_tensorflow(name: str) -> Any:
    """Return a function of TensorFlow."""
    import tensorflow as tf

    value: Any = tf
    for part in name.split("."):
        value = getattr(value, part)
    return value


def outer(name: str) -> dict[str, Any]:
    """Return the name and the parameters of a function of TensorFlow."""
    from net2fig.read.keras.tf_functions import get_public_name

    value = of_tensorflow(name)
    return {"name": get_public_name(value), "parameters": list(inspect.signature(value).parameters)}


def outer_names(names: list[str]) -> dict[str, str]:
    """Return other names of the functions of TensorFlow that are known."""
    import tensorflow as tf

    known = {id(of_tensorflow(name)): name for name in names}
    names_by_function = {}
    for section in ("", *OUTER):
        module = getattr(tf, section) if section else tf
        for key in sorted(dir(module)):
            full = f"{section}.{key}" if section else key
            name = known.get(id(getattr(module, key, None)))
            if name is not None and name != full and key[0] != "_":
                names_by_function[full] = name
    return names_by_function


def outer_activation(name: str) -> Any:
    """Return what Keras saves of a function of tensorflow.nn that is a layer's activation."""
    import tensorflow as tf
    from keras import activations as module

    from net2fig.read.plain_json import to_plain_json

    return to_plain_json(module.serialize(getattr(tf.nn, name)))
