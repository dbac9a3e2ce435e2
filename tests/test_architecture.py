"""Who may import whom, how long things may be, and that ARCHITECTURE.md tells the truth."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "net2fig"
FILES = sorted(PACKAGE.rglob("*.py"))

# Each part of the package, and the parts that it may import. Data goes one way.
TABLE = {
    "toml": "",
    "errors": "toml",
    "geometry": "",
    "graphs": "",
    "gc_tuning": "",
    "spinner": "",
    "scene": "geometry",
    "network": "errors graphs",
    "pins": "",
    "pattern": "attributes errors toml",
    "data": "errors toml",
    "attributes": "data network",
    "outline": "attributes errors network",
    "fonts": "data errors geometry toml",
    "options": "data errors fonts pattern pins toml",
    "rules": "attributes data graphs network",
    "read": "attributes data errors gc_tuning graphs network options rules spinner",
    "group": "attributes data errors graphs network options outline pattern toml",
    "glyphs": "errors fonts geometry scene",
    "layout": "errors geometry graphs",
    "compose": "attributes data errors fonts geometry glyphs graphs layout network options outline"
    " scene toml",
    "laws": "data errors fonts geometry graphs network outline scene",
    "render": "data errors fonts geometry scene",
    "runs": "data errors pins read",
    "checks": "attributes data errors network options pins read rules runs",
    "html": "attributes compose data fonts geometry group marking network options outline pins"
    " render rules scene",
    "chips": "attributes compose data errors fonts geometry graphs group marking network options"
    " outline pins read render rules runs scene",
    "comparison": "attributes chips compose data errors geometry group layout network options"
    " outline pattern read render rules scene",
    "excerpts": "errors network options pattern read",
    "watch": "checks errors network read runs",
    "marking": "data errors fonts geometry laws network options pins read runs scene",
    "cells": "attributes compose data errors fonts geometry glyphs html network options outline"
    " read render scene",
    "figure": "cells compose data errors excerpts gc_tuning geometry group html laws marking"
    " network options outline pattern read render scene",
    "session": "data errors figure fonts group network options read",
    "studio": "commands comparison compose data errors figure geometry group html network options"
    " outline pattern render scene session toml __init__",
    "views": "chips commands comparison compose data errors figure fonts geometry html network"
    " options outline read render rules scene session spinner toml",
    "commands": "cells checks chips comparison compose data errors figure fonts geometry glyphs"
    " group laws network options outline pattern pins read render runs scene session spinner toml",
    "cli": "commands errors figure gc_tuning options read render session spinner __init__",
    "__main__": "cli gc_tuning",
    "__init__": "cells checks chips comparison errors figure network read session views watch",
}


# Imported only inside the functions that need them: each costs more than drawing a small figure.
HEAVY = {
    "keras",
    "tensorflow",
    "h5py",
    "pypdfium2",
    "networkx",
    "numpy",
    "PIL",
    "torch",
    "anywidget",
    "traitlets",
}

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
MOST_MODULES = 15


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name(path: Path) -> str:
    """Return how a file is called in a message."""
    return str(path.relative_to(PACKAGE))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of every module (or of the name in it) that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inner_parts(tree: ast.AST) -> set[str]:
    """Return the parts of net2fig that are imported."""
    parts = set()
    for name in imports(tree):
        words = name.split(".")
        if words[0] == "net2fig":
            known = len(words) > 1 and words[1] in TABLE
            parts.add(words[1] if known else "__init__")
    return parts


def while_imported(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported."""
    stack: list[ast.stmt] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        stack += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]


def test_the_table_goes_one_way() -> None:
    graph = {part: allowed.split() for part, allowed in TABLE.items() if part != "__init__"}
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("layout") > order.index("geometry")


def test_the_table_names_every_part() -> None:
    assert {part_of(path) for path in FILES} <= set(TABLE)


def test_a_module_imports_only_what_it_may() -> None:
    offenders = {
        name(path): sorted(extra)
        for path in FILES
        if (extra := inner_parts(tree_of(path)) - {part_of(path), *TABLE[part_of(path)].split()})
    }
    assert offenders == {}


def module_of(path: Path) -> str:
    """Return the dotted name of a file."""
    words = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(words[:-1] if words[-1] == "__init__" else words)


def imported_modules(sources: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Return which of the modules each imports, inside of functions too."""
    found: dict[str, set[str]] = {}
    for module, tree in sources.items():
        found[module] = set()
        for word in imports(tree):
            known = next((each for each in (word, word.rpartition(".")[0]) if each in sources), "")
            found[module] |= {known} - {module, ""}
    return found


def test_no_circle_of_imports() -> None:
    graph = imported_modules({module_of(path): tree_of(path) for path in FILES})
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("net2fig.errors") < order.index("net2fig.cli")


def test_a_circle_would_be_seen() -> None:
    texts = {"a": "from a.b import c", "a.b": "def f():\n    import a"}
    with pytest.raises(CycleError):
        list(
            TopologicalSorter(
                imported_modules({key: ast.parse(text) for key, text in texts.items()})
            ).static_order()
        )


# A configuration is what a framework writes: its readers know it, and attributes.py.


def raw_configurations(tree: ast.AST) -> list[int]:
    """Return the lines that look into the configuration of a layer.

    Nobody reads `x.config`; a parameter called `config` may be passed on, but not taken apart.
    """
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "config":
            if not is_an_option(node):
                lines.append(node.lineno)
        elif (isinstance(node, ast.Subscript) and is_called_config(node.value)) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"get", "items", "keys", "values"}
            and is_called_config(node.func.value)
        ):
            lines.append(node.lineno)
    return lines


def is_called_config(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"config", "_config"}


def is_an_option(node: ast.Attribute) -> bool:
    """Tell whether this is the option `config`, the grouping file, of a command or its options."""
    return isinstance(node.value, ast.Name) and node.value.id in {"self", "options"}


def test_readers_alone_look_into_a_configuration() -> None:
    known = {"network.py", "attributes.py", "data/keras_words.py", "data/torch_words.py"}
    offenders = {
        name(path): lines
        for path in FILES
        if part_of(path) != "read" and name(path) not in known
        if (lines := raw_configurations(tree_of(path)))
    }
    assert offenders == {}


@pytest.mark.parametrize(
    "text",
    [
        'size = layer.config["kernel_size"]',
        'def f(layer):\n    return layer.config.get("units")',
        "for key in block.config:\n    pass",
        'def f(config):\n    return config["strides"]',
        'def f(config):\n    return config.get("strides")',
        "config = layer.config",
    ],
)
def test_a_look_into_a_configuration_would_be_seen(text: str) -> None:
    assert raw_configurations(ast.parse(text))
    assert not raw_configurations(ast.parse("def f(config):\n    return load(config)"))


def test_renderers_are_siblings() -> None:
    """PNG is made from the PDF; TikZ and PDF share the ink of textures alone."""
    folders = {"svg": {"svg"}, "tex": {"tex"}, "pdf": {"pdf", "tex"}}
    for folder, allowed in folders.items():
        for path in (PACKAGE / "render" / folder).glob("*.py"):
            found = {
                words[2]
                for words in (each.split(".") for each in imports(tree_of(path)))
                if words[:2] == ["net2fig", "render"] and len(words) > 3
            }
            assert found & set(folders) <= allowed, path


def test_heavy_imports_wait_until_they_are_needed() -> None:
    early = {
        name(path): word
        for path in FILES
        for node in while_imported(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for word in imports(node)
        if word.split(".")[0] in HEAVY
    }
    assert early == {}


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each function and the number of lines of its body, without the docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if body:
                yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_functions_are_short() -> None:
    long = {
        f"{name(path)}: {function}": size
        for path in FILES
        for function, size in functions(tree_of(path))
        if size > LONGEST_FUNCTION
    }
    assert long == {}


def test_files_are_short() -> None:
    sizes = {name(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {path for path, size in sizes.items() if size > LONGEST_FILE} == set()


def test_folders_are_small() -> None:
    sizes: dict[str, int] = {}
    for path in FILES:
        if path.stem != "__init__":
            folder = str(path.parent.relative_to(PACKAGE))
            sizes[folder] = sizes.get(folder, 0) + 1
    assert {folder: size for folder, size in sizes.items() if size > MOST_MODULES} == {}


WRITTEN = sorted(
    path for part in ("docs", "gallery", "tests") for path in (ROOT / part).rglob("*.py")
)


def test_files_beside_the_package_are_short_as_well() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in WRITTEN}
    assert sizes
    assert {path for path, size in sizes.items() if size > LONGEST_FILE} == set()


# The checks can fail.


def test_a_forbidden_import_would_be_seen() -> None:
    tree = ast.parse("def f():\n    from net2fig.network import Network")
    assert not inner_parts(tree) <= {"layout", *TABLE["layout"].split()}


def test_a_relative_import_would_be_seen() -> None:
    with pytest.raises(AssertionError, match="absolute"):
        list(imports(ast.parse("from . import network")))


def test_an_early_heavy_import_would_be_seen() -> None:
    tree = ast.parse("try:\n    import numpy\nexcept ImportError:\n    pass")
    assert any(isinstance(node, ast.Import) for node in while_imported(tree))


def test_a_long_function_would_be_seen() -> None:
    tree = ast.parse("def f():\n" + "    pass\n" * 61)
    assert list(functions(tree)) == [("f", 61)]


# ARCHITECTURE.md


def missing_folders(text: str) -> list[str]:
    """Return the folders and the modules at the top that a text does not name."""
    tops = {part_of(path) for path in FILES} - {"__init__", "__main__"}
    return sorted(part for part in tops if not re.search(rf"`{part}(/|\.py)?`", text))


def test_the_architecture_names_every_folder() -> None:
    assert missing_folders((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")) == []


def test_a_folder_without_a_word_would_be_seen() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert missing_folders(re.sub("`layout/?`", "", text)) == ["layout"]
