"""TorchScript archives (`torch.jit.save`) → Network, as data, without PyTorch.

Requires: a zip archive with code and modules. Code is parsed and followed, never executed.
Ensures: the network for the shapes that are given, with which the module was traced, or that fit.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from net2fig.errors import ModelError, Notice
from net2fig.network import Network
from net2fig.read.calls import list_names
from net2fig.read.exported.places import find_holders
from net2fig.read.exported.program import Program, build_calls, build_network
from net2fig.read.given_shapes import match_shapes
from net2fig.read.torch.trace import Origin, Trace
from net2fig.read.torchscript.archive import Archive
from net2fig.read.torchscript.feeds import (
    LISTS,
    Feed,
    Parameter,
    add_batch,
    feed_traced,
    guess_feeds,
    list_parameters,
)
from net2fig.read.torchscript.functions import RaisedError
from net2fig.read.torchscript.machine import Machine, clean_class
from net2fig.read.torchscript.tape import Tape
from net2fig.read.torchscript.values import Module, Tensor

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MOST_TRIED = 25
"""How many shapes are tried at most."""

MOST_STEPS = 1_500_000
"""After so many steps, no further shapes are tried."""


MOST_PARAMETERS = 0.95
"""The share of the parameters that a run must use if it does not come to its end."""


class Run(Struct):
    """A run with a feed: what is on the tape, what came out, what did not fit, how long it was."""

    feed: Feed
    parameters: Sequence[Parameter]
    tape: Tape
    result: Any
    questions: dict[str, str]
    problem: str
    steps: int


def read_torchscript(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of an archive."""
    archive = Archive(path)
    parameters = list_parameters(find_forward(archive))
    fed = [each for each in parameters if each.is_fed and not each.is_optional]
    feed: Feed | None = None
    how = ""
    if shapes:
        matched = match_shapes(shapes, [each.name for each in parameters if each.is_fed])
        by_name = {each.name: each for each in parameters}
        feed = {name: add_batch(by_name[name], shape.axes) for name, shape in matched.items()}
    else:
        feed = feed_traced(archive.read_inputs(), fed)
    if feed is None:
        run = try_feeds(archive, parameters, fed)
        how = "guessed"
    else:
        run = follow(archive, parameters, feed)
    if run.problem and (how or shapes):
        raise ModelError(
            f"invalid input: forward({', '.join(each.name for each in fed)}) in {path.name}"
            f" fails with it ({run.problem})",
            hint="give it without the batch: --input-shape 3x224x224",
        )
    return build(archive, run, notices=[*feed_notices(run, how), *question_notices(run)])


def find_forward(archive: Archive) -> ast.FunctionDef:
    """Return the method that the archive runs."""
    root = archive.read_values("data.pkl", "data")
    definition = archive.find_class(root.class_name) if isinstance(root, Module) else None
    for each in definition.body if definition is not None else ():
        if isinstance(each, ast.FunctionDef) and each.name == "forward":
            return each
    raise ModelError(
        f"unsupported TorchScript archive: {archive.path.name} has no method forward",
        hint="draw the code, or save a module that has it: torch.jit.save(module, 'model.pt')",
    )


def follow(archive: Archive, parameters: Sequence[Parameter], feed: Feed) -> Run:
    """Return the run with a feed, on modules that no run has changed."""
    archive.forget()
    path = archive.path
    root = archive.read_values("data.pkl", "data")
    tape = Tape(path.name)
    machine = Machine(archive, tape)
    args: dict[str, Any] = {}
    for each in parameters:
        if each.name in feed:
            tensor = tape.add_input(each.name, feed[each.name])
            args[each.name] = [tensor] if each.sort == LISTS else tensor
        elif not each.is_optional:
            args[each.name] = None
    result: Any = None
    problem = ""
    try:
        result = machine.call_method(root, "forward", [], args)
        problem = tape.problem
    except RaisedError as error:
        problem = str(error) or "it raises an error"
        if machine.questions and uses_all(tape, archive):
            # The error may follow from a way that was taken; what selects results comes last.
            result, problem = find_ends(tape), ""
    except RecursionError:
        text = f"unsupported TorchScript archive: {path.name} is nested too deeply"
        raise ModelError(text) from None
    return Run(feed, parameters, tape, result, machine.questions, problem, machine.steps)


def uses_all(tape: Tape, archive: Archive) -> bool:
    """Tell whether all but a few of the parameters are used."""
    used = {each for record in tape.records for each in record.weights}
    total = sum(size for _, size in archive.sizes.values())
    return sum(archive.sizes[each][1] for each in used) >= MOST_PARAMETERS * total > 0


def find_ends(tape: Tape) -> list[Tensor]:
    """Return the tensors that nothing reads."""
    read = {source for record in tape.records for source in record.sources}
    return [
        Tensor(origin=(number, port))
        for number, record in enumerate(tape.records)
        for port in range(len(record.outputs))
        if record.sources and (number, port) not in read
    ]


def try_feeds(archive: Archive, parameters: Sequence[Parameter], fed: Sequence[Parameter]) -> Run:
    """Return the run with the first shapes that fit."""
    path, names = archive.path, [each.name for each in fed]
    weights = [tensor.shape for _, tensor in archive.held if tensor.weights and tensor.shape]
    blind = follow(archive, parameters, dict.fromkeys(names))
    first: Run | None = None
    steps = 0
    for number, feed in enumerate(guess_feeds(blind.tape.records, fed, weights)):
        if number >= MOST_TRIED or steps > MOST_STEPS:
            break
        run = follow(archive, parameters, feed)
        steps += run.steps
        if not run.problem:
            return run
        first = first or run
    if first is None:
        raise ModelError(
            f"missing input shape: forward({', '.join(names)}) in {path.name} has no layer that"
            " tells it",
            hint="give it without the batch: --input-shape 3x224x224",
        )
    raise ModelError(
        f"missing input shape: forward({', '.join(names)}) in {path.name} fits none that was tried"
        f" ({first.problem})",
        hint=f"give it without the batch: --input-shape {names[0]}=3x224x224",
    )


def build(archive: Archive, run: Run, notices: list[Notice]) -> Network:
    """Return the network of a run."""
    records = run.tape.records
    inputs = [(name, number) for number, name in enumerate(run.feed)]
    outputs: dict[str, Origin] = {}
    for name, tensor in iterate_results(run.result, "output"):
        if tensor.origin is not None and tensor.origin not in outputs.values():
            outputs[free_name(name, outputs)] = tensor.origin
    shape = records[0].outputs[0] if records else ()
    program = Program(
        name=clean_class(archive.root_class).rpartition(".")[2],
        trace=Trace(records, inputs, list(outputs.items())),
        places=find_holders(run.tape.places),
        sizes=archive.sizes,
        get_layer=lambda _record: "",
        batch=(shape[0] if shape else 1) or 1,
        notices=[*notices, *frozen_notices(archive)],
    )
    return build_network(program, build_calls(program), archive.path.name, "saved")


def iterate_results(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors that come out, with names: those of dictionaries are their keys."""
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, dict) and depth < 8:
        for key, each in value.items():
            yield from iterate_results(each, str(key), depth + 1)
    elif isinstance(value, (list, tuple)) and depth < 8:
        for each in value:
            yield from iterate_results(each, name, depth + 1)
    elif isinstance(value, Module) and depth < 8:
        for key, each in value.attributes.items():
            yield from iterate_results(each, key, depth + 1)


def free_name(name: str, taken: dict[str, Origin]) -> str:
    """Return a name with a number if it is taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


# Notices.


def feed_notices(run: Run, how: str) -> list[Notice]:
    """Return the notice about shapes that nobody stated."""
    if not how:
        return []
    lists = {each.name for each in run.parameters if each.sort == LISTS}
    texts = {
        name: "x".join(map(str, (shape or ())[name not in lists :]))
        for name, shape in run.feed.items()
    }
    shown = ", ".join(f"{name}={text}" for name, text in texts.items())
    shown = next(iter(texts.values())) if len(texts) == 1 else shown
    text = f"no input shape was given: took {shown}, the first that fits"
    return [Notice("guessed-shape", f"{text}; to choose, give --input-shape")]


def frozen_notices(archive: Archive) -> list[Notice]:
    """Return the notice about a module whose weights are constants."""
    if not archive.is_frozen:
        return []
    text = "the module was frozen: its layers have no names, and batch normalisations may be folded"
    return [Notice("frozen-module", text)]


def question_notices(run: Run) -> list[Notice]:
    """Return the notice about values that the code asked for."""
    if not run.questions:
        return []
    text = "the code asks for values that are not known without data"
    return [Notice("value-asked", f"{text}: took one way in {list_names(run.questions)}")]
