"""Lists what a piece of code holds: its models, and functions that build one.

Requires: models by the expressions that name them, and the code that was run.
Ensures: values of JSON, in the order of the code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from net2fig.errors import Net2figError
from net2fig.network import Network
from net2fig.read.script.guess.lines import CELL_OFFSET
from net2fig.read.script.model_names import (
    assigned_names,
    find_builders,
    required_parameters,
    walk_top_level,
)
from net2fig.read.script.sources import Code


def list_models(
    models: Mapping[str, Any], read_one: Callable[[Any], Network], code: Code | None
) -> list[dict[str, Any]]:
    """Return name, class, layers, parameters and line of each model and builder."""
    lines = {} if code is None else find_lines(code)
    rows: list[dict[str, Any]] = []
    for name, model in models.items():
        root = re.split(r"[.\[(]", name)[0]
        row = {"name": name, "class": type(model).__name__, "line": lines.get(root, "")}
        try:
            network = read_one(model)
        except Net2figError:
            rows.append({**row, "layers": None, "params": None})
        else:
            rows.append({**row, "layers": len(network.layers), "params": network.params})
    return rows + ([] if code is None else list_builders(code, lines))


def list_builders(code: Code, lines: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the functions that build a model, with the arguments that they need."""
    functions = {getattr(each, "name", ""): each for each in code.statements}
    rows = []
    for name in find_builders(code.statements, code.path.parent):
        arguments = ", ".join(f"{word}=…" for word in required_parameters(functions[name]))
        row = {"name": f"{name}({arguments})", "class": "function", "line": lines.get(name, "")}
        rows.append({**row, "layers": None, "params": None})
    return rows


def find_lines(code: Code) -> dict[str, str]:
    """Return the line on which each name of a module is bound last; in a notebook also the cell."""
    lines: dict[str, str] = {}
    for node in walk_top_level(code.statements):
        names: set[str] = set()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names = {node.name}
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            names = assigned_names(node)
        for name in names:
            cell, line = divmod(getattr(node, "lineno", 0), CELL_OFFSET)
            lines[name] = f"cell {cell}, line {line}" if cell else str(line)
    return lines
