"""Shapes to try where nobody states what a module is called with.

Requires: a module.
Ensures: feeds in the order in which they should be tried, by the first layers, by the names of
parameters, and by numbers that the module holds.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import Any

from net2fig.read.torch.inputs.feed import (
    FLOAT,
    MADE,
    NOTHING,
    NUMBER,
    WHOLE,
    Feed,
    InputSpec,
    first_layers,
    list_forward_parameters,
)
from net2fig.read.torch.inputs.forward_code import count_packed, find_makers, find_unpacked
from net2fig.read.torch.leaves import get_library_class

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

WIDTHS = (*LENGTHS, *STEPS)

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

SIZES_OF_LAYERS = ("in_channels", "in_features", "num_embeddings", "input_size", "embed_dim")
"""Attributes of layers with what they read."""

FEATURES = frozenset({"c", "ch", "channel", "channels", "in_channels", "d", "dim", "f", "features"})
USUAL_SIZES = {"h": 64, "w": 64, "height": 64, "width": 64, "t": 64, "l": 64, "s": 64, "n": 1024}
"""Names of axes of features, and usual sizes of axes with other names."""

TELLS_SIZE = re.compile(r".*(seq|len|node|point|person|joint|size|window|step|num_v|frame).*").match
"""Matches the names of numbers that are likely the size of an axis."""

MOST_AXES = 3
"""The axes of an image, without the batch."""

MAX_UNPACKED = 40
"""How many choices of sizes are tried for axes that have names."""

MAX_SIZE = 4096
"""Greater numbers of a module are no sizes."""

FEW_NUMBERS, MAX_NUMBERS = 2, 5
"""How many numbers of a module are tried as sizes."""

IS_NUMBER = re.compile(r"max_\w*(len|length|size)\w*|[hw]|height|width|(num|n)_\w+").fullmatch
"""Matches the names of parameters that are numbers, and no tensors."""

MAX_LAYERS = 4
"""How many different layers may be the first; tables of embeddings count beyond them."""

MAX_FEEDS = 150
"""The maximum number of feeds to try."""


def guess_feeds(module: Any, *, packs: bool = True) -> Iterator[Feed]:
    """Yield feeds to try, by the first layers and by the names of parameters.

    With `packs`, an input that the code takes apart is a list first, and a tensor then.
    """
    names, required = list_forward_parameters(module)
    vectors = [getattr(layer, "in_features", 0) for layer in first_layers(module)]
    vectors = [size for size in dict.fromkeys(vectors) if type(size) is int and size][:3]
    looks_up = any(type(layer).__name__.startswith("Embedding") for layer in module.modules())
    # Classes may be optional, and needed all the same.
    classes = [name for name in names if name in CLASS_NAMES and name not in required]
    makers = find_makers(module, required)
    parts = count_packed(module, required[0]) if packs and len(required) == 1 else 0
    required = [f"{required[0]}_{place}" for place in range(parts)] or required
    count = 0
    for more in ([], classes) if classes else ([],):
        extra = [InputSpec(name, (), WHOLE) for name in more]
        for axes, kind in guess_inputs(module, several=len(required) > 1):
            first = InputSpec(required[0], axes, kind)
            for rest in guess_others(first, required[1:], vectors, makers, looks_up=looks_up):
                used = tuple(each for each in makers if each[0] in required)
                yield Feed((first, *rest, *extra), guessed=True, makers=used, packed=parts > 0)
                count += 1
                if count >= MAX_FEEDS:
                    break
    if parts:
        yield from guess_feeds(module, packs=False)
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
        size = next(getattr(layer, name) for name in SIZES_OF_LAYERS if hasattr(layer, name))
        is_lookup = type(layer).__name__.startswith("Embedding")
        if isinstance(size, int) and size > 0 and (len(layers) < MAX_LAYERS or is_lookup):
            layers.setdefault((type(layer).__name__, size), layer)
    unpacked = [*guess_unpacked(module, [*layers.values()], list_numbers(module))]
    if unpacked and len(unpacked[0][0]) > MOST_AXES:
        # No image and no sequence has so many axes.
        yield from unpacked
    for number, ((_, size), layer) in enumerate(layers.items()):
        for found in guess_for_layer(module, layer, size, few=number > 0 or several):
            if found not in seen:
                seen.add(found)
                yield found
    yield from (each for each in unpacked if each not in seen)
    yield from guess_by_numbers(module, [*layers.values()], seen)
    own = [each.shape[0] for each in module.parameters(recurse=False) if each.dim() == 1]
    own += find_numbers(module, CHANNEL_NAMES, 4096)[:2]
    sides = dict.fromkeys([*find_numbers(module, SIZE_NAMES, 4096), *IMAGE_SIZES[:6]])
    for channels in dict.fromkeys((*own, 3, 6)):  # one image, or two
        for side in sides:
            if ((channels, side, side), FLOAT) not in seen:
                yield (channels, side, side), FLOAT


def guess_by_numbers(
    module: Any, layers: Sequence[Any], seen: set[tuple[tuple[int, ...], str]]
) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield axes that the module holds as numbers, such as those of a graph and of a window."""
    numbers = list_numbers(module)
    for place, layer in enumerate(layers):
        library = get_library_class(layer)
        name = "" if library is None else library.__name__
        size = next((getattr(layer, e) for e in SIZES_OF_LAYERS if hasattr(layer, e)), 0)
        found: list[tuple[int, ...]] = []
        if name.endswith("2d"):
            few = numbers if not place else numbers[:FEW_NUMBERS]
            found = [(size, *pair) for pair in permutations(few, 2)]
        elif name.endswith("1d"):
            found = [(size, each) for each in numbers]
        elif "Linear" in name:
            found = [(each, size) for each in numbers]
        for axes in found:
            if (axes, FLOAT) not in seen:
                seen.add((axes, FLOAT))
                yield axes, FLOAT


def list_numbers(module: Any) -> list[int]:
    """Return the whole numbers that a module holds, or that its constructor has as defaults.

    Those whose names tell a size come first.
    """
    parameters = inspect.signature(type(module).__init__).parameters.values()
    held = [*vars(module).items(), *((each.name, each.default) for each in parameters)]
    held += [("size", each.shape[0]) for each in module.parameters(recurse=False) if each.dim() > 1]
    values = [value for _, value in sorted(held, key=lambda item: not TELLS_SIZE(item[0].lower()))]
    numbers = [value for value in values if type(value) is int and 1 < value <= MAX_SIZE]
    return [*dict.fromkeys(numbers)][:MAX_NUMBERS]


def guess_unpacked(
    module: Any, layers: Sequence[Any], numbers: Sequence[int]
) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield axes by the names that the code gives them: `n, c, t, v, m = x.size()`.

    Axes of features, of time and of space have usual sizes, the others numbers of the module.
    """
    names = find_unpacked(module)
    sizes = [
        getattr(each, word) for each in layers for word in SIZES_OF_LAYERS if hasattr(each, word)
    ]
    sizes = [*dict.fromkeys(each for each in sizes if type(each) is int)][:2]
    parameters = inspect.signature(type(module).__init__).parameters
    sizes = [
        *(
            each.default
            for word, each in parameters.items()
            if word in CHANNEL_NAMES and each.default
        ),
        *sizes,
    ]
    choices: list[Sequence[int]] = []
    for name in names[1:]:
        if name in FEATURES:
            choices.append([each for each in sizes if type(each) is int])
        elif name in USUAL_SIZES:
            choices.append((USUAL_SIZES[name],))
        else:
            choices.append((*numbers, STEPS[0]))
    for number, axes in enumerate(product(*choices) if choices else ()):
        if number >= MAX_UNPACKED:
            break
        yield axes, FLOAT


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
    first: InputSpec,
    names: Sequence[str],
    vectors: Sequence[int],
    makers: Sequence[tuple[str, Any]] = (),
    *,
    looks_up: bool = False,
) -> Iterator[tuple[InputSpec, ...]]:
    """Yield specs for the parameters after the first; `vectors` are sizes of vectors to try.

    `looks_up` tells that the module has a table of embeddings; a mask may have one feature.
    """
    choices = []
    for name in names:
        number = [InputSpec(name, (), FLOAT), InputSpec(name, (), WHOLE)]
        same = [InputSpec(name, first.axes, first.kind)]
        nothing = [InputSpec(name, (), NOTHING)]
        if name in dict(makers):
            # The batch may be the second axis.
            second = [InputSpec(name, first.axes[:1], MADE)] if first.axes else []
            choices.append([InputSpec(name, (), MADE), *second, *nothing])
        elif IS_NUMBER(name.lower()):
            choices.append([InputSpec(name, first.axes[:1] or (1,), NUMBER), *same, *number])
        elif name.lower() in TIME_NAMES:
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
            choices.append([*same, *vector, *ids, *reversed(number)])
    yield from (
        product(*choices[:3]) if len(choices) <= 3 else product(*(each[:1] for each in choices))
    )
