"""Layers that wrap layers, recurrent layers, and the input layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.layers.checks import CHECKS, check_one_tensor, check_recurrent
from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.values import plain
from net2fig.read.record.loose import is_loose, tell
from net2fig.read.record.session import SESSION, choose_name, get_dtype, load_facts
from net2fig.read.record.tensors.graph import Node, Tensor
from net2fig.read.script.unknown.values import is_unknown, replace_unknown

INPUT_FACTS = {"module": "keras.layers", "built": True, "call": [], "config": [], "more": True}


class InputLayer(Layer):
    """An input of a model."""

    _facts = INPUT_FACTS

    def __init__(
        self,
        shape: Any = None,
        batch_size: Any = None,
        dtype: Any = None,
        sparse: Any = None,
        ragged: Any = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: Any = False,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        """Create an input of a shape, with or without its batch axis."""
        shape = kwargs.pop("input_shape", shape)
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        is_plain = not (kwargs or sparse or ragged or optional or input_tensor is not None)
        if not is_plain and not is_loose():
            decline(f"an InputLayer with {sorted(kwargs) or 'sparse, ragged or given tensors'}")
        doubtful = (shape is None) == (batch_shape is None) or (
            batch_shape is not None and bool(batch_size)
        )
        if doubtful and not is_loose():
            decline("an Input of no one shape")
        self.begin({"name": name})
        stated = batch_shape if shape is None else shape
        full: Shape | None = None
        if is_loose() and (is_unknown(stated) or not isinstance(stated, (list, tuple))):
            tell(f"the shape {stated!r:.60} of an input")
        elif shape is None:
            full = parse_shape(batch_shape)
        else:
            full = (*parse_shape((batch_size,)), *parse_shape(shape))
        self._batch_shape = full
        self._dtype = get_dtype(dtype)
        Node(self, outputs=Tensor(full, self._dtype, name))

    @property
    def batch_shape(self) -> Shape | None:
        """The shape of the input."""
        return self._batch_shape

    @property
    def dtype(self) -> str:
        """The type of the values."""
        return self._dtype

    def get_config(self) -> dict[str, Any]:
        """Return the configuration."""
        return {
            "batch_shape": None if self._batch_shape is None else list(self._batch_shape),
            "dtype": self._dtype,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": False,
        }


def parse_shape(value: Any) -> Shape:
    """Return a shape: numbers, or None for unknown axes."""
    value = replace_unknown(value)
    if not isinstance(value, (list, tuple)):
        decline(f"the shape {value!r:.80}")
    shape = tuple(plain(axis) for axis in value)
    if any(not (axis is None or (type(axis) is int and axis >= 0)) for axis in shape):
        decline(f"the shape {value!r:.80}")
    return shape


def Input(  # noqa: N802  (the name that it has in Keras)
    shape: Any = None,
    batch_size: Any = None,
    dtype: Any = None,
    sparse: Any = None,
    ragged: Any = None,
    batch_shape: Any = None,
    name: Any = None,
    tensor: Any = None,
    optional: Any = False,
) -> Any:
    """Return the tensor of a new input."""
    if isinstance(tensor, Tensor) and is_loose():
        return tensor
    return InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        name=name,
        input_tensor=tensor,
        optional=optional,
    ).output


class Recurrent(Layer):
    """SimpleRNN, GRU and LSTM: a cell that is applied to the steps of a sequence."""

    def state_sizes(self) -> list[int]:
        """Return the sizes of the states."""
        return [self._config["units"]] * (2 if type(self).__name__ == "LSTM" else 1)

    def whole_sequence(self) -> bool:
        """Tell whether every step comes out."""
        return bool(self._config["return_sequences"])


def copy_layer(layer: Layer, name: str) -> Layer:
    """Return a layer with the same configuration and another name, without calls."""
    copied: Layer = object.__new__(type(layer))
    object.__setattr__(copied, "_config", dict(layer._config))
    copied.begin({"name": name, "dtype": layer._policy, "trainable": layer._trainable})
    object.__setattr__(copied, "_regularizer", layer._regularizer)
    return copied


class Bidirectional(Layer):
    """A recurrent layer in both directions."""

    def __init__(self, layer: Any, *args: Any, **kwargs: Any) -> None:
        """Copy the layer twice."""
        if not isinstance(layer, Recurrent) or len(args) > 1 or layer._config["go_backwards"]:
            decline("a Bidirectional around anything but an LSTM, a GRU or a SimpleRNN")
        merge_mode = kwargs.get("merge_mode", args[0] if args else "concat")
        if merge_mode not in ("concat", "sum", "ave", "mul", None) or (
            args and "merge_mode" in kwargs
        ):
            decline(f"merge_mode={merge_mode!r:.80}")
        options = self.common_options(kwargs)
        rest = {key for key, value in kwargs.items() if value is not None}
        if rest - {"merge_mode"}:
            decline(f"arguments {sorted(rest)} of Bidirectional")
        self._config = {"merge_mode": merge_mode}
        self.begin(options)
        self._forward = copy_layer(layer, f"forward_{layer.name.removeprefix('forward_')}")
        self._backward = copy_layer(layer, f"backward_{layer.name.removeprefix('backward_')}")
        self._backward._config["go_backwards"] = True
        for one in (self._forward, self._backward):
            one._config["zero_output_for_mask"] = layer._config["return_sequences"]

    def inner_layers(self) -> list[Layer]:
        """Return the layers of both directions."""
        return [self._forward, self._backward]

    def state_sizes(self) -> list[int]:
        """Return the sizes of the states of both directions."""
        forward = self._forward
        return [] if not isinstance(forward, Recurrent) else forward.state_sizes() * 2

    def whole_sequence(self) -> bool:
        """Tell whether every step comes out."""
        return bool(self._forward._config["return_sequences"])

    def get_config(self) -> dict[str, Any]:
        """Return the configuration with both layers."""
        self._config["layer"] = self._forward._serialized()
        self._config["backward_layer"] = self._backward._serialized()
        return super().get_config()

    def build_for(self, words: Sequence[str | None], shapes: list[Shape]) -> None:
        """Create the weights of both layers."""
        for layer in self.inner_layers():
            layer.build_for([None], shapes[:1])
        super().build_for(words, shapes)


class TimeDistributed(Layer):
    """A layer that is applied to every step of a sequence."""

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        """Keep the layer."""
        simple = CHECKS.get(type(layer).__name__, check_one_tensor) in (
            check_one_tensor,
            check_recurrent,
        )
        row = type(layer).__name__ == "Sequential"
        known = type(layer).__name__ in load_facts()["layers"] or row
        if not isinstance(layer, Layer) or not known or not simple:
            decline(f"a TimeDistributed around a {type(layer).__name__}")
        options = self.common_options(kwargs)
        if kwargs:
            decline(f"arguments {sorted(kwargs)} of TimeDistributed")
        self._config: dict[str, Any] = {}
        self.begin(options)
        self._layer = layer

    def inner_layers(self) -> list[Layer]:
        """Return the layer inside."""
        return [self._layer]

    def get_config(self) -> dict[str, Any]:
        """Return the configuration with the layer inside."""
        self._config["layer"] = self._layer._serialized()
        return super().get_config()

    def build_for(self, words: Sequence[str | None], shapes: list[Shape]) -> None:
        """Create the weights of the layer inside."""
        if len(shapes[0]) < 3:
            decline(f"a TimeDistributed called on {shapes[0]}")
        if self._layer._built is None:
            self._layer.build_for([None], [(shapes[0][0], *shapes[0][2:])])
        super().build_for(words, shapes)

    def computed(self, arguments: Any, shapes: list[Shape]) -> list[Shape]:
        """Return the output shape of a call, by way of the layer inside."""
        inner: Any = type(arguments)((Tensor(()),), {})
        self._layer.computed(inner, [(shapes[0][0], *shapes[0][2:])])
        return super().computed(arguments, shapes)


class EinsumDense(Layer):
    """A sum of products by an equation; open axes stay open."""

    def computed(self, arguments: Any, shapes: list[Shape]) -> list[Shape]:
        """Return the output shape of a call."""
        (shape,) = super().computed(arguments, shapes)
        stated = (shapes[0][0], *self._config["output_shape"])
        fits = len(stated) == len(shape) and all(
            size in (None, known) for size, known in zip(stated, shape, strict=True)
        )
        if "." in self._config["equation"] or not fits:
            decline(f"an EinsumDense by {self._config['equation']!r} called on {shapes[0]}")
        return [stated]


LAYER_BASES: dict[str, type[Layer]] = {
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), Recurrent),
    "Bidirectional": Bidirectional,
    "TimeDistributed": TimeDistributed,
    "EinsumDense": EinsumDense,
}
"""Base classes of layers that are not plain."""

InputLayer.__module__ = "keras.src.layers.core.input_layer"

__all__ = ["LAYER_BASES", "SESSION", "Input", "InputLayer", "Recurrent", "choose_name"]
