"""What a module is called with: the shapes that are given, or shapes to try.

Requires: a module, perhaps shapes without the batch, or an example.
Ensures: feeds in the order in which they should be tried; `guessed` if nobody stated the shapes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from net2fig.errors import UsageError
from net2fig.read.given_shapes import match_shapes
from net2fig.read.torch.axes import BATCH_SIZE
from net2fig.read.torch.leaves import get_library_class
from net2fig.read.torch.tensors import free_name, iterate_tensors, replace_tensors

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

FLOAT, WHOLE, NOTHING, MADE, NUMBER = "float32", "int64", "none", "made", "number"
"""The kinds of inputs: tensors, None, what a method of the module makes, one whole number."""


class InputSpec(Struct, frozen=True):
    """One input: its axes without the batch, the kind of its numbers, and the parameter."""

    name: str
    axes: tuple[int, ...]
    kind: str = FLOAT


class Feed(Struct, frozen=True):
    """The arguments of a call.

    `makers` make inputs of the kind `MADE`. `packed` tells that the inputs are one list. `example`
    holds arguments as they are, `where` is the line of code that states them. The specs are in the
    order of the parameters if `positional` is true, else they name them.

    """

    specs: tuple[InputSpec, ...] = ()
    guessed: bool = False
    example: Any = None
    where: str = ""
    positional: bool = False
    makers: tuple[tuple[str, Callable[[int], Any]], ...] = ()
    packed: bool = False

    def arguments(
        self, names: Sequence[str], batch: int = BATCH_SIZE, larger: int = 0, *, real: bool = False
    ) -> tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]:
        """Return the tensors by name, and the arguments of the call, for a batch.

        Spatial axes are longer by `larger`. Tensors have data only if `real` is true.
        """
        import torch

        device = "cpu" if real else "meta"
        if self.example is not None:
            args, kwargs = split_example(self.example)
            return change_example(names, args, kwargs, batch, larger, device)
        tensors: dict[str, Any] = {}
        values: dict[str, Any] = {}
        for spec in self.specs:
            if spec.kind == NOTHING:
                values[spec.name] = None
                continue
            if spec.kind == NUMBER:
                values[spec.name] = spec.axes[0]
                continue
            if spec.kind == MADE:
                made = dict(self.makers)[spec.name](spec.axes[0] if spec.axes else batch)
                values[spec.name] = replace_tensors(made, lambda each: each.detach().to(device))
                continue
            grown = [each + larger for each in spec.axes]
            first = 0 if spec.kind == WHOLE or len(spec.axes) < 2 else 1
            last = len(spec.axes) - (1 if len(spec.axes) == 2 else 0)
            axes = [
                large if first <= at < max(last, 1) and len(spec.axes) != 1 else small
                for at, (large, small) in enumerate(zip(grown, spec.axes, strict=True))
            ]
            if spec.kind == WHOLE and len(spec.axes) == 1:
                axes = grown
            shape = (batch, *axes)
            dtype = torch.int64 if spec.kind == WHOLE else torch.float32
            # A zero is the mark of padding, and no length.
            make = torch.ones if spec.kind == WHOLE else torch.zeros
            values[spec.name] = tensors[spec.name] = make(shape, dtype=dtype, device=device)
        if self.packed:
            return tensors, ([*values.values()],), {}
        if self.positional:
            words = [names[at] if at < len(names) else key for at, key in enumerate(values)]
            named = dict(zip(words, tensors.values(), strict=True))
            return named, tuple(values.values()), {}
        positional = [name for name in names if name in values]
        rest = {name: value for name, value in values.items() if name not in names}
        if list(names[: len(positional)]) != positional:
            return tensors, (), values
        return tensors, tuple(values[name] for name in positional), rest


def split_example(example: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return an example as arguments: a tuple holds several, a dictionary those with names."""
    if isinstance(example, tuple):
        return example, {}
    return ((), dict(example)) if isinstance(example, Mapping) else ((example,), {})


def change_example(
    names: Sequence[str], args: Any, kwargs: Any, batch: int, larger: int, device: str
) -> tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of an example for another batch, with tensors of their own."""
    import torch

    sizes = [each.shape[0] for each in iterate_tensors((args, kwargs)) if each.dim()]
    common = sizes[0] if sizes else 0
    tensors: dict[str, Any] = {}

    def change(tensor: Any, name: str) -> Any:
        shape = list(tensor.shape)
        if shape and shape[0] == common:
            shape[0] = batch
        if larger and len(shape) in (4, 5):
            shape[2:] = [each + larger for each in shape[2:]]
        if device == "cpu" and shape == list(tensor.shape):
            new = tensor.detach().to("cpu", copy=True)
        else:
            new = torch.zeros(shape, dtype=tensor.dtype, device=device)
        return tensors.setdefault(free_name(name, tensors), new)

    def name_of(place: int) -> str:
        return names[place] if place < len(names) else f"input_{place + 1}"

    new_args = tuple(
        replace_tensors(value, lambda each, at=place: change(each, name_of(at)))
        for place, value in enumerate(args)
    )
    new_kwargs = {
        word: replace_tensors(value, lambda each, at=word: change(each, at))
        for word, value in kwargs.items()
    }
    return tensors, new_args, new_kwargs


# Parameters of `forward`.


def list_forward_parameters(module: Any) -> tuple[list[str], list[str]]:
    """Return the positional parameters of `forward`, and those among all that are required."""
    try:
        found = inspect.signature(module.forward).parameters.values()
    except (TypeError, ValueError, AttributeError):
        return ["x"], ["x"]
    usual = [
        each for each in found if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    names = [each.name for each in usual]
    required = [
        each.name
        for each in found
        if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    if not names and any(each.kind == each.VAR_POSITIONAL for each in found):
        return ["x"], ["x"]
    return names, required or names[:1]


# Feeds.


def given_feed(module: Any, shapes: Sequence[InputShape]) -> Feed:
    """Return the feed with given shapes; axes that are left open are an error."""
    names, required = list_forward_parameters(module)
    order = [*required, *(name for name in names if name not in required)]
    found = match_shapes(shapes, order)
    ids = reads_ids(module)
    specs = []
    for name in order:
        if name not in found:
            continue
        shape = found[name]
        if None in shape.axes:
            raise UsageError(
                f"invalid input shape: {shape!s} in --input-shape (PyTorch needs all axes)"
            )
        axes = tuple(axis for axis in shape.axes if axis is not None)
        kind = WHOLE if ids and len(axes) == 1 else FLOAT
        specs.append(InputSpec(name, axes, kind))
    return Feed(tuple(specs))


def reads_ids(module: Any) -> bool:
    """Tell whether the first layer with weights looks up numbers."""
    first = next(first_layers(module), None)
    return first is not None and type(first).__name__.startswith("Embedding")


def first_layers(module: Any) -> Iterator[Any]:
    """Yield the layers that may be the first, in the order of the definition."""
    known = ("in_channels", "in_features", "num_embeddings", "input_size", "embed_dim")
    for each in module.modules():
        if get_library_class(each) is not None and any(hasattr(each, name) for name in known):
            yield each
