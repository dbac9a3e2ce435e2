"""The operations of an ONNX file → records, as the run of a module of PyTorch leaves them.

Requires: the operations on data of a file.
Ensures: a record for each, in the words of PyTorch, with its weights and its place in the code. The
weights of a convolution into which a batch normalisation was folded say in which module it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from msgspec import Struct

from net2fig.attributes import find_op
from net2fig.data.grammar import load_grammar
from net2fig.data.onnx_words import load_onnx_words
from net2fig.errors import Notice
from net2fig.network import Shape
from net2fig.read.exported.aten import name_function
from net2fig.read.exported.leaves import NN, OPS
from net2fig.read.exported.places import Place
from net2fig.read.exported.program import UNKNOWN, Program
from net2fig.read.onnx.config import describe
from net2fig.read.onnx.evaluate import BLOCKS, Evaluation, Operation
from net2fig.read.onnx.fuse import fuse_operations
from net2fig.read.onnx.model import Model
from net2fig.read.onnx.places import (
    fill_places,
    find_by_weights,
    is_folded,
    move_place,
    name_attention,
)
from net2fig.read.onnx.scopes import find_places, get_root_class
from net2fig.read.onnx.values import Value
from net2fig.read.torch.axes import TRANSPOSITIONS
from net2fig.read.torch.trace import INPUT, Origin, Record, Trace

TORCH = "pytorch"

PLAIN_NAMES = frozenset(
    {
        *("main_graph", "torch_jit", "torch-jit-export", "tf2onnx", "graph", "main", "Graph"),
        *("", "model", "g", "onnx-model"),
    }
)
"""Names of graphs that say nothing."""

_COMPUTED = re.compile(r"val_\d+")
"""The names of constants that PyTorch's exporter of graphs has computed, such as masks."""

RESHAPED = frozenset({"getitem", "expand", "to"})
"""Functions that return what they are given if the shape is the same."""


class Left(Struct):
    """The operations after fusing, each with its old number, and the weights that it uses."""

    operations: list[Operation]
    numbers: list[int]
    weights: list[list[str]]


def translate(model: Model, evaluation: Evaluation, path: PurePath, batch: int) -> Program:
    """Return the program that a file holds."""
    is_torch = model.producer == TORCH
    left = fuse(evaluation, is_torch=is_torch)
    renumber = {old: new for new, old in enumerate(left.numbers)}
    places = find_places(left.operations, left.weights, torch=is_torch)
    if is_torch:
        places = [find_by_weights(*pair) for pair in zip(places, left.weights, strict=True)]
    places = fill_places(left.operations, places, renumber)
    places = name_attention(places, evaluation.sizes)
    folded = [
        number
        for number, operation in enumerate(left.operations)
        if is_folded(operation, left.weights[number], places[number])
    ]
    for number in folded:
        places[number] = move_place(places[number], left.weights[number])
    names = {name: number for number, name in enumerate(evaluation.sizes)}
    records = [
        make_record(operation, place, [names[each] for each in own], renumber)
        for operation, place, own in zip(left.operations, places, left.weights, strict=True)
    ]
    if not is_torch:
        name_records(left.operations, places, records)
    inputs = [
        (name, renumber[value.origin[0]])
        for name, value in evaluation.inputs
        if value.origin is not None
    ]
    outputs: list[tuple[str, Origin]] = [
        (name, (renumber[value.origin[0]], value.origin[1]))
        for name, value in evaluation.outputs
        if value.origin is not None and value.origin[0] in renumber
    ]
    by_name = get_root_class(left.operations)
    if not by_name:
        by_name = path.stem if model.graph.name in PLAIN_NAMES else model.graph.name
    rank_of = [first_rank(operation) for operation in left.operations]
    layers = {
        id(record): load_onnx_words().layer(find_layer_op(operation), rank)
        for record, operation, rank in zip(records, left.operations, rank_of, strict=True)
    }
    return Program(
        name=by_name,
        trace=Trace(records, inputs, outputs),
        places=places,
        sizes={number: (name, evaluation.sizes[name]) for name, number in names.items()},
        get_layer=lambda record: layers.get(id(record), ""),
        batch=batch,
        notices=find_notices(len(folded)),
        blocks=find_blocks(left.operations, records),
    )


def fuse(evaluation: Evaluation, *, is_torch: bool) -> Left:
    """Return the operations in which those that are one to a reader are one."""

    def together(one: Operation, two: Operation) -> bool:
        """Tell whether two operations come from one place in the code, as far as is known."""
        if not is_torch:
            return True
        if one.notes and two.notes:
            return one.notes.get("name_scopes") == two.notes.get("name_scopes")
        return one.name.rpartition("/")[0] == two.name.rpartition("/")[0] or not (
            one.name and two.name
        )

    fused = fuse_operations(evaluation, together, is_torch=is_torch)
    pairs = [(number, each) for number, each in enumerate(fused) if each is not None]
    operations = [operation for _, operation in pairs]
    weights = [find_weights(operation, evaluation) for operation in operations]
    return Left(operations, [number for number, _ in pairs], weights)


def find_layer_op(operation: Operation) -> str:
    """Return the operator by which a layer is named: one with certain constants has its own."""
    if operation.op == "Clip":
        limits = [describe(operation).get(word) for word in ("min", "max")]
        return "Relu6" if limits == [0, 6] else "Clip"
    if operation.op != "Gather" or not operation.inputs or operation.inputs[0] is None:
        return operation.op
    # What is computed from several tensors, such as anchors, is no table that is learnt.
    return "Embedding" if len(operation.inputs[0].weights) == 1 else operation.op


def find_weights(operation: Operation, evaluation: Evaluation) -> list[str]:
    """Return the names of the weights that an operation uses."""
    places = load_onnx_words().weights.get(find_layer_op(operation))
    found: dict[str, None] = {}
    if places is not None:
        chosen: Sequence[Value | None] = [
            operation.inputs[place] for place in places if place < len(operation.inputs)
        ]
    elif operation.op in RESHAPING_OPS:
        chosen = operation.inputs[:1]
    else:
        chosen = operation.inputs
    for value in chosen:
        if value is None or not value.is_constant:
            continue
        for name in sorted(value.weights):
            if places is not None or is_parameter(name, evaluation):
                found[name] = None
    return list(found)


def is_parameter(name: str, evaluation: Evaluation) -> bool:
    """Tell whether a constant that is added or multiplied is a parameter rather than a number."""
    is_large = evaluation.sizes[name] > 1 or "." in name
    return is_large and name not in evaluation.constants and not _COMPUTED.fullmatch(name)


RESHAPING_OPS = frozenset(
    {
        *("Reshape", "Expand", "Slice", "Tile", "Squeeze", "Unsqueeze", "Pad", "Resize", "Split"),
        *("QuantizeLinear", "DequantizeLinear", "Upsample", "OneHot", "TopK", "Clip"),
    }
)
"""Operators whose constants are sizes, axes and limits."""


# Records.


def first_rank(operation: Operation) -> int:
    """Return the rank of what an operation works on."""
    given = [each for each in operation.inputs if each is not None]
    # The weights of a convolution have as many axes as what it works on.
    known = [each for each in given if each.shape is not None] or given
    return known[0].rank if known else 0


def shape_of(value: Value) -> Shape:
    """Return the shape of a tensor for a record."""
    return UNKNOWN if value.shape is None else value.shape


def make_record(
    operation: Operation,
    place: Place,
    weights: list[int],
    renumber: dict[int, int],
) -> Record:
    """Return the record of an operation: a function, in the place of its call."""
    outputs = [shape_of(value) for value in operation.outputs]
    if operation.op == "Input" and not operation.inputs:
        return Record(INPUT, NN, operation.name, True, [], outputs, dtypes=[""])
    sources = [
        (renumber[value.origin[0]], value.origin[1])
        for value in operation.inputs
        if value is not None and value.origin is not None
    ]
    record = Record(
        target=name_target(operation, place),
        module=OPS,
        path="",
        is_layer=False,
        sources=sources,
        outputs=outputs,
        words=find_words(operation, len(sources)),
        config=describe(operation),
        weights=weights,
        scope=place.frames,
        dtypes=[str(value.dtype) for value in operation.outputs],
    )
    if is_same(operation, record):
        record.target = "alias"
    return record


def name_target(operation: Operation, place: Place) -> str:
    """Return the function of PyTorch for an operation, as the author calls it if that is known."""
    words = load_onnx_words()
    op = find_layer_op(operation)
    target = words.function(op, first_rank(operation)) if op != "Embedding" else "embedding"
    if op == "Gather" and len(operation.inputs) > 1:
        indices = operation.inputs[1]
        if indices is not None and indices.is_constant and indices.shape == ():
            target = "getitem"
    if place.target and target not in TRANSPOSITIONS:
        own = name_function(place.target)
        known = find_op(own, "torch.nn")
        if load_grammar().knows(known) and known == find_op(target, "torch.nn"):
            return own
    return target


def find_words(operation: Operation, count: int) -> list[str | None]:
    """Return the words of the inputs: tensors beside queries, keys and values are masks."""
    if operation.op == "ScaledDotProductAttention":
        return [None if place < 3 else "attn_mask" for place in range(count)]
    return [None] * count


def is_same(operation: Operation, record: Record) -> bool:
    """Tell whether an operation returns what it is given."""
    if record.target not in RESHAPED or len(operation.inputs) == 0:
        return False
    first = operation.inputs[0]
    return (
        first is not None
        and not first.is_constant
        and first.shape is not None
        and first.shape == operation.outputs[0].shape
        and not record.weights
    )


def name_records(
    operations: Sequence[Operation], places: Sequence[Place], records: Sequence[Record]
) -> None:
    """Let records have the words and names of a file of another framework than PyTorch.

    The layer with the weights of a scope is called as the scope.
    """
    words = load_onnx_words()
    taken = {
        place.frames[-1].path
        for place, record in zip(places, records, strict=True)
        if record.weights and place.frames
    }
    for operation, place, record in zip(operations, places, records, strict=True):
        op = find_layer_op(operation)
        layer = words.layer(op, first_rank(operation))
        if record.target == INPUT or (place.frames and place.frames[-1].class_name):
            continue
        record.class_name = {"Linear": "Gemm", "Embedding": "Gather"}.get(op, op)
        if not layer and not record.weights:
            continue
        own = place.frames[-1].path if place.frames else ""
        is_free = own and (record.weights or own not in taken)
        name = operation.name or operation.op
        record.path = own if is_free else "/".join(filter(None, (own, name.rpartition("/")[2])))
        record.is_layer = True
        record.module = NN
        record.scope = place.frames[:-1] if is_free else place.frames
        record.target = layer or record.target


# Notices.


def find_notices(folded: int) -> list[Notice]:
    """Return what was folded."""
    if not folded:
        return []
    what = "a convolution" if folded == 1 else f"{folded} convolutions"
    text = f"the exporter has folded batch normalisation into {what}"
    return [Notice("folded-normalisation", text)]


def find_blocks(operations: Sequence[Operation], records: Sequence[Record]) -> dict[int, str]:
    """Return the names of the operations with graphs inside, as `Program` holds them."""
    return {
        id(record.outputs): operation.name or operation.op
        for operation, record in zip(operations, records, strict=True)
        if operation.op in BLOCKS
    }
