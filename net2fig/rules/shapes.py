"""Infers the output shapes of a layer, by a rule per class, if the file does not state them.

Requires: the attributes of the layer, and its input shapes in call order.
Ensures: the shapes that Keras would compute, or nothing if no rule knows them; never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.attributes import Attributes, NoRule
from net2fig.network import Shape
from net2fig.rules import shapes_layers, shapes_ops, shapes_preprocessing, shapes_sequence
from net2fig.rules.shapes_common import Inputs, Rule, fill_unknown_axes, make_inputs, shape_of

SPLIT = "Split"
"""The operation that returns several tensors."""

SHAPE_PRESERVING = frozenset({"activation", "norm", "dropout"})
"""Kinds of layers that change no shape."""

MULTIPLE_OUTPUTS = frozenset({*shapes_sequence.RULES}) - {
    "Lambda",
    "SpectralNormalization",
    "Pipeline",
}
"""Classes that may return more tensors than are used."""


def infer(at: Attributes, inputs: Sequence[Shape | None]) -> Sequence[Shape | None]:
    """Return the shapes of the outputs of a layer, as many as are known.

    >>> from net2fig.attributes import keras_attributes
    >>> conv = keras_attributes("Conv2D", {"filters": 8, "kernel_size": [3, 3]})
    >>> infer(conv, [(None, 32, 32, 3)])
    [(None, 30, 30, 8)]
    """
    if at.op in shapes_sequence.FIRST_ALONE:
        inputs = inputs[:1]
    known = make_inputs(shape for shape in inputs if shape is not None)
    if not known or len(known) < len(inputs):
        return []
    try:
        shapes = infer_operation(at, known) if at.operation else infer_layer(at, known)
    except NoRule:
        return []
    # A configuration may be invalid: results that are not shapes are unknown.
    return [None if shape is None else shape_of(shape) for shape in shapes]


def infer_layer(at: Attributes, inputs: Inputs) -> Sequence[Shape | None]:
    """Return the shapes that a layer returns."""
    many = shapes_sequence.RULES.get(at.op)
    if many is not None:
        return many(at, inputs, infer)
    rule = find_rule(at.op)
    return [] if rule is None else [rule(at, inputs)]


def find_rule(op: str) -> Rule | None:
    """Return the rule of a layer that returns one tensor."""
    rule = shapes_layers.RULES.get(op) or shapes_preprocessing.RULES.get(op)
    if rule is None and (find_kind(op) in SHAPE_PRESERVING or is_augmentation(op)):
        return shapes_layers.same
    return rule


def has_rule(op: str, *, operation: bool = False) -> bool:
    """Tell whether the output shape of a layer, or of an operation on tensors, is known."""
    if operation:
        return op == SPLIT or find_operation_rule(op) is not None
    return op in shapes_sequence.RULES or find_rule(op) is not None


def is_augmentation(op: str) -> bool:
    """Tell whether a layer only changes the values of images, at random."""
    return op.startswith("Random") and find_kind(op) == "preprocessing"


def infer_operation(at: Attributes, inputs: Inputs) -> Sequence[Shape | None]:
    """Return the shapes that an operation returns."""
    if at.op == SPLIT:
        return shapes_ops.split(at, inputs)
    rule = find_operation_rule(at.op)
    return [] if rule is None else [rule(at, inputs)]


def find_operation_rule(op: str) -> Rule | None:
    """Return the rule of an operation that returns one tensor."""
    rule = shapes_ops.RULES.get(op)
    valued = op in shapes_ops.VALUE_CLASSES or (
        find_kind(op) in shapes_ops.VALUE_KINDS and op not in shapes_ops.UNRULED
    )
    return shapes_ops.elementwise if rule is None and valued else rule


def find_kind(op: str) -> str | None:
    """Return the kind of an operation in the catalogue; None if it is not there."""
    # Most files state their shapes: the catalogue is read only for classes without a rule.
    from net2fig.data.grammar import load_grammar

    grammar = load_grammar()
    return grammar.entry(op).kind if grammar.knows(op) else None


__all__ = ["MULTIPLE_OUTPUTS", "fill_unknown_axes", "find_kind", "has_rule", "infer", "shape_of"]
