"""Models: graphs of calls, sequences of layers, and models inside models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.keras.remake import ARGUMENTS
from net2fig.read.record.layers.custom_layers import LayerMeta
from net2fig.read.record.layers.layer import Layer
from net2fig.read.record.layers.weights import add_sizes, find_weight_sizes
from net2fig.read.record.layers.wrappers import parse_shape
from net2fig.read.record.loose import is_loose, iterate_leaves, open_unknown
from net2fig.read.record.session import SESSION
from net2fig.read.record.tensors.graph import (
    Arguments,
    Tensor,
    find_source_inputs,
    get_node,
    iterate_tensors,
    map_leaves,
)
from net2fig.read.record.tensors.graph_order import CallGraph, build_graph
from net2fig.read.script.sandbox.no_training import NO_OP_METHODS, NoResult
from net2fig.read.script.sandbox.old_keras import FIRST_INPUT, modernize_name
from net2fig.read.script.unknown.values import is_unknown


class SwappingMeta(LayerMeta):
    """Gives user classes that derive from Model another base, which allows any attributes."""

    own: type

    def __new__(
        mcs, name: str, bases: tuple[type, ...], names: dict[str, Any], **options: Any
    ) -> SwappingMeta:
        """Create a class."""
        if not str(names.get("__module__")).startswith("net2fig."):
            bases = tuple(mcs.own if base.__dict__.get("_swapped") else base for base in bases)
        return super().__new__(mcs, name, bases, names, **options)


FACTS = {"module": "keras", "built": True, "call": ["inputs"], "config": [], "more": True}


class Model(Layer, metaclass=SwappingMeta):
    """A model; with inputs and outputs it is a `Functional`."""

    _facts = FACTS
    _swapped = True
    holds_graph = True

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Create a functional model from inputs and outputs."""
        named = len(args) + ("inputs" in kwargs) + ("outputs" in kwargs)
        if cls is Model:
            if len(args) > 3 or named < 2:
                decline("a Model that is not made of inputs and outputs")
            return object.__new__(Functional)
        if "_facts" in vars(cls):
            return super().__new__(cls)
        model = object.__new__(cls)
        vars(model)[ARGUMENTS] = args, kwargs
        return model

    def __setattr__(self, name: str, value: Any) -> None:
        if "_facts" in vars(type(self)):
            super().__setattr__(name, value)
        else:
            object.__setattr__(self, name, value)

    def get_build_config(self) -> dict[str, Any] | None:
        """Return nothing: a model has a graph instead."""
        return None

    @property
    def layers(self) -> list[Layer]:
        """The layers of the model."""
        return self.inner_layers()

    def graph(self) -> Functional:
        """Return the functional model with the graph."""
        return decline(f"the class {type(self).__name__!r} of the code's own")

    def inner_layers(self) -> list[Layer]:
        """Return the layers of the model."""
        return self.layers

    def _flatten_layers(self, include_self: bool = True) -> list[Layer]:
        flat: list[Layer] = [self] if include_self else []
        stack = list(reversed(self.inner_layers()))
        seen = set()
        while stack:
            layer = stack.pop()
            if id(layer) not in seen:
                seen.add(id(layer))
                flat.append(layer)
                stack.extend(reversed(layer.inner_layers()))
        return flat

    def get_layer(self, name: Any = None, index: Any = None) -> Layer:
        """Return a layer by its name or its number."""
        name = modernize_name(name)
        if name is None and type(index) is int and index < len(self.layers):
            return self.layers[index]
        for layer in self.layers if index is None else []:
            if layer.name == name:
                return layer
        inputs = [layer for layer in self.layers if type(layer).__name__ == "InputLayer"]
        if name is not None and FIRST_INPUT.fullmatch(str(name)) and len(inputs) == 1:
            return inputs[0]
        raise ValueError(f"No such layer: {name}. Existing layers are: {get_names(self.layers)}.")

    @property
    def inputs(self) -> list[Tensor]:
        """The inputs as a list."""
        return self.graph()._inputs

    @property
    def outputs(self) -> list[Tensor]:
        """The outputs as a list."""
        return self.graph()._outputs

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or a list of them."""
        shapes = [tensor.shape for tensor in self.inputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or a list of them."""
        shapes = [tensor.shape for tensor in self.outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    def count_params(self) -> int | None:
        """Return the number of parameters of all layers; None if it is not known."""
        return add_sizes(find_weight_sizes(self).values())

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output shape for an input shape."""
        shapes = self.computed(Arguments((Tensor(()),), {}), [parse_shape(input_shape)])
        return shapes[0] if len(shapes) == 1 else decline("compute_output_shape of several outputs")

    def check_call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str | None]:
        """Decline a call that Keras might refuse."""
        kwargs = {key: value for key, value in kwargs.items() if key != "training"}
        argument = args[0] if len(args) == 1 and not kwargs else None
        wanted = self.graph()._inputs_struct
        if (
            isinstance(argument, (list, tuple))
            and len(argument) == 1
            and isinstance(wanted, Tensor)
        ):
            decline(f"the model {self.name!r} called on a list of one tensor")
        if isinstance(wanted, (list, tuple)) and len(wanted) == 1 and isinstance(argument, Tensor):
            argument = [argument]
        if not has_structure(argument, wanted):
            decline(f"the model {self.name!r} called on another structure than its inputs have")
        return [None] * len(self.graph()._inputs)

    def computed(self, arguments: Arguments, shapes: list[Shape]) -> list[Shape]:
        """Return the shapes of the outputs for inputs of these shapes."""
        graph = self.graph()
        for shape, own in zip(shapes, graph._inputs, strict=True):
            pairs = zip(shape, own.shape, strict=False)
            if len(shape) != own.ndim or any(b not in (None, a) and a for a, b in pairs):
                decline(f"the model {self.name!r} called on a tensor of shape {shape}")
        if all(shape == own.shape for shape, own in zip(shapes, graph._inputs, strict=True)):
            return [tensor.shape for tensor in graph._outputs]
        return graph.run(shapes)

    def build_for(self, _words: Sequence[str | None], shapes: list[Shape]) -> None:
        """Do nothing: every layer already has its weights."""
        self._built = shapes

    def packed(self, outputs: list[Tensor]) -> Any:
        """Return the outputs in the structure of the model."""
        rest = dict(zip(map(id, self.graph()._outputs), outputs, strict=True))
        return map_leaves(self.graph()._outputs_struct, lambda leaf: rest[id(leaf)])


def get_names(layers: Sequence[Layer]) -> list[str]:
    """Return the names of layers."""
    return [layer.name for layer in layers]


def has_structure(value: Any, wanted: Any) -> bool:
    """Tell whether a value has the structure that the model expects."""
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and set(value) == set(wanted)
            and list(wanted) == sorted(wanted)
            and all(has_structure(value[key], wanted[key]) for key in wanted)
        )
    if isinstance(wanted, (list, tuple)):
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(wanted)
            and all(map(has_structure, value, wanted))
        )
    return isinstance(value, Tensor)


class Functional(Model):
    """A model with inputs and outputs."""

    _facts = FACTS

    def __init__(self, inputs: Any, outputs: Any, name: Any = None, **kwargs: Any) -> None:
        """Build the graph between inputs and outputs."""
        trainable = kwargs.pop("trainable", None)
        if kwargs and not is_loose():
            decline(f"arguments {sorted(kwargs)} of a Model")
        inputs, outputs = complete_ends(inputs, outputs) if is_loose() else (inputs, outputs)
        self._inputs_struct = map_leaves(inputs, check_tensor)
        self._outputs_struct = map_leaves(outputs, check_tensor)
        self._inputs = list(iterate_tensors(inputs))
        self._outputs = list(iterate_tensors(outputs))
        if not self._inputs or not self._outputs:
            decline("a Model without inputs or outputs")
        if not all(get_node(tensor).is_input for tensor in self._inputs):
            decline("a Model that begins in the middle of another")
        if len(set(map(id, self._outputs))) < len(self._outputs):
            decline("a Model that returns one tensor twice")
        graph: CallGraph = build_graph(self._inputs, self._outputs)
        self.begin({"name": name})
        self._nodes_by_depth = graph.by_depth
        self._operations = graph.operations
        self._functional = None
        if trainable is not None:
            self.trainable = trainable

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order of Keras."""
        return [item for item in self._operations if isinstance(item, Layer)]

    def graph(self) -> Functional:
        """Return the model itself."""
        return self

    @property
    def input(self) -> Any:
        """The inputs, in the structure of the model."""
        return self._inputs_struct

    @property
    def output(self) -> Any:
        """The outputs, in the structure of the model."""
        return self._outputs_struct

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that return the outputs."""
        return [tensor._keras_history.operation.name for tensor in self._outputs]

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [tensor._keras_history.operation.name for tensor in self._inputs]

    def run(self, shapes: list[Shape]) -> list[Shape]:
        """Return the shapes of the outputs for inputs of other shapes."""
        known = dict(zip(map(id, self._inputs), shapes, strict=True))
        for depth in sorted(self._nodes_by_depth, reverse=True):
            for node in self._nodes_by_depth[depth]:
                if node.is_input:
                    continue
                into = [known[id(tensor)] for tensor in node.input_tensors]
                output_shapes = node.operation.computed(node.arguments, into)
                known.update(zip(map(id, node.outputs), output_shapes, strict=True))
        return [known[id(tensor)] for tensor in self._outputs]


def complete_ends(inputs: Any, outputs: Any) -> tuple[Any, Any]:
    """Return the inputs and the outputs of a model, with inputs for tensors that are not known.

    Where only data know the inputs, they are those of the tensors that stand in.
    """
    outputs = open_unknown(outputs)
    if not any(map(is_unknown, iterate_leaves(inputs))):
        return inputs, outputs
    sources = [each for one in iterate_tensors(outputs) for each in find_source_inputs(one)]
    known = [*iterate_tensors(inputs)]
    more = [each for each in dict.fromkeys(sources) if each not in known]
    return [*known, *more], outputs


def check_tensor(leaf: Any) -> Any:
    """Return a tensor; decline anything else."""
    return leaf if isinstance(leaf, Tensor) else decline(f"a Model made of {leaf!r:.80}")


Model.__module__ = "keras.src.models.model"
Functional.__module__ = "keras.src.models.functional"


def _silent(name: str) -> Any:
    def method(self: Model, *_args: Any, **_kwargs: Any) -> Any:
        SESSION.remember_model(self)
        return NoResult()

    method.__name__ = name
    return method


for _name in NO_OP_METHODS:
    setattr(Model, _name, _silent(_name))
