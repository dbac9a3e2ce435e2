"""Values that only data know: they flow through code by name, and have no value.

    labels = pd.read_csv("labels.csv")          labels
    count = len(labels.kind.unique()) + 1       count, as large as its name tells

Requires: a separate process; `UnknownData` has been told whom to tell.
Ensures: attributes, calls, items and arithmetic of an unknown value are unknown values. Whoever
needs a real one gets an error, except for sizes of layers: these get a size that is told.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from inspect import currentframe
from typing import Any, ClassVar

from net2fig.read.decline import Declined, clear_reasons, is_user_file
from net2fig.read.script.guess.stand_ins import load_stand_ins, scale

USUAL_SIZE = 64
"""The size of an unknown value whose name tells nothing."""

MAX_NAME = 60

MAX_LABEL = 16
"""The longest name that a figure shows in place of a number."""

BINARY: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "add": ("+", operator.add),
    "sub": ("-", operator.sub),
    "mul": ("*", operator.mul),
    "floordiv": ("//", operator.floordiv),
    "truediv": ("/", operator.truediv),
    "mod": ("%", operator.mod),
    "pow": ("**", operator.pow),
    "and": ("&", operator.and_),
    "or": ("|", operator.or_),
    "matmul": ("@", lambda one, _other: one),
}
"""Operators by the names of their methods: the sign, and what is done to sizes."""


NOT_RECORDED = "not-recorded"
"""The code of the notice that tells what the recorder does not know."""


class UnknownDataError(Exception):
    """Raised where code asks for the value of something that only data know."""


class MissingImport:
    """Stands for a name from a module that is not installed, or that has changed."""

    def __init__(self, error: Exception) -> None:
        self.__dict__["error"] = error

    def fail(self, *_args: Any, **_kwargs: Any) -> Any:
        """Raise the error of the import."""
        raise self.__dict__["error"]

    __call__ = __getitem__ = __iter__ = __enter__ = __mro_entries__ = fail

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self.fail()


class UnknownData:
    """What was assumed for unknown values, and the values that the user has set.

    `accepted` is true while missing data are unknown, and no error; `any_module` is true if what
    comes from any module that is not installed is unknown then. `loose` is true if what the
    recorder does not know is unknown too, since there is no Keras to ask. `once` is true if a loop
    over unknown items runs for one of them, and an unknown key picks the first item. `call` returns
    what the call of an unknown value returns, and `decide` tells which branch is taken that only
    data know. `make_layer` returns a layer of which only the name is known, and how its result is
    shaped. `sizes` are those that were assumed, by their names.
    """

    accepted: bool = False
    any_module: bool = False
    loose: bool = False
    once: bool = False

    call: Callable[[str, Any, Any], Any] = staticmethod(
        lambda name, _args, _kwargs: UnknownValue(f"{name}(…)")
    )
    tell: Callable[[str, str], None] = staticmethod(lambda _code, _text: None)
    make_layer: Callable[[str, Callable[[Any], Any]], Any] = staticmethod(
        lambda name, _find_shape: UnknownValue(name)
    )
    make_base: Callable[[str], type | None] = staticmethod(lambda _name: None)
    values: Mapping[str, int] = {}
    sizes: ClassVar[dict[str, int]] = {}
    decide: Callable[[Any, bool], bool] = staticmethod(
        lambda value, _answer: value._net2fig_fail()  # noqa: SLF001
    )


@contextmanager
def unknown_if_loose() -> Iterator[None]:
    """Turn what the recorder declines into an error of unknown data, where it may go on."""
    try:
        yield
    except Declined as reason:
        if not UnknownData.loose:
            raise
        clear_reasons()
        raise UnknownDataError(str(reason)) from None


class UnknownValue:
    """A value that only data know."""

    from_data = True
    """Whether data tell the value, and not a library that is not there."""

    def __init__(self, name: str, size: float | None = None) -> None:
        self.__dict__["_name"] = name if len(name) <= MAX_NAME else f"…{name[1 - MAX_NAME :]}"
        self.__dict__["_size"] = size
        self.__dict__["_known"] = {}
        self.__dict__["_origin"] = name

    def _net2fig_rename(self, name: str) -> UnknownValue:
        """Return the same value under the name that the code gives it."""
        new = UnknownValue(name, self.__dict__["_size"])
        new.__dict__ |= {key: self.__dict__[key] for key in ("_known", "_origin")}
        return new

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_repr_")):
            raise AttributeError(name)
        if name in self.__dict__["_known"]:
            return self.__dict__["_known"][name]
        # The same each time: layers may be called on it again.
        self.__dict__["_known"][name] = UnknownValue(f"{name_of(self)}.{name}")
        return self.__dict__["_known"][name]

    def __setattr__(self, name: str, value: Any) -> None:
        """Remember what the code sets: that is known."""
        self.__dict__["_known"][name] = value

    def __getitem__(self, key: Any) -> Any:
        return UnknownValue(f"{name_of(self)}[{describe_key(key)}]")

    def __setitem__(self, key: Any, value: Any) -> None:
        """Do nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what a call would return."""
        return UnknownData.call(name_of(self), args, kwargs)

    def __iter__(self) -> Iterator[Any]:
        count = count_unpacked()
        if count is None:
            return iter(())
        if not count and not takes_one():
            raise UnknownDataError(f"the items of {name_of(self)} are not known")
        if not count:
            text = f"only data know the items of {name_of(self)}: took one"
            UnknownData.tell("unknown-size", text)
        return iter([UnknownValue(f"{name_of(self)}[{number}]") for number in range(count or 1)])

    def __enter__(self) -> Any:
        return UnknownValue(name_of(self))

    def __exit__(self, *_error: object) -> None:
        """Do nothing."""

    def __mro_entries__(self, _bases: Any) -> tuple[type, ...]:
        """Return no class: a class of the code that is derived from it is derived from nothing.

        If its name is that of a base for modules of PyTorch, it is one.
        """
        base = UnknownData.make_base(find_last_word(name_of(self)))
        return () if base is None else (base,)

    def __neg__(self) -> Any:
        return UnknownValue(f"-{name_of(self)}")

    __pos__ = __abs__ = __invert__ = __neg__

    def _net2fig_fail(self, *_args: Any, **_kwargs: Any) -> Any:
        """Raise an error: the value is asked for."""
        raise UnknownDataError(f"the value of {name_of(self)} is not known")

    __len__ = __int__ = __float__ = __index__ = __array__ = __contains__ = _net2fig_fail

    def __bool__(self) -> bool:
        """Tell which branch is taken; fail for whoever else asks."""
        usual = load_stand_ins().find_argument(find_last_word(name_of(self)))
        return UnknownData.decide(self, usual if type(usual) is bool else True)

    def __repr__(self) -> str:
        return name_of(self)

    def __fspath__(self) -> str:
        """Return a path that is not there."""
        return name_of(self).replace("/", "_")

    __hash__ = object.__hash__

    def __array_function__(self, function: Any, *_rest: Any) -> Any:
        """Return the result of a function of numpy."""
        return UnknownValue(f"{function.__name__}({name_of(self)})")

    def __array_ufunc__(self, function: Any, *_rest: Any, **_options: Any) -> Any:
        """Return the result of a function of numpy."""
        return UnknownValue(f"{function.__name__}({name_of(self)})")


def name_of(value: UnknownValue) -> str:
    """Return the name of an unknown value."""
    name: str = value.__dict__["_name"]
    return name


def origin_of(value: UnknownValue) -> str:
    """Return the expression that an unknown value comes from, whatever the code calls it."""
    origin: str = value.__dict__["_origin"]
    return origin


def describe_key(key: Any) -> str:
    """Return a key as it is written between brackets."""
    return repr(key) if isinstance(key, (int, str)) else "…"


def add_operators() -> None:
    """Give unknown values their operators."""

    def make(sign: str, compute: Callable[[Any, Any], Any], *, swapped: bool) -> Any:
        def method(self: UnknownValue, other: Any) -> Any:
            if hasattr(other, "_keras_history"):
                # Of a tensor and a number, the tensor is what a figure shows.
                return compute(*((other, find_size(self)) if swapped else (find_size(self), other)))
            one, two = (other, self) if swapped else (self, other)
            texts = [name_of(x) if is_unknown(x) else repr(x) for x in (one, two)]
            sizes = [find_size(x) if is_unknown(x) else x for x in (one, two)]
            try:
                size = compute(*sizes)
            except Exception:  # noqa: BLE001  (the other may be anything)
                size = None
            known = isinstance(size, (int, float))
            return UnknownValue(f"{texts[0]} {sign} {texts[1]}", size if known else None)

        return method

    for name, (sign, compute) in BINARY.items():
        setattr(UnknownValue, f"__{name}__", make(sign, compute, swapped=False))
        setattr(UnknownValue, f"__r{name}__", make(sign, compute, swapped=True))


add_operators()


def is_unknown(value: Any) -> bool:
    """Tell whether a value is one that only data know."""
    return isinstance(value, UnknownValue)


def holds_unknown(value: Any, depth: int = 2) -> bool:
    """Tell whether a value, or an item of it, is one that only data know."""
    if is_unknown(value):
        return True
    if depth and isinstance(value, (list, tuple, set, dict)):
        items = value.values() if isinstance(value, dict) else value
        return any(holds_unknown(item, depth - 1) for item in list(items)[:50])
    return False


def find_size(value: UnknownValue) -> Any:
    """Return the size that stands in for a value: that of its name, or of what it is made of."""
    size = value.__dict__["_size"]
    if size is not None:
        return size
    name = find_last_word(name_of(value))
    if name in UnknownData.values:
        return UnknownData.values[name]
    usual = load_stand_ins().find_argument(name)
    return usual if type(usual) is int and usual > 0 else scale(USUAL_SIZE)


def find_last_word(name: str) -> str:
    """Return the last name in an expression.

    >>> find_last_word("data.vocab_size"), find_last_word("count_classes(…)")
    ('vocab_size', 'count_classes')
    """
    words = re.findall(r"[A-Za-z_]\w*", name)
    return words[-1] if words else name


def replace_unknown(value: Any) -> Any:
    """Return a size in place of an unknown value, also in lists; what stands in is told."""
    if isinstance(value, (list, tuple)) and holds_unknown(value):
        items = [replace_unknown(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if type(value) is MissingImport:
        return value.fail()
    if not is_unknown(value):
        return value
    name = name_of(value)
    word = find_last_word(name)
    usual = load_stand_ins().find_argument(word)
    is_named = name.rstrip("'\"]").endswith(word) and word not in UnknownData.values
    if type(usual) in (float, str) and is_named:
        # A rate, or the name of a function.
        UnknownData.tell("unknown-size", f"only data know {name}: took {usual}")
        return usual
    size = max(int(find_size(value)), 1)
    if word not in UnknownData.values:
        # Of a computed size, what it is computed from can be set.
        own = size if word == name else find_size(UnknownValue(word))
        text = f"only data know {name}: took {size}; to choose: --set {word}={own}"
        UnknownData.tell("unknown-size", text)
        UnknownData.sizes[name if len(name) <= MAX_LABEL else word] = size
    return size


def takes_one() -> bool:
    """Tell whether the user's code, which asks for the items of a value, gets one of them."""
    frame = currentframe()
    frame = frame.f_back.f_back if frame and frame.f_back else None
    return UnknownData.once and frame is not None and is_user_file(frame.f_code.co_filename)


MERGES = frozenset({"DICT_MERGE", "DICT_UPDATE"})
"""Instructions that hand on what is in a mapping, as by `Dense(**options)`."""


def count_unpacked() -> int | None:
    """Return into how many names the code unpacks a value; 0 if it does something else with it.

    None if it hands on what is in a mapping: there is nothing to hand on.
    """
    import dis

    here = currentframe()
    frame = here.f_back.f_back if here and here.f_back else None
    if frame is None:
        return 0
    code, place = frame.f_code, frame.f_lasti
    for instruction in dis.get_instructions(code):
        if instruction.offset == place and instruction.opname in MERGES:
            return None
        if instruction.offset == place:
            return int(instruction.arg or 0) if instruction.opname == "UNPACK_SEQUENCE" else 0
    return 0
