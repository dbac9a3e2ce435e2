"""Calls what may build a model where a file only defines functions and classes.

Requires: the statements of a file, and its names after they ran.
Ensures: values that the file does not give are told; of several models, those that can be made.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError, Net2figError
from net2fig.read.script.guess.arguments import Guesser
from net2fig.read.script.guess.configs import find_read_settings, list_nodes, match_setting
from net2fig.read.script.guess.examples import Built
from net2fig.read.script.guess.parameters import Guess, describe_guesses, is_needed, list_parameters
from net2fig.read.script.guess.tensors import complete, is_tensor
from net2fig.read.script.guess.uses import flatten, is_mapping
from net2fig.read.script.model_names import Factories, find_factories, is_builder
from net2fig.read.script.several import AddNotice
from net2fig.read.script.unknown.values import UnknownData, UnknownValue

CallBuilder = Callable[..., dict[str, Any]]
"""Calls a function or a class, checks what it returns, and explains what is wrong."""

MAX_OPTIONS = 4
"""How many choices of arguments are tried."""


def make_models(
    chosen: Sequence[str],
    guesser: Guesser,
    where: str,
    add_notice: AddNotice,
    call: CallBuilder,
) -> dict[str, Any]:
    """Return the models that functions and classes make; of several, those that can be made."""
    models: dict[str, Any] = {}
    errors: dict[str, Exception] = {}
    for name in chosen:
        try:
            models |= make_model(name, guesser, where, add_notice, call)
        except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
            errors[name] = error
    if errors and not models:
        raise next(iter(errors.values()))
    for name, failure in errors.items():
        reason = failure.message if isinstance(failure, Net2figError) else str(failure)
        add_notice("model-left-out", f"left out {name!r}: {reason.strip().partition(chr(10))[0]}")
    return models


def make_model(
    name: str,
    guesser: Guesser,
    where: str,
    add_notice: AddNotice | None,
    call: CallBuilder,
) -> dict[str, Any]:
    """Return the models of a function, a class, or a method that builds one: `LeNet.build`."""
    owner, _, method = name.partition(".")
    function = guesser.names[owner]
    if not method:
        return call_guessed(function, name, guesser, where, add_notice, call)
    static = inspect.getattr_static(function, method)
    if isinstance(static, (staticmethod, classmethod)):
        return call_guessed(getattr(function, method), name, guesser, where, add_notice, call)
    made: list[Any] = []

    def make(*args: Any, **words: Any) -> Any:
        made.append(function(*args, **words))
        return made[0]

    make.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    try:
        # The object may hold the model already.
        return call_guessed(make, owner, guesser, where, add_notice, call)
    except ModelError:
        if not made:
            raise
    return call_guessed(keep_object(made[0], method), name, guesser, where, add_notice, call)


def keep_object(owner: Any, method: str) -> Any:
    """Return a method that returns its object where it returns nothing: it keeps the model."""
    function = getattr(owner, method)

    @functools.wraps(function)
    def call(*args: Any, **words: Any) -> Any:
        result = function(*args, **words)
        return owner if result is None else result

    return call


def call_guessed(
    function: Any,
    name: str,
    guesser: Guesser,
    where: str,
    add_notice: AddNotice | None,
    call: CallBuilder,
) -> dict[str, Any]:
    """Return the models that a function or a class makes; what it needs is guessed and told."""
    needed = any(map(is_needed, list_parameters(function)))
    if not needed:
        try:
            return call(function, name, where)
        except Net2figError:
            raise
        except Exception:
            # The defaults alone may not do.
            built = next(guesser.run_examples(function, name), None)
            if built is not None:
                return tell_example(built, name, where, add_notice)
            for words in guesser.list_more(function, name):
                values = {word: each.value for word, each in words.items()}
                try:
                    models = call(function, name, where, (), values)
                except Exception:  # noqa: BLE001, S112  (the user's code may raise anything)
                    continue
                tell_guesses(words, name, where, add_notice)
                return models
            words = guess_keywords(function, name, guesser)
            if not words:
                raise
            values = {word: each.value for word, each in words.items()}
            models = call(function, name, where, (), values)
            tell_guesses(words, name, where, add_notice)
            return models
    options = [*islice(guesser.list_calls(function, name), MAX_OPTIONS)]
    built = None if options else next(guesser.run_examples(function, name), None)
    if built is not None:
        return tell_example(built, name, where, add_notice)
    options = options or [*islice(guesser.list_options(function, name), MAX_OPTIONS)]
    options += guesser.list_unknown(function, name) if needed else ()
    failure: Exception | None = None
    for guesses in options:
        try:
            values = {word: each.value for word, each in guesses.items()}
            inputs = [value for value in values.values() if is_tensor(value)]
            build = complete(function, inputs) if inputs else function
            models = call(build, name, where, (), values)
        except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
            failure = failure or error
            continue
        tell_guesses(guesses, name, where, add_notice)
        return models
    if failure is not None:
        raise failure
    return call(function, name, where)


def guess_keywords(function: Any, name: str, guesser: Guesser) -> dict[str, Guess]:
    """Return values for what a function reads of its `**kwargs`, as by `kwargs["units"]`."""
    kinds = {each.kind: each.name for each in list_parameters(function)}
    word = kinds.get(inspect.Parameter.VAR_KEYWORD)
    owner = guesser.nodes.get(name.partition(".")[0])
    if word is None or not is_mapping(owner, word):
        return {}
    read = find_read_settings(list_nodes(owner, ()), word)
    found = {key: guesser.find_setting(key) for key in read}
    for key in (key for key, each in found.items() if each is None):
        guess = guesser.guess_kind(name, match_setting((word, key)))
        found[key] = guess.value if guess else None
    if UnknownData.accepted:
        found = {key: UnknownValue(key) if each is None else each for key, each in found.items()}
    return {key: Guess(each) for key, each in found.items() if each is not None}


def tell_guesses(
    guesses: Mapping[str, Guess], name: str, where: str, add_notice: AddNotice | None
) -> None:
    """Tell the arguments that were assumed."""
    assumed = {word: each for word, each in guesses.items() if word not in UnknownData.values}
    if add_notice is not None and assumed:
        shown = describe_guesses(assumed)
        sizes = {word: each.value for word, each in assumed.items() if not each.place}
        UnknownData.sizes |= {word: size for word, size in sizes.items() if type(size) is int}
        add_notice(
            "guessed-argument", f"{name} was made with {shown}; to choose: {where}:{name}(…)"
        )


def tell_example(
    built: Built, name: str, where: str, add_notice: AddNotice | None
) -> dict[str, Any]:
    """Return the model of an example, and tell the example."""
    if add_notice is not None:
        text = f"{name} was made as in {built.place}: {built.call}"
        add_notice("guessed-argument", f"{text}; to choose: {where}:{name}(…)")
    return {name: built.value}


def find_root_builders(statements: Sequence[ast.stmt], folder: Path | None = None) -> list[str]:
    """Return what builds a model and is used by nothing else that builds one, in order.

    These are functions, classes of models, and methods of other classes.
    """
    factories = find_factories(statements, folder)
    found: dict[str, ast.AST] = {}
    classes = {each.name: each for each in flatten(statements) if isinstance(each, ast.ClassDef)}
    for each in flatten(statements):
        if isinstance(each, ast.FunctionDef) and each.name in factories.names:
            found[each.name] = each
        elif isinstance(each, ast.ClassDef):
            found |= dict.fromkeys(list_class_builders(each, factories, classes), each)
    used = {
        node.id
        for name, each in found.items()
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and node.id != name.partition(".")[0]
    }
    return [name for name in found if name.partition(".")[0] not in used]


def list_methods(cls: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> list[ast.FunctionDef]:
    """Return the methods of a class and of those of the file that it derives from."""
    methods = {each.name: each for each in cls.body if isinstance(each, ast.FunctionDef)}
    others = {name: each for name, each in classes.items() if each is not cls}
    for base in cls.bases:
        if isinstance(base, ast.Name) and base.id in others:
            methods = {e.name: e for e in list_methods(others[base.id], others)} | methods
    return [*methods.values()]


def list_constructors(
    cls: ast.ClassDef, classes: Mapping[str, ast.ClassDef]
) -> Iterator[ast.FunctionDef]:
    """Yield the constructors of a class and of those of the file that it derives from."""
    others = {name: each for name, each in classes.items() if each is not cls}
    own = (each for each in cls.body if isinstance(each, ast.FunctionDef))
    yield from (each for each in own if each.name == "__init__")
    for base in cls.bases:
        if isinstance(base, ast.Name) and base.id in others:
            yield from list_constructors(others[base.id], others)


def sets_up(method: ast.FunctionDef, builders: set[str]) -> bool:
    """Tell whether a method puts what builders of its class return into attributes."""
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in builders
        for node in ast.walk(method)
    )


def list_class_builders(
    cls: ast.ClassDef, factories: Factories, classes: Mapping[str, ast.ClassDef]
) -> Iterator[str]:
    """Yield a class of models, or the method of another class that builds one."""
    if cls.name in factories.classes:
        yield cls.name
        return
    methods = [each for each in cls.body if isinstance(each, ast.FunctionDef)]
    if any(each.name == "__init__" and holds_model(factories, each) for each in methods):
        yield cls.name
        return
    builders = {
        each.name
        for each in methods
        if is_builder(factories, each) or (each.name != "__init__" and keeps_model(factories, each))
    }
    every = list_methods(cls, classes)
    known = builders | {each.name for each in every if is_builder(factories, each)}
    if builders and any(sets_up(each, known) for each in list_constructors(cls, classes)):
        # Its object holds all of them.
        yield cls.name
        return
    callers = {each.name: list_called(each) & builders for each in methods}
    # What only hands on arguments knows more of them.
    outer = [name for name, called in callers.items() if called and name not in builders]
    for name in (*outer, *(each.name for each in methods if each.name in builders)):
        yield f"{cls.name}.{name}"
        return


def keeps_model(factories: Factories, method: ast.FunctionDef) -> bool:
    """Tell whether a method makes a model, puts it into an attribute and needs nothing else."""
    bound = {
        target.id
        for node in ast.walk(method)
        if isinstance(node, ast.Assign) and factories.is_model_call(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return holds_model(factories, method) or any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in bound
        for node in ast.walk(method)
    )


def list_called(method: ast.FunctionDef) -> set[str]:
    """Return the names of the methods whose result a method returns."""
    returned = [each.value for each in ast.walk(method) if isinstance(each, ast.Return)]
    calls = (each.func for each in returned if isinstance(each, ast.Call))
    return {each.attr for each in calls if isinstance(each, ast.Attribute)}


def holds_model(factories: Factories, method: ast.FunctionDef) -> bool:
    """Tell whether a method puts a model that it makes into an attribute."""
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and factories.is_model_call(node.value)
        for node in ast.walk(method)
    )
