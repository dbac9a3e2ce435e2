"""Operations that exporters write as several nodes become one again.

Activations (GELU, SiLU, hard swish, Mish), normalisations, dense layers and attention are found by
what they compute, in any order of factors and summands.

Requires: the operations of a network, in order.
Ensures: what is returned computes the same. Operations that became part of another are None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from net2fig.read.onnx.evaluate import Evaluation, Operation
from net2fig.read.onnx.fuser import Fuser, Together
from net2fig.read.onnx.values import Value

LINEAR, ATTENTION, NORMALIZE = "Linear", "ScaledDotProductAttention", "Normalize"

ELEMENTWISE = frozenset(
    {
        *("Mul", "Div", "Add", "Sub", "Pow", "Erf", "Tanh", "Sigmoid", "HardSigmoid", "Clip"),
        *("Softplus", "Exp", "Log", "Cast", "Neg", "Min", "Max", "Identity", "Relu", "Abs"),
    }
)
"""Operators that activations are written with."""

NORM_PARTS = frozenset(
    {
        *("ReduceMean", "ReduceSum", "ReduceL2", "ReduceSumSquare", "Sqrt", "Pow", "Mul", "Add"),
        *("Sub", "Div", "Reciprocal", "Cast", "Clip", "Max", "Expand", "Abs", "Identity"),
    }
)
"""Operators that normalisations are written with."""

MEANS = frozenset({"ReduceMean", "ReduceSum", "ReduceL2", "ReduceSumSquare"})

SCORES = frozenset({"Mul", "Div", "Add", "Where", "Cast", "Softmax", "Clip", "Sub", "Reshape"})
"""Operators between the two products of attention."""


# Dense layers.


def fuse_linear(fuser: Fuser, number: int) -> bool:
    """A product with a constant matrix, and a constant vector that is added."""
    inputs = fuser.at(number).inputs
    data, constants = fuser.split_inputs(number)
    if len(inputs) < 2 or len(data) != 1 or not constants:
        return False
    weight = constants[0]
    is_gemm = fuser.op(number) == "Gemm"
    if weight.rank != 2 or inputs[0] is None or inputs[0].is_constant:
        return False
    if not weight.weights and weight.data is not None:
        return False
    parts, exit, bias = [number], number, constants[1:]
    after = fuser.only_reader(number, "Add")
    if after is not None and not is_gemm:
        _, added = fuser.split_inputs(after)
        units = weight.shape[-1] if weight.shape else None
        if len(added) == 1 and added[0].shape in ((units,), (1, units)):
            parts, exit, bias = [number, after], after, added
    shape = fuser.at(number).outputs[0].shape
    units = shape[-1] if shape else None
    return fuser.join(parts, exit, LINEAR, [data[0], weight, *bias], {"units": units})


# Activations.


def list_factors(fuser: Fuser, number: int) -> tuple[list[Value], set[int]]:
    """Return the factors of a product of data and numbers, and the operations that multiply."""
    factors: list[Value] = []
    parts: set[int] = set()
    stack = [number]
    while stack and len(parts) < 4:
        here = stack.pop()
        parts.add(here)
        data, constants = fuser.split_inputs(here)
        if fuser.op(here) == "Div" and len(data) > 1:
            return [], set()
        if not all(isinstance(value.number, (int, float)) for value in constants):
            return [], set()
        for value in data:
            inner = fuser.maker(value, "Mul", "Div")
            several = [each for each in data if each.origin == value.origin]
            alone = inner is not None and fuser.only_reader(inner, "Mul", "Div") == here
            if alone and inner is not None and len(several) == 1:
                stack.append(inner)
            else:
                factors.append(value)
    return factors, parts


SCALING = frozenset({"Mul", "Div", "Cast", "Identity"})

GATES: tuple[tuple[set[str], set[str], str], ...] = (
    ({"Erf", "Add"}, set(), "Gelu"),
    ({"Softplus", "Tanh"}, set(), "Mish"),
    ({"Exp", "Log", "Tanh"}, {"Add"}, "Mish"),
    ({"Tanh", "Add"}, {"Pow"}, "Gelu"),
    ({"HardSigmoid"}, set(), "HardSwish"),
    ({"Clip", "Add"}, set(), "HardSwish"),
    ({"Relu", "Min", "Add"}, {"Max"}, "HardSwish"),
    ({"Sigmoid"}, set(), "Silu"),
)
"""What a gate is computed with, what else it may need, and the activation that it makes."""


def fuse_gate(fuser: Fuser, number: int) -> bool:
    """An input that is multiplied by a function of itself."""
    after = fuser.only_reader(number, "Mul", "Div")
    if after is not None and len(fuser.split_inputs(after)[0]) == 1:
        # A constant factor follows: then that is the last of the product.
        constants = fuser.split_inputs(after)[1]
        if all(isinstance(value.number, (int, float)) for value in constants):
            return False
    factors, parts = list_factors(fuser, number)
    if len(factors) != 2:
        return False
    for data, gate in (factors, factors[::-1]):
        cone = fuser.find_cone(gate, [data.origin], ELEMENTWISE)
        if not cone:
            continue
        used = {fuser.op(each) for each in cone} - SCALING
        gates = (name for needed, more, name in GATES if needed <= used <= needed | more)
        name = next(gates, "")
        if name and fuser.join({*parts, *cone}, number, name, [data], {}):
            return True
    return False


# Normalisations.


def fuse_norm(fuser: Fuser, number: int) -> bool:
    """An input, perhaps less its mean, divided by a root of a mean of its squares."""
    data, constants = fuser.split_inputs(number)
    if len(data) != 2 or constants:
        return False
    pairs = [(data[0], data[1])]
    if fuser.op(number) == "Mul":
        pairs.append((data[1], data[0]))
    for centred, scale in pairs:
        sub = fuser.maker(centred, "Sub")
        origin = fuser.at(sub).inputs[0] if sub is not None else centred
        if origin is None or origin.origin is None:
            continue
        cone = fuser.find_cone(scale, [origin.origin], NORM_PARTS)
        if not cone:
            continue
        if sub is not None:
            cone |= {sub, *(fuser.find_cone(centred, [origin.origin], NORM_PARTS) or ())}
        if join_norm(fuser, number, origin, cone, is_centred=sub is not None):
            return True
    return False


def join_norm(
    fuser: Fuser, number: int, origin: Value, cone: set[int], *, is_centred: bool
) -> bool:
    """Join the operations of a normalisation, with its scale and its shift if it has any."""
    used = {fuser.op(each) for each in cone}
    if not used & MEANS or not used & {"Sqrt", "ReduceL2", "Pow"}:
        return False
    axes = next(find_axes(fuser.at(each), origin.rank) for each in cone if fuser.op(each) in MEANS)
    weights: list[Value] = []
    parts, exit = {*cone, number}, number
    for op in ("Mul", "Add"):
        after = fuser.only_reader(exit, op)
        if after is None:
            continue
        _, constants = fuser.split_inputs(after)
        if len(constants) == 1 and constants[0].weights:
            parts, exit, weights = {*parts, after}, after, [*weights, constants[0]]
    last = origin.rank - 1
    if used & {"ReduceL2"} or (not used & {"Sqrt", "Pow"}):
        name = NORMALIZE
    elif axes == [last]:
        name = "LayerNormalization" if is_centred else "RMSNormalization"
    elif is_centred and axes and 0 not in axes and 1 not in axes:
        name = "InstanceNormalization"
    else:
        name = "LayerNormalization"
    return fuser.join(parts, exit, name, [origin, *weights], {"axis": axes[0] if axes else -1})


def find_axes(operation: Operation, rank: int) -> list[int]:
    """Return the axes over which a mean is taken."""
    stated = operation.attributes.get("axes")
    second = operation.inputs[1] if len(operation.inputs) > 1 else None
    axes = stated if isinstance(stated, list) else second.ints if second is not None else None
    return [axis % rank for axis in axes or [] if rank]


def fuse_group_norm(fuser: Fuser, number: int) -> bool:
    """An instance normalisation of features in groups, with scale and shift behind."""
    inputs = fuser.at(number).inputs
    before = fuser.maker(inputs[0], "Reshape") if inputs else None
    after = fuser.only_reader(number, "Reshape")
    if before is None or after is None:
        return False
    origin, grouped = fuser.at(before).inputs[0], fuser.at(before).outputs[0]
    if origin is None or origin.shape != fuser.at(after).outputs[0].shape or grouped.rank < 2:
        return False
    weights: list[Value] = []
    parts, exit = {before, number, after}, after
    for op in ("Mul", "Add"):
        reader = fuser.only_reader(exit, op)
        _, constants = fuser.split_inputs(reader) if reader is not None else ([], [])
        if reader is not None and len(constants) == 1:
            parts, exit, weights = {*parts, reader}, reader, [*weights, constants[0]]
    groups = (grouped.shape or (0, 0))[1]
    attributes = {"num_groups": groups}
    return fuser.join(parts, exit, "GroupNormalization", [origin, *weights], attributes)


# Attention.


def fuse_attention(fuser: Fuser, number: int) -> bool:
    """A product with the softmax of another product."""
    inputs = fuser.at(number).inputs
    softmax = fuser.maker(inputs[0], "Softmax", "Where", "Cast") if len(inputs) > 1 else None
    if softmax is None or inputs[1] is None or inputs[1].is_constant:
        return False
    products = find_products(fuser, inputs[0])
    if products is None:
        return False
    product, between, masks = products
    for each in between:
        masks += [value for value in fuser.split_inputs(each)[1] if value.weights]
    if not any(fuser.op(each) == "Softmax" for each in between):
        return False
    parts = {number, product, *between}
    ends: list[Value | None] = []
    for value in fuser.at(product).inputs:
        end = value
        while (maker := fuser.maker(end, "Mul", "Div", "Transpose", "Cast")) is not None:
            data, constants = fuser.split_inputs(maker)
            is_scale = bool(constants) and constants[0].number is not None
            is_swap = fuser.op(maker) == "Transpose" and is_last_swap(fuser.at(maker))
            alone = fuser.only_reader(maker, "MatMul", "Mul", "Div", "Transpose", "Cast")
            if len(data) != 1 or not (is_scale or is_swap) or alone is None or alone not in parts:
                break
            parts.add(maker)
            end = data[0]
        ends.append(end)
    return fuser.join(parts, number, ATTENTION, [*ends, inputs[1], *masks], {})


def find_products(fuser: Fuser, scores: Value | None) -> tuple[int, set[int], list[Value]] | None:
    """Return the product that scores are made of, what is between, and the masks."""
    between: set[int] = set()
    masks: list[Value] = []
    value = scores
    while len(between) < 12:
        number = fuser.maker(value)
        if number is None:
            return None
        if fuser.op(number) == "MatMul":
            _, constants = fuser.split_inputs(number)
            return None if constants else (number, between, masks)
        if fuser.op(number) not in SCORES:
            return None
        between.add(number)
        data, _ = fuser.split_inputs(number)
        main = [each for each in data if leads_to_product(fuser, each)]
        if len(main) != 1:
            return None
        masks += [each for each in data if each is not main[0]]
        value = main[0]
    return None


def leads_to_product(fuser: Fuser, value: Value) -> bool:
    """Tell whether a tensor is a product of data, or scores made of one."""
    for _ in range(8):
        number = fuser.maker(value)
        if number is None:
            return False
        if fuser.op(number) == "MatMul":
            return True
        data, _ = fuser.split_inputs(number)
        if fuser.op(number) not in SCORES or not data:
            return False
        value = max(data, key=lambda each: (each.rank, math.prod(s or 1 for s in each.shape or ())))
    return False


def is_last_swap(operation: Operation) -> bool:
    """Tell whether a transposition exchanges the last two axes."""
    order = operation.attributes.get("perm")
    if not isinstance(order, list) or len(order) < 2:
        return False
    rank = len(order)
    return order == [*range(rank - 2), rank - 1, rank - 2]


Rule = Callable[[Fuser, int], bool]

RULES: Mapping[str, Sequence[Rule]] = {
    "MatMul": (fuse_attention, fuse_linear),
    "Gemm": (fuse_linear,),
    "Mul": (fuse_norm, fuse_gate),
    "Div": (fuse_norm, fuse_gate),
    "InstanceNormalization": (fuse_group_norm,),
}
"""What an operation may be the last or, of a dense layer, the first part of."""


def fuse_operations(evaluation: Evaluation, together: Together) -> list[Operation | None]:
    """Return the operations by their numbers; None for one that became part of another."""
    fuser = Fuser(evaluation, together)
    for number in range(len(fuser.operations)):
        for rule in RULES.get(fuser.op(number), ()):
            if rule(fuser, number):
                break
    return fuser.operations
