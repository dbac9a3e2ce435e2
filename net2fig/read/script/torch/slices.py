"""Slices code for modules of PyTorch, which are complete once they are made.

Requires: the statements of a module, and the names that may hold its model.
Ensures: the statements that these names need, without those that only use a module.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from net2fig.read.script.effects import get_last_name, root_names
from net2fig.read.script.model_names import find_assigned_names, find_builders, find_used_models
from net2fig.read.script.slicing import slice_statements
from net2fig.read.script.strip_training import drop_irrelevant, transform_statements
from net2fig.read.script.torch.pick_class import find_config_names, find_root_classes

MODULE_METHODS = frozenset({"parameters", "named_parameters", "eval", "train"})
"""Methods that only modules of PyTorch have."""

CHANGES = frozenset(
    {
        *("add_module", "register_module", "append", "extend", "insert", "add_argument"),
        *("weight_norm", "spectral_norm", "setattr", "replace", "main", "requires_grad_"),
    }
)
"""Functions and methods that may change what a module is."""


FREEZING = "freeze"
"""What is in the name of a function or a method that changes which weights are trained."""


def cut_torch_slices(
    statements: Sequence[ast.stmt], folder: Path, wanted: set[str], *, named: bool
) -> list[list[ast.stmt]]:
    """Return the slice for modules of PyTorch; `named` tells that the target names the model.

    Calls that only pass a module to a function, or that call a method of it, are left out.
    """
    if not named:
        wanted = wanted | find_used_models(statements, MODULE_METHODS)
        builders = find_builders(statements, folder)
        wanted = wanted or {*find_root_classes(statements, folder), *builders}
    wanted = wanted | find_passed_names(statements, wanted)
    if not wanted & {*list_bound_names(statements)}:
        return []
    # Classes are made with the configuration of the file.
    wanted = wanted | find_config_names(statements)
    silent = transform_statements(
        drop_irrelevant(statements), lambda each: None if is_use(each, wanted) else each
    )
    found = slice_statements(silent, wanted)
    return [] if found is None else [found]


def find_passed_names(statements: Sequence[ast.stmt], wanted: set[str]) -> set[str]:
    """Return the definitions of a file that its calls of some of them pass: `Net(Block)`."""
    kinds = (ast.ClassDef, ast.FunctionDef)
    defined = {each.name for each in statements if isinstance(each, kinds)}
    return {
        arg.id
        for each in statements
        for node in ast.walk(each)
        if isinstance(node, ast.Call) and get_last_name(node.func) in wanted
        for arg in (*node.args, *(word.value for word in node.keywords))
        if isinstance(arg, ast.Name) and arg.id in defined
    }


def list_bound_names(statements: Sequence[ast.stmt]) -> list[str]:
    """Return the names that definitions and assignments of a module bind."""
    names = [getattr(statement, "name", "") for statement in statements]
    return [*filter(None, names), *find_assigned_names(statements)]


def is_use(statement: ast.stmt, models: set[str]) -> bool:
    """Tell whether a statement only uses a module: `train(model)`, `model.eval()`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or get_last_name(call.func) in CHANGES:
        return False
    if FREEZING in get_last_name(call.func):
        return False
    parts = [call.func, *call.args, *(word.value for word in call.keywords)]
    return any(root_names(part) & models for part in parts)
