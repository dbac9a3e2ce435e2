"""Neutral words for the attributes of layers, such as kernel, stride and heads, in any framework.

Each framework writes its own configurations. `attributes_of` reads them through the adapter of the
framework, which is chosen by the first word of the layer's module. Custom layers are read as layers
of Keras. Only this module and the readers look into configurations.

Ensures: typed values (`whole`, `flag`, `text`, `per_axis` …) have their type, or `NoRule` is
raised: a file may contain anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import Any, Final, Protocol

from msgspec import Struct, field

from net2fig.data.keras_words import derive_layout
from net2fig.data.torch_words import derive_words
from net2fig.data.vocabulary import load_aliases, load_vocabulary
from net2fig.network import Network, Shape

Config = Mapping[str, Any]

MAX_DEPTH = 32
"""The maximum depth of layers in layers."""


class NoRule(Exception):  # noqa: N818
    """Raised if an axis, a value of a configuration, or a rule is unknown."""


class _Required:
    """The default of a required value."""


REQUIRED: Final = _Required()

LayerSpec = tuple[str, str | None, Config]
"""The class of a layer, its module and its configuration."""


def find_no_layer(_value: Any) -> LayerSpec | None:
    """Return None: no value of a configuration is a layer."""
    return None


class Adapter(Struct, frozen=True):
    """How one framework writes the attributes of a layer.

    `words` maps neutral words to the keys of the framework; a missing word is its own key. `inside`
    parses a value that describes a layer. `derive` returns the neutral words that depend on the
    operation, or on several keys.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    inside: Callable[[Any], LayerSpec | None] = find_no_layer
    derive: Callable[[str, Config], Config] = lambda _op, _config: {}


def parse_keras_layer(value: Any) -> LayerSpec | None:
    """Parse a layer, a cell or an initializer of Keras; None for any other value."""
    if not isinstance(value, Mapping) or not isinstance(value.get("class_name"), str):
        return None
    module, config = value.get("module"), value.get("config")
    module = module if isinstance(module, str) else None
    return value["class_name"], module, config if isinstance(config, Mapping) else {}


KERAS = Adapter(
    words={
        "kernel": "kernel_size",
        "stride": "strides",
        "dilation": "dilation_rate",
        "pool": "pool_size",
        "factor": "size",
        "heads": "num_heads",
        "causal": "use_causal_mask",
        "channels": "data_format",
        "wraps": "layer",
        "merge": "merge_mode",
    },
    inside=parse_keras_layer,
    derive=derive_layout,
)

TORCH, EXPORTED = Adapter(derive=derive_words), Adapter(derive=derive_words)

ADAPTERS: dict[str, Adapter] = {"keras": KERAS, "torch": TORCH, "exported": EXPORTED}
"""The adapters by the first word of a module."""

ReadNested = Callable[[Config, tuple[Shape, ...]], Network | None]
"""Reads a network from the configuration of a model inside a layer, and its input shapes."""


def is_operation(module: str | None) -> bool:
    """Tell whether a module holds operations on tensors, and no layers.

    >>> is_operation("keras.src.ops.numpy"), is_operation("keras.layers"), is_operation(None)
    (True, False, False)
    """
    return module is not None and ".ops." in f".{module}."


class HasConfig(Protocol):
    """Something with a configuration: a layer of a network, or a call that a reader found."""

    @property
    def class_name(self) -> str:
        """The author's word for the class."""

    @property
    def op(self) -> str:
        """The word of the vocabulary."""

    @property
    def module(self) -> str | None:
        """The module of the class."""

    @property
    def config(self) -> Config:
        """The configuration as the framework writes it."""


class Attributes(Struct, frozen=True):
    """The attributes of one layer. `stated` are the keys and values that its author knows."""

    op: str = ""
    class_name: str = ""
    stated: Config = field(default_factory=dict)
    adapter: Adapter = KERAS
    operation: bool = False
    read_nested: ReadNested | None = None
    depth: int = 0
    derived: Config = field(default_factory=dict)

    def get(self, word: str, default: Any = None) -> Any:
        """Return the raw value of a neutral word, or the default."""
        if word in self.derived:
            return self.derived[word]
        return self.stated.get(self.adapter.words.get(word, word), default)

    def __contains__(self, word: str) -> bool:
        """Tell whether there is a value for a neutral word."""
        return word in self.derived or self.adapter.words.get(word, word) in self.stated

    def __getitem__(self, word: str) -> Any:
        """Return the raw value of a neutral word, or raise `NoRule`."""
        if word in self.derived:
            return self.derived[word]
        if (key := self.adapter.words.get(word, word)) not in self.stated:
            raise NoRule(f"no {word} is given")
        return self.stated[key]

    def whole(self, word: str, default: int | _Required = REQUIRED) -> int:
        """Return a whole number that is not negative."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        return whole(value)

    def optional_whole(self, word: str) -> int | None:
        """Return a whole number that is not negative, or None if there is none."""
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
        """Return one or several whole numbers of any sign."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        return [integer(each) for each in (value if isinstance(value, list | tuple) else [value])]

    def per_axis(
        self, word: str, rank: int, default: int | _Required = REQUIRED, least: int = 1
    ) -> list[int]:
        """Return a number for each of `rank` axes."""
        value = self[word] if isinstance(default, _Required) else self.get(word, default)
        values = value if isinstance(value, list | tuple) else [value] * rank
        found = [integer(each) for each in values]
        if len(found) != rank or any(each < least for each in found):
            raise NoRule(f"the {word} is not {rank} numbers of at least {least}")
        return found

    @property
    def channels_first(self) -> bool:
        """Whether the features come before the spatial axes."""
        return bool(self.get("channels") == "channels_first")

    # Layers, cells and models inside.

    @property
    def wraps(self) -> Attributes | None:
        """The layer that this one wraps; None if it wraps none."""
        found = self.adapter.inside(self.get("wraps"))
        return None if found is None else self._inside(found)

    @property
    def wrapped(self) -> Attributes:
        """The layer that this one wraps, or `NoRule` is raised."""
        if (found := self.wraps) is None:
            raise NoRule(f"{self.class_name!r} wraps no layer")
        return found

    def layer(self, value: Any) -> Attributes:
        """Return the layer or cell that a value describes."""
        if (found := self.adapter.inside(value)) is None:
            raise NoRule("a layer inside is none")
        return self._inside(found)

    def layers(self, word: str) -> list[Attributes]:
        """Return the layers or cells in a list."""
        return [self.layer(value) for value in self.items(word)]

    def _inside(self, found: LayerSpec) -> Attributes:
        class_name, module, config = found
        if self.depth >= MAX_DEPTH:
            raise NoRule("layers are nested too deeply")
        return Attributes(
            find_op(class_name, module),
            class_name,
            config,
            self.adapter,
            read_nested=self.read_nested,
            depth=self.depth + 1,
        )

    @property
    def innermost(self) -> Attributes:
        """The layer inside all wrappers."""
        here = self
        while here.depth < MAX_DEPTH and (found := here.wraps) is not None:
            here = found
        return here

    def network(self, inputs: Sequence[Shape]) -> Network:
        """Return the network of this model for inputs of these shapes."""
        found = None if self.read_nested is None else self.read_nested(self.stated, tuple(inputs))
        if found is None:
            raise NoRule("the model inside is not known")
        return found

    # Values for comparison rather than computation.

    def numbers_of(self, word: str) -> tuple[Any, ...]:
        """Return one value, or those of a list, as numbers; other values as text."""
        value = self.get(word)
        if value is None:
            return ()
        values = value if isinstance(value, list | tuple) else (value,)
        return tuple(each if isinstance(each, int | float) else repr(each) for each in values)

    @property
    def is_pointwise(self) -> bool:
        """Whether the kernel covers one place."""
        return ONE.issuperset(self.numbers_of("kernel"))

    @property
    def drawn_op(self) -> str:
        """The operation that a reader sees: with as many groups as filters, a depthwise one."""
        groups = self.get("groups")
        if isinstance(groups, int) and groups > 1 and groups == self.get("filters"):
            return load_vocabulary().depthwise.get(self.op, self.op)
        return str(self.derived.get("layout", self.op))

    @property
    def changes_resolution(self) -> bool:
        """Whether a layer changes the resolution by its stride, pool or factor."""
        steps = self.numbers_of("pool" if self.get("stride") is None else "stride")
        return not (ONE.issuperset(steps) and ONE.issuperset(self.numbers_of("factor")))

    @property
    def activation(self) -> str:
        """The name of the activation in the framework; empty for none."""
        return self.name_function("activation")

    def name_function(self, word: str) -> str:
        """Return the name of a function in the framework; empty for none."""
        value = self.get(word)
        if (found := self.adapter.inside(value)) is not None:
            # The configuration of a custom function is its name.
            config = value.get("config")
            value = config if isinstance(config, str) else found[0]
        return value if isinstance(value, str) else ""

    @property
    def function(self) -> str:
        """The function of an activation layer; else the operation."""
        if self.op == "Activation":
            return self.activation or self.op
        if self.op == "ReLU" and self.get("max_value") == RELU6_LIMIT:
            return "relu6"
        if self.op == "ReLU" and self.get("negative_slope"):
            return "leaky_relu"
        return self.op

    @property
    def constant(self) -> float:
        """The number that an operation has beside its tensor; not a number where there is none."""
        args = self.get("args")
        numbers = [each for each in args if type(each) in (int, float)] if args else []
        return float(numbers[0]) if len(numbers) == 1 else nan

    @property
    def is_bidirectional(self) -> bool:
        """Whether it wraps a layer that reads a sequence in both directions."""
        return "merge" in self

    def states(self, key: str) -> bool:
        """Tell whether there is a value for one of the author's keys, or for a neutral word."""
        return key in self.stated or key in self

    def value(self, key: str) -> Any:
        """Return the value of one of the author's keys, or of a neutral word."""
        return self.stated[key] if key in self.stated else self[key]

    def unwrapped(self) -> Config:
        """Return keys and values of the wrapper together with those of the layer inside."""
        inside = self.wraps
        if inside is None:
            return self.stated
        key = self.adapter.words.get("wraps", "wraps")
        return {**{k: v for k, v in self.stated.items() if k != key}, **inside.stated}


ONE = frozenset((1,))

RELU6_LIMIT = 6
"""The greatest value of a ReLU6."""

LARGEST = 10**18
"""The largest size or count; what is larger is not known. Sums of them are numbers of any kind."""


def whole(value: Any) -> int:
    """Return a whole number that is not negative, or raise `NoRule`."""
    if integer(value) < 0:
        raise NoRule(f"a negative number: {value}")
    return int(value)


def integer(value: Any) -> int:
    """Return a whole number, or raise `NoRule`; no size is larger than `LARGEST`."""
    if type(value) is not int:
        raise NoRule(f"no number: {repr(value)[:40]}")
    if not -LARGEST <= value <= LARGEST:
        raise NoRule("a number that is too large")
    return value


def get_framework(module: str | None) -> str:
    """Return the framework of a module: its first word."""
    return "" if module is None else module.partition(".")[0]


def attributes_of(layer: HasConfig, read_nested: ReadNested | None = None) -> Attributes:
    """Return the attributes of a layer; `read_nested` reads the models inside it."""
    adapter = ADAPTERS.get(get_framework(layer.module), KERAS)
    return Attributes(
        layer.op,
        layer.class_name,
        layer.config,
        adapter,
        is_operation(layer.module),
        read_nested,
        derived=adapter.derive(layer.op, layer.config),
    )


def keras_attributes(class_name: str, config: Config, *, operation: bool = False) -> Attributes:
    """Return the attributes of a layer or an operation of Keras."""
    return Attributes(class_name, class_name, config, KERAS, operation)


def find_op(class_name: str, module: str | None = None) -> str:
    """Return the operation of a class: its word in the vocabulary, or the class itself.

    The words of a framework apply only to layers of its own modules.
    """
    framework = get_framework(module)
    if framework not in ADAPTERS or ADAPTERS[framework] is KERAS:
        # The vocabulary uses the words of Keras.
        return class_name
    return load_aliases(framework).get(class_name, class_name)
