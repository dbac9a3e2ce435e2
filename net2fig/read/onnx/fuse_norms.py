"""Normalisations that exporters write as several nodes become one operation again.

They are found by what they compute: an input divided by a root of a mean of its squares.
"""

from __future__ import annotations

from net2fig.read.onnx.evaluate import Operation
from net2fig.read.onnx.fuser import Fuser
from net2fig.read.onnx.values import Value

NORMALIZE = "Normalize"

NORM_PARTS = frozenset(
    {
        *("ReduceMean", "ReduceSum", "ReduceL2", "ReduceSumSquare", "Sqrt", "Pow", "Mul", "Add"),
        *("Sub", "Div", "Reciprocal", "Cast", "Clip", "Max", "Expand", "Abs", "Identity"),
        *("Neg", "GlobalAveragePool"),
    }
)
"""Operators that normalisations are written with."""

MEANS = frozenset({"ReduceMean", "ReduceSum", "ReduceL2", "ReduceSumSquare", "GlobalAveragePool"})


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
    if operation.op == "GlobalAveragePool":
        return list(range(2, rank))
    stated = operation.attributes.get("axes")
    second = operation.inputs[1] if len(operation.inputs) > 1 else None
    axes = stated if isinstance(stated, list) else second.ints if second is not None else None
    return [axis % rank for axis in axes or [] if rank]


def fuse_moments(fuser: Fuser, number: int) -> bool:
    """An input times a scale, and a shift, both of which are made of its mean and its squares."""
    data, constants = fuser.split_inputs(number)
    if len(data) != 2 or constants:
        return False
    for product, shift in (data, data[::-1]):
        maker = fuser.maker(product, "Mul")
        factors = fuser.split_inputs(maker)[0] if maker is not None else []
        if maker is None or len(factors) != 2:
            continue
        for origin, scale in (factors, factors[::-1]):
            cones = [fuser.find_cone(each, [origin.origin], NORM_PARTS) for each in (scale, shift)]
            parts = {number, maker, *(cones[0] or ()), *(cones[1] or ())}
            used = {fuser.op(each) for each in parts}
            if not cones[0] or not cones[1] or not used & MEANS or "Sqrt" not in used:
                continue
            axes = next(
                find_axes(fuser.at(each), origin.rank) for each in parts if fuser.op(each) in MEANS
            )
            weights = [
                value
                for each in sorted(parts)
                for value in fuser.split_inputs(each)[1]
                if value.weights and value.number is None
            ]
            name = "LayerNormalization" if axes == [origin.rank - 1] else "InstanceNormalization"
            if fuser.join(parts, number, name, [origin, *weights], {"axis": -1}):
                return True
    return False


def fuse_affine(fuser: Fuser, number: int) -> bool:
    """A scale and a shift for each feature behind a convolution: a batch normalisation."""
    data, constants = fuser.split_inputs(number)
    if fuser.is_torch or len(data) != 1 or len(constants) != 1:
        return False
    if fuser.maker(data[0], "Conv", "ConvTranspose") is None:
        return False
    features = (data[0].shape or (None, None))[1]

    def is_for_features(value: Value) -> bool:
        """Tell whether a constant has a number for each feature."""
        sizes = [size for size in value.shape or () if size != 1]
        at = len(value.shape or ()) - data[0].rank
        return sizes == [features] and (value.shape or ())[at + 1 : at + 2] == (features,)

    if not is_for_features(constants[0]):
        return False
    parts, exit, weights = {number}, number, constants
    after = fuser.only_reader(number, "Add", "Sub")
    if after is not None:
        _, added = fuser.split_inputs(after)
        if len(added) == 1 and is_for_features(added[0]):
            parts, exit, weights = {number, after}, after, [*constants, *added]
    return fuser.join(parts, exit, "BatchNormalization", [data[0], *weights], {})


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
