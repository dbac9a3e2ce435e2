"""Modules that are one layer to a reader: their calls become one record.

- Attention that is written as products: a softmax between two products, or PyTorch's own function.
- Modules without others inside that have the name of a known layer, that normalize, that only
  compute an activation, or that hold weights of their own.

Requires: the records in order, with the roles of their axes.
Ensures: a module becomes one record only if one of its tensors is read outside; its record has the
weights of all. The order stays topological.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.attributes import find_op
from net2fig.data.grammar import load_grammar
from net2fig.network import Shape
from net2fig.read.torch.axes import Roles
from net2fig.read.torch.calls import TRANSPARENT
from net2fig.read.torch.trace import OWN, Frame, Origin, Record, Trace

PRODUCTS = frozenset({"matmul", "bmm", "einsum", "baddbmm", "mm"})
SOFTMAX = frozenset({"softmax", "Softmax", "softmin"})
ATTENTION = frozenset({"scaled_dot_product_attention", "flex_attention"})
LAYERS = frozenset({"Dense", "Dropout", "LayerNormalization", "RMSNormalization", "Softmax"})
"""Operations of layers that may be inside of attention."""

_SAYS_ATTENTION = re.compile(r"att(?:entio)?n|mha|msa", re.IGNORECASE)

WEIGHTED = frozenset({"Dense", "Matmul", "Conv1D", "Conv2D", "Conv3D"})
"""Operations that a layer consists of, if they have weights."""

SCALES = frozenset({"rsqrt", "sqrt", "std", "var", "norm", "var_mean", "std_mean"})
"""Functions that a normalization divides by."""

ELEMENTWISE = frozenset(
    {
        *("add", "sub", "mul", "div", "pow", "exp", "log", "log1p", "neg", "abs", "clamp", "erf"),
        *("sigmoid", "tanh", "relu", "relu6", "softplus", "where", "hardtanh", "gt", "lt", "ge"),
        *("max", "min", "maximum", "minimum", "sqrt", "square", "silu", "gelu", "leaky_relu"),
    }
)
"""Functions that activations are written with."""

ACTIVATION = "Activation"
NORM = "LayerNormalization"
NORMS = {
    "batch": "BatchNormalization",
    "group": "GroupNormalization",
    "instance": "InstanceNormalization",
    "rms": "RMSNormalization",
}
"""Normalizations by the word in the name of a class; any other is of a layer."""

_SAYS_NORM = re.compile(r"(batch|layer|group|instance|rms)_?norm", re.IGNORECASE)
HEADS = "MultiHeadAttention"

WAVES = frozenset({"sin", "cos"})
"""What the embedding of a position or a time is made of."""

Scope = tuple[Frame, ...]

Name = Callable[[Sequence[Record], Sequence[int], Scope, Shape], tuple[str, dict[str, Any]]]
"""Returns the operation and the configuration of what calls make up; empty if they stay."""


class Folded(Struct):
    """The records after folding, and the roles of their axes."""

    trace: Trace
    roles: list[list[Roles]]


def fold_modules(trace: Trace, roles: Sequence[Sequence[Roles]]) -> Folded:
    """Return the trace in which modules that are one layer are one record."""
    members = group_by_module(trace.records)
    read = {number for _, (number, _) in trace.outputs}
    readers: dict[int, set[int]] = {}
    for number, record in enumerate(trace.records):
        for source, _ in record.sources:
            readers.setdefault(source, set()).add(number)
    gone: dict[int, int] = {}
    merged: dict[int, Record] = {}
    # Attention first: its projections may be modules of the author's own.
    by_depth = sorted(members, key=len, reverse=True)
    names: tuple[Name, ...] = (name_attention, name_leaf)
    for name, scope in ((name, scope) for name in names for scope in by_depth):
        numbers = members[scope]
        if any(number in gone or number in merged for number in numbers):
            continue
        exits = [
            number
            for number in numbers
            if number in read or any(each not in numbers for each in readers.get(number, ()))
        ]
        if len(exits) != 1 or len(numbers) < 2:
            continue
        found = merge(trace.records, scope, sorted(numbers), exits[0], name)
        if found is not None:
            merged[exits[0]] = found
            gone |= {number: exits[0] for number in numbers if number != exits[0]}
    return renumber(trace, roles, gone, merged)


def group_by_module(records: Iterable[Record]) -> dict[Scope, set[int]]:
    """Return the records inside of each call of a module."""
    found: dict[Scope, set[int]] = {}
    for number, record in enumerate(records):
        for depth in range(1, len(record.scope) + 1):
            scope = record.scope[:depth]
            if scope[-1].path and not scope[-1].is_container:
                found.setdefault(scope, set()).add(number)
    return found


def renumber(
    trace: Trace,
    roles: Sequence[Sequence[Roles]],
    gone: Mapping[int, int],
    merged: Mapping[int, Record],
) -> Folded:
    """Return the records that are left, with their new numbers."""
    places: dict[int, int] = {}
    records: list[Record] = []
    kept: list[list[Roles]] = []

    def place(origin: Origin) -> Origin:
        return places[origin[0]], origin[1]

    for number, record in enumerate(trace.records):
        if number in gone:
            continue
        places[number] = len(records)
        found = merged.get(number, record)
        records.append(replace(found, sources=[place(each) for each in found.sources]))
        kept.append(list(roles[number]))
    new = replace(
        trace,
        records=records,
        inputs=[(name, places[number]) for name, number in trace.inputs],
        outputs=[(name, place(origin)) for name, origin in trace.outputs],
    )
    return Folded(new, kept)


def merge(
    records: Sequence[Record], scope: Scope, numbers: Sequence[int], exit: int, name: Name
) -> Record | None:
    """Return the record for the calls inside of a module; None if they stay."""
    inside = [records[number] for number in numbers]
    frame = scope[-1]
    op, config = name(records, numbers, scope, records[exit].outputs[0])
    if not op:
        return None
    sources: dict[Origin, str | None] = {}
    for record in inside:
        for word, source in zip(record.words, record.sources, strict=True):
            if source[0] not in numbers and not (op == HEADS and is_mask(records, source)):
                sources.setdefault(source, word)
    if not sources:
        return None
    return Record(
        target=frame.class_name or op,
        module=OWN,
        path=frame.path,
        is_layer=True,
        sources=list(sources),
        words=list(sources.values()),
        outputs=records[exit].outputs,
        dtypes=records[exit].dtypes,
        config=config,
        weights=list(dict.fromkeys(each for record in inside for each in record.weights)),
        scope=scope[:-1],
        op=op,
    )


def is_mask(records: Sequence[Record], source: Origin) -> bool:
    """Tell whether a tensor holds yes and no: to an attention that is a mask, and no input."""
    number, port = source
    dtypes = records[number].dtypes
    return port < len(dtypes) and dtypes[port].endswith("bool")


def deepest(records: Iterable[Record]) -> int:
    """Return the greatest depth of modules around some records."""
    return max((len(record.scope) for record in records), default=0)


# Attention.


def name_attention(
    records: Sequence[Record], numbers: Sequence[int], scope: Scope, _out: Shape
) -> tuple[str, dict[str, Any]]:
    """Return the operation and the configuration of attention; empty for anything else."""
    frame = scope[-1]
    cores = [number for number in numbers if is_core(records, number, numbers)]
    if len(cores) != 1:
        return "", {}
    # Exporters may write only the attribute that holds a module.
    says = bool(_SAYS_ATTENTION.search(frame.class_name or frame.path.rpartition(".")[2]))
    plain = all(
        not records[number].is_layer or op_of(records[number]) in LAYERS for number in numbers
    )
    if not (says or plain) or (plain and not says and adds_input(records, numbers)):
        return "", {}
    core = records[cores[0]]
    source, port = core.sources[0]
    shape = records[source].outputs[port]
    width = last_size(records[numbers[-1]].outputs[0])
    heads = shape[1] if len(shape) == 4 else None
    causal = True if core.config.get("is_causal") is True else None
    config = {"num_heads": heads, "embed_dim": width, "is_causal": causal}
    return HEADS, {key: value for key, value in config.items() if value is not None}


def last_size(shape: Shape) -> int | None:
    """Return the length of the last axis; None if there is none."""
    return shape[-1] if shape else None


def op_of(record: Record) -> str:
    """Return the operation of a layer."""
    grammar = load_grammar()
    names = (record.target, *record.bases)
    found = (find_op(name, "torch.nn") for name in names)
    return next((op for op in found if grammar.knows(op)), record.target)


def is_core(records: Sequence[Record], number: int, numbers: Sequence[int]) -> bool:
    """Tell whether a record is what makes attention: a softmax between two products."""
    record = records[number]
    if record.target in ATTENTION:
        return True
    if record.target not in SOFTMAX:
        return False
    before = any(records[each].target in PRODUCTS for each in numbers if each < number)
    after = any(records[each].target in PRODUCTS for each in numbers if each > number)
    return before and after


def adds_input(records: Sequence[Record], numbers: Sequence[int]) -> bool:
    """Tell whether something from outside is added to what is made inside: a residual."""
    return any(
        records[number].target == "add"
        and len(records[number].sources) > 1
        and any(source not in numbers for source, _ in records[number].sources)
        for number in numbers
    )


# Modules without others inside.


def name_leaf(
    records: Sequence[Record], numbers: Sequence[int], scope: Scope, out: Shape
) -> tuple[str, dict[str, Any]]:
    """Return the operation of a module that calls only functions; empty if it is none."""
    every = [records[number] for number in numbers]
    if any(each.is_layer for each in every) or deepest(every) != len(scope):
        return "", {}
    products = [each for each in every if each.weights and op_of(each) in WEIGHTED]
    if len(products) == 1 and not {each.target for each in every} & SCALES:
        # What it computes says more than its name.
        op = op_of(products[0])
        dense = {"out_features": last_size(out)} if op in ("Dense", "Matmul") else {}
        return "Dense" if dense else op, {**products[0].config, **dense}
    known = find_op(scope[-1].class_name, "torch.nn")
    if load_grammar().knows(known):
        return known, {}
    inside = [each for each in every if each.target not in TRANSPARENT]
    outside = {source for each in inside for source in each.sources if source[0] not in numbers}
    names = {each.target for each in inside}
    if len(inside) < 2 or not outside:
        return "", {}
    shapes = {records[source].outputs[port] for source, port in outside}
    keeps = shapes == {out} and len(outside) == 1
    has_weights = any(each.weights for each in inside)
    norm = _SAYS_NORM.search(scope[-1].class_name)
    if keeps and (norm or names & SCALES):
        return NORMS.get(norm[1].lower(), NORM) if norm else NORM, {}
    # A sum of waves for a position or a time is one thing, whatever makes it.
    if has_weights or names >= WAVES:
        return scope[-1].class_name, {}
    return ACTIVATION if keeps and names <= ELEMENTWISE else "", {}
