"""What a module is called with: the shapes that are given, or shapes to try.

Requires: a module, perhaps shapes without the batch, or an example.
Ensures: feeds in the order in which they should be tried; `guessed` if nobody stated the shapes.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from net2fig.errors import UsageError
from net2fig.read.given_shapes import match_shapes
from net2fig.read.torch.axes import BATCH_SIZE
from net2fig.read.torch.leaves import get_library_class
from net2fig.read.torch.tensors import free_name, iterate_tensors, replace_tensors

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

FLOAT, WHOLE, NOTHING = "float32", "int64", "none"

IMAGE_SIZES = (
    *(224, 256, 32, 28, 64, 128, 299, 512, 96, 384, 227, 84, 112, 48, 572, 16, 320, 1024, 300),
)
LENGTHS = (1024, 128, 256, 512, 64, 32, 100, 1000, 4096, 16000, 16)
VOLUMES = (
    (16, 112, 112),
    (32, 32, 32),
    (64, 64, 64),
    (96, 96, 96),
    (128, 128, 128),
    (16, 224, 224),
)
STEPS = (32, 64, 128, 16, 100, 10, 256, 512)
"""Sizes of inputs to try, in this order."""

SIZE_NAMES = (
    *("img_size", "image_size", "input_size", "im_size", "resolution", "imsize", "img_dim"),
    *("input_resolution", "image_resolution", "crop_size", "size"),
)
"""Names of attributes with the size of images."""

STEP_NAMES = (
    *("block_size", "seq_len", "max_seq_len", "max_len", "context_length", "n_positions"),
    *("max_position_embeddings", "sequence_length", "seq_length", "ctx_len", "n_ctx"),
)
"""Names of attributes with the length of sequences."""

CHANNEL_NAMES = ("in_channels", "input_channels", "in_chans", "n_channels", "channels", "input_nc")
"""Names of attributes with the number of features of an image."""

TIME_NAMES = frozenset({"t", "time", "timestep", "timesteps", "sigma", "noise_level", "step"})
CLASS_NAMES = frozenset({"y", "label", "labels", "class_labels", "classes", "class_id"})
MASK_NAMES = ("mask", "lengths", "hidden", "state", "memory")
"""Names of parameters that hold a number for each sample, and of such that may be left out."""

MAX_LAYERS = 4
"""How many different layers may be the first; tables of embeddings count beyond them."""

MAX_FEEDS = 150
"""The maximum number of feeds to try."""


class InputSpec(Struct, frozen=True):
    """One input: its axes without the batch, the kind of its numbers, and the parameter."""

    name: str
    axes: tuple[int, ...]
    kind: str = FLOAT


class Feed(Struct, frozen=True):
    """The arguments of a call.

    `example` holds arguments as they are, `where` is the line of code that states them. The specs
    are in the order of the parameters if `positional` is true, else they name them.
    """

    specs: tuple[InputSpec, ...] = ()
    guessed: bool = False
    example: Any = None
    where: str = ""
    positional: bool = False

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
            values[spec.name] = tensors[spec.name] = torch.zeros(shape, dtype=dtype, device=device)
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


def guess_feeds(module: Any) -> Iterator[Feed]:
    """Yield feeds to try, by the first layers and by the names of parameters."""
    names, required = list_forward_parameters(module)
    vectors = [getattr(layer, "in_features", 0) for layer in first_layers(module)]
    vectors = [size for size in dict.fromkeys(vectors) if type(size) is int and size][:3]
    looks_up = any(type(layer).__name__.startswith("Embedding") for layer in module.modules())
    # Classes may be optional, and needed all the same.
    classes = [name for name in names if name in CLASS_NAMES and name not in required]
    count = 0
    for more in ([], classes) if classes else ([],):
        extra = [InputSpec(name, (), WHOLE) for name in more]
        for axes, kind in guess_inputs(module, several=len(required) > 1):
            first = InputSpec(required[0], axes, kind)
            for rest in guess_others(first, required[1:], vectors, looks_up=looks_up):
                yield Feed((first, *rest, *extra), guessed=True)
                count += 1
                if count >= MAX_FEEDS:
                    break
    stated = getattr(module, "dummy_inputs", None)
    if isinstance(stated, Mapping):
        yield Feed(example=dict(stated), guessed=True)


def guess_inputs(module: Any, *, several: bool) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield axes and kinds for the first input; fewer if there are several inputs."""
    stated = stated_size(module)
    if stated is not None:
        yield stated, FLOAT
    seen: set[tuple[tuple[int, ...], str]] = set()
    layers: dict[tuple[str, int], Any] = {}
    for layer in first_layers(module):
        size = next(
            getattr(layer, name)
            for name in ("in_channels", "in_features", "num_embeddings", "input_size", "embed_dim")
            if hasattr(layer, name)
        )
        is_lookup = type(layer).__name__.startswith("Embedding")
        if isinstance(size, int) and size > 0 and (len(layers) < MAX_LAYERS or is_lookup):
            layers.setdefault((type(layer).__name__, size), layer)
    for number, ((_, size), layer) in enumerate(layers.items()):
        for found in guess_for_layer(module, layer, size, few=number > 0 or several):
            if found not in seen:
                seen.add(found)
                yield found
    own = [each.shape[0] for each in module.parameters(recurse=False) if each.dim() == 1]
    own += find_numbers(module, CHANNEL_NAMES, 4096)[:2]
    sides = dict.fromkeys([*find_numbers(module, SIZE_NAMES, 4096), *IMAGE_SIZES[:6]])
    for channels in dict.fromkeys((*own, 3, 6)):  # one image, or two
        for side in sides:
            if ((channels, side, side), FLOAT) not in seen:
                yield (channels, side, side), FLOAT


def stated_size(module: Any) -> tuple[int, ...] | None:
    """Return the input size that a library states for its model."""
    config = getattr(module, "default_cfg", None) or getattr(module, "pretrained_cfg", None)
    size = config.get("input_size") if isinstance(config, Mapping) else None
    if isinstance(size, (list, tuple)) and all(type(each) is int for each in size):
        return tuple(size)
    return None


def guess_for_layer(
    module: Any, layer: Any, size: int, *, few: bool
) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield axes and kinds for an input that a layer reads."""
    library = get_library_class(layer)
    name = "" if library is None else library.__name__
    limit = 6 if few else None
    if "Embedding" in name:
        steps = dict.fromkeys([*find_numbers(module, STEP_NAMES, 4096), *STEPS[:limit]])
        yield from (((each,), WHOLE) for each in steps)
    elif name.endswith("3d"):
        yield from (((size, *volume), FLOAT) for volume in VOLUMES[:limit])
    elif name.endswith("2d"):
        if "Transpose" in name:
            yield (size, 1, 1), FLOAT
        sides = dict.fromkeys([*find_numbers(module, SIZE_NAMES, 4096), *IMAGE_SIZES[:limit]])
        yield from (((size, side, side), FLOAT) for side in sides)
    elif name.endswith("1d"):
        stated = [*find_numbers(module, STEP_NAMES, 65536), *count_positions(module)]
        lengths = dict.fromkeys([*stated, *LENGTHS[:limit]])
        yield from (((size, each), FLOAT) for each in lengths)
        # The code may turn the features to the front by itself.
        yield from (((each, size), FLOAT) for each in [*lengths][:3])
    elif name in ("Linear", "LazyLinear", "Bilinear"):
        yield (size,), FLOAT
        yield (size, size), FLOAT
        steps = dict.fromkeys([*find_numbers(module, STEP_NAMES, 4096), *STEPS[:limit]])
        yield from (((each, size), FLOAT) for each in steps)
        yield from ((image, FLOAT) for image in guess_patches(module, size))
    else:
        yield (size, size), FLOAT
        steps = dict.fromkeys([*find_numbers(module, STEP_NAMES, 4096), *STEPS[:limit]])
        yield from (((each, size), FLOAT) for each in steps)


def count_positions(module: Any) -> list[int]:
    """Return the lengths of tables of positions, and twice these: a convolution may halve them."""
    tables = [
        value
        for name, value in (*module.named_parameters(), *module.named_buffers())
        if "pos" in name and value.dim() == 2
    ]
    lengths = dict.fromkeys(table.shape[0] for table in tables if table.shape[0] > 1)
    return [length * factor for length in lengths for factor in (2, 1)]


def guess_patches(module: Any, size: int) -> Iterator[tuple[int, ...]]:
    """Yield the axes of images whose patches, or which as a whole, have so many numbers."""
    for channels in (3, 1):
        side = round((size / channels) ** 0.5)
        if side * side * channels == size and side > 1:
            sides = dict.fromkeys([*find_numbers(module, SIZE_NAMES, 4096), *IMAGE_SIZES])
            yield from (
                (channels, each, each) for each in sides if each > side and each % side == 0
            )
            yield channels, side, side


def find_numbers(module: Any, names: Sequence[str], most: int) -> list[int]:
    """Return the numbers in attributes with certain names: of modules, or of a configuration."""
    found: list[int] = []
    places: list[Any] = list(module.modules())[:6]
    places += [
        getattr(module, name, None) for name in ("config", "cfg", "args", "hparams", "params")
    ]
    for place in places:
        state = place if isinstance(place, Mapping) else getattr(place, "__dict__", {})
        for name in names:
            value = state.get(name)
            value = value[-1] if isinstance(value, (list, tuple)) and value else value
            if type(value) is int and 1 < value <= most:
                found.append(value)
    return found


def guess_others(
    first: InputSpec, names: Sequence[str], vectors: Sequence[int], *, looks_up: bool = False
) -> Iterator[tuple[InputSpec, ...]]:
    """Yield specs for the parameters after the first; `vectors` are sizes of vectors to try.

    `looks_up` tells that the module has a table of embeddings; a mask may have one feature.
    """
    choices = []
    for name in names:
        number = [InputSpec(name, (), FLOAT), InputSpec(name, (), WHOLE)]
        same = [InputSpec(name, first.axes, first.kind)]
        nothing = [InputSpec(name, (), NOTHING)]
        if name.lower() in TIME_NAMES:
            choices.append([*number, *same])
        elif any(part in name.lower() for part in MASK_NAMES):
            one = [InputSpec(name, (1, *first.axes[1:]), first.kind)] if first.axes[1:] else []
            choices.append([*nothing, *one, *number, *same])
        else:
            vector = [InputSpec(name, (size,), FLOAT) for size in vectors]
            ids = (
                [InputSpec(name, (STEPS[2] // 8,), WHOLE)]
                if looks_up and first.kind != WHOLE
                else []
            )
            choices.append([*same, *vector, *ids, *reversed(number), *nothing])
    yield from (
        product(*choices[:3]) if len(choices) <= 3 else product(*(each[:1] for each in choices))
    )
