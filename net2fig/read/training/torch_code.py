"""Losses and optimizers in code for PyTorch → Training, without running it.

Requires: the statements of a file.
Ensures: a loss belongs to a model if what it reads comes from a call of this model in the text.
What lies between both is stated: a function, "?" for anything else. Where no call is followed to a
model, the only loss of a file is that of its only model.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.network import Feed, Loss, Sample, Training
from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.lines import write_place
from net2fig.read.training.code import OPTIMIZERS, Text, parse_rate_of, read_text
from net2fig.read.training.names import find_torch_loss, load_words, to_snake_case

SAME = frozenset(
    {"view", "reshape", "squeeze", "unsqueeze", "flatten", "float", "double", "to", "cuda", "cpu"}
    | {"contiguous", "transpose", "permute", "type", "half", "ravel", "clone", "type_as", "t"}
)
"""Functions and methods that keep each value."""

APPLIED = frozenset({"softmax", "log_softmax", "sigmoid", "logsigmoid", "relu", "tanh"})
"""Functions whose result is told from their name."""

PLACED = frozenset({"to", "cuda", "cpu", "float", "double"})
"""Methods that return the loss itself."""

UNKNOWN = "?"
"""A function that is not known."""

COLOURING = frozenset({"grayscale", "lambda", "repeat", "expand", "convert", "cat", "stack"})
"""Words of code that may change the features of pictures."""

CHOOSING = frozenset({"subset", "targets", "target_transform", "isin"})
"""Words of code that may leave out classes."""

OTHER_SETS = frozenset({"imagefolder", "datasetfolder", "dataset", "iterabledataset"})
"""Words of code that may have further data sets, of its own for instance."""

SELF = "self"
MAX_STEPS = 12

MAX_FILES, MAX_BYTES = 60, 2**18
"""How many files beside a model are looked at, and how long they may be."""


class Origin(Struct, frozen=True):
    """Where the input of a loss comes from: the call of a name, its output, what is applied."""

    name: str
    output: str = ""
    applied: str = ""


class Site(Struct, frozen=True):
    """A call of a loss: its name, its line, the class around it, and the origin of its input."""

    loss: str
    line: int
    owner: str
    origin: Origin | None


def read_torch_training(
    statements: Sequence[ast.stmt],
    where: str,
    names: Collection[str] = (),
    *,
    among: bool = False,
    beside: bool = False,
) -> Training | None:
    """Return what code for PyTorch states of a model: its losses, and the only optimizer.

    `names` are those of the model and of its class. A model `among` others has what is called by
    these names alone. `beside`: the file is not that of the model.
    """
    text = read_text(statements)
    names = {*names, *find_instances(text, names)}
    sites = list(find_sites(text))
    # Beside the file of a model, a name that is bound to something else is another model.
    others = text.bound.keys() - names if beside else ()
    own = [site for site in sites if is_of(site, names, others, among=among)]
    losses = tuple(dict.fromkeys(make_losses(own)))
    lines = [site.line for site in own]
    if not (losses or among or any(site.origin and site.origin.name in others for site in sites)):
        losses, lines = find_only_loss(text)
    found = [*find_optimizers(text, names if among else ())]
    feed = None if among else find_feed(text, where)
    if not (losses or found):
        return None if feed is None else Training(feeds=(feed,), line=feed.line)
    kinds = {get_last_name(node.func).lower() for node in found}
    rates = {parse_rate_of(text, node, place=1) for node in found}
    return Training(
        optimizer=next(iter(kinds)) if len(kinds) == 1 else "",
        rate=next(iter(rates)) if len(rates) == 1 else None,
        losses=losses,
        line=write_place(where, min([*lines, *(node.lineno for node in found)])),
        feeds=() if feed is None else (feed,),
    )


def find_feed(text: Text, where: str) -> Feed | None:
    """Return the samples of the only data set of pictures that a text loads and does not change."""
    words = {word for node in text.nodes() for word in list_words(node)}
    calls = [node for node in text.nodes() if isinstance(node, ast.Call)]
    sets = load_words().torch_sets
    loads = [call for call in calls if get_last_name(call.func) in sets.keys() - text.own]
    names = {get_last_name(call.func) for call in loads}
    others = {get_last_name(call.func) for call in calls if is_of_data_sets(call)} - names
    if len(names) != 1 or others or words & OTHER_SETS:
        return None
    channels, classes = sets[next(iter(names))]
    pictures = None if words & COLOURING else Sample((channels, None, None))
    labels = None if words & CHOOSING else Sample((), 0, classes - 1, whole=True)
    return Feed((pictures,), (labels,), write_place(where, loads[0].lineno))


def is_of_data_sets(call: ast.Call) -> bool:
    """Tell whether a call is of the module of data sets."""
    func = call.func
    return isinstance(func, ast.Attribute) and get_last_name(func.value) == "datasets"


def list_words(node: ast.AST) -> Iterator[str]:
    """Yield the words of a node: its name, its attribute, its keyword."""
    for word in ("id", "attr", "arg"):
        value = getattr(node, word, None)
        if isinstance(value, str):
            yield value.lower()


def read_project_training(path: Path, name: str) -> Training | None:
    """Return what the files beside a file state of its class; None unless only one states it."""
    names = (name, to_snake_case(name))
    found = []
    for other in sorted(path.parent.glob("*.py"))[:MAX_FILES]:
        if other != path and other.is_file() and other.stat().st_size < MAX_BYTES:
            text = other.read_text("utf-8", "replace")
            if re.search(rf"\b(?:{'|'.join(map(re.escape, names))})\(", text) and "oss" in text:
                try:
                    statements = ast.parse(text).body
                except (SyntaxError, ValueError, RecursionError):
                    continue
                training = read_torch_training(statements, other.name, names, beside=True)
                found += [training] if training is not None and training.losses else []
    return found[0] if len({each.losses for each in found}) == 1 else None


def find_instances(text: Text, names: Collection[str]) -> Iterator[str]:
    """Yield the names that are bound to an instance of a class with one of some names."""
    for name, values in text.bound.items():
        for value in values:
            calls = (node for node in ast.walk(value) if isinstance(node, ast.Call))
            if any(get_last_name(call.func) in names for call in calls):
                yield name


def is_of(site: Site, names: Collection[str], others: Collection[str], *, among: bool) -> bool:
    """Tell whether a loss reads a model with one of some names, and not one of the others."""
    if site.origin is None:
        return False
    if site.owner in names:
        # Inside of the model, the whole is called by "self", and a function is known by itself.
        return site.origin.name == SELF or site.origin.applied not in ("", UNKNOWN)
    return site.origin.name in names or not (among or site.origin.name in others)


def make_losses(sites: Sequence[Site]) -> Iterator[Loss]:
    """Yield the losses of a model; the same loss with other functions before it is not known."""
    for site in sites:
        origin = site.origin
        if origin is not None:
            alike = [s for s in sites if s.origin and s.origin.output == origin.output]
            if len({(s.loss, s.origin and s.origin.applied) for s in alike}) == 1:
                logits = site.loss in load_words().logits
                yield Loss(site.loss, origin.output, logits, origin.applied)


def find_only_loss(text: Text) -> tuple[tuple[Loss, ...], list[int]]:
    """Return the only loss that a text makes, calls or passes on, and its line."""
    found: dict[str, int] = {}
    for node in text.nodes():
        value = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Attribute | ast.Name):
            value = node.value
        name = None if value is None else find_loss(text, value)
        if name is not None and value is not None:
            found.setdefault(name, value.lineno)
    losses = [Loss(name, "", name in load_words().logits) for name in found]
    return (tuple(losses), [*found.values()]) if len(losses) == 1 else ((), [])


def find_loss(text: Text, node: ast.expr) -> str | None:
    """Return the canonical name of a loss of PyTorch; None for anything else."""
    name = get_last_name(node)
    return None if name in text.own else find_torch_loss(name)


def find_optimizers(text: Text, names: Collection[str]) -> Iterator[ast.Call]:
    """Yield the calls of optimizers; those that name one of some models, if there are names."""
    for node in text.nodes():
        if isinstance(node, ast.Call) and get_last_name(node.func) in OPTIMIZERS - text.own:
            words = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            if not names or words & set(names):
                yield node


def find_sites(text: Text) -> Iterator[Site]:
    """Yield the calls of losses, in functions, classes and at the top."""
    losses = dict(find_bound_losses(text))
    for owner, body in list_scopes(text.statements):
        nodes = [node for each in body for node in walk_scope(each)]
        for node in nodes:
            if isinstance(node, ast.Call):
                name = find_called_loss(text, node.func, losses)
                first = next((word.value for word in node.keywords if word.arg == "input"), None)
                read = node.args[0] if node.args else first
                if name is not None and read is not None:
                    yield Site(name, node.lineno, owner, trace(read, node.lineno, nodes, MAX_STEPS))


def find_bound_losses(text: Text) -> Iterator[tuple[str, str]]:
    """Yield the names that are bound to one loss alone, and the loss."""
    found: dict[str, set[str]] = {}
    for node in text.nodes():
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            value = node.value
            while isinstance(value, ast.Call) and get_last_name(value.func) in PLACED:
                value = value.func.value if isinstance(value.func, ast.Attribute) else value.func
            name = find_loss(text, value.func) if isinstance(value, ast.Call) else None
            target = get_last_name(node.targets[0])
            if target and (name is not None or target in found):
                found.setdefault(target, set()).add(name or UNKNOWN)
    yield from ((target, min(names)) for target, names in found.items() if len(names) == 1)


def find_called_loss(text: Text, node: ast.expr, losses: dict[str, str]) -> str | None:
    """Return the loss that a call computes: by its name, as a function, or where it is made."""
    name = get_last_name(node)
    if isinstance(node, ast.Call):
        return find_loss(text, node.func)
    if name in losses:
        return losses[name]
    return find_loss(text, node) if name.islower() else None


def list_scopes(
    statements: Sequence[ast.stmt], owner: str = ""
) -> Iterator[tuple[str, Sequence[ast.stmt]]]:
    """Yield the statements of each function and of the file, and the class that they are in."""
    yield owner, statements
    for statement in statements:
        for node in walk_scope(statement):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from list_scopes(node.body, owner)
            elif isinstance(node, ast.ClassDef):
                yield from list_scopes(node.body, node.name)


def walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is in it, without the bodies of functions and classes."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for child in ast.iter_child_nodes(node):
            yield from walk_scope(child)


def trace(node: ast.expr, line: int, nodes: Sequence[ast.AST], steps: int) -> Origin | None:
    """Return the call that a value comes from, in a scope before a line."""
    if steps == 0:
        return None
    if isinstance(node, ast.Name):
        bound = find_binding(node.id, line, nodes)
        found = None if bound is None else trace(bound[0], bound[2], nodes, steps - 1)
        return found if found is None or not bound or not bound[1] else pick(found, bound[1])
    if isinstance(node, ast.Subscript):
        found = trace(node.value, line, nodes, steps - 1)
        number = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return pick(found, str(number)) if found and type(number) is int else found
    if isinstance(node, ast.Call):
        return trace_call(node, line, nodes, steps)
    return None


def trace_call(node: ast.Call, line: int, nodes: Sequence[ast.AST], steps: int) -> Origin | None:
    """Return the origin of the result of a call."""
    name, func = get_last_name(node.func), node.func
    numbers = (ast.Constant, ast.UnaryOp)
    inside = node.args[0] if node.args and not isinstance(node.args[0], numbers) else None
    if name in SAME and isinstance(func, ast.Attribute):
        whole = get_last_name(func.value) in ("torch", "F", "functional")
        kept = node.args[0] if whole and node.args else func.value
        return trace(kept, line, nodes, steps - 1)
    if name.lower() in APPLIED or name == "log":
        read = inside or (func.value if isinstance(func, ast.Attribute) else None)
        found = None if read is None else trace(read, line, nodes, steps - 1)
        return None if found is None else apply(found, name.lower())
    if name == "forward" and isinstance(func, ast.Attribute):
        name = get_last_name(func.value)
    return Origin(name) if name else None


def apply(origin: Origin, function: str) -> Origin:
    """Return an origin with a function after it; two functions are seldom one that is known."""
    if function == "log":
        function = "log_softmax" if origin.applied == "softmax" else UNKNOWN
    elif origin.applied not in ("", function):
        function = UNKNOWN
    return replace(origin, applied=function)


def pick(origin: Origin, output: str) -> Origin | None:
    """Return one output of an origin; None if it is an output already."""
    return replace(origin, output=output) if not origin.output else None


def find_binding(
    name: str, line: int, nodes: Sequence[ast.AST]
) -> tuple[ast.expr, str, int] | None:
    """Return what a name is bound to last before a line, the number of the output, and the line."""
    best: Any = None
    for node in nodes:
        if isinstance(node, ast.Assign) and node.lineno < line:
            for target in node.targets:
                elements = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                for number, each in enumerate(elements):
                    if isinstance(each, ast.Name) and each.id == name:
                        output = str(number) if len(elements) > 1 else ""
                        if best is None or node.lineno >= best[2]:
                            best = (node.value, output, node.lineno)
    return best  # type: ignore[no-any-return]
