"""Which of the values that a piece of code leaves behind is the model."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from net2fig.errors import ModelError, UsageError, one_of, suggestion
from net2fig.read.live import graph_of, is_keras_model
from net2fig.read.makers import BUILDERS


def model_in(names: Mapping[str, Any], pick: Mapping[str, Any] | None, where: str) -> Any:
    """Return the model named, else the only one, else what the one builder returns."""
    if pick is not None:
        return picked(names, pick, where)
    models = candidates(names)
    if len(models) == 1:
        return next(iter(models.values()))
    builders = [name for name in BUILDERS if inspect.isfunction(names.get(name))]
    if len(builders) == 1:
        return built(names[builders[0]], builders[0], where)
    found = [*models] or builders
    if found:
        thing = "models" if models else "functions that build one"
        raise ModelError(
            f"ambiguous model: {len(found)} {thing} in {where} {one_of(found)}",
            hint=f"say which: {where}:{found[-1]}",
        )
    raise NoModelError(f"missing model: no Keras model in {where}", hint=hint_for(names, where))


class NoModelError(ModelError):
    """The code ran, and left no model behind."""


def hint_for(names: Mapping[str, Any], where: str) -> str:
    """Return what to try where a module holds no model."""
    own = [
        name
        for name, value in names.items()
        if getattr(value, "__module__", None) == names.get("__name__")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and not name.startswith("_")
    ]
    if own:
        return f"does one of its functions build it? say {where}:{own[-1]}()"
    return "a model is a variable of the module, or what its function build_model() returns"


# Candidates: a model that is a part of another one is not what the code is about.


def candidates(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models among the values that are not parts of another one, by their first name.

    A model without a graph, of a class of the user's own, counts where there is no other.
    """
    models: dict[int, tuple[str, Any]] = {}
    for name, value in names.items():
        if is_keras_model(value):
            models.setdefault(id(value), (name, value))
    found = dict(models.values())
    found = {name: model for name, model in found.items() if has_graph(model)} or found
    parts = {name: layers_of(model) for name, model in found.items()}
    whole = {
        name: model
        for name, model in found.items()
        if not any(is_part(model, parts[name], of) for other, of in parts.items() if other != name)
    }
    return whole or found


def has_graph(model: Any) -> bool:
    """Tell whether it is known what a model does, without calling it."""
    if graph_of(model) is not None or is_listed(model):
        return True
    build: Any = model.get_build_config()
    return bool(build and build.get("input_shape"))


def is_listed(model: Any) -> bool:
    """Tell whether a model is Sequential."""
    return any(base.__name__ == "Sequential" for base in type(model).__mro__)


def layers_of(model: Any) -> set[int]:
    """Return the identities of all layers inside a model, however deep; inputs are not told."""
    flat = getattr(model, "_flatten_layers", None)
    layers = flat(include_self=False) if flat else getattr(model, "layers", [])
    return {id(layer) for layer in layers if type(layer).__name__ != "InputLayer"}


def is_part(model: Any, layers: set[int], other: set[int]) -> bool:
    """Tell whether a model is a layer of another one, or has some of its layers and no more."""
    return id(model) in other or (bool(layers) and layers < other)


def picked(names: Mapping[str, Any], pick: Mapping[str, Any], where: str) -> Any:
    """Return the model that the target names, called with its arguments."""
    name = pick["name"]
    if name not in names:
        choices = [
            key
            for key, value in names.items()
            if not key.startswith("_") and (is_keras_model(value) or inspect.isfunction(value))
        ]
        hint = suggestion(name, choices)
        text = f" {one_of(choices)}" if 0 < len(choices) <= 12 else ""
        raise UsageError(f"unknown name: {name!r} in {where}{text}", hint=hint)
    value = names[name]
    if pick["call"]:
        return built(value, name, where, pick["args"], dict(pick["kwargs"]))
    if is_keras_model(value):
        return value
    return built(value, name, where)


def check_arguments(
    function: Any, what: str, args: Any, kwargs: Mapping[str, Any], target: str
) -> None:
    """Raise an error unless a function takes these arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    names = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    for key in kwargs:
        if key not in names and inspect.Parameter.VAR_KEYWORD not in kinds:
            choices = f" {one_of(names)}" if names else " (it takes none)"
            message = f"unknown argument: {key!r} of {what}{choices}"
            raise UsageError(message, hint=suggestion(key, names))
    if len(args) > len(names) and inspect.Parameter.VAR_POSITIONAL not in kinds:
        raise UsageError(f"invalid arguments: {len(args)} for {what} (it takes {len(names)})")
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        message = f"missing argument: {what}: {error}"
        raise UsageError(message, hint=f"say it in the target: {target}") from None


def built(
    function: Any, name: str, where: str, args: Any = (), kwargs: Mapping[str, Any] | None = None
) -> Any:
    """Return the model that a function or a class makes."""
    kwargs = kwargs or {}
    if not callable(function):
        kind = type(function).__name__
        raise ModelError(
            f"invalid model: {name!r} in {where} is no Keras model (its type is {kind})"
        )
    check_arguments(function, f"{name}() in {where}", args, kwargs, f"{where}:{name}(…)")
    value = function(*args, **kwargs)
    items = value if isinstance(value, (list, tuple)) else [value]
    models = [item for item in items if is_keras_model(item)]
    if len(models) > 1:
        models = [*candidates({str(place): item for place, item in enumerate(models)}).values()]
    if len(models) != 1:
        kind = type(value).__name__
        count = f"{len(models)} models" if models else "no Keras model"
        raise ModelError(f"invalid model: {name}() in {where} returns {count} (its type is {kind})")
    return models[0]
