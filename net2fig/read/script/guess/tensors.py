"""Functions of Keras that take tensors and apply layers to them: with inputs they make a model.

    def backbone(inputs, width):                 Model(inputs, backbone(inputs, 64))
        x = Conv2D(width, 3)(inputs)
        return Dense(10)(Flatten()(x))

Requires: the statements of a file; Keras, or its stand-in, is imported.
Ensures: a function is only taken for one if it applies a layer, or such a function, to an argument
with the name of an input.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.read.script.effects import get_last_name
from net2fig.read.script.frameworks import is_model

INPUT_NAMES = frozenset(
    {
        *("inputs", "input", "input_tensor", "input_layer", "input_data", "inp", "x"),
        *("img_input", "image_input", "input_img", "input_image", "tensor", "x_in", "net"),
    }
)
"""Names of arguments that are tensors."""

KERAS = ("keras", "tensorflow.keras", "tf_keras")
"""The names under which Keras may be imported."""


def takes_tensor(
    node: ast.AST | None, name: str, nodes: Mapping[str, ast.AST], depth: int = 4
) -> bool:
    """Tell whether a function applies layers to an argument, by itself or by another function."""
    if name not in INPUT_NAMES or not isinstance(node, ast.FunctionDef) or not depth:
        return False
    for each in ast.walk(node):
        if not isinstance(each, ast.Call) or not each.args:
            continue
        first = each.args[0]
        if not isinstance(first, ast.Name) or first.id != name:
            continue
        if isinstance(each.func, ast.Call):
            return True
        inner = nodes.get(get_last_name(each.func))
        if (
            isinstance(inner, ast.FunctionDef)
            and inner.args.args
            and inner is not node
            and takes_tensor(inner, inner.args.args[0].arg, nodes, depth - 1)
        ):
            return True
    return False


def find_tensor_functions(statements: Sequence[ast.stmt]) -> list[str]:
    """Return the functions that compute tensors of a tensor, and that no other one calls."""
    nodes = {each.name: each for each in statements if isinstance(each, ast.FunctionDef)}
    found = [
        name
        for name, each in nodes.items()
        if each.args.args
        and takes_tensor(each, each.args.args[0].arg, nodes)
        and any(isinstance(inner, ast.Return) and inner.value for inner in ast.walk(each))
    ]
    called = {
        get_last_name(inner.func)
        for name in found
        for inner in ast.walk(nodes[name])
        if isinstance(inner, ast.Call) and get_last_name(inner.func) != name
    }
    return [name for name in found if name not in called]


def find_keras() -> Any:
    """Return Keras as the code has imported it; None if it has not."""
    return next((sys.modules[name] for name in KERAS if name in sys.modules), None)


def make_input(axes: tuple[int, ...]) -> Any:
    """Return an input of Keras; None if Keras is not imported."""
    keras = find_keras()
    return None if keras is None else keras.Input(axes)


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a symbolic tensor of Keras, or of its stand-in."""
    is_keras = type(value).__module__.startswith(("keras.", "tf_keras.", "net2fig."))
    return is_keras and type(value).__name__ in ("KerasTensor", "Tensor")


def complete(function: Callable[..., Any], inputs: Sequence[Any]) -> Callable[..., Any]:
    """Return a function that makes a model of the tensors which a function returns."""

    @functools.wraps(function)
    def build(*args: Any, **words: Any) -> Any:
        result = function(*args, **words)
        items = list(result) if isinstance(result, (list, tuple)) else [result]
        kind = type(inputs[0])
        if is_model(result) or not items or not all(isinstance(each, kind) for each in items):
            return result
        return find_keras().Model([*inputs] if len(inputs) > 1 else inputs[0], result)

    build.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return build
