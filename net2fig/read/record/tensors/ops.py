"""Functions of keras.ops, each call of which is a separate operation."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.plain_json import find_constants, to_plain_json
from net2fig.read.record.layers.objects import bind_arguments
from net2fig.read.record.layers.values import plain
from net2fig.read.record.loose import call_unknown, loosely
from net2fig.read.record.session import SESSION, choose_name, get_dtype, load_facts
from net2fig.read.record.tensors.graph import (
    ABSENT_ATTRIBUTES,
    Arguments,
    Constant,
    Functions,
    Node,
    Tensor,
    iterate_constants,
    iterate_tensors,
)
from net2fig.read.record.tensors.serial import serialize
from net2fig.read.record.tensors.shaping import infer_operation_shapes
from net2fig.read.record.tensors.tracing import (
    TracedTensor,
    enter_call,
    find_kept_dtype,
    trace_operation,
)


class Operation:
    """One call of a function of tensors."""

    built = True

    def __init__(self, entry: dict[str, Any], config: dict[str, Any]) -> None:
        self._entry = entry
        self._config = config
        self.name = choose_name(entry["class"], None)
        self._inbound_nodes: list[Node] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("count_params", *ABSENT_ATTRIBUTES):
            raise AttributeError(name)
        return decline(f"attribute {name!r} of an operation")

    @property
    def output(self) -> Any:
        """The output."""
        outputs = self._inbound_nodes[0].outputs
        return outputs[0] if len(outputs) == 1 else outputs

    def _serialized(self) -> dict[str, Any]:
        """Return the operation as Keras saves it."""
        config = {"name": self.name, **self._config} if self._entry["named"] else self._config
        return {
            "module": self._entry["module"],
            "class_name": self._entry["class"],
            "config": config,
            "registered_name": None,
        }

    def computed(self, arguments: Arguments, shapes: Sequence[Shape]) -> list[Shape]:
        """Return the output shapes of a call on tensors of these shapes."""
        constants = find_constants(serialize([*arguments.args, *arguments.kwargs.values()]))
        config = to_plain_json(self._config)
        if constants is not None:
            config = {**config, "args": constants}
        arrays = [
            tuple(item.shape) for item in iterate_constants([arguments.args, arguments.kwargs])
        ]
        return infer_operation_shapes(self._entry["class"], config, shapes, arrays)

    def call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Record a call and return its output."""
        arguments = Arguments(tuple(args), kwargs)
        shapes = [tensor.shape for tensor in iterate_tensors([args, kwargs])]
        kind = find_kept_dtype(self._entry["class"], list(arguments))
        outputs = [Tensor(shape, kind) for shape in self.computed(arguments, shapes)]
        result = outputs if self._entry["class"] == "Split" else outputs[0]
        Node(self, call_args=args, call_kwargs=kwargs, outputs=result)
        return result


Operation.__module__ = "keras.src.ops.operation"


@loosely(lambda *args, **kwargs: call_unknown("convert_to_tensor", args, kwargs))
def make_constant(x: Any, dtype: Any = None, **options: Any) -> Any:
    """Return an array as a tensor."""
    kind = None if dtype is None else get_dtype(dtype)
    if isinstance(x, Tensor) and kind in (None, x._dtype) and not options:
        return x
    shaped = isinstance(x, Constant) or (type(x).__module__ == "numpy" and hasattr(x, "shape"))
    if options or not shaped:
        decline("convert_to_tensor of anything but an array")
    tensor_type = TracedTensor if SESSION.tracing else Constant
    return tensor_type(tuple(x.shape), kind)


@loosely(call_unknown)
def call_function(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the result of a function of keras.ops."""
    entry = load_facts()["functions"].get(name)
    if entry is None:
        decline(f"keras.ops.{name}")
    values = bind_arguments(f"keras.ops.{name}", entry["parameters"], args, kwargs)
    values = prepare_arguments(name, values)
    into = [values[key] for key in entry["call"]]
    words = {key: values[value] for key, value in entry["words"].items()}
    into, words, kind = enter_call(into, words)
    if not any(True for _ in iterate_tensors([into, words])):
        decline(f"keras.ops.{name} of values")
    config = {key: default[0] for key, default in entry["init"].items() if default != "required"}
    for key, text in entry["sent"].items():
        config[key] = values[text] if text in values else ast.literal_eval(text)
    for key, value in config.items():
        if not is_plain(value) and not SESSION.tracing:
            decline(f"argument {key!r} of keras.ops.{name}")
    if kind is not Tensor:
        return trace_operation(entry, config, [*into, *words.values()], kind)
    return Operation(entry, {key: config[key] for key in entry["init"]}).call(into, words)


Functions.called, Functions.operation = call_function, Operation


@loosely(lambda x, **options: call_unknown("relu", (x,), options))
def call_relu(
    x: Any, negative_slope: Any = 0.0, max_value: Any = None, threshold: Any = 0.0
) -> Any:
    """Return the result of keras.activations.relu, an operation unlike that of keras.ops."""
    config = {"negative_slope": negative_slope, "max_value": max_value, "threshold": threshold}
    if not all(value is None or type(value) in (int, float) for value in config.values()):
        decline("the arguments of keras.activations.relu")
    (x,), _, kind = enter_call((x,), {})
    if kind is not Tensor:
        return call_function("relu", (x,), {})
    if not isinstance(x, Tensor):
        decline("keras.activations.relu of values")
    return Operation(load_facts()["relu"], config).call((x,), {})


def prepare_arguments(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return arguments in the form that the function passes on."""
    arguments = dict(values)
    if "dtype" in arguments and (arguments["dtype"] is not None or name == "one_hot"):
        arguments["dtype"] = get_dtype(arguments["dtype"])
    if name == "reshape":
        shape = values["newshape"]
        if not isinstance(shape, (list, tuple)):
            decline(f"the shape {shape!r:.80}")
        arguments["newshape"] = tuple(plain(axis) for axis in shape)
    return arguments


def is_plain(value: Any) -> bool:
    """Tell whether Keras can save an argument of an operation by itself."""
    if isinstance(value, (list, tuple)):
        return all(map(is_plain, value))
    return value is None or type(value) in (str, int, float, bool)
