"""Chooses the model among the values that a piece of code leaves behind."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from net2fig.errors import ModelError, UsageError, one_of, suggestion
from net2fig.read.keras.live import graph_of, is_keras_model
from net2fig.read.script.frameworks import BASE, is_model
from net2fig.read.script.guess.arguments import Guesser
from net2fig.read.script.guess.builders import call_guessed
from net2fig.read.script.guess.parameters import is_needed, list_parameters
from net2fig.read.script.model_names import BUILDER_NAMES
from net2fig.read.script.several import MAX_PARTS, AddNotice, drop_copies, too_many
from net2fig.read.script.torch.pick_module import find_whole_modules
from net2fig.read.script.unknown.values import unknown_if_loose
from net2fig.read.target import CALL, TUPLE
from net2fig.read.torch.modules import is_module_class, is_torch_module

if TYPE_CHECKING:
    from net2fig.read.script.sources import Code

TORCH = "torch"
"""The module of PyTorch: its images have the features first."""

PREPROCESSING = ".preprocessing."
"""A part of the names of Keras' modules with preprocessing layers."""


def choose_models(
    names: Mapping[str, Any],
    pick: Mapping[str, Any] | None,
    where: str,
    note: AddNotice | None = None,
    code: Code | None = None,
) -> dict[str, Any]:
    """Return the named model, else all models and the result of the only builder.

    Of several models with the same architecture, the first is taken and `note` is called.
    """
    if pick is not None:
        return pick_named_models(names, pick, where, note, code)
    held = find_held_models(names)
    models = find_candidates({**names, **held}) or find_candidates(find_nested_models(names))
    builders = [name for name in BUILDER_NAMES if inspect.isfunction(names.get(name))]
    if len(builders) == 1 and not (models and needs_arguments(names[builders[0]])):
        if len(models) != 1:
            # The models may be parts of what the builder returns.
            guesser = Guesser(names, code, features_first=TORCH in sys.modules)
            built = call_guessed(
                names[builders[0]], builders[0], guesser, where, note, call_builder
            )
            models = find_candidates(models | built)
    elif not models and builders:
        raise too_many(builders, where, "functions that build one")
    models = drop_copies(models, note) if len(models) > 1 else models
    if len(models) > MAX_PARTS:
        raise too_many([*models], where)
    if models:
        return models
    raise NoModelError(f"missing model: no model in {where}", hint=make_hint(names, where))


def choose_all(
    names: Mapping[str, Any],
    pick: Mapping[str, Any] | None,
    where: str,
    note: AddNotice | None = None,
    code: Code | None = None,
) -> dict[str, Any]:
    """Return all models, parts of others as well; those that the target names, if it does."""
    models: dict[int, tuple[str, Any]] = {}
    for name, value in ({} if pick else {**names, **find_nested_models(names)}).items():
        if is_model(value):
            models.setdefault(id(value), (name, value))
    return dict(models.values()) or choose_models(names, pick, where, note, code)


class NoModelError(ModelError):
    """Raised if the code ran and left no model behind."""


def make_hint(names: Mapping[str, Any], where: str) -> str:
    """Return a hint for a module that holds no model."""
    functions = [
        name
        for name, value in names.items()
        if getattr(value, "__module__", None) == names.get("__name__")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and not name.startswith("_")
    ]
    if functions:
        return f"if one of its functions builds the model, name it: {where}:{functions[-1]}()"
    return "a model is a variable of the module, or what its function build_model() returns"


def needs_arguments(function: Any) -> bool:
    """Tell whether a function cannot be called without arguments."""
    try:
        inspect.signature(function).bind()
    except (TypeError, ValueError):
        return True
    return False


def find_nested_models(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models in lists, dictionaries and objects of the user's own classes.

    Their names are those of expressions, as `gan.combined` and `models[0]`.
    """
    module_name = names.get("__name__")
    nested: dict[str, Any] = {}
    for name, value in names.items():
        items: Iterable[tuple[str, Any]] = ()
        if isinstance(value, (list, tuple)):
            items = [(f"{name}[{place}]", item) for place, item in enumerate(value)]
        elif isinstance(value, dict):
            items = [(f"{name}[{key!r}]", item) for key, item in value.items()]
        elif type(value).__module__ == module_name and hasattr(value, "__dict__"):
            items = list_attributes(value, name)
        nested |= {key: item for key, item in items if is_model(item)}
    return nested


def find_held_models(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models that a model without `call` holds: it only trains them, as a GAN does."""
    held: dict[str, Any] = {}
    for name, value in names.items():
        is_open = is_keras_model(value) and not has_graph(value)
        if is_open and is_from_keras(getattr(type(value), "call", None)):
            held |= dict(list_attributes(value, name))
    return {name: value for name, value in held.items() if "._" not in name}


def is_from_keras(function: Any) -> bool:
    """Tell whether a method is that of Keras, or of its stand-in."""
    module = str(getattr(function, "__module__", ""))
    return module.startswith(("keras.", "tf_keras.", "net2fig."))


def list_attributes(value: Any, name: str) -> list[tuple[str, Any]]:
    """Return the attributes of an object with their full names."""
    return [(f"{name}.{key}", item) for key, item in vars(value).items()]


# Candidates: models that are not part of another one.


def find_candidates(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models that are not parts of another one, each under its first name.

    A model without a graph, of a user's own class, counts only if there is no other; so does a
    model that only preprocesses data. Of models with the same layers, the one with the fewest
    outputs counts: the others expose intermediate tensors.
    """
    models: dict[int, tuple[str, Any]] = {}
    for name, value in names.items():
        if is_model(value):
            models.setdefault(id(value), (name, value))
    candidates = dict(models.values())
    modules = {name: model for name, model in candidates.items() if is_torch_module(model)}
    if modules:
        return find_whole_modules(modules)
    candidates = {
        name: model for name, model in candidates.items() if not is_preprocessing(model)
    } or candidates
    candidates = {
        name: model for name, model in candidates.items() if has_graph(model)
    } or candidates
    parts = {name: get_layer_ids(model) for name, model in candidates.items()}
    whole = {
        name: model
        for name, model in candidates.items()
        if not any(
            is_part_of(model, parts[name], of) for other, of in parts.items() if other != name
        )
    }
    first: dict[frozenset[int], str] = {}
    for name in sorted(whole, key=lambda name: len(get_outputs(whole[name]))):
        first.setdefault(frozenset(parts[name]) or frozenset({id(whole[name])}), name)
    return {name: whole[name] for name in whole if name in first.values()} or candidates


def get_outputs(model: Any) -> Sequence[Any]:
    """Return the output tensors of a model; empty if it has no graph."""
    try:
        outputs = model.outputs
    except (AttributeError, ValueError):
        return ()
    return outputs if isinstance(outputs, (list, tuple)) else ()


def is_preprocessing(model: Any) -> bool:
    """Tell whether a model has only preprocessing layers."""
    layers = [each for each in getattr(model, "layers", ()) if type(each).__name__ != "InputLayer"]
    return bool(layers) and all(PREPROCESSING in type(each).__module__ for each in layers)


def has_graph(model: Any) -> bool:
    """Tell whether it is known what a model does, without calling it."""
    if graph_of(model) is not None or is_sequential(model):
        return True
    build: Any = model.get_build_config()
    return bool(build and build.get("input_shape"))


def is_sequential(model: Any) -> bool:
    """Tell whether a model is Sequential."""
    return any(base.__name__ == "Sequential" for base in type(model).__mro__)


def get_layer_ids(model: Any) -> set[int]:
    """Return the identities of all layers inside a model, at any depth, without inputs."""
    flat = getattr(model, "_flatten_layers", None)
    layers = flat(include_self=False) if flat else getattr(model, "layers", [])
    return {id(layer) for layer in layers if type(layer).__name__ != "InputLayer"}


def is_part_of(model: Any, layers: set[int], other: set[int]) -> bool:
    """Tell whether a model is a layer of another one, or its layers are a part of those.

    Of a base of `keras.applications`, some may not be used.
    """
    taken = layers & other if BASE in vars(model) else set()
    return id(model) in other or (bool(layers) and layers < other) or taken not in (set(), layers)


def pick_named_models(
    names: Mapping[str, Any],
    pick: Mapping[str, Any],
    where: str,
    note: AddNotice | None = None,
    code: Code | None = None,
) -> dict[str, Any]:
    """Return the models that the target names, after the call that the target asks for."""
    name = pick["name"]
    if name not in names:
        module_name = names.get("__name__")
        choices = [
            key
            for key, value in names.items()
            if not key.startswith("_")
            and (
                is_model(value)
                or inspect.isfunction(value)
                or (inspect.isclass(value) and value.__module__ == module_name)
            )
        ]
        hint = suggestion(name, choices)
        text = f" {one_of(choices)}" if 0 < len(choices) <= 12 else ""
        raise UsageError(f"unknown name: {name!r} in {where}{text}", hint=hint)
    value = names[name]
    pick = {**pick, "args": [call_argument(each, names, where) for each in pick.get("args", ())]}
    pick["kwargs"] = {
        word: call_argument(each, names, where)
        for word, each in dict(pick.get("kwargs", ())).items()
    }
    if pick.get("path"):
        if pick["call"]:
            check_arguments(value, f"{name}() in {where}", pick["args"], dict(pick["kwargs"]), name)
            value = value(*pick["args"], **dict(pick["kwargs"]))
        return {name: follow_path(value, pick["path"], name, where)}
    if pick["call"]:
        return call_builder(value, name, where, pick["args"], dict(pick["kwargs"]))
    if is_model(value):
        return {name: value}
    if is_module_class(value):
        guesser = Guesser(names, code, features_first=True)
        return call_guessed(value, name, guesser, where, note, call_builder)
    return call_builder(value, name, where)


def call_argument(value: Any, names: Mapping[str, Any], where: str) -> Any:
    """Return an argument of the target; one that is a call is made by a name of the module."""
    if isinstance(value, list):
        return [call_argument(each, names, where) for each in value]
    if not isinstance(value, dict):
        return value
    if TUPLE in value:
        return tuple(call_argument(each, names, where) for each in value[TUPLE])
    if CALL not in value:
        return {key: call_argument(each, names, where) for key, each in value.items()}
    name = value[CALL]
    if not callable(names.get(name)):
        raise UsageError(f"unknown name: {name!r} in {where}", hint=suggestion(name, [*names]))
    args = [call_argument(each, names, where) for each in value["args"]]
    words = {word: call_argument(each, names, where) for word, each in value["kwargs"].items()}
    return names[name](*args, **words)


def follow_path(value: Any, path: Sequence[str | int], name: str, where: str) -> Any:
    """Return the model at a path of attributes and items of a value."""
    text = name
    for step in path:
        text += step if isinstance(step, str) and step.startswith(".") else f"[{step!r}]"
        try:
            attribute = isinstance(step, str) and step.startswith(".")
            value = getattr(value, str(step)[1:]) if attribute else value[step]
        except (AttributeError, LookupError, TypeError):
            choices = [*find_nested_models({name: value, "__name__": type(value).__module__})]
            raise UsageError(
                f"unknown name: {text!r} in {where}", hint=suggestion(text, choices)
            ) from None
    if not is_model(value):
        kind = type(value).__name__
        raise ModelError(f"invalid model: {text!r} in {where} is not a model (its type is {kind})")
    return value


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
        bound = signature.bind_partial(*args, **kwargs).arguments
    except TypeError as error:
        raise UsageError(f"invalid arguments: {what}: {error}") from None
    needed = [each.name for each in list_parameters(function) if is_needed(each)]
    missing = [each for each in needed if each not in bound and each not in kwargs]
    if missing:
        message = f"missing argument: {', '.join(map(repr, missing))} of {what}"
        words = ", ".join(
            f"{name}=…"
            for name, each in signature.parameters.items()
            if each.default is each.empty
            and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        )
        hint = f"give it in the target: {target.replace('…', words)}"
        raise UsageError(message, hint=hint)


def call_builder(
    function: Any, name: str, where: str, args: Any = (), kwargs: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the models that a function or a class returns, by their names."""
    kwargs = kwargs or {}
    if not callable(function):
        kind = type(function).__name__
        raise ModelError(f"invalid model: {name!r} in {where} is not a model (its type is {kind})")
    check_arguments(function, f"{name}() in {where}", args, kwargs, f"{where}:{name}(…)")
    with unknown_if_loose():
        value = function(*args, **kwargs)
    if is_model(value):
        return {name: value}
    items: list[tuple[str, Any]] = []
    if isinstance(value, (list, tuple)):
        items = [(f"{name}()[{place}]", item) for place, item in enumerate(value)]
    elif isinstance(value, dict):
        items = [(f"{name}()[{key!r}]", item) for key, item in value.items()]
    elif type(value).__module__ == getattr(function, "__module__", "") and hasattr(
        value, "__dict__"
    ):
        # An object that holds one or several models.
        items = list_attributes(value, f"{name}()")
    models = {key: item for key, item in items if is_model(item)}
    if len(models) > 1:
        models = find_candidates(models)
    if not models:
        kind = type(value).__name__
        raise ModelError(
            f"invalid model: {name}() in {where} returns no model (its type is {kind})",
            hint="name a function that returns the model, or a variable that holds it",
        )
    if len(models) > MAX_PARTS:
        raise too_many([*models], where)
    return models
