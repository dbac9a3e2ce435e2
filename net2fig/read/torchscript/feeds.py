"""What the code of a TorchScript archive is followed with: shapes that are given, traced, or tried.

Requires: an archive and the arguments of its `forward`.
Ensures: shapes with the batch first; those that nobody stated are tried in a fixed order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from net2fig.network import Shape
from net2fig.read.torch.axes import BATCH_SIZE
from net2fig.read.torch.inputs.guessing import IMAGE_SIZES, LENGTHS, STEPS, VOLUMES
from net2fig.read.torch.trace import INPUT, Record
from net2fig.read.torchscript.values import Tensor

Feed = Mapping[str, Shape | None]
"""The shape of each input, by the name of its argument."""

TENSOR, LISTS = "Tensor", "List[Tensor]"
"""The types of the arguments that are fed."""


class Parameter(Struct, frozen=True):
    """An argument of `forward`: its name, its type, and whether it may be left out."""

    name: str
    sort: str
    is_optional: bool

    @property
    def is_fed(self) -> bool:
        """Whether it takes tensors."""
        return self.sort in (TENSOR, LISTS)


def list_parameters(function: ast.FunctionDef) -> list[Parameter]:
    """Return the arguments of `forward`."""
    args = function.args.args[1:]
    given = len(args) - len(function.args.defaults)
    return [
        Parameter(
            each.arg,
            "" if each.annotation is None else ast.unparse(each.annotation),
            place >= given,
        )
        for place, each in enumerate(args)
    ]


def feed_traced(values: Sequence[object], parameters: Sequence[Parameter]) -> Feed | None:
    """Return the shapes with which a module was traced; None if they are not known."""
    shapes = [value.shape for value in values if isinstance(value, Tensor)]
    if not shapes or len(shapes) != len(values) or len(shapes) != len(parameters):
        return None
    return {each.name: shape for each, shape in zip(parameters, shapes, strict=True)}


def guess_feeds(
    records: Sequence[Record], parameters: Sequence[Parameter], weights: Sequence[Shape]
) -> Iterator[Feed]:
    """Yield shapes to try, by the layers that read the inputs first in a run without shapes.

    Where that run tells nothing, the first of the `weights` does.
    """
    choices: dict[Parameter, list[tuple[int, ...]]] = {}
    for each in parameters:
        found = list(guess_shapes(find_reader(records, each.name)))
        choices[each] = found or list(guess_by_weights(weights))
    longest = max(map(len, choices.values()), default=0)
    if all(choices.values()):
        for number in range(longest):
            yield {
                each.name: add_batch(each, shapes[min(number, len(shapes) - 1)])
                for each, shapes in choices.items()
            }


def add_batch(parameter: Parameter, axes: Sequence[int | None]) -> Shape:
    """Return the shape of an input: lists hold a tensor for each sample."""
    return tuple(axes) if parameter.sort == LISTS else (BATCH_SIZE, *axes)


def guess_by_weights(weights: Sequence[Shape]) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of images or vectors that the first weight may read."""
    first = next((shape for shape in weights if len(shape) in (2, 4) and None not in shape), ())
    sizes = [size for size in first if size is not None]
    if len(sizes) == 4:
        yield from ((sizes[1], side, side) for side in IMAGE_SIZES)
    elif sizes:
        yield from ((sizes[1],), *((steps, sizes[1]) for steps in STEPS))


def find_reader(records: Sequence[Record], name: str) -> Record | None:
    """Return the first call with weights that reads an input, past calls without any."""
    reached: set[int] = set()
    for number, record in enumerate(records):
        if record.target == INPUT and record.path == name:
            reached.add(number)
        elif any(source in reached for source, _ in record.sources):
            if record.weights:
                return record
            reached.add(number)
    return None


def guess_shapes(record: Record | None) -> Iterator[tuple[int, ...]]:
    """Yield the shapes that a layer may read, without the batch."""
    if record is None:
        return
    config = record.config
    channels, features = config.get("in_channels"), config.get("in_features")
    axes = len(config.get("kernel_size") or ())
    if isinstance(channels, int) and axes == 2:
        yield from ((channels, side, side) for side in IMAGE_SIZES)
    elif isinstance(channels, int) and axes == 1:
        yield from ((channels, length) for length in LENGTHS)
    elif isinstance(channels, int):
        yield from ((channels, *places) for places in VOLUMES)
    elif isinstance(features, int):
        yield (features,)
        yield from ((steps, features) for steps in STEPS)
    elif record.target == "embedding":
        yield from ((steps,) for steps in STEPS)
    elif "hidden_size" in config and isinstance(config.get("input_size"), int):
        yield from ((steps, config["input_size"]) for steps in STEPS)
