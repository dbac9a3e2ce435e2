"""Calls of functions on tensors → records, in the places of the calls of modules around them.

Requires: functions with their arguments, in the order in which the code calls them.
Ensures: the records that the run of the module would leave; what depends on no input leaves none.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from net2fig.data.torchscript_words import load_torchscript_words
from net2fig.errors import ModelError
from net2fig.network import Shape
from net2fig.read.exported.arguments import describe
from net2fig.read.exported.aten import name_function
from net2fig.read.exported.leaves import NN, OPS
from net2fig.read.exported.places import Place, is_library_layer
from net2fig.read.exported.program import UNKNOWN
from net2fig.read.torch.trace import INPUT, Frame, Origin, Record
from net2fig.read.torch.values import NO_DATA
from net2fig.read.torchscript.shapes import infer_shapes
from net2fig.read.torchscript.values import Tensor, iterate_tensors

MAX_RECORDS = 60_000
"""The maximum number of calls of functions."""

MAX_DEPTH = 16

VIEWS = frozenset(
    {"select", "slice", "view", "reshape", "permute", "transpose", "squeeze", "unsqueeze", "narrow"}
)
"""Functions whose results share their values with the input."""

CONVOLUTION = "convolution"
"""The function that traces call for convolutions of all sorts."""

SORTS = ((bool, "as_bool"), (int, "as_int"), (float, "as_float"), (str, "as_string"))
"""How a value is stated in exported programs, by its type."""


class Tape(Struct):
    """The records so far, the calls of modules around the next one, the first that did not fit.

    Nothing is said not to fit after a way was taken that may be wrong.
    """

    name: str
    records: list[Record] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    frames: tuple[Frame, ...] = ()
    problem: str = ""
    is_unsure: bool = False

    def add(self, record: Record) -> int:
        """Add a record; return its number."""
        if len(self.records) >= MAX_RECORDS:
            limit = f"more than {MAX_RECORDS:,} operations"
            raise ModelError(f"unsupported TorchScript archive: {self.name} ({limit})")
        self.records.append(record)
        self.places.append(Place(self.frames))
        return len(self.records) - 1

    def add_input(self, name: str, shape: Shape | None) -> Tensor:
        """Add an input; return its tensor."""
        outputs = [UNKNOWN if shape is None else shape]
        number = self.add(Record(INPUT, NN, name, True, [], outputs, dtypes=[""]))
        return Tensor(shape, (number, 0))

    def call(self, function: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Record the call of a function on tensors; return what it returns."""
        bare = function.strip("_") or function
        words = load_torchscript_words()
        names = words.arguments.get(bare, ())
        names = (*names, *(f"_{place}" for place in range(len(names), len(args))))
        arguments = dict(zip(names, args, strict=False)) | kwargs
        shapes, problem = infer_shapes(bare, arguments)
        self.problem = self.problem or ("" if self.is_unsure else problem)
        results = [Tensor(shape) for shape in shapes]
        self.record(bare, arguments, results)
        if function.endswith("_") and not function.startswith("_"):
            first = next(iterate_tensors(args), None)
            if first is not None:
                self.update(first, results[0])
                return first
        if bare in VIEWS and isinstance(args[0], Tensor):
            results[0].base = args[0]
        if bare in words.lists:
            return results
        return results[0] if len(results) == 1 else tuple(results)

    def record(self, function: str, arguments: dict[str, Any], results: list[Tensor]) -> None:
        """Add the record of a call, unless it computes from constants alone."""
        read = [
            (word, each) for word, value in arguments.items() for each in iterate_tensors(value)
        ]
        used = [] if function in NO_DATA else read
        weights = frozenset(each for _, tensor in used for each in tensor.weights)
        sources = [(word, tensor.origin) for word, tensor in used if tensor.origin is not None]
        is_layer = any(is_library_layer(frame) for frame in self.frames)
        if not sources and not (is_layer and weights):
            for tensor in results:
                tensor.weights = weights
            return
        target = name_convolution(arguments) if function == CONVOLUTION else function
        target = name_function(f"aten.{target}")
        stated = {word: state(value) for word, value in arguments.items() if word[:1] != "_"}
        operands: list[Shape] = [tensor.shape or () for _, tensor in read]
        number = self.add(
            Record(
                target=target,
                module=OPS,
                path="",
                is_layer=False,
                sources=[origin for _, origin in sources],
                outputs=[UNKNOWN if each.shape is None else each.shape for each in results],
                words=[word for word, _ in sources],
                config=describe(target, stated, operands),
                weights=sorted(weights),
                scope=self.frames,
                dtypes=[""] * len(results),
            )
        )
        for port, tensor in enumerate(results):
            tensor.origin = (number, port)

    def update(self, tensor: Tensor, result: Tensor) -> None:
        """Let a tensor, and what it is a part of, be what a change in place has made of them."""
        tensor.origin = result.origin
        tensor.weights |= result.weights
        tensor.number = None
        base = tensor.base
        for _ in range(MAX_DEPTH):
            if base is None or result.origin is None:
                return
            sources: list[Origin] = [
                each for each in (base.origin, tensor.origin) if each is not None
            ]
            number = self.add(
                Record(
                    target="copy",
                    module=OPS,
                    path="",
                    is_layer=False,
                    sources=sources,
                    outputs=[UNKNOWN if base.shape is None else base.shape],
                    words=[None] * len(sources),
                    scope=self.frames,
                    dtypes=[""],
                )
            )
            base.origin = (number, 0)
            tensor, base = base, base.base


def name_convolution(arguments: dict[str, Any]) -> str:
    """Return the function that code calls for a convolution: by its weight, and its direction."""
    weight = arguments.get("weight")
    axes = max(len(weight.shape or ()) - 2, 1) if isinstance(weight, Tensor) else 2
    return f"conv{'_transpose' if arguments.get('transposed') is True else ''}{axes}d"


def state(value: Any) -> dict[str, Any]:
    """Return a value as exported programs state it; empty for what is no configuration."""
    for sort, key in SORTS:
        if isinstance(value, sort):
            return {key: value}
        if isinstance(value, list) and value and all(isinstance(each, sort) for each in value):
            return {f"{key}s": list(value)}
    return {}
