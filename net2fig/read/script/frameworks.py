"""Tells which framework a piece of code is written for, by what it imports, without running it.

Requires: statements, and the folder whose files they may import.
Ensures: the framework of the code itself; if it imports none, that of the files it imports.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

from net2fig.read.keras.live import is_keras_model
from net2fig.read.torch.modules import is_torch_module

KERAS = frozenset({"keras", "tensorflow", "tf_keras", "keras_hub", "keras_cv", "keras_nlp"})
"""The packages that code for Keras imports."""

TORCH = frozenset(
    {
        *("torch", "torchvision", "torchaudio", "timm", "pytorch_lightning", "lightning"),
        *("segmentation_models_pytorch", "fastai", "monai", "torch_geometric", "mmcv", "mmengine"),
        *("diffusers", "transformers", "x_transformers", "open_clip"),
    }
)
"""The packages that code for PyTorch imports."""

BASE = "_net2fig_base"
"""The attribute of a model that a function of `keras.applications` made."""

MAX_FILES = 40
"""The maximum number of files whose imports are followed."""


def is_model(value: object) -> bool:
    """Tell whether a value is a model of Keras or a module of PyTorch."""
    return is_keras_model(value) or is_torch_module(value)


def find_framework(statements: Sequence[ast.stmt], folder: Path | None) -> str:
    """Return "torch" for code that is written for PyTorch alone, "keras" for any other."""
    waiting: list[tuple[Sequence[ast.stmt], Path | None]] = [(statements, folder)]
    seen: set[Path] = set()
    while waiting and len(seen) < MAX_FILES:
        current, place = waiting.pop(0)
        imports = list(find_imports(current))
        names = {name.partition(".")[0] for name, _ in imports if name}
        if names & TORCH:
            mixed = names & KERAS and not defines_module(current)
            return "keras" if mixed else "torch"
        if names & KERAS:
            return "keras"
        for name, level in imports if place else ():
            file = find_neighbour(place, name, level)
            if file is not None and file not in seen:
                seen.add(file)
                waiting.append((parse_file(file), file.parent if level else place))
    return "keras"


def find_imports(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Yield each imported module, with the number of folders up of a relative import."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                yield from ((alias.name, 0) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", node.level
                for alias in node.names:
                    yield f"{node.module}.{alias.name}" if node.module else alias.name, node.level


def defines_module(statements: Sequence[ast.stmt]) -> bool:
    """Tell whether a class derives from `Module`."""
    bases = (
        base
        for statement in statements
        if isinstance(statement, ast.ClassDef)
        for base in statement.bases
    )
    return any(ast.unparse(base) in ("nn.Module", "Module", "torch.nn.Module") for base in bases)


def find_neighbour(folder: Path | None, module: str, level: int) -> Path | None:
    """Return the file of a module in a folder; None if it is not there."""
    if folder is None or not module:
        return None
    base = folder.joinpath(*[".."] * max(level - 1, 0), *module.split("."))
    for path in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
        if path.is_file():
            return path.resolve()
    return None


def parse_file(path: Path) -> Sequence[ast.stmt]:
    """Return the statements of a file; none if it is no Python."""
    try:
        return ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def find_module_framework(module: str) -> str:
    """Return the framework of an installed module, or of one in the working folder."""
    top = module.partition(".")[0]
    if top in TORCH:
        return "torch"
    if top in KERAS:
        return "keras"
    local = find_neighbour(Path.cwd(), module, 0)
    if local is not None:
        return find_framework(parse_file(local), Path.cwd())
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return "keras"
    if spec is None or not spec.submodule_search_locations:
        return "keras"
    folder = Path(next(iter(spec.submodule_search_locations)))
    file = find_neighbour(folder.parent, module, 0)
    return "keras" if file is None else find_framework(parse_file(file), folder.parent)
