"""Prevents the user's code from training, saving and downloading while it builds a model.

Requires: a separate process; Keras is changed for all code in it.
Ensures: methods that train, test, print, save or load weights do nothing, but their models are
remembered. No weights, data sets or other files are downloaded.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from inspect import currentframe
from pathlib import Path
from types import ModuleType
from typing import Any

from net2fig.errors import Notice
from net2fig.read.keras.remake import remember_arguments, remember_lines
from net2fig.read.keras.tf_functions import enable_tensorflow_functions
from net2fig.read.keras.trace_inputs import remember_calls
from net2fig.read.script.frameworks import BASE, is_model
from net2fig.read.script.guard.import_hook import ImportHook
from net2fig.read.script.sandbox.arrays import make_numpy
from net2fig.read.script.sandbox.datasets import DATA_SETS, make_loaders
from net2fig.read.script.sandbox.missing_modules import forget_user_modules
from net2fig.read.script.sandbox.old_keras import restore_old_functions, restore_old_names
from net2fig.read.script.sandbox.stand_in_classes import list_makers, make_base
from net2fig.read.script.sandbox.user_code import is_user_call
from net2fig.read.script.unknown.layers import accept_unknown_modules, accept_unknown_sizes
from net2fig.read.script.unknown.modules import (
    forget_unknown_modules,
    install_unknown_modules,
)
from net2fig.read.script.unknown.values import UnknownData

PACKAGES = ("keras", "tf_keras")
"""Keras 3, and Keras 2 under its current name."""

NO_OP_METHODS = (
    *("compile", "fit", "fit_generator", "evaluate", "evaluate_generator", "summary"),
    *("predict", "predict_generator", "train_on_batch", "test_on_batch", "predict_on_batch"),
    *("save", "save_weights", "load_weights", "set_weights", "export"),
)
"""Methods of models that do nothing."""

NO_OP_FUNCTIONS = (("utils", "plot_model"), ("saving", "save_model"), ("saving", "save_weights"))
"""Functions of Keras that do nothing."""

OTHER_BACKEND = "other-backend"
"""The code of the notice that holds for all attempts, since Keras is imported once."""

SEARCH_EVENTS = frozenset({"glob.glob", "pathlib.Path.glob", "pathlib.Path.rglob"})

MAX_SEARCHES = 50
"""The maximum number of searches for files that are remembered."""


SEARCH_PATTERNS: list[str] = []
"""The patterns of files that the code searched for: a failure may be due to an empty result."""


class NoResult:
    """The result of a method that did nothing: every operation on it returns it again."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def return_self(self, *_args: Any, **_kwargs: Any) -> NoResult:
        """Return this object."""
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0

    def __int__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __format__(self, _form: str) -> str:
        return "nothing"

    __call__ = __getitem__ = __neg__ = __abs__ = return_self
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = return_self
    __truediv__ = __rtruediv__ = __enter__ = return_self


class Sandbox:
    """Prevents training, saving and downloading, and remembers models and notices."""

    def __init__(self) -> None:
        self.models: dict[int, Any] = {}
        self.missing_files: dict[str, str] = {}
        self.missing_modules: dict[str, ModuleNotFoundError] = {}
        self.notices: dict[str, Notice] = {}
        self.full_data = False
        self.missing_arguments: list[str] = []

    def install(self) -> None:
        """Patch Keras and argparse as soon as they are imported; remember searches."""
        for name in PACKAGES:
            if name in sys.modules:
                self.patch_keras(sys.modules[name])
            else:
                hook = ImportHook({name: self.patch_keras}, self.choose_backend)
                sys.meta_path.insert(0, hook)
        if "tensorflow" not in sys.modules:
            sys.meta_path.insert(0, ImportHook({"tensorflow": restore_old_functions}))
        sys.meta_path.insert(0, ImportHook({"absl.flags": accept_defaults}))
        if "argparse" in sys.modules:
            self.patch_argparse(sys.modules["argparse"])
        else:
            sys.meta_path.insert(0, ImportHook({"argparse": self.patch_argparse}))
        sys.addaudithook(audit)

    def patch_argparse(self, argparse: ModuleType) -> None:
        """Make command-line arguments optional."""
        from net2fig.read.script.sandbox.argparse_defaults import make_arguments_optional

        def on_argument(name: str) -> None:
            self.missing_arguments.append(name)
            self.add_notice(
                "argument-left-out", f"left out the argument {name} of the command line"
            )

        make_arguments_optional(argparse, on_argument)

    def choose_backend(self) -> None:
        """Use an installed backend if the chosen one is not installed."""
        from net2fig.read.script.code import BACKEND_VARIABLE, BACKENDS, find_installed

        backend = os.environ.get(BACKEND_VARIABLE)
        if backend in BACKENDS and backend not in find_installed(BACKENDS):
            installed = find_installed(BACKENDS)
            if installed:
                os.environ[BACKEND_VARIABLE] = installed[0]
                text = f"Keras ran on {installed[0]}: {backend} is not installed"
                self.add_notice(OTHER_BACKEND, text)

    def reset(self) -> None:
        """Forget the last attempt."""
        self.models.clear()
        lasting = {text: each for text, each in self.notices.items() if each.code == OTHER_BACKEND}
        self.notices = lasting
        self.missing_modules.clear()
        for name in PACKAGES:
            if name in sys.modules:
                keras = sys.modules[name]
                getattr(keras.utils, "clear_session", keras.backend.clear_session)()

    def add_notice(self, code: str, text: str) -> None:
        """Remember a notice once."""
        self.notices[text] = Notice(code, text)

    def patch_keras(self, keras: ModuleType) -> None:
        """Replace methods and functions of Keras."""
        for name in NO_OP_METHODS:
            setattr(keras.Model, name, self.make_no_op(name))
        replacements: dict[int, Any] = {}
        for module, name in NO_OP_FUNCTIONS:
            old = getattr(getattr(keras, module), name, None)
            if old is not None:
                replacements[id(old)] = do_nothing
        replacements[id(keras.utils.get_file)] = self.get_file
        for module in vars(keras.applications).values():
            for function in vars(module).values() if inspect.ismodule(module) else [module]:
                if inspect.isfunction(function) and has_weights_parameter(function):
                    replacements[id(function)] = self.ignore_weights(function)
        for name in DATA_SETS:
            for key in ("load_data", "get_word_index"):
                function = getattr(getattr(keras.datasets, name, None), key, None)
                if function is not None:
                    replacements[id(function)] = self.make_data_stub(name, key)
        replace_in_modules(replacements)
        if hasattr(keras, "ops"):
            enable_tensorflow_functions()
            remember_calls(keras.Model)
            remember_arguments(keras.Model)
            remember_lines(keras.Layer)
            restore_old_names(keras)

    def accept_unknown(self, unknown: bool) -> None:
        """Let data that are missing be unknown, or fail."""
        if unknown != UnknownData.accepted:
            # They have run without stand-ins, or with them.
            forget_user_modules()
        UnknownData.accepted = unknown
        if not unknown:
            forget_unknown_modules()
            return
        UnknownData.tell = self.add_notice

        def tell(module: str) -> None:
            text = f"{module} is not installed: what the model does not need of it is left out"
            self.add_notice("module-stands-in", text)

        install_unknown_modules(tell, {"numpy": make_numpy, **list_makers()})
        UnknownData.make_base = make_base
        for name in PACKAGES:
            if name in sys.modules and hasattr(sys.modules[name], "layers"):
                accept_unknown_sizes(sys.modules[name], replace_in_modules)
        if "torch" in sys.modules:
            accept_unknown_modules(sys.modules["torch"])

    def remember_model(self, value: Any) -> None:
        """Remember a value that is trained, tested or printed, if it is a model."""
        if is_model(value):
            self.models[id(value)] = value

    def make_no_op(self, name: str) -> Callable[..., Any]:
        """Return a method that does nothing, but remembers its model."""

        def method(model: Any, *_args: Any, **_kwargs: Any) -> Any:
            self.remember_model(model)
            return NoResult()

        method.__name__ = name
        return method

    def ignore_weights(self, function: Any) -> Any:
        """Return a function of keras.applications that never loads weights."""
        signature = inspect.signature(function)

        @functools.wraps(function)
        def build(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            weights = bound.arguments["weights"]
            if weights is not None:
                self.add_notice(
                    "weights-not-loaded",
                    f"the weights {str(weights)!r} of {function.__name__} were not loaded",
                )
                bound.arguments["weights"] = None
            model = function(*bound.args, **bound.kwargs)
            with suppress(AttributeError):
                object.__setattr__(model, BASE, True)
            return model

        return build

    def make_data_stub(self, name: str, key: str) -> Any:
        """Return the replacement for a function of a data set."""

        def note(name: str) -> None:
            words = f"arrays in the shape of {name} replace its data, which were not loaded"
            self.add_notice("stand-in-data", words)

        def load(*args: Any, **kwargs: Any) -> Any:
            return make_loaders(name, note, full=self.full_data)[key](*args, **kwargs)

        return load

    def get_file(self, fname: Any = None, origin: Any = None, *_args: Any, **options: Any) -> str:
        """Return the path at which Keras would store a downloaded file."""
        name = Path(str(fname or origin or "file")).name
        home = options.get("cache_dir") or os.environ.get("KERAS_HOME") or "~/.keras"
        folder = options.get("cache_subdir") or "datasets"
        path = Path(str(home)).expanduser() / str(folder) / name
        if not path.exists():
            self.missing_files[str(path)] = name
        return str(path)


def accept_defaults(flags: ModuleType) -> None:
    """Let code read the defaults of `absl.flags` before the command line is parsed."""
    flags.FLAGS.mark_as_parsed()


def do_nothing(*_args: Any, **_kwargs: Any) -> Any:
    """Do nothing."""
    return NoResult()


def has_weights_parameter(function: Any) -> bool:
    """Tell whether a function of keras.applications builds a model."""
    return "weights" in inspect.signature(function).parameters


def replace_in_modules(replacements: dict[int, Any]) -> None:
    """Replace values, known by their identity, in every module of Keras."""
    for name, module in list(sys.modules.items()):
        if set(PACKAGES) & set(name.split(".")) and isinstance(module, ModuleType):
            for key, value in list(vars(module).items()):
                if id(value) in replacements:
                    setattr(module, key, replacements[id(value)])


def audit(event: str, args: tuple[Any, ...]) -> None:
    """Remember what files the code searches for."""
    if (
        event in SEARCH_EVENTS
        and len(SEARCH_PATTERNS) < MAX_SEARCHES
        and is_user_call(currentframe())
    ):
        parts = [str(module) for module in args[:2] if isinstance(module, (str, Path))]
        SEARCH_PATTERNS.append("/".join(parts))
