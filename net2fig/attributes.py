"""What a layer is, in neutral words: kernel, stride, pool, heads, … whichever framework it is of.

A configuration is what a framework writes. `of` reads that of a layer through the adapter of its
framework, which is found by the first word of the layer's module; a layer of somebody's own module
is one of Keras. No other module but the readers looks into a configuration.

Ensures: what has a type here (`whole`, `flag`, `text`, `per_axis` …) has it, or `NoRule` is raised:
a file may hold anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec import Struct, field

from net2fig.data.vocabulary import load_vocabulary
from net2fig.network import Network, Shape

Config = Mapping[str, Any]

DEEPEST = 32
"""So many layers in layers are looked into."""


class NoRule(Exception):  # noqa: N818
    """What was asked for is not known: an axis, a value of a configuration, or a rule."""


class _Required:
    """The default of what has to be there."""


REQUIRED: Final = _Required()

Inside = tuple[str, str | None, Config]
"""The class of a layer, its module and its configuration."""


def no_layer(_value: Any) -> Inside | None:
    """Say that no value of a configuration is a layer."""
    return None


class Adapter(Struct, frozen=True):
    """How one framework writes what a layer is.

    `words` pairs neutral words with the keys of the framework; a word that is missing there is the
    key itself. `inside` takes apart a value that describes a layer.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    inside: Callable[[Any], Inside | None] = no_layer


def keras_layer(value: Any) -> Inside | None:
    """Take apart a layer, a cell or an initializer as Keras writes it."""
    if not isinstance(value, Mapping) or not isinstance(value.get("class_name"), str):
        return None
    module, config = value.get("module"), value.get("config")
    return (
        value["class_name"],
        module if isinstance(module, str) else None,
        config if isinstance(config, Mapping) else {},
    )


KERAS = Adapter(
    words={
        "kernel": "kernel_size",
        "stride": "strides",
        "dilation": "dilation_rate",
        "pool": "pool_size",
        "factor": "size",
        "heads": "num_heads",
        "channels": "data_format",
        "wraps": "layer",
        "merge": "merge_mode",
    },
    inside=keras_layer,
)

ADAPTERS: dict[str, Adapter] = {"keras": KERAS}
"""By the first word of a module."""

ReadNested = Callable[[Config, tuple[Shape, ...]], Network | None]
"""From the configuration of a model inside a layer, and what comes in, to its network."""


def is_operation(module: str | None) -> bool:
    """Tell whether a module holds operations on tensors, and no layers.

    >>> is_operation("keras.src.ops.numpy"), is_operation("keras.layers"), is_operation(None)
    (True, False, False)
    """
    return module is not None and ".ops." in f".{module}."


class Described(Protocol):
    """What has a configuration: a layer of a network, or a call that a reader found."""

    @property
    def class_name(self) -> str:
        """The author's word for the class."""

    @property
    def op(self) -> str:
        """The word of the vocabulary."""

    @property
    def module(self) -> str | None:
        """Where the class is from."""

    @property
    def config(self) -> Config:
        """What the framework writes."""


class Attributes(Struct, frozen=True):
    """What one layer is. `stated` holds the keys and the values that its author reads."""

    op: str = ""
    class_name: str = ""
    stated: Config = field(default_factory=dict)
    adapter: Adapter = KERAS
    operation: bool = False
    read_nested: ReadNested | None = None
    depth: int = 0

    def get(self, word: str, default: Any = None) -> Any:
        """Return the value of a neutral word as it stands; the default where there is none."""
        return self.stated.get(self.adapter.words.get(word, word), default)

    def __contains__(self, word: str) -> bool:
        """Tell whether there is a value for a neutral word."""
        return self.adapter.words.get(word, word) in self.stated

    def __getitem__(self, word: str) -> Any:
        """Return the value of a neutral word as it stands."""
        key = self.adapter.words.get(word, word)
        if key not in self.stated:
            raise NoRule(f"no {word} is given")
        return self.stated[key]

    def whole(self, word: str, default: int | _Required = REQUIRED) -> int:
        """Return a number that is whole and not negative."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        return whole(value)

    def perhaps(self, word: str) -> int | None:
        """Return a number that is whole and not negative; None where there is none."""
        value = self.get(word)
        return None if value is None else whole(value)

    def flag(self, word: str, default: bool = False) -> bool:
        """Tell whether something is so."""
        return bool(self.get(word, default))

    def text(self, word: str, default: str | _Required = REQUIRED) -> str:
        """Return a text."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        if not isinstance(value, str):
            raise NoRule(f"the {word} is no text")
        return value

    def items(self, word: str) -> Sequence[Any]:
        """Return the items of a list."""
        value = self[word]
        if not isinstance(value, list | tuple):
            raise NoRule(f"the {word} is no list")
        return value

    def numbers(self, word: str, default: Any = REQUIRED) -> list[int]:
        """Return one or several whole numbers, of any sign."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        return [integer(each) for each in (value if isinstance(value, list | tuple) else [value])]

    def per_axis(
        self, word: str, rank: int, default: int | _Required = REQUIRED, least: int = 1
    ) -> list[int]:
        """Return a number for each of so many axes."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        values = value if isinstance(value, list | tuple) else [value] * rank
        found = [integer(each) for each in values]
        if len(found) != rank or any(each < least for each in found):
            raise NoRule(f"the {word} is not {rank} numbers of at least {least}")
        return found

    @property
    def channels_first(self) -> bool:
        """Whether the features stand before the spatial axes."""
        return bool(self.get("channels") == "channels_first")

    # What is inside: layers, cells, models.

    @property
    def wraps(self) -> Attributes | None:
        """The layer that this one wraps; None where it wraps none."""
        found = self.adapter.inside(self.get("wraps"))
        return None if found is None else self._inside(found)

    @property
    def wrapped(self) -> Attributes:
        """The layer that this one wraps."""
        found = self.wraps
        if found is None:
            raise NoRule(f"{self.class_name!r} wraps no layer")
        return found

    def layer(self, value: Any) -> Attributes:
        """Return the layer or cell that a value of the configuration describes."""
        found = self.adapter.inside(value)
        if found is None:
            raise NoRule("a layer inside is none")
        return self._inside(found)

    def layers(self, word: str) -> list[Attributes]:
        """Return the layers or cells that a list holds."""
        return [self.layer(value) for value in self.items(word)]

    def _inside(self, found: Inside) -> Attributes:
        class_name, module, config = found
        if self.depth >= DEEPEST:
            raise NoRule("layers are nested too deeply")
        return Attributes(
            op_of(class_name, module),
            class_name,
            config,
            self.adapter,
            read_nested=self.read_nested,
            depth=self.depth + 1,
        )

    @property
    def innermost(self) -> Attributes:
        """The layer that is left when all wrappers are taken off."""
        here = self
        while here.depth < DEEPEST and (found := here.wraps) is not None:
            here = found
        return here

    def network(self, inputs: Sequence[Shape]) -> Network:
        """Return the network of the model that this is, given tensors of these shapes."""
        found = None if self.read_nested is None else self.read_nested(self.stated, tuple(inputs))
        if found is None:
            raise NoRule("the model inside is not known")
        return found

    # In words that are compared, not computed with.

    def numbers_of(self, word: str) -> tuple[Any, ...]:
        """Return one value, or each of a list, as numbers; what is no number as text."""
        value = self.get(word)
        if value is None:
            return ()
        values = value if isinstance(value, list | tuple) else (value,)
        return tuple(each if isinstance(each, int | float) else repr(each) for each in values)

    @property
    def is_pointwise(self) -> bool:
        """Whether a layer looks at one place at a time."""
        return ONE.issuperset(self.numbers_of("kernel"))

    @property
    def changes_resolution(self) -> bool:
        """Whether a layer changes the resolution by its stride, pool or factor."""
        steps = self.numbers_of("pool" if self.get("stride") is None else "stride")
        return not (ONE.issuperset(steps) and ONE.issuperset(self.numbers_of("factor")))

    @property
    def activation(self) -> str:
        """The name of its activation, as the framework writes it; "" for none."""
        value = self.get("activation")
        found = self.adapter.inside(value)
        if found is not None:
            # A function of somebody's own is written by its name, in the place of a configuration.
            config = value.get("config") if isinstance(value, Mapping) else None
            value = config if isinstance(config, str) else found[0]
        return value if isinstance(value, str) else ""

    @property
    def is_bidirectional(self) -> bool:
        """Whether it wraps a layer that reads a sequence from both ends."""
        return "merge" in self

    def states(self, key: str) -> bool:
        """Tell whether there is a value for one of the author's keys, or for a neutral word."""
        return key in self.stated or key in self

    def value(self, key: str) -> Any:
        """Return the value of one of the author's keys, or of a neutral word."""
        return self.stated[key] if key in self.stated else self[key]

    def unwrapped(self) -> Config:
        """Return keys and values of the layer inside beside those of the wrapper around it."""
        inside = self.wraps
        if inside is None:
            return self.stated
        key = self.adapter.words.get("wraps", "wraps")
        return {**{k: v for k, v in self.stated.items() if k != key}, **inside.stated}


ONE = frozenset((1,))


def whole(value: Any) -> int:
    """Return a number that is whole and not negative, or raise `NoRule`."""
    if type(value) is not int or value < 0:
        raise NoRule(f"no number: {repr(value)[:40]}")
    return value


def integer(value: Any) -> int:
    """Return a number that is whole, or raise `NoRule`."""
    if type(value) is not int:
        raise NoRule(f"no number: {repr(value)[:40]}")
    return value


def framework_of(module: str | None) -> str:
    """Return the framework of a module: the first word of its name."""
    return "" if module is None else module.partition(".")[0]


def of(layer: Described, read_nested: ReadNested | None = None) -> Attributes:
    """Return what a layer is; `read_nested` reads the models inside of it."""
    return Attributes(
        layer.op,
        layer.class_name,
        layer.config,
        ADAPTERS.get(framework_of(layer.module), KERAS),
        is_operation(layer.module),
        read_nested,
    )


def keras(class_name: str, config: Config, *, operation: bool = False) -> Attributes:
    """Return what a layer of Keras is, or an operation, by its class and its configuration."""
    return Attributes(class_name, class_name, config, KERAS, operation)


def op_of(class_name: str, module: str | None = None) -> str:
    """Return the operation of a class: our word for it, or the class itself.

    The words of a framework count only for layers of its own modules.
    """
    framework = framework_of(module)
    if framework not in ADAPTERS or ADAPTERS[framework] is KERAS:
        # Our words are those of Keras.
        return class_name
    return load_vocabulary().words.get(framework, {}).get(class_name, class_name)
