"""The modules of the recorder import one another one way, inside of functions too."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import net2fig.read.record as recorder

PACKAGE = recorder.__name__
FILES = {path.stem: path for path in Path(recorder.__file__).parent.glob("*.py")}


def asked(text):
    """Return the modules of the recorder that a source imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            if node.module == PACKAGE:
                found |= {alias.name for alias in node.names}
            elif (node.module or "").startswith(f"{PACKAGE}."):
                found.add(node.module.removeprefix(f"{PACKAGE}."))
        elif isinstance(node, ast.Import):
            found |= {alias.name.removeprefix(f"{PACKAGE}.") for alias in node.names}
    return found & set(FILES)


def order(sources):
    return list(
        TopologicalSorter({name: asked(text) for name, text in sources.items()}).static_order()
    )


def test_imports_go_one_way():
    sources = {name: path.read_text("utf-8") for name, path in FILES.items()}
    found = order(sources)
    assert found.index("decline") < found.index("graph") < found.index("layer")
    assert found[-1] == "__init__"


def test_a_circle_would_be_seen():
    sources = {name: path.read_text("utf-8") for name, path in FILES.items()}
    hidden = f"\ndef f():\n    from {PACKAGE}.layer import Layer\n"
    with pytest.raises(CycleError):
        order({**sources, "graph": sources["graph"] + hidden})
