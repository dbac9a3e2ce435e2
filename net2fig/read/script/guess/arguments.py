"""Values for the arguments that a builder needs and nobody gives.

    1. what a call elsewhere in the file gives, or an example of the project (examples.py)
    2. what a call in another file of the project gives
    3. what a name of the file, a default or an option of the command line with its name gives
    4. a configuration that is made up (configs.py), or a value that the code compares it with
    5. what stands in for such a name (grammar/stand_ins.toml), or for its annotation

Requires: the code and the names that it left behind, as far as they are known.
Ensures: an argument that is not known has no value; the others are told.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from net2fig.read.script.frameworks import is_model
from net2fig.read.script.guess.compared import find_compared
from net2fig.read.script.guess.configs import (
    MadeUpConfig,
    OpenConfig,
    SearchedConfig,
    find_config_value,
    find_read_settings,
    has_settings,
    is_settings_class,
    list_nodes,
    match_setting,
    overlay,
)
from net2fig.read.script.guess.examples import Built, build_examples, find_examples
from net2fig.read.script.guess.files.project import Project
from net2fig.read.script.guess.kinds import NOT_TOLD, IsValue, Scene, match_name, stand_in_for
from net2fig.read.script.guess.lines import describe_line
from net2fig.read.script.guess.parameters import (
    Guess,
    describe_guesses,
    is_needed,
    is_stated,
    list_parameters,
)
from net2fig.read.script.guess.stand_ins import import_name, load_stand_ins
from net2fig.read.script.guess.tensors import make_input, takes_tensor
from net2fig.read.script.guess.uses import (
    count_items,
    flatten,
    is_called,
    is_item,
    is_iterated,
    is_mapping,
    is_method,
    list_takers,
    walk_in_order,
)
from net2fig.read.script.guess.values import CallSite, FileValues, NotKnown, find_script_values
from net2fig.read.script.unknown.values import UnknownData, UnknownValue, is_unknown

if TYPE_CHECKING:
    from net2fig.read.script.sources import Code

CONFIGS = ("config", "cfg", "conf", "configs", "model_config", "hparams")
"""The endings of classes that hold the arguments of a model, and the names of such arguments."""

OPTIONS = ("args", "opt", "opts", "params")
"""The endings of arguments that hold the command line."""

SHAPE_NAMES = ("shape", "input_size", "input_dims", "img_dims", "image_dims", "dims")
"""The endings of arguments that are the shape of an input."""

ANNOTATIONS = {"int": 4, "float": 0.1, "bool": False, "str": "model"}
"""Values for arguments of which only the type is known."""

MAX_CALLS = 3
"""How many calls of a project are tried where the defaults fail."""

NOTHING: Mapping[str, Any] = {}


class Guesser:
    """Finds values for the arguments of functions and classes of a file."""

    def __init__(
        self, names: Mapping[str, Any], code: Code | None = None, *, features_first: bool = False
    ) -> None:
        self.names = names
        self.code = code
        self.features_first = features_first
        self.values = find_script_values(code.statements) if code is not None else FileValues()
        self.nodes: dict[str, ast.AST] = {}
        for node in flatten(code.statements if code is not None else ()):
            self.nodes |= {getattr(node, "name", ""): node}

    @cached_property
    def project(self) -> Project | None:
        """Return the other files of the project."""
        return None if self.code is None else Project(self.code.path)

    def guess_all(self, function: Any, name: str) -> dict[str, Guess] | None:
        """Return a value for each argument that is needed; None if one is not known."""
        return next(self.list_options(function, name), None)

    def list_options(self, function: Any, name: str) -> Iterator[dict[str, Guess]]:
        """Yield values for the arguments that are needed, the likely ones first."""
        parameters = list_parameters(function)
        needed = [each for each in parameters if is_needed(each)]
        yield from self.list_calls(function, name)
        calls = self.list_partial(name, parameters)
        yield from (each for each in calls if all(one.name in each for one in needed))
        partial = max(calls, key=len, default=NOTHING)
        yield from self.list_keywords(parameters)
        found = {each.name: self.guess(each, name, partial) for each in needed}
        if UnknownData.accepted and not self.features_first:
            found = {word: guess or Guess(UnknownValue(word)) for word, guess in found.items()}
        known = {word: guess for word, guess in found.items() if guess is not None}
        if len(known) == len(found):
            yield known

    def list_partial(
        self, name: str, parameters: list[inspect.Parameter]
    ) -> list[dict[str, Guess]]:
        """Return what each call of the project gives, as far as it is known."""
        calls = [*self.project.find_calls(name)] if self.project else []
        if self.features_first:
            own = self.values.calls.get(name, ())
            calls = [(call, self.values, describe_line(call.line)) for call in own] + calls
        words = [each.name for each in parameters]
        given = [(self.evaluate_parts(call, words, at), place) for call, at, place in calls]
        return [{key: Guess(value, at) for key, value in each.items()} for each, at in given]

    def list_keywords(self, parameters: list[inspect.Parameter]) -> Iterator[dict[str, Guess]]:
        """Yield what files of settings of the project hold for all arguments that are needed."""
        if self.project is None or not self.features_first:
            return
        names = [each.name for each in parameters]
        needed = [each.name for each in parameters if is_needed(each)]
        for each, place in self.project.find_keywords(needed, names):
            yield {word: Guess(value, place) for word, value in each.items()}

    def list_more(self, function: Any, name: str) -> Iterator[dict[str, Guess]]:
        """Yield arguments for a function of PyTorch code that fails with its defaults alone.

        These are what a file of settings holds, what a call gives, and values instead of None.
        """
        parameters = list_parameters(function) if self.features_first else []
        yield from self.list_keywords(parameters)
        calls = sorted(self.list_partial(name, parameters), key=len, reverse=True)[:MAX_CALLS]
        yield from calls
        partial = next(iter(calls), {})
        absent = [each for each in parameters if each.default is None]
        found = {each.name: self.guess(each, name, partial) for each in absent}
        known = {word: each for word, each in found.items() if each and each.value is not None}
        yield from (partial | each for each in [known] if each)

    def list_unknown(self, function: Any, name: str) -> Iterator[dict[str, Guess]]:
        """Yield unknown values for the arguments of which nothing is known but a usual number.

        That may be of the wrong kind: code may want a list, or an object.
        """
        if UnknownData.accepted and not self.features_first:
            needed = [each for each in list_parameters(function) if is_needed(each)]
            found = {each.name: self.guess(each, name) for each in needed}
            yield {
                word: each
                if each and is_stated(each) and type(each.value) is not OpenConfig
                else Guess(UnknownValue(word))
                for word, each in found.items()
            }

    def list_calls(self, function: Any, name: str) -> Iterator[dict[str, Guess]]:
        """Yield the arguments of the calls in the file that give all that is needed."""
        parameters = list_parameters(function)
        needed = [each.name for each in parameters if is_needed(each)]
        for call in self.values.calls.get(name, ()):
            words = [each.name for each in parameters]
            given = self.evaluate_parts(call, words, self.values)
            count = len(call.args) + len([word for word in call.words if word in words])
            if given and len(given) == count and all(each in given for each in needed):
                place = describe_line(call.line)
                yield {word: Guess(value, place) for word, value in given.items()}

    def run_examples(self, function: Any, name: str) -> Iterator[Built]:
        """Yield what examples of the project build by a call of a function or a class."""
        if self.code is None:
            return
        examples = find_examples(self.code.path, self.code.statements)
        for built in build_examples(examples, name, self.names):
            fits = isinstance(built.value, function) if isinstance(function, type) else True
            if fits and is_model(built.value):
                yield built

    def evaluate_parts(
        self, call: CallSite, words: list[str], values: FileValues
    ) -> dict[str, Any]:
        """Return the arguments of a call by their names, as far as they are known."""
        if len(call.args) > len(words):
            return {}
        known: dict[str, Any] = {}
        for word, node in [*zip(words, call.args, strict=False), *call.words.items()]:
            try:
                if word in words and ast.unparse(node) != "...":
                    known[word] = self.evaluate(node, values)
            except NotKnown:
                continue
        return known

    def evaluate(self, node: ast.expr, values: FileValues) -> Any:
        """Return the value of an expression, by what a file tells or by what this one has made."""
        try:
            return values.evaluate(node)
        except NotKnown:
            here = values is self.values
        roots = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        made = [self.names.get(root) for root in roots]
        if not roots or not all(map(inspect.ismodule if not here else is_made, made)):
            raise NotKnown
        try:
            code = compile(ast.Expression(node), "<argument>", "eval")
            return eval(code, dict(self.names))  # noqa: S307  (what reading code is)
        except Exception:  # noqa: BLE001  (the user's code may raise anything)
            raise NotKnown from None

    def guess(
        self, parameter: inspect.Parameter, function: str, partial: Mapping[str, Guess] = NOTHING
    ) -> Guess | None:
        """Return a value for one argument; None if it is not known."""
        name = parameter.name.lower()
        if parameter.name in UnknownData.values:
            return Guess(UnknownData.values[parameter.name])
        config = self.make_config(parameter, function)
        if config is not None:
            return config
        if name in self.values.constants:
            place = describe_line(self.values.lines[name])
            return Guess(self.values.constants[name], place)
        if parameter.name in partial:
            return partial[parameter.name]
        takers = list_takers(self.nodes, function, parameter.name)
        compared = find_compared(takers, parameter.name, self.names)
        if compared is not None:
            return Guess(*compared)
        if not self.features_first and takes_tensor(
            self.nodes.get(function), parameter.name, self.nodes
        ):
            shape = load_stand_ins().find_shapes([*self.list_layers(function)])[0]
            value = make_input(shape)
            return None if value is None else Guess(value, "", f"Input({shape})")
        if name.endswith(SHAPE_NAMES):
            shape = load_stand_ins().find_shapes([*self.list_layers(function)])[0]
            if is_item(self.nodes.get(function.partition(".")[0]), parameter.name):
                return Guess(shape[0])
            return Guess((shape[-1], *shape[:-1]) if self.features_first else shape)
        return self.guess_usual(parameter, function)

    def guess_usual(self, parameter: inspect.Parameter, function: str) -> Guess | None:
        """Return the usual value for the name or the type of an argument; None if there is none."""
        name = parameter.name.lower()
        owner = self.nodes.get(function.partition(".")[0])
        if is_called(owner, parameter.name):
            made = load_stand_ins().find_class(name) if self.features_first else ""
            return Guess(import_name(made), "", made) if made else None
        value = load_stand_ins().find_argument(name)
        setting = self.project.find_setting(name) if value is None and self.project else None
        if setting is not None:
            return Guess(*setting)
        if value is None:
            annotation = parameter.annotation
            value = ANNOTATIONS.get(str(getattr(annotation, "__name__", annotation)))
        if value is None or (type(value) is int and is_iterated(owner, parameter.name)):
            return self.guess_kind(function, match_name(parameter.name))
        if type(value) is int:
            count = count_items(owner, parameter.name)
            sizes = (value,) * count
            value = (*sizes[:2], 3) if count == 3 and name.endswith("size") else sizes or value
        return Guess(value)

    def guess_kind(self, function: str, is_value: IsValue) -> Guess | None:
        """Return what stands in for a value by its uses in code of PyTorch; None if none tells."""
        if not self.features_first:
            return None
        scene = Scene(self.nodes, self.names)
        value = stand_in_for(scene.find_node(function.partition(".")[0]), is_value, scene)
        return None if value is NOT_TOLD else Guess(value)

    def list_layers(self, function: str, seen: set[str] | None = None) -> Iterator[str]:
        """Yield the names that a function or a class uses, with those that these use in place."""
        name, seen = function.partition(".")[0], set() if seen is None else seen
        if name in seen or name not in self.nodes:
            return
        seen.add(name)
        for node in walk_in_order(self.nodes[name]):
            used = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            if used in self.nodes:
                yield from self.list_layers(used, seen)
            elif used:
                yield used

    def make_config(self, parameter: inspect.Parameter, function: str) -> Guess | None:
        """Return a configuration for an argument; None if it is none, or nothing is known of it."""
        owner = self.nodes.get(function.partition(".")[0])
        read = find_read_settings(list_nodes(owner, ()), parameter.name)
        named = parameter.name.lower().endswith(
            (*CONFIGS, *OPTIONS) if UnknownData.accepted or self.features_first else CONFIGS
        )
        if not named and (not read or is_called(owner, parameter.name)):
            return None
        if not (named or self.features_first or is_mapping(owner, parameter.name)):
            return None
        statements = () if self.code is None else self.code.statements
        read = find_read_settings(list_nodes(owner, statements), parameter.name)
        annotation = parameter.annotation
        if isinstance(annotation, str):
            annotation = self.names.get(annotation)
        found = [annotation] if is_settings_class(annotation) else [*self.find_config_classes()]
        made = [each for each in map(self.make_settings, found) if each is not None]
        fitting = [each for each in made if has_settings(each.value, read)]
        if fitting or len(made) == 1:
            return (fitting or made)[0]
        value = find_config_value(self.names, read) if read else None
        if value is not None:
            return Guess(value[1], "", value[0])
        stated = self.project.find_stated(parameter.name, read) if self.project else None
        if stated is not None and not self.features_first:
            return Guess(stated[0], stated[1], "what is read")
        config = self.make_up(read, function, (parameter.name,))
        if stated is not None:
            return Guess(overlay(stated[0], config, read), stated[1], "what is read")
        return Guess(config, "", repr(config)) if config or type(config) is OpenConfig else None

    def find_config_classes(self) -> Iterator[Any]:
        """Yield the classes of configurations that the file names."""
        for key, value in self.names.items():
            if isinstance(value, type) and key.lower().endswith(CONFIGS):
                yield value

    def make_settings(self, cls: Any) -> Guess | None:
        """Return an object of a class of configurations; None if an argument is not known."""
        needed = [each for each in list_parameters(cls) if is_needed(each)]
        guesses = {each.name: self.guess_setting(each) for each in needed}
        if any(guess is None for guess in guesses.values()):
            return None
        known = {word: guess for word, guess in guesses.items() if guess is not None}
        try:
            value = cls(**{word: guess.value for word, guess in known.items()})
        except Exception:  # noqa: BLE001  (the user's code may raise anything)
            return None
        return Guess(value, "", f"{cls.__name__}({describe_guesses(known)})")

    def guess_setting(self, parameter: inspect.Parameter) -> Guess | None:
        """Return a value for a field of a configuration; None if it is not known."""
        value = self.find_setting(parameter.name)
        if value is None:
            annotation = parameter.annotation
            value = ANNOTATIONS.get(str(getattr(annotation, "__name__", annotation)))
        return None if value is None else Guess(value)

    def find_setting(self, name: str) -> Any:
        """Return the value of a setting: that of the file, of its project, or a usual one."""
        if name in UnknownData.values:
            return UnknownData.values[name]
        if name.lower() in self.values.constants:
            return self.values.constants[name.lower()]
        setting = self.project.find_setting(name) if self.project else None
        return setting[0] if setting else load_stand_ins().find_argument(name)

    def make_up(
        self, read: Mapping[str, Any], function: str = "", path: tuple[str, ...] = ()
    ) -> MadeUpConfig:
        """Return a configuration with what is read of it, as far as something tells its values.

        `path` are the names by which the code of a function or a class gets to it.
        """
        is_open = UnknownData.accepted and not self.features_first
        config = OpenConfig(self.find_setting) if is_open else MadeUpConfig()
        if self.features_first:
            config = SearchedConfig(self.find_setting)
        for name, inner in read.items():
            parts = {key: each for key, each in inner.items() if not is_method(key)}
            value = (
                self.make_up(parts, function, (*path, name)) if parts else self.find_setting(name)
            )
            if value is None and path:
                guess = self.guess_kind(function, match_setting((*path, name)))
                if guess is not None:
                    config[name] = guess.value
            if value is None and is_open:
                value = UnknownValue(name)
            if value is not None:
                config[name] = value
        return config


def is_made(value: Any) -> bool:
    """Tell whether a value is there and known."""
    return value is not None and not is_unknown(value)
