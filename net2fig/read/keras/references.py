"""Resolves references of a Keras configuration to calls, through nested models.

Requires: the model calls list all calls of their layers (architecture.py).
Ensures: after `connect_calls`, every call has its sources, and the shapes that the configuration
states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.errors import ModelError, Notice, suggestion
from net2fig.network import Shape, Step
from net2fig.read.calls import Call, CallOutput
from net2fig.read.plain_json import is_tensor, parse_name
from net2fig.rules.shapes import fill_unknown_axes, shape_of

RESAVE = "save the model again with model.save('model.keras')"

TENSOR_NUMBERS = range(1000)
"""The possible numbers of a tensor; larger ones would only cost memory."""

MODEL_LIMIT = 10_000
"""The maximum number of calls of models: each may contain calls of others."""

TENSOR_LIMIT = 50_000
"""The maximum number of tensors that are passed to layers."""

Reference = tuple[str, int, int]
"""A reference in a configuration: layer, number of the call, number of the tensor."""


class ModelCall(Struct):
    """One call of a model: its layers by name, its inputs and its outputs.

    The calls of a layer are ids of `CallCollector.calls`, or model calls if the layer is a model.
    """

    path: str = ""
    key: str = ""
    steps: tuple[Step, ...] = ()
    parent: ModelCall | None = None
    outer_tensors: list[Reference] = field(default_factory=list)
    entries: dict[str, list[str | ModelCall]] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[Reference] = field(default_factory=list)


class CallCollector(Struct):
    """The calls collected so far, with the unresolved references of their arguments."""

    source: str
    calls: dict[str, Call] = field(default_factory=dict)
    pending: dict[str, tuple[ModelCall, list[Reference], list[Reference]]] = field(
        default_factory=dict
    )
    stated_shapes: list[tuple[ModelCall, Reference, Shape]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    models: int = 0
    tensors: int = 0


def record_shapes(
    collector: CallCollector, scope: ModelCall, tensors: Sequence[Mapping[str, Any]]
) -> None:
    """Record the shapes of the tensors among the arguments of a call."""
    for tensor in tensors:
        shape = shape_of(tensor["config"].get("shape") if has_config(tensor) else None)
        if shape is not None:
            collector.stated_shapes.append((scope, parse_tensor(collector, tensor), shape))


def has_config(tensor: Mapping[str, Any]) -> bool:
    """Tell whether a saved tensor has an origin."""
    return isinstance(tensor.get("config"), dict)


def parse_tensor(collector: CallCollector, tensor: Mapping[str, Any]) -> Reference:
    """Return the reference in a saved tensor."""
    history = tensor["config"].get("keras_history") if has_config(tensor) else None
    return parse_reference(collector, history)


def parse_reference(collector: CallCollector, value: Any) -> Reference:
    """Return a reference from three JSON values, or raise an error."""
    if isinstance(value, list) and len(value) == 3:
        name, call, tensor = value
        numbers = type(call) is int and type(tensor) is int
        if isinstance(name, str) and numbers and call >= 0 and tensor in TENSOR_NUMBERS:
            return parse_name(name, "layer"), call, tensor
    text = repr(value)[:80]
    raise ModelError(f"invalid tensor: {text} in {collector.source}, keras_history", hint=RESAVE)


def is_reference(value: Any) -> bool:
    """Tell whether a value is one reference rather than a list of them."""
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)


def parse_named_references(
    collector: CallCollector, value: Any, key: str = ""
) -> Iterator[tuple[str, Reference]]:
    """Yield the references of `input_layers` or `output_layers` with the names of their ports.

    The name is the key in a dictionary, else the name of the layer. Keys are sorted, since Keras
    numbers the inputs and outputs of a model in this order.
    """
    if is_reference(value):
        reference = parse_reference(collector, value)
        yield key or reference[0], reference
    elif isinstance(value, dict) and not is_tensor(value):
        for item in sorted(value):
            yield from parse_named_references(collector, value[item], item)
    elif isinstance(value, list):
        for item in value:
            yield from parse_named_references(collector, item, key)
    elif value is not None:
        parse_reference(collector, value)


def parse_references(collector: CallCollector, value: Any) -> list[Reference]:
    """Return the references of `input_layers` or `output_layers` in the order of Keras."""
    return [reference for _, reference in parse_named_references(collector, value)]


def resolve(collector: CallCollector, scope: ModelCall, reference: Reference) -> CallOutput:
    """Return the call that a reference resolves to."""
    output, _ = locate(collector, scope, reference)
    return output


def locate(
    collector: CallCollector, scope: ModelCall, reference: Reference
) -> tuple[CallOutput, bool]:
    """Return the call that a reference resolves to, and whether it is outside of its model."""
    name, number, tensor = reference
    calls = scope.entries.get(name)
    if calls is None:
        where = f"in {scope.path.rstrip('/')!r}, " if scope.path else "in "
        raise ModelError(
            f"missing layer: {name!r} {where}{collector.source}",
            hint=suggestion(name, scope.entries) or RESAVE,
        )
    if number >= len(calls):
        message = f"missing call: number {number} of layer {name!r} in {collector.source}"
        raise ModelError(f"{message} (it has {len(calls)})", hint=RESAVE)
    call = calls[number]
    if isinstance(call, ModelCall):
        if tensor >= len(call.outputs):
            message = f"missing output: number {tensor} of {name!r} in {collector.source}"
            raise ModelError(f"{message} (it has {len(call.outputs)})", hint=RESAVE)
        return locate(collector, call, call.outputs[tensor])
    if scope.parent is not None and name in scope.inputs:
        return resolve(collector, scope.parent, scope.outer_tensors[scope.inputs.index(name)]), True
    return (call, tensor), False


def connect_calls(collector: CallCollector) -> None:
    """Resolve the arguments of every call, and replace the inputs of nested models."""
    nested_inputs = set()
    for id, (scope, sources, masks) in collector.pending.items():
        call = collector.calls[id]
        if scope.parent is not None and call.name in scope.inputs:
            nested_inputs.add(id)
            continue
        collector.calls[id] = replace(
            call,
            sources=tuple(resolve(collector, scope, reference) for reference in sources),
            masks=tuple(resolve(collector, scope, reference) for reference in masks),
        )
    for scope, reference, shape in collector.stated_shapes:
        (id, tensor), outside = locate(collector, scope, reference)
        if not outside:
            outputs = collector.calls[id].outputs
            outputs[tensor] = fill_unknown_axes(outputs.get(tensor), shape) or shape
    for id in nested_inputs:
        del collector.calls[id]


def input_names(value: Any) -> list[str]:
    """Return the names of the layers that a list of references names.

    >>> input_names(["a", 0, 0]), input_names([["a", 0, 0], ["b", 0, 0]])
    (['a'], ['a', 'b'])
    """
    if isinstance(value, list) and value and isinstance(value[0], str):
        return [value[0]]
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return []
    return [name for item in value for name in input_names(item)]
