"""Sequential models, whose layers are called again whenever they change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.models import FACTS, Functional, Model
from net2fig.read.record.layers.wrappers import InputLayer, parse_shape
from net2fig.read.record.loose import is_loose
from net2fig.read.record.session import SESSION
from net2fig.read.record.tensors.graph import Functions, Tensor
from net2fig.read.script.unknown.values import UnknownValue, is_unknown


class Sequential(Model):
    """A model of layers in sequence."""

    _facts = FACTS

    def __init__(self, layers: Any = None, trainable: Any = True, name: Any = None) -> None:
        """Take layers, one after the other."""
        self.begin({"name": name, "trainable": trainable})
        self._functional: Functional | None = None
        self._row: list[Layer] = []
        if layers is not None and not isinstance(layers, (list, tuple)):
            decline("a Sequential of anything but a list")
        for layer in layers or ():
            self.put(layer)
        if layers:
            self.rebuild()

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input layer."""
        return self._row[1:] if self._row and isinstance(self._row[0], InputLayer) else self._row[:]

    @property
    def inputs(self) -> list[Tensor]:
        """The inputs as a list, if there are any."""
        return self.graph().inputs if self._functional else raise_not_built(self)

    @property
    def outputs(self) -> list[Tensor]:
        """The outputs as a list, if there are any."""
        return self.graph().outputs if self._functional else raise_not_built(self)

    def graph(self) -> Functional:
        """Return the functional model with the graph."""
        return self._functional or decline(f"the inputs of {self.name!r}, which was not built yet")

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Add a layer at the end."""
        if rebuild is not True:
            decline("add(…, rebuild=False)")
        self.put(layer)
        self.rebuild()

    def pop(self, rebuild: bool = True) -> Layer:
        """Remove the last layer."""
        if rebuild is not True or len(self._row) < 2:
            decline("pop of the last layer")
        layer = self._row.pop()
        self.rebuild()
        return layer

    def get_config(self) -> dict[str, Any]:
        """Return the configuration, as a wrapper saves it."""
        if self._functional is None:
            decline(f"{self.name!r}, which is not built, inside of a wrapper")
        return {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": self._policy,
            "layers": [layer._serialized() for layer in self._row],
            "build_input_shape": list(self._row[0].batch_shape),
        }

    def _serialized(self) -> dict[str, Any]:
        data = super()._serialized()
        if not isinstance(self._row[0], InputLayer) and is_loose():
            return data
        build = {"input_shape": list(self._row[0].batch_shape)}
        return {**data, "build_config": build, "compile_config": {}}

    def put(self, layer: Any) -> None:
        """Add a layer at the end."""
        shape = layer._input_shape_arg if isinstance(layer, Layer) and not self._row else None
        if shape is not None:
            self.put(InputLayer(shape=shape))
            if layer is None:
                return
        if isinstance(layer, Tensor):
            layer = layer._keras_history.operation
            if not isinstance(layer, InputLayer):
                decline("a tensor added to a Sequential")
        if is_unknown(layer) and is_loose():
            layer = Functions.layered(layer)
        if not isinstance(layer, Layer):
            decline(f"{layer!r:.80} added to a Sequential")
        if any(other.name == layer.name and other is not layer for other in self._row):
            decline(f"two layers named {layer.name!r} in a Sequential")
        if isinstance(layer, InputLayer) and self._row:
            decline("an input in the middle of a Sequential")
        self._row.append(layer)
        self._functional = None

    def rebuild(self) -> None:
        """Call every layer again, as Keras does after a change."""
        self._functional = None
        first = self._row[0]
        if len(self._row) < 2:
            return
        if isinstance(first, InputLayer):
            self.connect_apart(first.batch_shape)
        elif isinstance(first, Model) and not (
            isinstance(first, Sequential) and first._functional is None
        ):
            self.build(first.input_shape)

    def build(self, input_shape: Any = None) -> None:
        """Build the graph for an input of a shape."""
        if isinstance(input_shape, list) and is_loose():
            input_shape = tuple(input_shape)
        if input_shape is None or isinstance(input_shape, (dict, list)) or not self._row:
            decline(f"build({input_shape!r:.80}) of a Sequential")
        self.connect_apart(parse_shape(input_shape))

    def connect_apart(self, shape: Shape | None) -> None:
        """Call every layer, in a graph that is separate even inside the call of another layer."""
        outside, SESSION.tracing = SESSION.tracing, 0
        try:
            self.connect(shape)
        finally:
            SESSION.tracing = outside

    def connect(self, shape: Shape | None) -> None:
        """Call every layer on the output of the one before."""
        first = self._row[0]
        if not isinstance(first, InputLayer):
            stated = UnknownValue("shape") if shape is None else shape
            first = InputLayer(batch_shape=stated, dtype=first.compute_dtype)
            self._row.insert(0, first)
        elif first.batch_shape != shape:
            decline(f"build({shape}) of a Sequential with an input of {first.batch_shape}")
        tensor = first.output
        for layer in self._row[1:]:
            tensor = layer(tensor)
        self._functional = Functional(first.output, tensor)
        self._built = [() if shape is None else shape]

    def build_for(self, words: Sequence[str | None], shapes: list[Shape]) -> None:
        """Build the model for the first tensor that it is called on."""
        if self._functional is None:
            self.build(shapes[0])
        self._built = shapes

    def check_call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str | None]:
        """Decline a call on anything but one tensor."""
        if len(args) != 1 or not isinstance(args[0], Tensor) or set(kwargs) - {"training"}:
            decline(f"the model {self.name!r} called on anything but one tensor")
        if self._functional is None and self._row:
            self.build(args[0].shape)
        return [None]


def raise_not_built(model: Sequential) -> list[Tensor]:
    """Raise Keras' error for an attribute that a model does not have yet."""
    raise AttributeError(f"Sequential model {model.name!r} has no defined inputs or outputs yet.")


Sequential.__module__ = "keras.src.models.sequential"
