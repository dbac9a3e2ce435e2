"""Makes a model of a user's own class once more, as its code made it.

A model whose call failed is built in part: another shape needs a new one.

Requires: the classes of models remember the arguments of their constructors.
Ensures: a new object for a model of a user's own class; any other model as it is.
"""

from __future__ import annotations

from typing import Any

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


def remake(model: Any) -> Any:
    """Return a new model of the same class, made with the same arguments."""
    if ARGUMENTS not in vars(model):
        return model
    args, kwargs = vars(model)[ARGUMENTS]
    return type(model)(*args, **kwargs)
