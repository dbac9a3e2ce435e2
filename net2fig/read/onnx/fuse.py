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
from net2fig.read.onnx.fuse_norms import (
    fuse_affine,
    fuse_group_norm,
    fuse_moments,
    fuse_norm,
)
from net2fig.read.onnx.fuser import Fuser, Together
from net2fig.read.onnx.values import Value

LINEAR, ATTENTION = "Linear", "ScaledDotProductAttention"

ELEMENTWISE = frozenset(
    {
        *("Mul", "Div", "Add", "Sub", "Pow", "Erf", "Tanh", "Sigmoid", "HardSigmoid", "Clip"),
        *("Erfc", "Softplus", "Exp", "Log", "Cast", "Neg", "Min", "Max", "Identity", "Relu", "Abs"),
    }
)
"""Operators that activations are written with."""

SCORES = frozenset(
    {
        *("Mul", "Div", "Add", "Where", "Cast", "Softmax", "Clip", "Sub", "Reshape"),
        *("Squeeze", "Unsqueeze"),
    }
)
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
    ({"Erfc"}, {"Neg"}, "Gelu"),
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


# Attention.


def fuse_attention(fuser: Fuser, number: int) -> bool:
    """A product with the softmax of another product."""
    inputs = fuser.at(number).inputs
    if len(inputs) < 2 or inputs[1] is None or inputs[1].is_constant:
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


# Recurrent layers and embeddings.


def fuse_directions(fuser: Fuser, number: int) -> bool:
    """The directions of a recurrent layer, which are taken apart and put in a row."""
    layers: set[int] = set()
    parts = {number}
    for value in fuser.at(number).inputs:
        end = value
        while (maker := fuser.maker(end, *RECURRENT, "Slice", "Squeeze")) is not None:
            if fuser.op(maker) in RECURRENT:
                break
            parts.add(maker)
            end = fuser.at(maker).inputs[0]
        if maker is None or end is None or end.origin != (maker, 0):
            return False
        layers.add(maker)
    if len(layers) != 1 or len(parts) < 2:
        return False
    layer = fuser.at(layers.pop())
    if any(fuser.readers.get(value.origin) for value in layer.outputs[1:] if value.origin):
        return False
    origin = layer.outputs[0].origin
    own = {origin[0]} if origin else set()
    return fuser.join(parts | own, number, layer.op, layer.inputs, layer.attributes)


def fuse_places(fuser: Fuser, number: int) -> bool:
    """A look-up in a table, whose places are brought into its range first."""
    inputs = fuser.at(number).inputs
    if len(inputs) < 2 or inputs[0] is None or not inputs[0].weights or inputs[1] is None:
        return False
    parts: set[int] = set()
    ends: dict[tuple[int, int], Value] = {}
    stack = [inputs[1]]
    while stack and len(parts) < 12:
        value = stack.pop()
        maker = fuser.maker(value, *COMPARISONS)
        if maker is None and value.origin is not None:
            ends[value.origin] = value
        elif maker is not None:
            parts.add(maker)
            stack += fuser.split_inputs(maker)[0]
    if stack or not parts or len(ends) != 1:
        return False
    places = [inputs[0], *ends.values()]
    return fuser.join({number, *parts}, number, "Gather", places, fuser.at(number).attributes)


RECURRENT = ("LSTM", "GRU", "RNN")

COMPARISONS = ("Less", "Add", "Mul", "Not", "Cast", "Where", "Sub", "Clip", "Max", "Min", "Greater")
"""Operators that bring places into a range."""

Rule = Callable[[Fuser, int], bool]

RULES: Mapping[str, Sequence[Rule]] = {
    "MatMul": (fuse_attention, fuse_linear),
    "Gemm": (fuse_linear,),
    "Mul": (fuse_norm, fuse_affine, fuse_gate),
    "Div": (fuse_norm, fuse_gate),
    "Add": (fuse_moments,),
    "Sub": (fuse_moments,),
    "InstanceNormalization": (fuse_group_norm,),
    "Concat": (fuse_directions,),
    "Squeeze": (fuse_directions,),
    "Gather": (fuse_places,),
}
"""What an operation may be the last or, of a dense layer, the first part of."""


def fuse_operations(
    evaluation: Evaluation, together: Together, *, is_torch: bool
) -> list[Operation | None]:
    """Return the operations by their numbers; None for one that became part of another."""
    fuser = Fuser(evaluation, together, is_torch=is_torch)
    for number in range(len(fuser.operations)):
        for rule in RULES.get(fuser.op(number), ()):
            if rule(fuser, number):
                break
    return fuser.operations
