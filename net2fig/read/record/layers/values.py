"""Converts arguments of layers to values of a configuration, by the kind of the argument.

Requires: kinds as grammar/keras.json names them.
Ensures: the value that Keras would save, as plain JSON; decline for anything that Keras might
refuse or that is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from net2fig.read.decline import decline
from net2fig.read.record.layers.objects import save_activation, serialize_object
from net2fig.read.record.session import SESSION


class Argument(Struct, frozen=True):
    """An argument of a class: its name, its default, and the number of axes of the class."""

    owner: str
    name: str
    default: Any
    rank: int

    def refuse(self, value: Any) -> Any:
        """Decline a value."""
        decline(f"{self.name}={value!r:.80} of {self.owner}")


def plain(value: Any) -> Any:
    """Return a number of numpy as a number of Python."""
    if type(value).__module__ == "numpy" and hasattr(value, "item") and not value.shape:
        return value.item()
    return value


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number."""
    return type(value) in (int, float) and value - value == 0


def count(argument: Argument, value: Any) -> Any:
    """A positive whole number."""
    return value if type(value) is int and value > 0 else argument.refuse(value)


def count_or_none(argument: Argument, value: Any) -> Any:
    """A positive whole number, or none."""
    return None if value is None else count(argument, value)


def number(argument: Argument, value: Any) -> Any:
    """A number, not negative."""
    value = plain(value)
    return value if is_number(value) and value >= 0 else argument.refuse(value)


def signed(argument: Argument, value: Any) -> Any:
    """A number."""
    value = plain(value)
    return value if is_number(value) else argument.refuse(value)


def as_float(argument: Argument, value: Any) -> Any:
    """A number that is saved as a float."""
    return float(number(argument, value))


def number_or_none(argument: Argument, value: Any) -> Any:
    """A number that is not negative, or none."""
    return None if value is None else number(argument, value)


def number_or_list(argument: Argument, value: Any) -> Any:
    """A number, or a list of numbers."""
    if isinstance(value, (list, tuple)) and value and all(map(is_number, value)):
        return list(value)
    return signed(argument, value)


def rate(argument: Argument, value: Any) -> Any:
    """A number between 0 and 1."""
    value = plain(value)
    return value if is_number(value) and 0 <= value <= 1 else argument.refuse(value)


def statistics(argument: Argument, value: Any) -> Any:
    """A mean or a variance: a number, one for each feature, or none."""
    if isinstance(value, (list, tuple)) and value and all(map(is_number, value)):
        whole = all(type(item) is int for item in value)
        return [item if whole else float(item) for item in value]
    return value if value is None or is_number(value) else argument.refuse(value)


def noise_shape(argument: Argument, value: Any) -> Any:
    """Sizes, some of them open, or none."""
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        argument.refuse(value)
    return [count_or_none(argument, item) for item in value]


def flag(argument: Argument, value: Any) -> Any:
    """True or false."""
    return value if isinstance(value, bool) else argument.refuse(value)


def seed(argument: Argument, value: Any) -> Any:
    """A whole number, or none."""
    return value if value is None or type(value) is int else argument.refuse(value)


def only_default(argument: Argument, value: Any) -> Any:
    """The default, and no other value."""
    if value is not argument.default and value != argument.default:
        argument.refuse(value)
    return list(value) if isinstance(value, tuple) else value


def window(argument: Argument, value: Any) -> Any:
    """A positive number for every axis, or one for all."""
    values = [value] * argument.rank if type(value) is int else value
    if not isinstance(values, (list, tuple)) or len(values) != argument.rank:
        argument.refuse(value)
    return [count(argument, plain(item)) for item in values]


def output_padding(argument: Argument, value: Any) -> Any:
    """A number that may be 0 for every axis, or one for all, or none."""
    if value is None:
        return None
    values = [value] * argument.rank if type(value) is int else value
    if not isinstance(values, (list, tuple)) or len(values) != argument.rank:
        argument.refuse(value)
    return [item if type(item) is int and item >= 0 else argument.refuse(value) for item in values]


def ends(argument: Argument, value: Any) -> Any:
    """The padding or cropping on both sides of the only axis."""
    if type(value) is int and value >= 0:
        return [value, value]
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return [
            item if type(item) is int and item >= 0 else argument.refuse(value) for item in value
        ]
    return argument.refuse(value)


def edges(argument: Argument, value: Any) -> Any:
    """The padding or cropping on both sides of every axis."""
    if type(value) is int and value >= 0:
        return [[value, value]] * argument.rank
    if isinstance(value, (list, tuple)) and len(value) == argument.rank:
        return [ends(argument, item) for item in value]
    return argument.refuse(value)


def padding(argument: Argument, value: Any) -> Any:
    """The padding of a window; pooling accepts any."""
    return one_of(argument, value, "valid", "same")


def padding_or_causal(argument: Argument, value: Any) -> Any:
    """The padding of a window, or causal padding."""
    return one_of(argument, value, "valid", "same", "causal")


def one_of(argument: Argument, value: Any, *choices: str) -> Any:
    """One of several words; Keras may ignore the case."""
    exact = argument.name == "padding" and "Pool" in argument.owner
    text = value.lower() if isinstance(value, str) and not exact else value
    return text if text in choices else argument.refuse(value)


def order(argument: Argument, value: Any) -> Any:
    """The position of the channels."""
    if value is None:
        return SESSION.data_format
    return one_of(argument, value, "channels_last", "channels_first")


def axis(argument: Argument, value: Any) -> Any:
    """A whole number, or several."""
    if isinstance(value, (list, tuple)) and value and all(type(item) is int for item in value):
        return list(value)
    return value if type(value) is int else argument.refuse(value)


def one_axis(argument: Argument, value: Any) -> Any:
    """A whole number."""
    return value if type(value) is int else argument.refuse(value)


def axis_tuple(argument: Argument, value: Any) -> Any:
    """Axes as a list, none of them as an empty one."""
    if value is None:
        return []
    axes = axis(argument, value)
    return axes if isinstance(axes, list) else [axes]


def two_axes(argument: Argument, value: Any) -> Any:
    """A whole number, or two."""
    axes = axis(argument, value)
    return argument.refuse(value) if isinstance(axes, list) and len(axes) != 2 else axes


def axes_or_none(argument: Argument, value: Any) -> Any:
    """Axes counted from 1, or none."""
    if value is None:
        return None
    axes = axis(argument, value)
    return axes if isinstance(axes, list) else [axes]


def target(argument: Argument, value: Any) -> Any:
    """A shape with at most one inferred axis."""
    values = [plain(item) for item in value] if isinstance(value, (list, tuple)) else []
    good = all(type(item) is int and (item > 0 or item == -1) for item in values)
    return values if values and good and values.count(-1) < 2 else argument.refuse(value)


def dims(argument: Argument, value: Any) -> Any:
    """An order of all axes, counted from 1."""
    if isinstance(value, (list, tuple)) and sorted(value) == list(range(1, len(value) + 1)):
        return list(value)
    return argument.refuse(value)


def factor(argument: Argument, value: Any) -> Any:
    """The range of a random change: up to this much in both directions, or between two numbers."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(map(is_number, value)):
        return list(value) if -1 <= value[0] <= value[1] <= 1 else argument.refuse(value)
    if is_number(value) and 0 <= value <= 1:
        return [-value, value]
    return argument.refuse(value)


def factor_up(argument: Argument, value: Any) -> Any:
    """The range of a random change: from zero up to this much, or between two numbers."""
    if isinstance(value, (list, tuple)):
        return factor(argument, value) if min(value) >= 0 else argument.refuse(value)
    return [0, value] if is_number(value) and 0 < value <= 1 else argument.refuse(value)


def text(argument: Argument, value: Any) -> Any:
    """A text."""
    return value if isinstance(value, str) else argument.refuse(value)


def text_or_none(argument: Argument, value: Any) -> Any:
    """A text, or none."""
    return None if value is None else text(argument, value)


def shape_or_size(argument: Argument, value: Any) -> Any:
    """A shape without its batch axis, with None for open axes, or the size of one axis."""
    sizes = [value] if type(value) is int else value
    return noise_shape(argument, sizes if sizes is not None else argument.refuse(value))


def ignored(_argument: Argument, value: Any) -> Any:
    """Any value: it is not saved."""
    return value


def word(argument: Argument, value: Any) -> Any:
    """One of the words that Keras knows here."""
    return one_of(argument, value, *WORDS[argument.name])


WORDS = {
    "interpolation": ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"),
    "fill_mode": ("reflect", "wrap", "constant", "nearest"),
    "merge_mode": ("concat", "sum", "mul", "ave"),
    "score_mode": ("dot", "concat"),
    "output_mode": ("multi_hot", "one_hot", "count"),
    "mode": ("horizontal", "vertical", "horizontal_and_vertical"),
}


MATRIX = frozenset(
    {f"{part}_initializer" for part in ("kernel", "recurrent", "embeddings", "depthwise")}
)

MATRICES = {"Orthogonal": MATRIX, "Identity": frozenset({"recurrent_initializer"})}
"""Initializers that need a matrix, and the arguments that are matrices."""


def an_object(section: str) -> Callable[[Argument, Any], Any]:
    """Return the kind of an initializer, a regularizer or a constraint."""

    def kind(argument: Argument, value: Any) -> Any:
        saved = serialize_object(section, value)
        places = MATRICES.get(saved["class_name"]) if saved is not None else None
        if places is not None and argument.name not in places:
            argument.refuse(value)
        return saved

    return kind


KINDS: dict[str, Callable[[Argument, Any], Any]] = {
    "activation": lambda _argument, value: save_activation(value),
    "axes": two_axes,
    "axes-or-none": axes_or_none,
    "axis": axis,
    "axis-tuple": axis_tuple,
    "constraints": an_object("constraints"),
    "count": count,
    "count-or-none": count_or_none,
    "default": only_default,
    "dims": dims,
    "edges": edges,
    "ends": ends,
    "flag": flag,
    "factor-up": factor_up,
    "float": as_float,
    "ignored": ignored,
    "initializers": an_object("initializers"),
    "noise-shape": noise_shape,
    "number": number,
    "number-or-list": number_or_list,
    "number-or-none": number_or_none,
    "one-axis": one_axis,
    "order": order,
    "output-padding": output_padding,
    "padding": padding,
    "padding-causal": padding_or_causal,
    "range": factor,
    "rate": rate,
    "regularizers": an_object("regularizers"),
    "seed": seed,
    "signed": signed,
    "statistics": statistics,
    "shape-or-size": shape_or_size,
    "target": target,
    "text": text,
    "text-or-none": text_or_none,
    "window": window,
    "word": word,
}
"""Converters by their names in grammar/keras.json."""
