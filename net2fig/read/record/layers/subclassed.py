"""Models of a user's class: called and traced, or functional."""

from __future__ import annotations

from typing import Any

from net2fig.read.decline import decline
from net2fig.read.keras.trace_inputs import LAST_CALL
from net2fig.read.record.layers.custom_layers import OWN_FACTS, CustomLayer
from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.models import Functional, Model, SwappingMeta
from net2fig.read.record.tensors.graph import Tensor


class CustomModel(CustomLayer, Model):
    """The class that user models derive from."""

    _facts = OWN_FACTS
    _swapped = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of every layer, or inputs and outputs."""
        if len(args) < 3 and {*("inputs", "outputs")[len(args) :]} <= set(kwargs):
            make_functional(type(self))
            model: Any = self
            Functional.__init__(model, *args, **kwargs)
            return
        if args:
            decline(f"the arguments of {type(self).__name__}")
        CustomLayer.__init__(self, **kwargs)

    @property
    def inputs(self) -> list[Tensor]:
        """None: such a model has no inputs."""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute 'inputs'")

    @property
    def outputs(self) -> list[Tensor]:
        """None: such a model has no outputs."""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute 'outputs'")

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shape of the first input that the model was built for."""
        return None if self._built is None else {"input_shape": self._first_shape}

    def inner_layers(self) -> list[Layer]:
        """Return the layers in the attributes."""
        return CustomLayer.inner_layers(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Remember the arguments of the call, as when Keras runs the code."""
        vars(self)[LAST_CALL] = (args, kwargs)
        return CustomLayer.__call__(self, *args, **kwargs)


SwappingMeta.own = CustomModel


def make_functional(cls: Any) -> None:
    """Make a class one of functional models, as Keras does when it gets inputs and outputs."""
    if cls.call is not CustomLayer.call:
        decline(f"{cls.__name__}, which is made of inputs and outputs and has a call")
    for one in cls.__mro__:
        if CustomModel in one.__bases__:
            one.__bases__ = tuple(
                Functional if base is CustomModel else base for base in one.__bases__
            )


__all__ = ["CustomModel", "Model"]
