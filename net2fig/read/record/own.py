"""Layers of the user's own: built and called once on shapes, then opaque, as Keras has them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, Self

from net2fig.network import Shape
from net2fig.read.record.decline import decline
from net2fig.read.record.graph import Arguments, Node, Tensor, mapped, tensors
from net2fig.read.record.layer import Layer, all_tensors
from net2fig.read.record.masks import mask_of
from net2fig.read.record.objects import serialized_object
from net2fig.read.record.serial import serialized
from net2fig.read.record.tracing import Traced, Weight, is_traced, tracing
from net2fig.read.record.wrappers import axes

PLAIN = (str, int, float, bool, type(None))

UNFOLLOWED = ("compute_mask", "compute_output_spec", "__call__", "quantize", "__new__")
"""Methods that change what Keras does in ways that are not followed."""


class Known(type):
    """Every layer is an instance of the class that code derives its own from."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, Layer) if cls is Own else super().__instancecheck__(value)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, Layer) if cls is Own else super().__subclasscheck__(other)


OWN_FACTS = {"more": True, "built": False, "parameters": {}}


class Own(Layer, metaclass=Known):
    """What code has for keras.layers.Layer."""

    _facts = OWN_FACTS

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make a layer, and note what it was made with."""
        if cls is Own:
            decline("a Layer of no class of its own")
        if any(name in vars(one) for one in cls.__mro__[:-3] for name in UNFOLLOWED if own(one)):
            decline(f"what the class {cls.__name__!r} defines")
        made = object.__new__(cls)
        vars(made)["_auto"] = automatic(cls, args, kwargs)
        vars(made)["_weights"] = []
        return made

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: Any = True,
        dtype: Any = None,
        autocast: Any = True,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        """Take what every layer takes."""
        if autocast is not True or set(kwargs) - {"input_shape", "input_dim"}:
            decline(f"arguments {sorted(kwargs)} of {type(self).__name__}")
        self._config = {}
        options = {"name": name, "dtype": dtype, "trainable": trainable, **kwargs}
        self.begin({**options, "activity_regularizer": activity_regularizer})

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "built":
            return
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and "_inbound_nodes" not in vars(self):
            decline(f"{type(self).__name__} before its super().__init__()")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def inner_layers(self) -> list[Layer]:
        """Return the layers that the attributes hold."""
        return list(held(vars(self)))

    @property
    def _layers(self) -> list[Layer]:
        """What the reader of models asks for, to look into a layer that only holds others."""
        if self.inner_layers() and not self._weights:
            decline(f"{self.name!r}, a layer of the code's own that holds others")
        return []

    # What a class may define.

    def build(self, _input_shape: Any) -> None:
        """Make the weights."""

    def call(self, *_args: Any, **_kwargs: Any) -> Any:
        """Return what comes out."""
        decline(f"the class {type(self).__name__!r}, which has no call")

    def add_loss(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: a figure does not depend on it."""

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: Any = True,
        autocast: Any = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: Any = "none",
        overwrite_with_gradient: Any = False,
        name: Any = None,
    ) -> Any:
        """Return a new weight."""
        if not (isinstance(trainable, bool) and autocast is True and aggregation == "none"):
            decline(f"a weight of {type(self).__name__}")
        if overwrite_with_gradient or not (name is None or isinstance(name, str)):
            decline(f"a weight of {type(self).__name__}")
        size = axes(() if shape is None else shape)
        if None in size or 0 in size or (dtype is not None and not isinstance(dtype, str)):
            decline(f"a weight of the shape {size}")
        if not callable(initializer) or hasattr(initializer, "saved"):
            serialized_object("initializers", initializer)
        serialized_object("regularizers", regularizer)
        serialized_object("constraints", constraint)
        weight = Weight(size)
        self._weights.append(weight)
        return weight

    def get_config(self) -> dict[str, Any]:
        """Return the configuration: of what a class of its own was made with, if it has no own."""
        policy = {"class_name": "DTypePolicy", "config": {"name": self._policy}}
        base: dict[str, Any] = {"trainable": self._trainable, "dtype": policy}
        if self._regularizer is not None:
            base["activity_regularizer"] = self._regularizer
        if type(self).get_config is not Own.get_config:
            return {"name": self.name, **base}
        if self._auto is None:
            raise NotImplementedError(type(self).__name__)
        parameters = inspect.signature(type(self).__init__).parameters
        named = "name" in parameters or takes_more(parameters)
        return {**({"name": self.name} if named else {}), **self._auto, **base}

    def _serialized(self) -> dict[str, Any]:
        module = type(self).__module__
        return {
            "module": None if module == "__main__" else module,
            "class_name": type(self).__name__,
            "config": {key: serialized(value) for key, value in self.get_config().items()},
            "registered_name": None,
        }

    # Calls.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Note a call and return what comes out."""
        self.check_call(args, kwargs)
        inside = is_traced(args, kwargs)
        found = self.returned(args, kwargs)
        result = mapped(found, lambda leaf: (Traced if inside else Tensor)(leaf.shape))
        if not inside:
            self.refuse_masks(args)
            Node(self, args, kwargs, result)
        return result

    def refuse_masks(self, args: Sequence[Any]) -> None:
        """Decline masks that are not lost in a layer of the user's own."""
        masked = any(mask_of(tensor) is not None for tensor in tensors(list(args)))
        takes = "mask" in inspect.signature(self.call).parameters
        if masked and (takes or vars(self).get("supports_masking")):
            decline(f"a mask that reaches {self.name!r}")

    def check_call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str | None]:
        """Decline a call on anything but tensors."""
        plain = [value for value in kwargs.values() if not any(True for _ in tensors(value))]
        good = bool(args) and all(all_tensors(value) for value in args)
        if not good or not all(value is None or type(value) in PLAIN for value in plain):
            decline(f"a {type(self).__name__} called on values that are no tensors of Keras")
        return []

    def returned(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Return what the call returns, in its structure."""
        inputs, words = (mapped(value, traced) for value in (list(args), kwargs))
        shapes = mapped(list(args), lambda tensor: tensor.shape)
        several = len(args) > 1 or any(True for _ in tensors(kwargs))
        if self._built is None:
            if type(self).build is not Own.build:
                if several:
                    decline(f"a {type(self).__name__}, which is built for several tensors")
                self.build(shapes[0])
            self._built = [tensor.shape for tensor in tensors([args, kwargs])]
        said = getattr(type(self), "compute_output_shape", None)
        if said is not None:
            return self.said_shape(said(self, shapes[0]), several)
        with tracing():
            found = self.call(*inputs, **words)
        if not all_tensors(found) and not isinstance(found, dict):
            decline(f"what a {type(self).__name__} returns")
        return found

    def said_shape(self, found: Any, several: bool) -> Any:
        """Return what the class says of its output."""
        if several or type(self).build is Own.build or not isinstance(found, tuple):
            decline(f"compute_output_shape of a {type(self).__name__}")
        return Traced(axes(found))

    def computed(self, arguments: Arguments, shapes: list[Shape]) -> list[Shape]:
        """Return the shapes of a call on tensors of other shapes."""
        given = iter(shapes)
        args, kwargs = (
            mapped(value, lambda leaf: Tensor(next(given)) if isinstance(leaf, Tensor) else leaf)
            for value in (list(arguments.args), arguments.kwargs)
        )
        return [tensor.shape for tensor in tensors(self.returned(args, kwargs))]

    def count_params(self) -> int:
        """Return the number of parameters, those of the layers inside included."""
        return sum(weights_of(self).values())


Own.__module__ = "keras.src.layers.layer"


def own(one: type) -> bool:
    """Tell whether a class is the user's."""
    return one.__module__ != Own.__module__ and not one.__module__.startswith("net2fig.")


def takes_more(parameters: Any) -> bool:
    """Tell whether a constructor has **kwargs of that name."""
    more = parameters.get("kwargs")
    return more is not None and more.kind == inspect.Parameter.VAR_KEYWORD


def automatic(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """Return what Keras keeps of a constructor's arguments: all, if all of them are plain."""
    signature = inspect.signature(cls.__init__)
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    found: dict[str, Any] = {}
    for at, (key, value) in enumerate(bound.arguments.items()):
        kind = signature.parameters[key].kind
        if kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY):
            decline(f"the arguments of {cls.__name__}")
        if kind == inspect.Parameter.VAR_KEYWORD:
            found.update(value)
        elif at and key != "name":
            found[key] = value
    found.pop("name", None)
    return found if is_plain(list(found.values())) else None


def is_plain(value: Any) -> bool:
    """Tell whether a value holds nothing but numbers, texts and truth."""
    if isinstance(value, dict):
        return all(is_plain(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN)


def traced(leaf: Any) -> Any:
    """Return what stands for a tensor inside of a call."""
    return Traced(leaf.shape) if isinstance(leaf, Tensor) else leaf


def held(value: Any) -> Iterator[Layer]:
    """Yield the layers inside a value."""
    if isinstance(value, Layer):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "_inbound_nodes":
                yield from held(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from held(item)


def weights_of(layer: Layer) -> dict[int, int]:
    """Return the sizes of the weights of a layer and of all inside it, each once."""
    found = {id(weight): prod(weight.shape) for weight in vars(layer).get("_weights", ())}
    inner = layer.inner_layers()
    for one in inner:
        found |= weights_of(one)
    if not inner and "_weights" not in vars(layer):
        found[id(layer)] = layer.count_params() if layer.built else 0
    return found
