"""The shapes of what a layer returns, by a rule per class, where a file does not state them.

Requires: a configuration as Keras saves it, and the shapes of what comes in, in call order.
Ensures: the shapes that Keras itself would compute, or nothing where no rule knows; never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.network import Shape
from net2fig.rules import shapes_layers, shapes_ops, shapes_preprocessing, shapes_sequence
from net2fig.rules.shapes_common import Config, Inputs, merged, shape_of

KEEPING = frozenset({"activation", "norm", "dropout"})
"""Kinds of layers that change no shape."""

SEVERAL = frozenset({*shapes_sequence.RULES}) - {"Lambda", "SpectralNormalization", "Pipeline"}
"""Classes that may return more tensors than are used."""


def infer(
    class_name: str, config: Config, inputs: Sequence[Shape | None], *, operation: bool = False
) -> Sequence[Shape | None]:
    """Return the shapes of the outputs of a layer, as many as are known.

    >>> infer("Conv2D", {"filters": 8, "kernel_size": [3, 3]}, [(None, 32, 32, 3)])
    [(None, 30, 30, 8)]
    """
    if class_name in shapes_sequence.FIRST_ALONE:
        inputs = inputs[:1]
    known = [shape for shape in inputs if shape is not None]
    if not known or len(known) < len(inputs):
        return []
    find = by_operation if operation else by_layer
    try:
        return [
            shape if shape is None or shape_of(shape) is not None else None
            for shape in find(class_name, config, known)
        ]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, StopIteration):
        # A configuration from a file can hold anything; a shape that does not come out is unknown.
        return []


def by_layer(class_name: str, config: Config, inputs: Inputs) -> Sequence[Shape | None]:
    """Return the shapes that a layer returns."""
    if class_name in shapes_sequence.RULES:
        return shapes_sequence.RULES[class_name](config, inputs, infer)
    rule = shapes_layers.RULES.get(class_name) or shapes_preprocessing.RULES.get(class_name)
    if rule is not None:
        return [rule(config, inputs)]
    return [inputs[0]] if kind_of(class_name) in KEEPING or draws(class_name) else []


def has_rule(class_name: str) -> bool:
    """Tell whether it is known what shape a layer of a class returns."""
    tables = (shapes_layers.RULES, shapes_preprocessing.RULES, shapes_sequence.RULES)
    kept = kind_of(class_name) in KEEPING or draws(class_name)
    return kept or any(class_name in table for table in tables)


def draws(class_name: str) -> bool:
    """Tell whether a layer only changes the values of images, at random."""
    return class_name.startswith("Random") and kind_of(class_name) == "preprocessing"


def by_operation(class_name: str, config: Config, inputs: Inputs) -> Sequence[Shape | None]:
    """Return the shapes that an operation returns."""
    if class_name == "Split":
        return shapes_ops.split(config, inputs)
    rule = shapes_ops.RULES.get(class_name)
    if rule is not None:
        return [rule(config, inputs)]
    valued = class_name in shapes_ops.VALUE_CLASSES or (
        kind_of(class_name) in shapes_ops.VALUE_KINDS and class_name not in shapes_ops.UNRULED
    )
    return [shapes_ops.elementwise(config, inputs)] if valued else []


def kind_of(class_name: str) -> str | None:
    """Return the kind of a class in the catalogue, None where it is not there."""
    # Most files state their shapes: the catalogue is read only where a class has no rule.
    from net2fig.data.grammar import load_grammar

    grammar = load_grammar()
    return grammar.entry(class_name).kind if grammar.knows(class_name) else None


__all__ = ["SEVERAL", "has_rule", "infer", "kind_of", "merged", "shape_of"]
