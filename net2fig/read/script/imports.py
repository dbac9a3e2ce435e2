"""How the imports of a file are found: its package, its project, modules of earlier Keras.

Requires: the path of a file and its statements.
Ensures: what is installed comes before what lies in the project, but for the file's own folder;
statements that import modules which Keras has no more import those that took their place.
"""

from __future__ import annotations

import ast
import copy
import importlib
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from net2fig.read.script.effects import last_name

ROOTS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What lies in the folder of a project alone."""

MARKS = (*ROOTS, "requirements.txt", "README.md")
"""What lies in the folder of a project."""

HIGHEST = 6
"""How many folders above a file may belong to its project."""

MOVED = {
    "tensorflow.python.keras": "tensorflow.keras",
    "keras.backend.tensorflow_backend": "keras.backend",
    "keras.backend.common": "keras.backend",
    "keras.engine.topology": "keras.layers",
    "keras.engine.base_layer": "keras.layers",
    "keras.engine.input_layer": "keras.layers",
    "keras.engine": "keras.models",
    "keras_applications.imagenet_utils": "keras.applications.imagenet_utils",
    "keras.legacy.layers": "keras.layers",
    "keras.legacy": "keras",
    "keras.layers.experimental.preprocessing": "keras.layers",
    "keras.layers.experimental": "keras.layers",
    **dict.fromkeys(
        (
            f"keras.layers.{name}"
            for name in (
                *("advanced_activations", "convolutional", "convolutional_recurrent", "core"),
                *("cudnn_recurrent", "embeddings", "local", "merge", "noise", "normalization"),
                *("pooling", "recurrent", "wrappers", "attention", "preprocessing"),
            )
        ),
        "keras.layers",
    ),
    **dict.fromkeys(
        (
            f"keras.utils.{name}"
            for name in (
                *("conv_utils", "data_utils", "generic_utils", "io_utils", "layer_utils"),
                *("np_utils", "training_utils", "vis_utils", "multi_gpu_utils", "tf_utils"),
            )
        ),
        "keras.utils",
    ),
}
"""Modules of earlier Keras, and what holds most of their names today."""

AT_HOME = {
    "_obtain_input_shape": "keras.src.applications.imagenet_utils",
    "Layer": "keras.layers",
    "Input": "keras.layers",
    "InputSpec": "keras.layers",
    "get_source_inputs": "keras.utils",
}
"""Names that have moved further than the modules that they were in."""

RENAMED = {"_obtain_input_shape": "obtain_input_shape"}
"""Names that are called otherwise today."""

WORDS = {"input": "inputs", "output": "outputs"}
"""Keywords of `Model` before Keras 2, which many a file still has."""

OPTIONAL = frozenset({"training", "mask"})
"""Parameters of `call` that Keras 2 filled in by itself."""

FORMER = "keras_core"
"""How Keras 3 was called while it was made."""

PREFIXES = (
    "keras_core",
    "keras.",
    "tensorflow.keras.",
    "tensorflow.python.keras",
    "keras_applications",
)


def moved(module: str) -> str:
    """Return what a module is called today.

    >>> moved("keras.layers.convolutional"), moved("tensorflow.python.keras.layers.core")
    ('keras.layers', 'tensorflow.keras.layers')
    """
    if not module.startswith(PREFIXES):
        return module
    module = module.replace("tensorflow.python.keras", "tensorflow.keras", 1)
    if module.partition(".")[0] == FORMER:
        module = module.replace(FORMER, "keras", 1)
    head = "tensorflow." if module.startswith("tensorflow.") else ""
    name = module.removeprefix(head)
    for old, new in MOVED.items():
        if name == old or name.startswith(f"{old}."):
            return f"{head}{new}"
    return module


def modern(statement: ast.stmt) -> list[ast.stmt]:
    """Return a statement as it would be written today; or several in its place."""
    if not any(is_moved(node) or is_early(node) for node in ast.walk(statement)):
        return [statement]
    found = Mover().visit(copy.deepcopy(statement))
    return found if isinstance(found, list) else [found]


def is_moved(node: ast.AST) -> bool:
    """Tell whether a node imports what is elsewhere today."""
    if isinstance(node, ast.ImportFrom) and not node.level:
        module = node.module or ""
        own = module.startswith(PREFIXES) and any(alias.name in RENAMED for alias in node.names)
        return own or moved(module) != module
    return isinstance(node, ast.Import) and any(moved(a.name) != a.name for a in node.names)


def is_early(node: ast.AST) -> bool:
    """Tell whether a node is `Model(input=…, output=…)`, or what was tried out once."""
    if isinstance(node, ast.Attribute):
        return is_trial(node)
    if isinstance(node, ast.FunctionDef):
        return bool(left_open(node))
    if not isinstance(node, ast.Call) or last_name(node.func) != "Model":
        return False
    return {word.arg for word in node.keywords} >= set(WORDS)


def left_open(function: ast.FunctionDef) -> int:
    """Return how many of the last parameters of `call` Keras 2 filled in by itself.

    >>> left_open(ast.parse("def call(self, x, training, mask=None): pass").body[0])
    1
    """
    args = function.args
    if function.name != "call" or args.posonlyargs or args.kwonlyargs:
        return 0
    demanded = args.args[: len(args.args) - len(args.defaults)]
    number = 0
    while number < len(demanded) and demanded[-1 - number].arg in OPTIONAL:
        number += 1
    return number


def is_trial(node: ast.Attribute) -> bool:
    """Tell whether a node is `layers.experimental.preprocessing`."""
    inner = node.value
    if not isinstance(inner, ast.Attribute) or node.attr != "preprocessing":
        return False
    return inner.attr == "experimental" and last_name(inner.value) == "layers"


class Mover(ast.NodeTransformer):
    """Changes the modules that statements import, and keywords of long ago."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Change `Model(input=x, output=y)`."""
        self.generic_visit(node)
        if is_early(node):
            for word in node.keywords:
                word.arg = WORDS.get(word.arg or "", word.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Change `def call(self, x, training)`."""
        self.generic_visit(node)
        given = [ast.Constant(None) for _ in range(left_open(node))]
        node.args.defaults = [
            *(ast.copy_location(each, node) for each in given),
            *node.args.defaults,
        ]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Change `layers.experimental.preprocessing.Resizing`: it is one of the layers."""
        self.generic_visit(node)
        if is_trial(node) and isinstance(node.value, ast.Attribute):
            return node.value.value
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Change `import keras.layers.core as core`."""
        for alias in node.names:
            # Without a name of its own, the whole path is what the code goes on with.
            if alias.asname or alias.name == FORMER:
                alias.asname = alias.asname or alias.name
                alias.name = moved(alias.name)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | list[ast.ImportFrom]:
        """Change `from keras.layers.core import Dense`; a name may have moved by itself."""
        if node.level or not is_moved(node):
            return node
        module = moved(node.module or "")
        head = "tensorflow." if module.startswith("tensorflow.") else ""
        by_module: dict[str, list[ast.alias]] = {}
        for alias in node.names:
            home = AT_HOME.get(alias.name)
            if alias.name in RENAMED:
                alias.asname = alias.asname or alias.name
                alias.name, head = RENAMED[alias.name], ""
            by_module.setdefault(f"{head}{home}" if home else module, []).append(alias)
        return [
            ast.copy_location(ast.ImportFrom(name, aliases, 0), node)
            for name, aliases in by_module.items()
        ]


# Where modules are looked for.


def project_folders(path: Path) -> list[Path]:
    """Return the folders above a file that belong to its project, the nearest first.

    Where no project is to be seen, none do.
    """
    above = list(path.resolve().parents)[1 : HIGHEST + 1]
    own = path.resolve().parent
    if any((own / mark).exists() for mark in ROOTS):
        return []
    # A folder of examples may have a list of what they need, and still be one of a project.
    described = any((own / mark).exists() for mark in MARKS)
    for number, folder in enumerate(above, start=1):
        if any((folder / mark).exists() for mark in (ROOTS if described else MARKS)):
            return above[:number]
    return []


def levels(statements: Iterable[ast.stmt]) -> Iterator[int]:
    """Yield how many folders up each relative import goes."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield node.level


def package_of(path: Path, statements: Sequence[ast.stmt]) -> tuple[str, Path] | None:
    """Return the name of the package that a file is in, and the folder which holds that.

    None where the file does not ask for it.
    """
    wanted = max(levels(statements), default=0)
    if not wanted:
        return None
    folder = path.resolve().parent
    names = [folder.name]
    while folder.parent != folder and (len(names) < wanted or is_package(folder.parent)):
        folder = folder.parent
        names.insert(0, folder.name)
    return ".".join(names), folder.parent


def is_package(folder: Path) -> bool:
    """Tell whether a folder is a package; that of a project is none, whatever lies in it."""
    marked = any((folder / mark).exists() for mark in ROOTS)
    return (folder / "__init__.py").is_file() and not marked


def enter_package(path: Path, statements: Sequence[ast.stmt]) -> str | None:
    """Make the package of a file known, so that its relative imports work; return its name."""
    found = package_of(path, statements)
    if found is None:
        return None
    name, holder = found
    sys.path.append(str(holder))
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001  (the package's own code may raise anything)
        # What it would have offered itself may not be needed.
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            module = types.ModuleType(".".join(parts[:depth]))
            module.__path__ = [str(holder.joinpath(*parts[:depth]))]
            sys.modules[module.__name__] = module
    return name
