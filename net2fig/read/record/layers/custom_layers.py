"""Custom layers: built and called once on shapes, then opaque, as in Keras."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.layers.layer import DecliningMeta, Layer
from net2fig.read.record.layers.loosely import add_loosely, call_custom_loosely
from net2fig.read.record.layers.objects import serialize_object
from net2fig.read.record.layers.weights import add_sizes, find_layers, find_weight_sizes
from net2fig.read.record.layers.wrappers import parse_shape
from net2fig.read.record.loose import find_unknown, is_loose, loosely
from net2fig.read.record.session import load_facts
from net2fig.read.record.tensors.calls import (
    add_masks,
    bind_by_name,
    find_shape_arguments,
    has_tensors,
    iterate_leaves,
    keep_arguments,
    select_tensors,
    set_masks,
)
from net2fig.read.record.tensors.graph import (
    ABSENT_ATTRIBUTES,
    GRAPH_ATTRIBUTES,
    Arguments,
    Constant,
    Node,
    Tensor,
    iterate_tensors,
    map_leaves,
)
from net2fig.read.record.tensors.masks import get_mask
from net2fig.read.record.tensors.serial import serialize
from net2fig.read.record.tensors.tracing import TracedTensor, Weight, enter_call, tracing

PLAIN = (str, int, float, bool, type(None))

UNSUPPORTED_METHODS = ("compute_output_spec", "__call__", "quantize", "__new__")
"""Methods that change Keras in unsupported ways."""


class LayerMeta(DecliningMeta):
    """Makes every layer an instance of the class that custom layers derive from."""

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, Layer) if self is CustomLayer else super().__instancecheck__(value)

    def __subclasscheck__(self, other: type) -> bool:
        return issubclass(other, Layer) if self is CustomLayer else super().__subclasscheck__(other)


OWN_FACTS = {"more": True, "built": False, "parameters": {}}


class CustomLayer(Layer, metaclass=LayerMeta):
    """The stand-in for keras.layers.Layer."""

    _facts = OWN_FACTS

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Create a layer, and keep its arguments."""
        if cls is CustomLayer:
            decline("a Layer of no class of its own")
        if any(
            name in vars(one)
            for one in cls.__mro__[:-3]
            for name in UNSUPPORTED_METHODS
            if is_user_class(one) and not is_loose()
        ):
            decline(f"what the class {cls.__name__!r} defines")
        layer = object.__new__(cls)
        vars(layer)["_auto"] = collect_config(cls, args, kwargs)
        vars(layer)["supports_masking"] = cls.compute_mask is not CustomLayer.compute_mask
        vars(layer)["_weights"] = []
        return layer

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
        """Take the arguments of every layer."""
        known = {key: kwargs[key] for key in ("input_shape", "input_dim") if key in kwargs}
        if (autocast is not True or set(kwargs) > set(known)) and not is_loose():
            decline(f"arguments {sorted(kwargs)} of {type(self).__name__}")
        self._config = {}
        options = {"name": name, "dtype": dtype, "trainable": trainable} | known
        self.begin({**options, "activity_regularizer": activity_regularizer})

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "built":
            return
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and "_inbound_nodes" not in vars(self):
            decline(f"{type(self).__name__} before its super().__init__()")
        if name in load_facts()["attributes"] and name not in ABSENT_ATTRIBUTES | GRAPH_ATTRIBUTES:
            return find_unknown(f"attribute {name!r} of a {type(self).__name__}")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def inner_layers(self) -> list[Layer]:
        """Return the layers in the attributes."""
        return list(find_layers(vars(self)))

    @property
    def _layers(self) -> list[Layer]:
        """The layers inside, by the name that live.py reads."""
        return self.inner_layers()

    @property
    def _trainable_variables(self) -> list[Any]:
        """The weights of the layer itself, by the name that live.py reads."""
        return list(self._weights)

    @property
    def _non_trainable_variables(self) -> list[Any]:
        """Empty, by the name that live.py reads: all weights are in the other list."""
        return []

    # Methods that a custom class may define.

    def build(self, input_shape: Any) -> None:
        """Create the weights."""
        if self._built is None:
            self._built, self._first_shape = [input_shape], input_shape

    build._is_default = True  # type: ignore[attr-defined]  # what the reader of models asks for

    def compute_mask(self, _inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the output."""
        return previous_mask

    def call(self, *_args: Any, **_kwargs: Any) -> Any:
        """Return the output."""
        decline(f"the class {type(self).__name__!r}, which has no call")

    def add_loss(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: a figure does not depend on losses."""

    @loosely(add_loosely)
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
        size = parse_shape(() if shape is None else shape)
        if None in size or 0 in size or (dtype is not None and not isinstance(dtype, str)):
            decline(f"a weight of the shape {size}")
        if not callable(initializer) or hasattr(initializer, "saved"):
            serialize_object("initializers", initializer)
        serialize_object("regularizers", regularizer)
        serialize_object("constraints", constraint)
        weight = Weight(size)
        self._weights.append(weight)
        return weight

    def get_config(self) -> dict[str, Any]:
        """Return the configuration: by default the arguments of the constructor."""
        policy = {"class_name": "DTypePolicy", "config": {"name": self._policy}}
        base: dict[str, Any] = {"trainable": self._trainable, "dtype": policy}
        if self._regularizer is not None:
            base["activity_regularizer"] = self._regularizer
        if type(self).get_config is not CustomLayer.get_config:
            return {"name": self.name, **base}
        if isinstance(self._auto, str):
            decline(self._auto)
        if self._auto is None:
            raise NotImplementedError(type(self).__name__)
        parameters = inspect.signature(type(self).__init__).parameters
        named = "name" in parameters or has_var_keywords(parameters)
        return {**({"name": self.name} if named else {}), **self._auto, **base}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Return a new layer with a configuration."""
        arguments = dict(config)
        policy = arguments.get("dtype")
        if isinstance(policy, dict):
            arguments["dtype"] = policy["config"]["name"]
        return cls(**arguments)

    def _serialized(self) -> dict[str, Any]:
        module = type(self).__module__
        return {
            "module": None if module == "__main__" else module,
            "class_name": type(self).__name__,
            "config": {key: serialize(value) for key, value in self.get_config().items()},
            "registered_name": None,
        }

    # Calls.

    @loosely(call_custom_loosely)
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record a call and return its output."""
        args, kwargs, kind = enter_call(args, kwargs)
        self.check_call(args, kwargs)
        self.build_once(args, kwargs)
        words, mask = add_masks(self, args, kwargs)
        if kind is Tensor:
            result = self.symbolic_call(*args, **words)
        else:
            result = map_leaves(self.run(args, words), lambda leaf: make_tensor(kind, leaf))
        self._called = True
        if self.supports_masking and kind is not Constant:
            set_masks(self, args, result, mask)
        if kind is Tensor:
            Node(
                self,
                call_args=args,
                call_kwargs=keep_arguments(self, args, kwargs, words),
                outputs=result,
            )
        return result

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Return the output as tensors without a call."""
        output = self.returned(list(args), kwargs)
        return map_leaves(output, lambda leaf: make_tensor(Tensor, leaf))

    def check_call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str | None]:
        """Decline a call on anything but tensors."""
        plain = [
            value for value in kwargs.values() if not any(True for _ in iterate_tensors(value))
        ]
        good = bool(args or kwargs) and all(arg is None or has_tensors(arg) for arg in args)
        if not good or not all(value is None or is_plain(value) for value in plain):
            decline(f"a {type(self).__name__} called on values that are no tensors of Keras")
        return []

    def build_once(self, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Create the weights, those of the layers inside too."""
        if self._built is not None:
            return
        if type(self).build is not CustomLayer.build:
            self.build(**find_shape_arguments(self, self.build, args, kwargs))
        elif any(not layer.built for layer in self.inner_layers()):
            # Keras goes on if this fails.
            with suppress(Exception):
                self.run(args, kwargs)
        first = select_tensors(bind_by_name(self, args, kwargs))
        self._first_shape = map_leaves(next(iter(first.values()), None), shape_of)
        self._built = [tensor.shape for tensor in iterate_tensors([args, kwargs])]

    def returned(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Return the output of a call, in its structure."""
        if not any(
            "compute_output_shape" in vars(one) for one in type(self).__mro__ if is_user_class(one)
        ):
            return self.run(args, kwargs)
        compute: Any = self.compute_output_shape
        shapes = compute(**find_shape_arguments(self, compute, args, kwargs))
        if not isinstance(shapes, tuple) or any(isinstance(item, (list, tuple)) for item in shapes):
            decline(f"compute_output_shape of a {type(self).__name__}")
        return TracedTensor(parse_shape(shapes), self.compute_dtype)

    def run(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Run the call on tensors without values."""
        inputs, words = (map_leaves(value, trace_leaf) for value in (list(args), kwargs))
        with tracing():
            output = self.call(*inputs, **words)
        if not all(isinstance(leaf, (Tensor, Constant)) for leaf in iterate_leaves(output)):
            decline(f"what a {type(self).__name__} returns")
        return output

    def computed(self, arguments: Arguments, shapes: list[Shape]) -> list[Shape]:
        """Return the output shapes of a call on tensors of other shapes."""
        next_shapes = iter(shapes)
        args, kwargs = (
            map_leaves(
                value, lambda leaf: Tensor(next(next_shapes)) if isinstance(leaf, Tensor) else leaf
            )
            for value in (list(arguments.args), arguments.kwargs)
        )
        return [leaf.shape for leaf in iterate_leaves(self.returned(args, kwargs))]

    def count_params(self) -> int | None:
        """Return the number of parameters, with those of the layers inside."""
        return None if self._is_open else add_sizes(find_weight_sizes(self).values())


CustomLayer.__module__ = "keras.src.layers.layer"


def is_user_class(one: type) -> bool:
    """Tell whether a class is the user's."""
    return not one.__module__.startswith(("keras.src.", "net2fig."))


def shape_of(leaf: Any) -> Any:
    """Return the shape of a tensor."""
    return getattr(leaf, "shape", None)


def has_var_keywords(parameters: Any) -> bool:
    """Tell whether a constructor has **kwargs of that name."""
    more = parameters.get("kwargs")
    return more is not None and more.kind == inspect.Parameter.VAR_KEYWORD


def collect_config(
    cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any] | str | None:
    """Return the arguments of a constructor that Keras saves: all, if they are plain values.

    A text is the reason why they are unknown.
    """
    signature = inspect.signature(cls.__init__)
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    config: dict[str, Any] = {}
    for at, (key, value) in enumerate(bound.arguments.items()):
        kind = signature.parameters[key].kind
        if kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY):
            return f"the arguments of {cls.__name__}"
        if kind == inspect.Parameter.VAR_KEYWORD:
            config.update(value)
        elif at and key != "name":
            config[key] = value
    config.pop("name", None)
    return config if is_plain(list(config.values())) else None


def is_plain(value: Any) -> bool:
    """Tell whether a value holds nothing but numbers, texts and truth."""
    if isinstance(value, dict):
        return all(is_plain(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN)


def trace_leaf(leaf: Any) -> Any:
    """Return the traced tensor for a tensor inside a call."""
    if not isinstance(leaf, Tensor) or isinstance(leaf, TracedTensor):
        return leaf
    return make_tensor(TracedTensor, leaf)


def make_tensor(kind: type[Any], leaf: Any) -> Any:
    """Return a tensor of a kind, with a mask if it can have one."""
    tensor = kind(leaf.shape, leaf._dtype)
    if kind is not Constant and isinstance(leaf, Tensor) and get_mask(leaf) is not None:
        mask = get_mask(leaf)
        tensor.mask = (
            make_tensor(kind, mask) if kind is TracedTensor else decline("a mask of inside")
        )
    return tensor
