"""Output shapes and parameters of calls, by the rules of net2fig.

Requires: the configuration of the layer or operation as Keras saves it.
Ensures: shapes that Keras would compute too; decline if a rule does not know them or Keras refuses
the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from net2fig.attributes import NoRule, keras_attributes
from net2fig.network import Shape
from net2fig.read.calls import PARAMETERS
from net2fig.read.decline import decline
from net2fig.read.record.session import load_facts
from net2fig.rules.params import RULES as COUNTED
from net2fig.rules.params import count
from net2fig.rules.shapes import infer
from net2fig.rules.shapes_common import broadcast_shapes, make_inputs
from net2fig.rules.shapes_ops import elementwise

S = TypeVar("S", Shape, Shape | None)


def order_shapes(words: Sequence[str | None], shapes: Sequence[S]) -> list[S]:
    """Return shapes in the order of the parameters of an attention layer."""
    if not any(word in PARAMETERS for word in words):
        return list(shapes)
    places = [PARAMETERS.get(word or "", -1) for word in words]
    pairs = sorted(zip(places, shapes, strict=True), key=lambda pair: pair[0])
    return [shape for _, shape in pairs]


def infer_layer_shapes(
    class_name: str, config: Mapping[str, Any], words: Sequence[str | None], shapes: Sequence[Shape]
) -> list[Shape]:
    """Return the output shapes of a call of a layer."""
    known = load_facts()["layers"][class_name]
    least, most = known["rank"]
    if not shapes or not least <= len(shapes[0]) <= most:
        decline(f"a {class_name} called on tensors of the shapes {list(shapes)}")
    into = order_shapes(words, shapes)
    inferred = [into[0]] if known["keeps"] else infer(keras_attributes(class_name, config), into)
    return check_shapes(class_name, inferred, shapes)


def accept_all(_config: Mapping[str, Any], _shapes: Sequence[Shape]) -> bool:
    """Accept any call."""
    return True


def can_multiply(_config: Mapping[str, Any], shapes: Sequence[Shape]) -> bool:
    """Tell whether matrices fit together."""
    if len(shapes) != 2 or min(map(len, shapes)) < 2:
        return False
    first, second = shapes
    return first[-1] is not None and first[-1] == second[-2]


def can_squeeze(config: Mapping[str, Any], shapes: Sequence[Shape]) -> bool:
    """Tell whether the axes that are taken out have size 1."""
    axis = config.get("axis")
    axes = [axis] if isinstance(axis, int) else axis or []
    return all(-len(shapes[0]) <= at < len(shapes[0]) and shapes[0][at] == 1 for at in axes)


OPERATION_CHECKS: dict[str, Callable[[Mapping[str, Any], Sequence[Shape]], bool]] = {
    "Matmul": can_multiply,
    "Squeeze": can_squeeze,
}
"""Checks by class of operation: whether Keras would accept these shapes."""


BROADCAST = frozenset({"Where", "Log1p"})
"""Elementwise operations that the rules of shapes do not contain."""


def infer_operation_shapes(
    class_name: str,
    config: Mapping[str, Any],
    shapes: Sequence[Shape],
    arrays: Sequence[Shape] = (),
) -> list[Shape]:
    """Return the output shapes of a call of an operation; `arrays` are those of constants."""
    if not OPERATION_CHECKS.get(class_name, accept_all)(config, shapes):
        decline(f"a {class_name} of {list(shapes)}")
    if class_name in load_facts()["valued"] or class_name in BROADCAST:
        try:
            every = make_inputs([*shapes, *arrays])
            inferred: Sequence[Shape | None] = [
                broadcast_shapes(every)
                if arrays
                else elementwise(keras_attributes(class_name, config), every)
            ]
        except NoRule:
            inferred = []
    else:
        inferred = infer(keras_attributes(class_name, config, operation=True), shapes)
    return check_shapes(class_name, inferred, shapes)


def check_shapes(
    class_name: str, inferred: Sequence[Shape | None], shapes: Sequence[Shape]
) -> list[Shape]:
    """Return shapes, or decline if they are unknown or impossible."""
    sure = [shape for shape in inferred if shape is not None]
    possible = all(axis is None or axis > 0 for shape in sure for axis in shape)
    if not sure or len(sure) < len(inferred) or not possible:
        decline(f"the shape of what a {class_name} returns for {list(shapes)}")
    return sure


def count_layer_params(
    class_name: str, config: Mapping[str, Any], words: Sequence[str | None], shapes: Sequence[Shape]
) -> int:
    """Return the number of parameters of a layer that is built for these shapes."""
    if class_name not in COUNTED:
        return 0
    number = count(keras_attributes(class_name, config), order_shapes(words, shapes))
    return decline(f"a {class_name} built for {list(shapes)}") if number is None else number
