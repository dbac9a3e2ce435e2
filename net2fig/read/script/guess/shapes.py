"""Shapes for a subclassed model of Keras that the code never calls.

    1. what the file feeds models, builds them with, or makes of its data
    2. what its data sets contain
    3. usual shapes for the first layer that tells (grammar/stand_ins.toml)

Requires: a model that was never called, and the code that made it.
Ensures: the first shape with which the model can be traced, and a notice; a failed trial leaves the
model as it was.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.errors import MissingShapeError, ModelError, Notice
from net2fig.network import Network
from net2fig.options.input_shapes import InputShape
from net2fig.read.decline import Declined, clear_reasons
from net2fig.read.keras.remake import remake
from net2fig.read.keras.trace_inputs import open_inputs
from net2fig.read.script.effects import get_dotted_names, get_last_name
from net2fig.read.script.guess.arguments import Guesser
from net2fig.read.script.guess.lines import describe_line
from net2fig.read.script.guess.stand_ins import load_stand_ins
from net2fig.read.script.guess.values import NotKnown
from net2fig.read.script.sandbox.datasets import DATA_SETS, ArrayDataSet
from net2fig.read.script.sources import Code
from net2fig.read.script.unknown.values import UnknownData

FEEDS = frozenset({"zeros", "ones", "rand", "randn", "normal", "uniform", "random", "empty"})
"""Functions that make a tensor of given sizes, the batch among them."""

MAX_TRIALS = 16

ReadOne = Callable[[Any, tuple[InputShape, ...]], Network]


class Candidate(Struct, frozen=True):
    """A shape without the batch, and where it comes from."""

    axes: tuple[int | None, ...]
    place: str


def read_guessing(model: Any, read_one: ReadOne, code: Code | None, where: str) -> Network:
    """Return the network of a model, with a shape that is found if none is known."""
    try:
        return read_one(model, ())
    except MissingShapeError as error:
        missing = error
    for candidate in list_candidates(model, code, where):
        try:
            network = read_one(remake(model), (InputShape(None, candidate.axes),))
        except Declined:
            # The recorder does not know what Keras would do with this shape: it may know another.
            clear_reasons()
            continue
        except Exception:  # noqa: BLE001, S112  (the user's code may raise anything)
            continue
        shape = "x".join(str(axis or "?") for axis in candidate.axes)
        text = f"the model of class {type(model).__name__!r} was never called: took the input shape"
        notice = Notice(
            "guessed-shape", f"{text} {shape}, {candidate.place}; to choose, give --input-shape"
        )
        return replace(network, notices=(notice, *network.notices))
    if UnknownData.loose:
        try:
            network = read_one(open_inputs(remake(model)), ())
        except ModelError:
            network = read_one(open_inputs(remake(model), is_first=False), ())
        text = f"the model of class {type(model).__name__!r} was never called: it takes any shape"
        return replace(network, notices=(Notice("guessed-shape", text), *network.notices))
    raise missing


def list_candidates(model: Any, code: Code | None, where: str) -> list[Candidate]:
    """Return the shapes to try, in order, each once."""
    guesser = Guesser({}, code)
    found = [*find_fed_shapes(guesser, code, where), *find_data_shapes(code)] if code else []
    layers = [*guesser.list_layers(type(model).__name__)]
    layers += [type(each).__name__ for each in getattr(model, "layers", ())]
    shapes = load_stand_ins().find_shapes(layers)
    usual = [Candidate(axes, "a usual one") for axes in shapes]
    rank = load_stand_ins().find_rank(layers)
    own = [*list_own_shapes(model, shapes[0])] if rank else []
    every = sorted((*found, *own, *usual), key=lambda each: bool(rank) and len(each.axes) != rank)
    by_axes: dict[tuple[int | None, ...], Candidate] = {}
    for each in every:
        by_axes.setdefault(each.axes, each)
    return [*by_axes.values()][:MAX_TRIALS]


def list_own_shapes(model: Any, usual: tuple[int, ...]) -> Iterator[Candidate]:
    """Yield a usual shape with sizes that the model has as attributes, those of that name first."""
    sizes = {
        name: value
        for name, value in vars(model).items()
        if type(value) is int and value > 1 and not name.startswith("_")
    }
    for place, axis in enumerate(usual):
        named = [name for name in sizes if load_stand_ins().find_argument(name) == axis]
        for name in named or sizes:
            axes = (*usual[:place], sizes[name], *usual[place + 1 :])
            yield Candidate(axes, f"with its attribute {name!r}")


def find_fed_shapes(guesser: Guesser, code: Code, where: str) -> Iterator[Candidate]:
    """Yield the shapes that the code feeds models, or builds them with."""
    for statement in code.statements:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Call):
                continue
            axes = find_axes(guesser, node)
            if axes and all(axis is None or 0 < axis < 2**16 for axis in axes):
                yield Candidate(axes, f"that of {where}, {describe_line(node.lineno)}")


def find_axes(guesser: Guesser, node: ast.Call) -> tuple[int | None, ...]:
    """Return the sizes in a call, without the batch; empty if it is none that has such sizes."""
    name = get_last_name(node.func)
    words = {word.arg: word.value for word in node.keywords}
    if name in ("Input", "InputLayer"):
        given = words.get("shape") or words.get("input_shape") or next(iter(node.args), None)
        return evaluate_axes(guesser, given)
    if "input_shape" in words and name != "build":
        return evaluate_axes(guesser, words["input_shape"])
    if name == "build":
        given = words.get("input_shape") or next(iter(node.args), None)
        return evaluate_axes(guesser, given)[1:]
    if name in FEEDS:
        given = words.get("shape") or words.get("size") or next(iter(node.args), None)
        return evaluate_axes(guesser, given)[1:]
    if name == "reshape" and node.args:
        last = node.args[-1]
        given = last if isinstance(last, (ast.Tuple, ast.List)) else ast.Tuple(node.args)
        return evaluate_axes(guesser, given, first=False)[1:]
    return ()


def evaluate_axes(
    guesser: Guesser, node: ast.expr | None, *, first: bool = True
) -> tuple[int | None, ...]:
    """Return the sizes in a tuple; with `first` false, the first may be anything."""
    if node is None:
        return ()
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else None
    try:
        if items is not None and not first:
            value: Any = (None, *(guesser.values.evaluate(each) for each in items[1:]))
        else:
            value = guesser.values.evaluate(node)
    except NotKnown:
        return ()
    value = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return value if all(axis is None or type(axis) is int for axis in value) else ()


def find_data_shapes(code: Code) -> Iterator[Candidate]:
    """Yield the shapes of the data sets of Keras that the code names."""
    names: set[str] = set()
    for statement in code.statements:
        for node in ast.walk(statement):
            if isinstance(node, (ast.Attribute, ast.Name)):
                names |= get_dotted_names(node)
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.name for alias in node.names}
    for name, data in DATA_SETS.items():
        if name in names and isinstance(data, ArrayDataSet):
            shape = data.shape
            flat = 1
            for axis in shape:
                flat *= axis
            channels = (*shape, 1) if len(shape) == 2 else shape
            for axes in (channels, shape, (flat,)):
                yield Candidate(axes, f"that of {name}")
