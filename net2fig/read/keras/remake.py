"""Makes a model of a user's own class once more, as its code made it.

A model whose call failed is built in part: another shape needs a new one.

Requires: the classes of models remember the arguments of their constructors.
Ensures: a new object for a model of a user's own class; any other model as it is.
"""

from __future__ import annotations

from inspect import currentframe
from typing import Any

from net2fig.read.decline import find_user_line

ARGUMENTS = "_net2fig_arguments"
"""The attribute of a model that holds the arguments of its constructor."""


def remember_arguments(model_class: Any) -> None:
    """Make the models of a class remember the arguments of their constructor."""
    original = model_class.__new__

    def new(cls: Any, *args: Any, **kwargs: Any) -> Any:
        model = original(cls, *args, **kwargs)
        object.__setattr__(model, ARGUMENTS, (args, kwargs))
        return model

    model_class.__new__ = staticmethod(new)


LINE = "_net2fig_line"
"""The attribute of a layer that holds the line of code that made it."""


def remember_line(layer: Any) -> None:
    """Make a layer remember the line of the user's code that makes it now."""
    object.__setattr__(layer, LINE, find_user_line(currentframe()) or "")


def remember_lines(layer_class: Any) -> None:
    """Make the layers of a class remember the lines that make them."""
    original = layer_class.__new__

    def new(cls: Any, *args: Any, **kwargs: Any) -> Any:
        layer = original(cls, *args, **kwargs)
        remember_line(layer)
        return layer

    layer_class.__new__ = staticmethod(new)


def get_line(layer: Any) -> str:
    """Return the line of code that made a layer: "unet.py:31"; empty if it is not known.

    Keras makes inputs when it needs them.
    """
    line = getattr(layer, "__dict__", {}).get(LINE, "")
    return "" if type(layer).__name__ == "InputLayer" else line.replace(", line ", ":")


def remake(model: Any) -> Any:
    """Return a new model of the same class, made with the same arguments."""
    if ARGUMENTS not in vars(model):
        return model
    args, kwargs = vars(model)[ARGUMENTS]
    return type(model)(*args, **kwargs)
