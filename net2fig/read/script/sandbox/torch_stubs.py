"""Prevents PyTorch from training, loading weights and using other devices.

Requires: a separate process; PyTorch is changed for all code in it.
Ensures: no weights are loaded or downloaded, and none are allocated where they are large. Loops
over data run no round. Modules on which methods are called are remembered.
"""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable
from inspect import currentframe
from types import ModuleType
from typing import TYPE_CHECKING, Any

from net2fig.read.script.sandbox.old_torch import bring_back

if TYPE_CHECKING:
    from net2fig.read.script.sandbox.no_training import Sandbox

NO_OPS = (
    *("cuda.set_device", "cuda.synchronize", "cuda.manual_seed_all", "cuda.empty_cache"),
    *("distributed.init_process_group", "distributed.barrier", "multiprocessing.spawn"),
    *("save", "jit.save", "onnx.export", "export.export", "export.save", "Tensor.backward"),
    *("optim.Optimizer.step", "optim.Optimizer.zero_grad", "autograd.backward"),
    *("nn.utils.clip_grad_norm_", "nn.utils.clip_grad_value_"),
)
"""Functions and methods that do nothing."""

LOADERS = ("load", "hub.load_state_dict_from_url", "utils.model_zoo.load_url", "jit.load")
"""Functions that return weights, which are not loaded."""

SAME = ("nn.DataParallel", "nn.parallel.DistributedDataParallel", "compile", "jit.script")
"""Functions and classes that return the module that they are given."""

MOVES = ("to", "cuda", "cpu", "half", "float", "double", "bfloat16", "share_memory")
"""Methods of modules that only change where its weights are, or how they are stored."""

TENSOR_MOVES = ("cuda", "pin_memory")

LARGE = 2**16
"""Tensors with more numbers are made without data."""


def install_stubs(sandbox: Sandbox) -> None:
    """Change PyTorch as soon as it is imported, and the libraries that load weights."""
    from net2fig.read.script.guard.import_hook import ImportHook

    actions: dict[str, Callable[[ModuleType], None]] = {
        "torch": lambda torch: patch_torch(torch, sandbox),
        "timm.models._builder": lambda module: setattr(module, "load_pretrained", do_nothing),
        "torchvision.datasets": patch_datasets,
    }
    for name, action in actions.items():
        if name in sys.modules:
            action(sys.modules[name])
        else:
            sys.meta_path.insert(0, ImportHook({name: action}))


def patch_torch(torch: ModuleType, sandbox: Sandbox) -> None:
    """Replace functions and methods of PyTorch."""
    for path in NO_OPS:
        replace_path(torch, path, make_no_op)
    for path in LOADERS:
        replace_path(torch, path, lambda old: ignore_load(old, sandbox))
    for path in SAME:
        replace_path(torch, path, return_first)
    for name in MOVES:
        replace_path(torch.nn.Module, name, lambda _old: make_move(sandbox))
    for name in TENSOR_MOVES:
        replace_path(torch.Tensor, name, lambda _old: lambda tensor, *_args, **_options: tensor)
    for name in ("train", "eval", "parameters"):
        replace_path(torch.nn.Module, name, lambda old: remember(old, sandbox))
    replace_path(torch.nn.Module, "load_state_dict", lambda _old: ignore_weights(sandbox))
    replace_path(torch.Tensor, "to", move_tensor)
    torch.empty = make_empty(torch.empty)  # type: ignore[attr-defined]
    bring_back(torch)
    # Code that would end without its data goes on.
    vars(builtins).update(exit=do_nothing, quit=do_nothing)
    from torch.utils import data

    data.DataLoader.__iter__ = lambda _loader: iter(())


def patch_datasets(datasets: ModuleType) -> None:
    """Make the data sets of torchvision empty."""
    for value in vars(datasets).values():
        if isinstance(value, type) and value.__module__.startswith("torchvision.datasets"):
            value.__init__ = lambda _self, *_args, **_options: None  # type: ignore[misc]
            value.__len__ = lambda _self: 64  # type: ignore[attr-defined]


def replace_path(root: Any, path: str, make: Callable[[Any], Any]) -> None:
    """Replace what a dotted path names, if it is there."""
    *around, name = path.split(".")
    for step in around:
        root = getattr(root, step, None)
    old = getattr(root, name, None)
    if root is not None and old is not None:
        setattr(root, name, make(old))


def do_nothing(*_args: Any, **_options: Any) -> Any:
    """Do nothing."""
    from net2fig.read.script.sandbox.no_training import NoResult

    return NoResult()


def make_no_op(_old: Any) -> Any:
    """Return a function that does nothing; PyTorch expects each of its functions once."""
    return functools.partial(do_nothing)


def ignore_load(old: Any, sandbox: Sandbox) -> Any:
    """Return a function that loads nothing and tells so."""

    @functools.wraps(old)
    def load(*_args: Any, **_options: Any) -> Any:
        sandbox.add_notice("weights-not-loaded", "weights were not loaded")
        return do_nothing()

    return load


def return_first(old: Any) -> Any:
    """Return a function that returns its first argument, or a decorator that changes nothing."""

    def same(*args: Any, **_options: Any) -> Any:
        return args[0] if args else lambda function: function

    same.__name__ = getattr(old, "__name__", "same")
    return same


def make_move(sandbox: Sandbox) -> Any:
    """Return a method that leaves a module where it is."""

    def move(module: Any, *_args: Any, **_options: Any) -> Any:
        sandbox.remember_model(module)
        return module

    return move


def remember(old: Any, sandbox: Sandbox) -> Any:
    """Return a method that also remembers its module."""

    @functools.wraps(old)
    def method(module: Any, *args: Any, **options: Any) -> Any:
        from net2fig.read.script.sandbox.user_code import is_user_call

        if is_user_call(currentframe()):
            sandbox.remember_model(module)
        return old(module, *args, **options)

    return method


def ignore_weights(sandbox: Sandbox) -> Any:
    """Return a method that loads no weights into a module."""

    def load_state_dict(module: Any, *_args: Any, **_options: Any) -> Any:
        sandbox.remember_model(module)
        return do_nothing()

    return load_state_dict


def move_tensor(old: Any) -> Any:
    """Return a method that changes the type of a tensor, and leaves it where it is."""

    @functools.wraps(old)
    def to(tensor: Any, *args: Any, **options: Any) -> Any:
        kept = [each for each in args if not is_device(each)]
        options = {key: value for key, value in options.items() if key != "device"}
        return old(tensor, *kept, **options) if kept or options.get("dtype") else tensor

    return to


def is_device(value: Any) -> bool:
    """Tell whether a value names a device."""
    return isinstance(value, (str, int)) or type(value).__name__ == "device" or value is None


def make_empty(old: Any) -> Any:
    """Return a function that makes large tensors without data."""

    @functools.wraps(old)
    def empty(*size: Any, **options: Any) -> Any:
        if options.get("device") is None and "out" not in options:
            new = old(*size, **{**options, "device": "meta"})
            if new.numel() > LARGE:
                return new
        return old(*size, **options)

    return empty
