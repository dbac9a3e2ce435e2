"""What code gets that asks tensors without data for their values, devices and the like.

Ensures: an answer that is no fact is remembered with its place in the code.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Protocol

from net2fig.read.torch.functions import CONVERSIONS

NO_DATA = frozenset(
    {
        *("zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like"),
        *("randint_like", "new_zeros", "new_ones", "new_empty", "new_full", "new_tensor"),
        *("size", "dim", "numel", "stride", "is_contiguous", "element_size", "nelement"),
    }
)
"""Functions that read only the shape of a tensor."""

SCALARS = CONVERSIONS | {"item", "is_nonzero"}
"""Functions that return the value of a tensor as a number of Python."""

COMPARISONS = frozenset({"equal", "allclose", "is_same_size"})
"""Functions that compare two tensors and return a number of Python."""

MOVES = frozenset({"cpu", "cuda", "pin_memory", "requires_grad"})
"""Methods that change where a tensor is, which has no meaning here."""

FACTORIES = frozenset(
    {
        *("zeros", "ones", "full", "arange", "linspace", "tensor", "as_tensor", "eye"),
        *("rand", "randn", "randint", "empty", "tril_indices", "triu_indices", "logspace"),
        *("randperm", "normal", "meshgrid"),
    }
)
"""Functions that make tensors."""

GROUPED = "grouped_mm"
"""The product of groups of rows with a matrix each."""

MAX_REAL = 2**24
"""The maximum size of a tensor that is made with data."""


class Run(Protocol):
    """A run that is being recorded: `answer` is what conditions are taken for."""

    questions: dict[str, str]
    answer: bool

    def call_function(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a function and record it."""


def answer(
    recorder: Run, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[bool, Any]:
    """Return whether there is an answer other than PyTorch's, and the answer."""
    import torch

    first: Any = args[0] if args else None
    without_data = isinstance(first, torch.Tensor) and first.is_meta
    if name.startswith(("get:", "set:")):
        return answer_attribute(func, name, args, kwargs)
    if name in FACTORIES and "device" in kwargs:
        return True, func(*args, **{**kwargs, "device": "cpu"})
    if name == "to":
        return move(recorder, func, args, kwargs)
    if name in MOVES and isinstance(first, torch.Tensor):
        return True, first
    if not without_data:
        return False, None
    if name in SCALARS:
        recorder.questions.setdefault(find_line(), name)
        return True, choose_scalar(recorder, first, name)
    if name in COMPARISONS:
        recorder.questions.setdefault(find_line(), name)
        return True, recorder.answer
    if name == "tolist":
        recorder.questions.setdefault(find_line(), name)
        return True, torch.ones(first.shape, dtype=first.dtype).tolist()
    if name == "nonzero":
        return True, answer_nonzero(first, as_tuple=bool(kwargs.get("as_tuple")))
    if name == "iter":
        return True, iter(recorder.call_function(torch.unbind, (first, 0), {}))
    return False, None


def compute(func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the result of a function, or a stand-in where it refuses the type without a device."""
    try:
        return func(*args, **kwargs)
    except RuntimeError:
        if name != GROUPED or len(args) < 2 or not args[0].is_meta or args[1].dim() != 3:
            raise
        # One matrix for each group of rows, such as those of an expert.
        return args[0].new_empty((*args[0].shape[:-1], args[1].shape[-1]))


def answer_attribute(
    func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[bool, Any]:
    """Return the value of an attribute of a tensor."""
    import torch

    if name == "get:device" and args[0].is_meta:
        return True, torch.device("cpu")
    if name in ("get:is_meta", "get:is_cuda"):
        return True, False
    if name.startswith("set:"):
        if len(args) > 1 and isinstance(args[1], torch.Tensor) and not args[0].is_meta:
            return False, None
        return True, func(*args, **kwargs)
    result = func(*args, **kwargs)
    if not isinstance(result, torch.Tensor):
        return True, result
    return False, None


def move(
    recorder: Run, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[bool, Any]:
    """Return a tensor in another type; on another device it is the same."""
    import torch

    tensor, rest = args[0], args[1:]
    if isinstance(tensor, torch.Tensor) is False:
        return False, None
    wanted = [each.dtype for each in rest if isinstance(each, torch.Tensor)]
    wanted += [each for each in (*rest, kwargs.get("dtype")) if isinstance(each, torch.dtype)]
    if not wanted or wanted[0] == tensor.dtype:
        return True, tensor
    if rest == (wanted[0],) and not kwargs:
        return False, None
    return True, recorder.call_function(func, (tensor, wanted[0]), {})


def choose_scalar(recorder: Run, tensor: Any, name: str) -> Any:
    """Return a number in place of the value of a tensor."""
    if name in ("__bool__", "is_nonzero") or str(tensor.dtype) == "torch.bool":
        return recorder.answer
    whole = not (tensor.dtype.is_floating_point or tensor.dtype.is_complex)
    return 1 if whole or name in ("__int__", "__index__") else 1.0


def answer_nonzero(tensor: Any, *, as_tuple: bool) -> Any:
    """Return the places of a tensor that are not zero: all of them."""
    import torch

    count = tensor.numel()
    if as_tuple:
        return tuple(
            torch.empty(count, dtype=torch.long, device="meta") for _ in range(tensor.dim())
        )
    return torch.empty((count, tensor.dim()), dtype=torch.long, device="meta")


def find_line() -> str:
    """Return file and line of the innermost frame outside of libraries and of net2fig."""
    frame = sys._getframe(1)
    ours = (str(Path(__file__).parent), str(Path(os.__file__).parent))
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        if not file.startswith(ours) and "-packages" not in file:
            return f"{Path(file).name}, line {frame.f_lineno}"
        frame = frame.f_back
    return "its code"
