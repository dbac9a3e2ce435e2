"""Who may import whom, how long things may be, and that ARCHITECTURE.md tells the truth."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "net2fig"
FILES = sorted(PACKAGE.rglob("*.py"))

# Each part of the package, and the parts that it may import. Data goes one way.
TABLE = {
    "errors": "",
    "geometry": "",
    "options": "input_shapes",
    "input_shapes": "errors",
    "resources": "errors",
    "garbage": "",
    "schema": "errors resources",
    "network": "errors",
    "outline": "errors network",
    "scene": "geometry",
    "grammar": "errors resources schema",
    "template": "errors resources schema grammar",
    "text": "errors geometry resources",
    "read": "errors garbage input_shapes network grammar resources",
    "group": "errors network outline grammar options resources",
    "glyphs": "errors geometry scene text",
    "layout": "errors geometry",
    "compose": "errors geometry network outline scene grammar template options text glyphs layout",
    "laws": "errors geometry network outline scene template text",
    "render": "errors geometry scene grammar resources text",
    "chips": "compose config errors geometry grammar group network options outline read render"
    " resources schema scene template text",
    "said": "errors",
    "fonts": "errors text",
    "config": "errors fonts input_shapes options grammar said template schema resources group",
    "themes": "errors geometry scene grammar template resources text glyphs render",
    "html": "compose geometry grammar network options outline render resources scene template text",
    "figure": "compose config errors garbage geometry grammar group html laws network options"
    " outline read render scene template",
    "commands": "text compose config errors figure grammar group laws network options outline read"
    " render resources schema scene template",
    "comparison": "chips commands compose config errors geometry grammar group layout network"
    " options outline read render resources scene template",
    "cli": "chips commands comparison figure config errors garbage read render themes __init__",
    "__main__": "cli",
    "__init__": "chips comparison errors figure network read",
}

RENDERERS = {"svg", "pdf", "png", "tex"}
MADE_FROM_SVG = {"pdf", "png"}

# Imported only inside the functions that need them: each costs more than drawing a small figure.
HEAVY = {"keras", "tensorflow", "h5py", "cairosvg", "cairocffi", "networkx", "numpy", "PIL"}

LONGEST_FUNCTION = 60
LONGEST_FILE = 400


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


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


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_it_may(path: Path) -> None:
    part = part_of(path)
    allowed = {part, *TABLE[part].split()}
    assert inner_parts(tree_of(path)) <= allowed


def test_renderers_are_siblings() -> None:
    for path in (PACKAGE / "render").glob("*.py"):
        if path.stem not in RENDERERS:
            continue
        allowed = {path.stem, *(("svg",) if path.stem in MADE_FROM_SVG else ())}
        found = {
            words[2]
            for words in (name.split(".") for name in imports(tree_of(path)))
            if words[:2] == ["net2fig", "render"] and len(words) > 2
        }
        assert found & RENDERERS <= allowed, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_imports_wait_until_they_are_needed(path: Path) -> None:
    early = {
        name.split(".")[0]
        for node in while_imported(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imports(node)
    }
    assert not early & HEAVY


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each function and the number of lines of its body, without the docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if body:
                yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    long = {name: size for name, size in functions(ast.parse(text)) if size > LONGEST_FUNCTION}
    assert long == {}
    assert len(text.splitlines()) <= LONGEST_FILE


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


def told() -> dict[str, set[str]]:
    """Return the words that ARCHITECTURE.md has for each part, from its tree of the package."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    tree = re.search(r"```\nnet2fig/\n(.*?)```", text, re.DOTALL)
    assert tree
    words: dict[str, set[str]] = {}
    part = ""
    for line in tree[1].splitlines():
        if not line.startswith("   "):
            part = line.split()[0].rstrip("/").removesuffix(".py")
        words.setdefault(part, set()).update(re.findall(r"\w+", line))
    return words


def test_the_architecture_names_every_module() -> None:
    words = told()
    missing = [
        str(path.relative_to(PACKAGE))
        for path in FILES
        if path.stem not in words.get(part_of(path), set()) and path.stem != "__init__"
    ]
    assert missing == []


def test_the_architecture_names_nothing_else() -> None:
    assert set(told()) == {part_of(path) for path in FILES}


def test_the_architecture_is_two_screens() -> None:
    lines = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
