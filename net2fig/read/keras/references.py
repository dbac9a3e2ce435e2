"""Which tensor a Keras configuration means: names of layers → calls, through nested models.

Requires: the scopes list all calls of the model (keras_config.py).
Ensures: after `connect`, every call names the calls that feed it, and the shapes that the
configuration states stand with the calls that return them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.errors import ModelError, Notice, suggestion
from net2fig.network import Shape, Step
from net2fig.read.calls import Call, Source
from net2fig.read.plain_json import is_tensor, name_of, tensors_in
from net2fig.rules.shapes import merged, shape_of

RESAVE = "save the model again with model.save('model.keras')"

PORTS = range(1000)
"""A call that returns more tensors than this does not exist, and would cost memory."""

MODEL_LIMIT = 10_000
"""More calls of models than this are refused: each may hold calls of others."""

TENSOR_LIMIT = 400_000
"""More tensors than this that are passed to layers are refused."""

Reference = tuple[str, int, int]
"""A tensor as a configuration names it: layer, number of the call, number of the tensor."""


class Scope(Struct):
    """One call of a model: its layers by name, and what goes in and comes out.

    A layer's calls are ids of `Walk.calls`, or scopes where the layer is itself a model.
    """

    path: str = ""
    key: str = ""
    steps: tuple[Step, ...] = ()
    parent: Scope | None = None
    given: list[Reference] = field(default_factory=list)
    entries: dict[str, list[str | Scope]] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[Reference] = field(default_factory=list)


class Walk(Struct):
    """What is being collected: calls by id, and for each the tensors it is given, unresolved."""

    source: str
    calls: dict[str, Call] = field(default_factory=dict)
    pending: dict[str, tuple[Scope, list[Reference], list[Reference]]] = field(default_factory=dict)
    stated: list[tuple[Scope, Reference, Shape]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    models: int = 0
    tensors: int = 0


def state(walk: Walk, scope: Scope, values: Any) -> None:
    """Remember the shapes that the tensors among the arguments of a call state."""
    for tensor in tensors_in(values):
        shape = shape_of(tensor["config"].get("shape") if has_config(tensor) else None)
        if shape is not None:
            walk.stated.append((scope, reference_of(walk, tensor), shape))


def has_config(tensor: Mapping[str, Any]) -> bool:
    """Tell whether a saved tensor says where it comes from."""
    return isinstance(tensor.get("config"), dict)


def reference_of(walk: Walk, tensor: Mapping[str, Any]) -> Reference:
    """Return what a saved tensor refers to."""
    history = tensor["config"].get("keras_history") if has_config(tensor) else None
    return triple(walk, history)


def triple(walk: Walk, value: Any) -> Reference:
    """Return a reference from its three JSON values, checked."""
    if isinstance(value, list) and len(value) == 3:
        name, call, tensor = value
        numbers = type(call) is int and type(tensor) is int
        if isinstance(name, str) and numbers and call >= 0 and tensor in PORTS:
            return name_of(name, "layer"), call, tensor
    shown = repr(value)[:80]
    raise ModelError(f"invalid tensor: {shown} in {walk.source}, keras_history", hint=RESAVE)


def is_reference(value: Any) -> bool:
    """Tell whether a value has the form of one reference rather than of a list of them."""
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)


def named_references(walk: Walk, value: Any, key: str = "") -> Iterator[tuple[str, Reference]]:
    """Yield the references of `input_layers` or `output_layers` with the name of their port.

    The name is the key where they stand in a dictionary, else that of the layer. The order is
    that of the keys, which is how Keras numbers the inputs and the outputs of a model.
    """
    if is_reference(value):
        reference = triple(walk, value)
        yield key or reference[0], reference
    elif isinstance(value, dict) and not is_tensor(value):
        for item in sorted(value):
            yield from named_references(walk, value[item], item)
    elif isinstance(value, list):
        for item in value:
            yield from named_references(walk, item, key)
    elif value is not None:
        triple(walk, value)


def references(walk: Walk, value: Any) -> list[Reference]:
    """Return the references of `input_layers` or `output_layers` in the order of Keras."""
    return [reference for _, reference in named_references(walk, value)]


def resolve(walk: Walk, scope: Scope, reference: Reference) -> Source:
    """Return the call that a reference means."""
    found, _ = trace(walk, scope, reference)
    return found


def trace(walk: Walk, scope: Scope, reference: Reference) -> tuple[Source, bool]:
    """Return the call that a reference means, and whether it lies outside of its model."""
    name, number, tensor = reference
    calls = scope.entries.get(name)
    if calls is None:
        where = f"in {scope.path.rstrip('/')!r}, " if scope.path else "in "
        raise ModelError(
            f"missing layer: {name!r} {where}{walk.source}",
            hint=suggestion(name, scope.entries) or RESAVE,
        )
    if number >= len(calls):
        message = f"missing call: number {number} of layer {name!r} in {walk.source}"
        raise ModelError(f"{message} (it has {len(calls)})", hint=RESAVE)
    call = calls[number]
    if isinstance(call, Scope):
        if tensor >= len(call.outputs):
            message = f"missing output: number {tensor} of {name!r} in {walk.source}"
            raise ModelError(f"{message} (it has {len(call.outputs)})", hint=RESAVE)
        return trace(walk, call, call.outputs[tensor])
    if scope.parent is not None and name in scope.inputs:
        return resolve(walk, scope.parent, scope.given[scope.inputs.index(name)]), True
    return (call, tensor), False


def connect(walk: Walk) -> None:
    """Resolve the tensors of every call; join the inputs of nested models to what feeds them."""
    inner_inputs = set()
    for id, (scope, sources, masks) in walk.pending.items():
        call = walk.calls[id]
        if scope.parent is not None and call.name in scope.inputs:
            inner_inputs.add(id)
            continue
        walk.calls[id] = replace(
            call,
            sources=tuple(resolve(walk, scope, reference) for reference in sources),
            masks=tuple(resolve(walk, scope, reference) for reference in masks),
        )
    for scope, reference, shape in walk.stated:
        (id, tensor), outside = trace(walk, scope, reference)
        if not outside:
            outputs = walk.calls[id].outputs
            outputs[tensor] = merged(outputs.get(tensor), shape) or shape
    for id in inner_inputs:
        del walk.calls[id]
