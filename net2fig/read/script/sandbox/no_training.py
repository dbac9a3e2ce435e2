"""What the user's code does not get to do while it builds a model: train, save, download.

Requires: a process of its own; Keras is changed for all that runs in it.
Ensures: methods that train, test, print, save or load weights do nothing, but the models that they
are called on are remembered; no weights, no data set and no other file comes from the network.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from inspect import currentframe
from pathlib import Path
from types import ModuleType
from typing import Any

from net2fig.errors import Notice
from net2fig.read.keras.live import is_keras_model
from net2fig.read.keras.tf_functions import take
from net2fig.read.keras.trace import remember
from net2fig.read.script.sandbox.datasets import DATA_SETS, loaders
from net2fig.read.script.sandbox.no_side_effects import hold_tensorflow, users
from net2fig.read.script.sandbox.old_keras import complete

PACKAGES = ("keras", "tf_keras")
"""Keras 3, and Keras 2 as it is still to be had."""

METHODS = (
    *("compile", "fit", "fit_generator", "evaluate", "evaluate_generator", "summary"),
    *("predict", "predict_generator", "train_on_batch", "test_on_batch", "predict_on_batch"),
    *("save", "save_weights", "load_weights", "set_weights", "export"),
)
"""Methods of models that do nothing."""

FUNCTIONS = (("utils", "plot_model"), ("saving", "save_model"), ("saving", "save_weights"))
"""Functions of Keras that do nothing."""

OTHER = "other-backend"
"""The notice that holds for all attempts: Keras is imported once."""

CONNECTIONS = frozenset({"socket.connect", "socket.getaddrinfo"})


SEARCHES = frozenset({"glob.glob", "pathlib.Path.glob", "pathlib.Path.rglob"})

MOST = 50
"""How many searches for files are remembered."""


SEARCHED: list[str] = []
"""What the code searched for: where nothing was found, that may be why a model cannot be made."""


class Nothing:
    """What a method answers that did nothing: whatever is done with it is nothing again."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def same(self, *_args: Any, **_kwargs: Any) -> Nothing:
        """Return this nothing."""
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

    __call__ = __getitem__ = __neg__ = __abs__ = same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = same
    __truediv__ = __rtruediv__ = __enter__ = same


class Quiet:
    """Keeps Keras quiet, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.models: dict[int, Any] = {}
        self.absent: dict[str, str] = {}
        self.missed: dict[str, ModuleNotFoundError] = {}
        self.notices: dict[str, Notice] = {}
        self.full = False
        self.unsaid: list[str] = []

    def begin(self) -> None:
        """Wait for Keras to be imported; allow no connection from now on."""
        for name in PACKAGES:
            if name in sys.modules:
                self.change(sys.modules[name])
            else:
                sys.meta_path.insert(0, AfterImport(name, self.change, self.choose_backend))
        if "argparse" in sys.modules:
            self.hold_parsers(sys.modules["argparse"])
        else:
            sys.meta_path.insert(0, AfterImport("argparse", self.hold_parsers, lambda: None))
        sys.addaudithook(refuse_connections)

    def hold_parsers(self, argparse: ModuleType) -> None:
        """Let parsers of the command line demand nothing: nobody gave any arguments."""
        from net2fig.read.script.sandbox.argparse_defaults import demand_nothing

        def left_out(name: str) -> None:
            self.unsaid.append(name)
            self.note("argument-left-out", f"left out the argument {name} of the command line")

        demand_nothing(argparse, left_out)

    def choose_backend(self) -> None:
        """Take a backend that is there where the one that was asked for is not."""
        from net2fig.read.script.code import BACKENDS, CHOSEN, installed

        asked = os.environ.get(CHOSEN)
        if asked in BACKENDS and asked not in installed(BACKENDS):
            found = installed(BACKENDS)
            if found:
                os.environ[CHOSEN] = found[0]
                text = f"Keras ran on {found[0]}: {asked}, which was asked for, is not installed"
                self.note(OTHER, text)

    def forget(self) -> None:
        """Begin anew: another attempt is made."""
        self.models.clear()
        lasting = {text: each for text, each in self.notices.items() if each.code == OTHER}
        self.notices = lasting
        self.missed.clear()
        for name in PACKAGES:
            if name in sys.modules:
                keras = sys.modules[name]
                getattr(keras.utils, "clear_session", keras.backend.clear_session)()

    def note(self, code: str, text: str) -> None:
        """Remember a notice, once."""
        self.notices[text] = Notice(code, text)

    def change(self, keras: ModuleType) -> None:
        """Put what does nothing in the place of what Keras would do."""
        for name in METHODS:
            setattr(keras.Model, name, self.method(name))
        new: dict[int, Any] = {}
        for part, name in FUNCTIONS:
            old = getattr(getattr(keras, part), name, None)
            if old is not None:
                new[id(old)] = nothing
        new[id(keras.utils.get_file)] = self.get_file
        for module in vars(keras.applications).values():
            for function in vars(module).values() if inspect.ismodule(module) else [module]:
                if inspect.isfunction(function) and takes_weights(function):
                    new[id(function)] = self.without_weights(function)
        for name in DATA_SETS:
            for key in ("load_data", "get_word_index"):
                function = getattr(getattr(keras.datasets, name, None), key, None)
                if function is not None:
                    new[id(function)] = self.stand_in(name, key)
        replace_everywhere(new)
        if hasattr(keras, "ops"):
            take()
            hold_tensorflow()
            remember(keras.Model)
            complete(keras)

    def ask(self, value: Any) -> None:
        """Remember a value where it is a model: it was to be trained, tested or printed."""
        if is_keras_model(value):
            self.models[id(value)] = value

    def method(self, name: str) -> Callable[..., Any]:
        """Return a method that does nothing, but remembers its model."""

        def method(model: Any, *_args: Any, **_kwargs: Any) -> Any:
            self.ask(model)
            return Nothing()

        method.__name__ = name
        return method

    def without_weights(self, function: Any) -> Any:
        """Return a function of keras.applications that never loads weights."""
        signature = inspect.signature(function)

        @functools.wraps(function)
        def build(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            weights = given.arguments["weights"]
            if weights is not None:
                self.note(
                    "weights-not-loaded",
                    f"the weights {str(weights)!r} of {function.__name__} were not loaded",
                )
                given.arguments["weights"] = None
            return function(*given.args, **given.kwargs)

        return build

    def stand_in(self, name: str, key: str) -> Any:
        """Return what takes the place of a function of a data set."""

        def note(name: str) -> None:
            words = f"arrays in the shape of {name} stood in for its data, which were not loaded"
            self.note("stand-in-data", words)

        def load(*args: Any, **kwargs: Any) -> Any:
            return loaders(name, note, full=self.full)[key](*args, **kwargs)

        return load

    def get_file(self, fname: Any = None, origin: Any = None, *_args: Any, **options: Any) -> str:
        """Return where a file would lie that Keras would download."""
        name = Path(str(fname or origin or "file")).name
        home = options.get("cache_dir") or os.environ.get("KERAS_HOME") or "~/.keras"
        folder = options.get("cache_subdir") or "datasets"
        path = Path(str(home)).expanduser() / str(folder) / name
        if not path.exists():
            self.absent[str(path)] = name
        return str(path)


def nothing(*_args: Any, **_kwargs: Any) -> Any:
    """Do nothing."""
    return Nothing()


def takes_weights(function: Any) -> bool:
    """Tell whether a function of keras.applications builds a model."""
    return "weights" in inspect.signature(function).parameters


def replace_everywhere(new: dict[int, Any]) -> None:
    """Replace values, known by their identity, in every module of Keras."""
    for name, module in list(sys.modules.items()):
        if set(PACKAGES) & set(name.split(".")) and isinstance(module, ModuleType):
            for key, value in list(vars(module).items()):
                if id(value) in new:
                    setattr(module, key, new[id(value)])


def refuse_connections(event: str, args: tuple[Any, ...]) -> None:
    """Raise an error for a connection to another machine."""
    if event in CONNECTIONS:
        address = args[1] if event == "socket.connect" else args[0]
        if isinstance(address, tuple) or event != "socket.connect":
            raise ConnectionRefusedError(f"net2fig opens no connection (to {address!r})")
    elif event in SEARCHES and len(SEARCHED) < MOST and users(currentframe()):
        parts = [str(part) for part in args[:2] if isinstance(part, (str, Path))]
        SEARCHED.append("/".join(parts))


class AfterImport(importlib.abc.MetaPathFinder):
    """Does something as soon as a module has been imported."""

    def __init__(
        self, name: str, action: Callable[[ModuleType], None], before: Callable[[], None]
    ) -> None:
        self.name = name
        self.action = action
        self.before = before
        self.looking = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find the module as it would be found, with a loader that tells when it is done."""
        if fullname != self.name or self.looking:
            return None
        self.before()
        # Whether the module is there is also asked by those who do not import it.
        self.looking = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self.looking = False
        if spec is not None and spec.loader is not None:
            spec.loader = Then(spec.loader, self.action)
        return spec


class Then(importlib.abc.Loader):
    """Loads a module as another loader does, then acts on it."""

    def __init__(self, loader: Any, action: Callable[[ModuleType], None]) -> None:
        self.loader = loader
        self.action = action

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Leave it to the other loader."""
        found: ModuleType | None = self.loader.create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then act on it."""
        self.loader.exec_module(module)
        self.action(module)
