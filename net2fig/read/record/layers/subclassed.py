"""Models of a class of the user's own: called and looked into, or made of inputs and outputs."""

from __future__ import annotations

from typing import Any

from net2fig.read.keras.trace import LAST_CALL
from net2fig.read.record.layers.custom_layers import OWN_FACTS, Own
from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.models import Functional, Model, Swapped
from net2fig.read.record.tensors.graph import Tensor
from net2fig.read.record.unknown import decline


class OwnModel(Own, Model):
    """What code derives its models from."""

    _facts = OWN_FACTS
    _swapped = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what every layer takes; or inputs and outputs, and be what these make up."""
        if len(args) < 3 and {*("inputs", "outputs")[len(args) :]} <= set(kwargs):
            make_functional(type(self))
            made: Any = self
            Functional.__init__(made, *args, **kwargs)
            return
        if args:
            decline(f"the arguments of {type(self).__name__}")
        Own.__init__(self, **kwargs)

    @property
    def inputs(self) -> list[Tensor]:
        """Nothing that such a model has."""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute 'inputs'")

    @property
    def outputs(self) -> list[Tensor]:
        """Nothing that such a model has."""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute 'outputs'")

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shape of the first thing that the model was built for."""
        return None if self._built is None else {"input_shape": self._first_shape}

    def inner_layers(self) -> list[Layer]:
        """Return the layers that the attributes hold."""
        return Own.inner_layers(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Remember what the model is called on, as it is where Keras runs the code."""
        vars(self)[LAST_CALL] = (args, kwargs)
        return Own.__call__(self, *args, **kwargs)


Swapped.own = OwnModel


def make_functional(cls: Any) -> None:
    """Make a class one of functional models, as Keras does where it is given inputs and outputs."""
    if cls.call is not Own.call:
        decline(f"{cls.__name__}, which is made of inputs and outputs and has a call")
    for one in cls.__mro__:
        if OwnModel in one.__bases__:
            one.__bases__ = tuple(
                Functional if base is OwnModel else base for base in one.__bases__
            )


__all__ = ["Model", "OwnModel"]
