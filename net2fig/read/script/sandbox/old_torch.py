"""What older versions of PyTorch had, and code of their time calls.

Requires: PyTorch, in a separate process.
Ensures: functions that were removed compute what they computed; masks may be numbers of one byte.
Code that wants a certain version goes on with the one that there is.
"""

from __future__ import annotations

import ast
import collections.abc
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import math
import sys
from types import ModuleType
from typing import Any

MOVED = {
    "timm.models.layers": "timm.layers",
    "timm.models.helpers": "timm.models._helpers",
    "timm.models.registry": "timm.models._registry",
    "timm.models.efficientnet_blocks": "timm.models._efficientnet_blocks",
    "torchvision.models.utils": "torch.hub",
    "pytorch_lightning": "lightning.pytorch",
}
"""Where modules of libraries are that code of their time imports from elsewhere."""

MASKED = ("masked_fill", "masked_fill_", "masked_select", "masked_scatter")
"""Methods and functions that take a mask."""


def bring_back(torch: ModuleType) -> None:
    """Give PyTorch what it had, and let masks be numbers."""
    for name in MASKED:
        for owner in (torch.Tensor, torch):
            old = getattr(owner, name, None)
            if old is not None:
                setattr(owner, name, accept_numbers(torch, old))
    torch.where = accept_numbers(torch, torch.where, place=0)  # type: ignore[attr-defined]
    torch.qr = decompose_qr  # type: ignore[attr-defined]
    torch.lu = torch.linalg.lu_factor  # type: ignore[attr-defined]
    torch.symeig = decompose_symmetric  # type: ignore[attr-defined]
    if not hasattr(torch, "rfft"):
        torch.rfft = make_fourier(torch)  # type: ignore[attr-defined]
    let_data_be_set(torch)
    add_modules()


def add_modules() -> None:
    """Let code import modules that PyTorch no longer has."""
    old = ModuleType("torch._six")
    vars(old).update(
        container_abcs=collections.abc, string_classes=(str, bytes), int_classes=int, inf=math.inf
    )
    sys.modules.setdefault(old.__name__, old)
    sys.meta_path.append(MovedModules())


def drop_version_checks(statement: ast.stmt) -> ast.stmt:
    """Return a statement without the assertions in it that ask for a version of a library."""
    if "__version__" not in ast.unparse(statement):
        return statement
    changed: ast.stmt = ast.fix_missing_locations(VersionChecks().visit(statement))
    return changed


class MovedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules of libraries under the names that they had."""

    def find_spec(
        self, fullname: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module that is elsewhere now."""
        old = next((each for each in MOVED if f"{fullname}.".startswith(f"{each}.")), None)
        if old is None:
            return None
        new = MOVED[old] + fullname.removeprefix(old)
        if not self.exists(new):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, loader_state=new)

    @staticmethod
    def exists(name: str) -> bool:
        """Tell whether there is a module."""
        try:
            return importlib.util.find_spec(name) is not None
        except ModuleNotFoundError:
            return False

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return a module with what the module elsewhere holds."""
        moved = importlib.import_module(spec.loader_state)
        module = ModuleType(spec.name)
        vars(module).update({key: value for key, value in vars(moved).items() if key[:2] != "__"})
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing."""


class VersionChecks(ast.NodeTransformer):
    """Replaces assertions about versions by nothing."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        """Drop an assertion that names a version."""
        is_check = "__version__" in ast.unparse(node.test)
        return ast.copy_location(ast.Pass(), node) if is_check else node


def accept_numbers(torch: ModuleType, old: Any, place: int = 1) -> Any:
    """Return a function or a method whose mask, at a place, may be numbers of one byte."""

    @functools.wraps(old)
    def call(*args: Any, **options: Any) -> Any:
        if len(args) > place and getattr(args[place], "dtype", None) is torch.uint8:
            args = (*args[:place], args[place].bool(), *args[place + 1 :])
        return old(*args, **options)

    return call


def decompose_qr(matrix: Any, some: bool = True) -> Any:
    """Return what `torch.qr` did."""
    import torch

    return torch.linalg.qr(matrix, mode="reduced" if some else "complete")


def decompose_symmetric(matrix: Any, eigenvectors: bool = False, upper: bool = True) -> Any:
    """Return what `torch.symeig` did."""
    import torch

    values, vectors = torch.linalg.eigh(matrix, UPLO="U" if upper else "L")
    return values, vectors if eigenvectors else vectors.new_empty(0)


def make_fourier(torch: ModuleType) -> Any:
    """Return what `torch.rfft` did: real and imaginary parts on the last axis."""

    def rfft(signal: Any, signal_ndim: int, *_args: Any, onesided: bool = True) -> Any:
        axes = tuple(range(-signal_ndim, 0))
        transform = torch.fft.rfftn if onesided else torch.fft.fftn
        return torch.view_as_real(transform(signal, dim=axes))

    return rfft


def let_data_be_set(torch: ModuleType) -> None:
    """Let `weight.data` be set where the weight has no data, or the value has none."""
    slot = torch.Tensor.data

    def set_data(tensor: Any, value: Any) -> None:
        if getattr(value, "device", tensor.device) != tensor.device:
            value = torch.zeros(value.shape, dtype=value.dtype, device=tensor.device)
        slot.__set__(tensor, value)

    torch.Tensor.data = property(slot.__get__, set_data)
