"""The contents of a TorchScript archive: its code, its modules, its constants.

Requires: a zip archive, perhaps damaged or made to harm.
Ensures: code is parsed and not executed, pickles are followed and not loaded; sizes are bounded.
"""

from __future__ import annotations

import ast
import math
import re
import struct
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError
from net2fig.read.exported.archive import DamageError, Members, list_members
from net2fig.read.exported.pickles import STORAGE, TENSORS, Items, Made, Named, read_pickles
from net2fig.read.torchscript.values import OPEN, Module, Tensor

MAX_PICKLE = 2**24
"""The maximum size of a pickle in bytes."""

MAX_CODE = 2**22
"""The maximum size of all code that is parsed, in bytes."""

MAX_TOKENS = 500_000
"""The maximum number of words, signs and lines of all code; a parsed one takes about 800 bytes."""

TOKEN = re.compile(rb"\w+|[^\w \t]")

MAX_NESTED = 100
"""The maximum depth of attributes in attributes."""

WHAT = "TorchScript archive"

SAVE = "copy it again, or save it again: torch.jit.save(module, 'model.pt')"

FORMATS = {
    "LongStorage": "<q",
    "IntStorage": "<i",
    "ShortStorage": "<h",
    "CharStorage": "<b",
    "ByteStorage": "<B",
    "BoolStorage": "<?",
    "FloatStorage": "<f",
    "DoubleStorage": "<d",
    "HalfStorage": "<e",
}
"""How a number is stored, by the type of the storage."""

WRAPPERS = (
    "restore_type_tag",
    "build_intlist",
    "build_doublelist",
    "build_boollist",
    "build_tensorlist",
)
"""Functions in the pickles of TorchScript that return what they are given."""

Key = tuple[Any, ...]


class Archive:
    """An archive: classes and functions are parsed when they are first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.members = frozenset(list_members(path))
            self.zip = Members(path)
        except DamageError as error:
            raise self.damage(error) from None
        found = [name for name in self.members if name.partition("/")[2] == "data.pkl"]
        if len(found) != 1:
            raise self.damage("it holds no modules")
        self.root = found[0].removesuffix("data.pkl")
        self.parsed: dict[str, dict[str, ast.stmt]] = {}
        self.code_size = self.tokens = 0
        self.root_class = ""
        self.forget()

    def forget(self) -> None:
        """Forget all modules, whose values code may have changed."""
        self.is_frozen = False
        self.sizes: dict[int, tuple[str, int]] = {}
        self.numbers: dict[Key, int] = {}
        self.modules: dict[int, Module] = {}
        self.held: list[tuple[Key, Tensor]] = []

    def damage(self, reason: object) -> ModelError:
        """Return the error for an archive that is damaged."""
        text = f"invalid {WHAT}: {self.path.name} is truncated or damaged ({reason})"
        return ModelError(text[:300], hint=SAVE)

    def read(self, name: str, limit: int) -> bytes:
        """Return the contents of a member."""
        try:
            return self.zip.read(self.root + name, limit)
        except DamageError as error:
            raise self.damage(error) from None

    def read_values(self, name: str, folder: str) -> Any:
        """Return what a pickle holds; tensors in it have their data in a folder."""
        data = self.read(name, MAX_PICKLE)
        try:
            values = read_pickles(data, self.path.name)
            if not values:
                raise ValueError(f"{name} is empty")  # noqa: TRY301
            found = self.convert(values[0], folder, "")
        except (ValueError, RecursionError) as error:
            raise self.damage(error) from None
        if isinstance(found, Module):
            self.root_class = found.class_name
        for key, tensor in self.held:
            # Lists of parameters hold tensors of their own.
            if key in self.numbers:
                tensor.weights = frozenset({self.numbers[key]})
        return found

    def read_constants(self) -> Any:
        """Return the constants to which code refers, in order."""
        if self.root + "constants.pkl" not in self.members:
            return ()
        found = self.read_values("constants.pkl", "constants")
        found = found if isinstance(found, tuple) else ()
        if not self.sizes:
            self.mark_constants(found)
        return found

    def mark_constants(self, found: tuple[Any, ...]) -> None:
        """Take the constants of a module without parameters for these: it was frozen."""
        for place, tensor in enumerate(found):
            size = math.prod(length or 0 for length in getattr(tensor, "shape", None) or (0,))
            if isinstance(tensor, Tensor) and size > 1:
                self.is_frozen = True
                self.sizes[place] = (f"constant_{place}", size)
                tensor.weights = frozenset({place})

    def read_inputs(self) -> list[Any]:
        """Return the inputs with which a module was traced; none if the archive has none."""
        if self.root + "traced_inputs.pkl" not in self.members:
            return []
        found = self.read_values("traced_inputs.pkl", "")
        values = found.get("forward") if isinstance(found, dict) else None
        return values if isinstance(values, list) else []

    # Code.

    def find(self, path: str) -> ast.stmt | None:
        """Return a class or a function by its path, such as `__torch__.nets.Net`."""
        module, _, name = path.rpartition(".")
        if module not in self.parsed:
            self.parsed[module] = self.parse(f"code/{module.replace('.', '/')}.py")
        return self.parsed[module].get(name)

    def find_class(self, path: str) -> ast.ClassDef | None:
        """Return a class by its path."""
        found = self.find(path)
        return found if isinstance(found, ast.ClassDef) else None

    def parse(self, member: str) -> dict[str, ast.stmt]:
        """Return the classes and functions of a member by their names."""
        if self.root + member not in self.members:
            return {}
        data = self.read(member, MAX_CODE + 1)
        self.code_size += len(data)
        if self.code_size > MAX_CODE:
            limit = f"more than {MAX_CODE // 2**20} MiB of code"
            raise ModelError(f"unsupported {WHAT}: {self.path.name} ({limit})")
        self.tokens += sum(1 for _ in TOKEN.finditer(data))
        if self.tokens > MAX_TOKENS:
            limit = f"more than {MAX_TOKENS:,} words of code"
            raise ModelError(f"unsupported {WHAT}: {self.path.name} ({limit})")
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise self.damage(f"{member}: {type(error).__name__}") from None
        return {
            each.name: each
            for each in tree.body
            if isinstance(each, (ast.ClassDef, ast.FunctionDef))
        }

    # Values.

    def convert(self, value: Any, folder: str, path: str, depth: int = 0) -> Any:
        """Return the value of a variable for an inert value of a pickle."""
        if depth > MAX_NESTED:
            raise ValueError("it is nested too deeply")
        if isinstance(value, Items):
            if value.pairs:
                return {
                    key: self.convert(each, folder, path, depth + 1)
                    for key, each in value.pairs
                    if isinstance(key, (str, int, float, bool))
                }
            return [self.convert(each, folder, path, depth + 1) for each in value.items]
        if isinstance(value, tuple):
            return tuple(self.convert(each, folder, path, depth + 1) for each in value)
        if isinstance(value, Made):
            return self.convert_object(value, folder, path, depth)
        return value if isinstance(value, (str, int, float, bool, type(None))) else OPEN

    def convert_object(self, value: Made, folder: str, path: str, depth: int) -> Any:
        """Return the value for an object: a tensor, a module, or what a function returns."""
        name = value.name.rpartition(".")[2]
        args = value.args if isinstance(value.args, (tuple, list)) else ()
        if name in TENSORS:
            return self.convert_tensor(args, folder)
        if name in WRAPPERS and args:
            return self.convert(args[0], folder, path, depth + 1)
        if not value.name.startswith("__torch__."):
            return OPEN
        if id(value) in self.modules:
            return self.modules[id(value)]
        definition = self.find_class(value.name)
        is_module = definition is None or any(
            isinstance(base, ast.Name) and base.id == "Module" for base in definition.bases
        )
        module = Module(value.name, path, is_module=is_module)
        self.modules[id(value)] = module
        names = list_parameters(definition)
        state = value.state.pairs if isinstance(value.state, Items) else []
        for key, each in state:
            if isinstance(key, str):
                inner = f"{path}.{key}" if path else key
                found = self.convert(each, folder, inner, depth + 1)
                if isinstance(found, Tensor) and (key in names):
                    self.mark_weight(found, each, inner)
                module.attributes[key] = found
        return module

    def convert_tensor(self, args: Any, folder: str) -> Tensor:
        """Return a tensor by the arguments that describe its place in a storage."""
        sizes = args[2] if len(args) > 2 else None
        if not isinstance(sizes, tuple) or len(sizes) > 12:
            return Tensor()
        if not all(type(size) is int and 0 <= size < 2**48 for size in sizes):
            return Tensor()
        number = self.read_number(args, folder) if math.prod(sizes) == 1 else None
        tensor = Tensor(sizes, number=number)
        self.held.append((make_key(args), tensor))
        return tensor

    def read_number(self, args: Any, folder: str) -> Any:
        """Return the number of a tensor that holds one; None if it is not known."""
        storage, offset = args[0], args[1]
        held = storage.args if isinstance(storage, Made) and storage.name == STORAGE else ()
        if not isinstance(held, tuple) or len(held) < 3 or not isinstance(held[1], Named):
            return None
        form = FORMATS.get(held[1].name.rpartition(".")[2])
        member = f"{folder}/{held[2]}"
        if form is None or type(offset) is not int or not 0 <= offset < 2**16:
            return None
        if not folder or self.root + member not in self.members:
            return None
        start, size = offset * struct.calcsize(form), struct.calcsize(form)
        data = self.read(member, start + size)[start:]
        return struct.unpack(form, data)[0] if len(data) == size else None

    def mark_weight(self, tensor: Tensor, value: Any, path: str) -> None:
        """Give a parameter its number; what shares its storage has the same."""
        key = make_key(value.args if isinstance(value, Made) else ()) or (path,)
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers)
            size = math.prod(length or 0 for length in tensor.shape or (0,))
            self.sizes[self.numbers[key]] = (path, size)
        # What is known of a parameter is its size alone.
        tensor.number = None


def make_key(args: Any) -> Key:
    """Return what tells a tensor from others: its storage, and where it is there."""
    storage = args[0] if args else None
    held = storage.args if isinstance(storage, Made) and storage.name == STORAGE else ()
    return (str(held[2:3]), str(args[1:3])) if isinstance(held, tuple) else ()


def list_parameters(definition: ast.ClassDef | None) -> frozenset[str]:
    """Return the names of the parameters that a class lists."""
    for each in definition.body if definition is not None else ():
        match each:
            case ast.Assign([ast.Name("__parameters__")], ast.List(items)):
                values = [item.value for item in items if isinstance(item, ast.Constant)]
                return frozenset(map(str, values))
    return frozenset()
