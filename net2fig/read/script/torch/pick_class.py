"""Builds a module of PyTorch where a file holds only classes and functions.

1. What a function of the file, such as `test`, builds and feeds.
2. The only class that no other uses. Arguments that it needs are guessed by their names.

Requires: the statements of a file, and its names after they ran.
Ensures: what was guessed is told.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.read.script.effects import get_last_name
from net2fig.read.script.model_names import find_builders, find_factories
from net2fig.read.script.several import MAX_PARTS, AddNotice, drop_copies, too_many
from net2fig.read.script.torch.feeds import FeedFinder
from net2fig.read.script.torch.pick_module import LOSSES, find_whole_modules
from net2fig.read.torch.modules import is_module_class, is_torch_module

if TYPE_CHECKING:
    from net2fig.read.script.sources import Code

CONFIGS = ("config", "cfg")
"""The endings of classes that hold the arguments of a model."""

CallBuilder = Callable[..., Any]
"""Calls a function or a class, checks what it returns, and explains what is wrong."""

_CHANNELS = (
    "in_channels in_channel in_ch in_c in_chans input_channels input_channel n_channels channels"
    " num_channels n_channel img_ch img_channels input_nc in_nc nc c_in in_dim out_channels out_ch"
    " output_nc out_nc output_ch"
)
_CLASSES = (
    "n_classes num_classes n_class num_class nclass classes num_labels class_num nb_classes"
    " numclass nclasses"
)
_WORDS = (
    "vocab_size n_vocab ntoken num_tokens vocab n_src_vocab n_trg_vocab src_vocab_size"
    " trg_vocab_size tgt_vocab_size"
)

GUESSES = {
    **dict.fromkeys(_CHANNELS.split(), 3),
    **dict.fromkeys(_CLASSES.split(), 10),
    **dict.fromkeys(("img_size", "image_size", "imsize", "img_dim"), 224),
    **dict.fromkeys(("latent_dim", "z_dim", "nz", "noise_dim", "latent_size"), 100),
    **dict.fromkeys(_WORDS.split(), 10000),
    **dict.fromkeys(("upscale_factor", "scale_factor", "scale", "upscale"), 2),
    **dict.fromkeys(("pad_idx", "src_pad_idx", "trg_pad_idx", "padding_idx"), 0),
}
"""Values for arguments that the author leaves open."""


def build_module(
    code: Code,
    names: Mapping[str, Any],
    where: str,
    add_notice: AddNotice,
    call: CallBuilder,
) -> dict[str, Any] | None:
    """Return the modules that a file with only classes and functions holds; None without any."""
    fed = drop_copies(find_whole_modules(build_fed_modules(code, names)))
    if 0 < len(fed) <= MAX_PARTS:
        return fed
    roots = find_root_classes(code.statements, code.path.parent)
    found = [name for name in roots if is_module_class(names.get(name))]
    if not found:
        # The classes may derive from one of another file.
        found = [name for name, value in names.items() if is_own_class(value, names)]
    parts = find_names_in_classes(code.statements)
    builders = [
        name
        for name in find_builders(code.statements)
        if callable(names.get(name)) and name not in parts
    ]
    several = builders if found and len(builders) > 1 and needs_arguments(names[found[0]]) else []
    several = several or [name for name in found if can_make(names[name], names)] or found
    if len(several) > MAX_PARTS:
        thing = "functions that build one" if several is builders else "classes"
        raise too_many(several, where, thing)
    return make_modules(several, names, where, add_notice, call) if several else None


def make_modules(
    chosen: Sequence[str],
    names: Mapping[str, Any],
    where: str,
    add_notice: AddNotice,
    call: CallBuilder,
) -> dict[str, Any]:
    """Return the modules that classes and functions make; of several, those that can be made."""
    modules: dict[str, Any] = {}
    errors: list[Exception] = []
    for name in chosen:
        try:
            modules |= make_module(names[name], name, names, where, add_notice, call)
        except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
            errors.append(error)
            if len(chosen) > 1:
                add_notice("model-left-out", f"left out {name!r}: {error}")
    if not modules:
        raise errors[0]
    return drop_copies(find_whole_modules(modules), add_notice)


def find_names_in_classes(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names that the classes of a file use: what those build is part of a module."""
    return {
        node.id
        for each in statements
        if isinstance(each, ast.ClassDef)
        for node in ast.walk(each)
        if isinstance(node, ast.Name)
    }


def is_own_class(value: Any, names: Mapping[str, Any]) -> bool:
    """Tell whether a value is a class of modules that the file itself defines."""
    return is_module_class(value) and value.__module__ == names.get("__name__")


def build_fed_modules(code: Code, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the modules that functions of a file build and feed, as `test` does."""
    fed: dict[str, Any] = {}
    for expression in FeedFinder(code.statements).find_builders():
        if not isinstance(expression.func, ast.Name) or expression.func.id not in names:
            continue
        try:
            text = compile(ast.Expression(expression), str(code.path), "eval")
            built = eval(text, dict(names))  # noqa: S307  (what reading code is)
        except Exception:  # noqa: BLE001, S112  (the arguments may be local to the function)
            continue
        if is_torch_module(built):
            fed[ast.unparse(expression)] = built
    return fed


def needs_arguments(function: Any) -> bool:
    """Tell whether a class needs arguments."""
    return bool(list_missing(function, {}))


def list_missing(function: Any, given: Mapping[str, Any]) -> list[str]:
    """Return the parameters without a default for which nothing is given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        each.name
        for each in parameters
        if each.default is each.empty
        and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        and each.name not in given
    ]


def make_module(
    cls: Any,
    name: str,
    names: Mapping[str, Any],
    where: str,
    add_notice: AddNotice | None,
    call: CallBuilder,
) -> Any:
    """Return an instance of a class; arguments that it needs are guessed by their names."""
    missing = list_missing(cls, {})
    guesses = {each: guess_argument(each, names) for each in missing}
    if not missing or None in guesses.values():
        return call(cls, name, where)
    if add_notice is not None:
        shown = ", ".join(f"{word}={describe(value)}" for word, value in guesses.items())
        add_notice(
            "guessed-argument", f"{name} was made with {shown}; to choose: {where}:{name}(…)"
        )
    return call(cls, name, where, (), guesses)


def can_make(cls: Any, names: Mapping[str, Any]) -> bool:
    """Tell whether a value is known for every argument that a class needs."""
    return all(guess_argument(each, names) is not None for each in list_missing(cls, {}))


def guess_argument(name: str, names: Mapping[str, Any]) -> Any:
    """Return a value for an argument; a configuration is made by its class. None if unknown."""
    if name.lower() in GUESSES:
        return GUESSES[name.lower()]
    if name.lower() not in ("config", "cfg", "conf", "configs", "model_config"):
        return None
    found = [
        value
        for key, value in names.items()
        if isinstance(value, type) and key.lower().endswith(CONFIGS) and not needs_arguments(value)
    ]
    try:
        return found[0]() if len(found) == 1 else None
    except Exception:  # noqa: BLE001  (the user's code may raise anything)
        return None


def describe(value: Any) -> str:
    """Return a value as it is written in a call."""
    return str(value) if isinstance(value, int) else f"{type(value).__name__}()"


# Classes, without running anything.


def find_root_classes(statements: Sequence[ast.stmt], folder: Path | None = None) -> list[str]:
    """Return the module classes of a file that no other class or builder in it uses, in order."""
    factories = find_factories(statements, folder)
    classes = {
        each.name: each
        for each in statements
        if isinstance(each, ast.ClassDef) and each.name in factories.classes
    }
    used = {
        node.id
        for name, each in classes.items()
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and node.id != name
    }
    # A class that is passed to another, as in `ResNet(Bottleneck, [3, 4, 6, 3])`.
    used |= {
        arg.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and get_last_name(node.func) in factories.names
        for arg in (*node.args, *(word.value for word in node.keywords))
        if isinstance(arg, ast.Name)
    }
    return [name for name in classes if name not in used and not name.endswith(LOSSES)]


def find_config_classes(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the classes of a file that are configurations, by their names."""
    return {
        each.name
        for each in statements
        if isinstance(each, ast.ClassDef) and each.name.lower().endswith(CONFIGS)
    }
