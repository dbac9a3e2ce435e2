"""Configurations: objects from which a model reads its sizes by name.

    class GPT(nn.Module):
        def __init__(self, config):                    config
            self.head = nn.Linear(config.n_embd, config.vocab_size)

1. an object of the class that the annotation names, or of the only configuration class of the file
2. a value of the file that has all that is read of it
3. an object made up of what is read: settings of the project, then usual values for their names

Requires: the statements of the file and the names that they left behind.
Ensures: what is made up is told; what nothing tells is absent.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from net2fig.read.script.unknown.values import UnknownValue, is_unknown

METHODS = frozenset({"get", "items", "keys", "values", "update", "copy", "pop", "to_dict"})
"""Methods of a configuration, which are no settings."""

NO_SETTINGS = frozenset({"shape", "device", "dtype", "size", "ndim", "T", "__class__", "__dict__"})
"""Attributes of tensors and objects that hold no configuration."""

MOST = 0.6
"""The share of what is read that a configuration must have."""

MAX_SHOWN = 12
"""How many settings a notice tells."""


class MadeUpConfig(dict[str, Any]):
    """A configuration whose settings are items and attributes alike."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no value is known for {name!r} of the configuration") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __repr__(self) -> str:
        shown = [
            f"{key}={'?' if is_unknown(value) else repr(value)}" for key, value in self.items()
        ]
        more = f" and {len(shown) - MAX_SHOWN} more" if len(shown) > MAX_SHOWN else ""
        return f"({', '.join(shown[:MAX_SHOWN])}{more})"


class OpenConfig(MadeUpConfig):
    """A configuration that looks for what is not in it; only data know what is not found."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        super().__init__()
        self.__dict__["find"] = find

    def __missing__(self, name: str) -> Any:
        if not isinstance(name, str) or name.startswith("__"):
            raise KeyError(name)
        value = self.__dict__["find"](name)
        self[name] = UnknownValue(name) if value is None else value
        return self[name]


class SearchedConfig(OpenConfig):
    """A configuration that looks for what is not in it, and has not what is not there."""

    def __missing__(self, name: str) -> Any:
        is_name = isinstance(name, str) and not name.startswith("_")
        value = self.__dict__["find"](name) if is_name else None
        if value is None:
            raise KeyError(name)
        self[name] = value
        return value


def overlay(stated: Any, config: MadeUpConfig, read: Mapping[str, Any]) -> Any:
    """Return what is stated, with what is made up for the settings that it lacks.

    It is what is stated if it lacks none.
    """
    known, total = count_settings(stated, read)
    if known == total:
        return stated
    items = stated if isinstance(stated, Mapping) else vars(stated)
    for name, value in items.items():
        inner: Any = config.get(name) if isinstance(value, Mapping) else None
        config[name] = (
            overlay(value, inner, read[name]) if isinstance(inner, MadeUpConfig) else value
        )
    return config


def find_read_settings(nodes: Iterable[ast.AST], name: str) -> dict[str, Any]:
    """Return what is read of a configuration, as a tree: `cfg.data.size` is `{data: {size: {}}}`.

    Also of `self.cfg`. What is only asked for with a default, as by `getattr`, is not in it.

    >>> find_read_settings(ast.walk(ast.parse("f(cfg.a, self.cfg['b'].c)")), "cfg")
    {'a': {}, 'b': {'c': {}}}
    """
    tree: dict[str, Any] = {}
    every = list(nodes)
    for node in every:
        add_path(tree, follow_settings(node, name))
    for node in every:
        # What the code calls by another name: `self.layer = config["layer"]`.
        alias = node.targets[0] if isinstance(node, ast.Assign) else None
        word = getattr(alias, "id", getattr(alias, "attr", name))
        path = follow_settings(node.value, name) if isinstance(node, ast.Assign) else []
        for inner in (follow_settings(each, word) for each in every if path and word != name):
            add_path(tree, [*path, *inner])
    return tree


def add_path(tree: dict[str, Any], path: Iterable[str]) -> None:
    """Add the steps of a path to a tree."""
    for step in path:
        tree = tree.setdefault(step, {})


def follow_settings(node: ast.AST, name: str) -> list[str]:
    """Return the steps from a configuration to what a node reads; none if it reads something else.

    >>> follow_settings(ast.parse("self.cfg['b'].c", mode="eval").body, "cfg")
    ['b', 'c']
    """
    steps: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr == name:
                return steps[::-1]
            if not isinstance(node.ctx, ast.Load) or node.attr in NO_SETTINGS:
                return []
            steps = [] if node.attr in METHODS else [*steps, node.attr]
            node = node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if not isinstance(node.slice.value, str):
                return []
            steps.append(node.slice.value)
            node = node.value
        else:
            return steps[::-1] if isinstance(node, ast.Name) and node.id == name else []


def match_setting(path: tuple[str, ...]) -> Callable[[Any], bool]:
    """Return the test for what code reads of a configuration: `cfg.width` is at `(cfg, width)`."""
    return lambda node: follow_settings(node, path[0]) == [*path[1:]]


def is_settings_class(value: Any) -> bool:
    """Tell whether an annotation is a class of the user's that may hold settings."""
    modules = ("builtins", "typing", "inspect", "torch")
    return isinstance(value, type) and value.__module__.partition(".")[0] not in modules


def list_nodes(function: ast.AST | None, statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes of a function or a class, and then those of all others."""
    if function is not None:
        yield from ast.walk(function)
    for each in statements:
        if each is not function:
            yield from ast.walk(each)


def count_settings(value: Any, tree: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many settings of a tree a value has, and how many there are."""
    known = total = 0
    for name, inner in tree.items():
        total += 1
        try:
            item = value[name] if isinstance(value, Mapping) else getattr(value, name)
        except Exception:  # noqa: BLE001, S112  (the user's class may raise anything)
            continue
        known += 1
        if inner:
            more, every = count_settings(item, inner)
            known, total = known + more, total + every
    return known, total


def has_settings(value: Any, tree: Mapping[str, Any]) -> bool:
    """Tell whether a value has most settings of a tree: some may be read in some cases only."""
    known, total = count_settings(value, tree)
    return known > total * MOST


def find_config_value(names: Mapping[str, Any], tree: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the first value of a file, or of a dictionary in it, that has most settings."""
    items: list[tuple[str, Any]] = []
    for name, value in names.items():
        if name.startswith("__") or callable(value) or isinstance(value, ModuleType):
            continue
        items.append((name, value))
        if type(value) is dict:
            items += [(f"{name}[{key!r}]", item) for key, item in value.items()]
    fitting = (item for item in items if not is_unknown(item[1]) and has_settings(item[1], tree))
    return next(fitting, None)
