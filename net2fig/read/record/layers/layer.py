"""Layers that know no more than their configuration, and note how they are called.

One class for every class of Keras that grammar/keras.json describes; a class of the user's own
can be defined, but an object of it is declined.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from net2fig.network import Shape
from net2fig.read.record.layers.checks import CHECKS, settle, settle_built
from net2fig.read.record.layers.objects import bound, serialized_object
from net2fig.read.record.layers.values import KINDS, Argument
from net2fig.read.record.session import compute_dtype, facts, name_for, policy_of, unique
from net2fig.read.record.tensors.graph import (
    NEVER,
    OF_GRAPHS,
    Arguments,
    Constant,
    Node,
    Tensor,
    operate,
    tensors,
)
from net2fig.read.record.tensors.masks import hand_on, makes_mask, with_mask
from net2fig.read.record.tensors.shaping import layer_params, layer_shapes
from net2fig.read.record.tensors.tracing import entered
from net2fig.read.record.unknown import decline

READABLE = frozenset(
    {
        *("units", "filters", "kernel_size", "strides", "pool_size", "padding", "rate", "use_bias"),
        *("data_format", "input_dim", "output_dim", "dilation_rate", "return_sequences"),
    }
)
"""Arguments that can be read back as attributes."""

SWITCHES = frozenset({"training", "use_causal_mask"})
"""Arguments of a call that say yes or no, and change no shape."""


class Kind(type):
    """Declines what a class of Keras would have, and its stand-in has not."""

    def __getattr__(cls, name: str) -> Any:
        """Decline an attribute of Keras."""
        if name in facts()["attributes"]:
            return decline(f"{cls.__name__}.{name}")
        raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")


class Layer(metaclass=Kind):
    """A layer: its name, its configuration, and its calls."""

    _facts: dict[str, Any]
    name: str
    holds_graph = False

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """Make a layer of a known class."""
        if "_facts" not in vars(cls):
            ours = cls.__module__ == "keras.src.layers"
            own = f"keras.layers.{cls.__name__}" if ours else f"{cls.__name__!r} of the code's own"
            decline(own if ours else f"the class {own}")
        return object.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of a class of Keras."""
        known = self._facts
        class_name = type(self).__name__
        options = self.common_options(kwargs)
        kwargs = renamed(class_name, kwargs)
        if "strides" in kwargs and kwargs["strides"] is None and "Pooling" not in class_name:
            decline(f"strides=None of {class_name}")
        values = bound(class_name, known["parameters"], args, kwargs)
        options |= {key: values[key] for key in ("name", "dtype") if key in known["parameters"]}
        if "activity_regularizer" not in known["config"]:
            options.setdefault("activity_regularizer", values.pop("activity_regularizer", None))
        self._config = {**known["fixed"]}
        for key, value in values.items():
            if key not in ("name", "dtype"):
                self._config[key] = converted(class_name, key, value)
        settle(class_name, self._config)
        self.begin(options)

    def common_options(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Take the arguments that every layer has."""
        known = self._facts
        taken = ["name", "dtype", "trainable", "input_shape", "input_dim"] if known["more"] else []
        if "activity_regularizer" not in known["parameters"]:
            taken.append("activity_regularizer")
        taken = [key for key in taken if key not in known["parameters"]]
        return {key: kwargs.pop(key) for key in taken if key in kwargs}

    def begin(self, options: dict[str, Any]) -> None:
        """Set what every layer has."""
        self.name = name_for(type(self).__name__, options.get("name"))
        self._policy = policy_of(options.get("dtype"))
        trainable = options.get("trainable", True)
        self._trainable = trainable if isinstance(trainable, bool) else decline("trainable")
        self._regularizer = serialized_object("regularizers", options.get("activity_regularizer"))
        shape = options.get("input_shape")
        if options.get("input_dim") is not None:
            shape = (options["input_dim"],)
        self._input_shape_arg = shape
        self._inbound_nodes: list[Node] = []
        self._built: list[Shape] | None = None
        self._params: int | None = None
        self._seen: dict[Any, list[Shape]] = {}

    # Attributes.

    def __getattr__(self, name: str) -> Any:
        config = self.__dict__.get("_config", {})
        if name in READABLE and name in config and type(self).__name__ in facts()["layers"]:
            value = config[name]
            return tuple(value) if isinstance(value, list) else value
        if name.startswith("__") or name in NEVER or name in OF_GRAPHS:
            raise AttributeError(name)
        return decline(f"attribute {name!r} of a {type(self).__name__}")

    def __setattr__(self, name: str, value: Any) -> None:
        known = name.startswith("_") or name in ("name", "trainable")
        if not known:
            decline(f"attribute {name!r} set on a {type(self).__name__}")
        object.__setattr__(self, name, value)

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: Any) -> None:
        self._trainable = bool(value)
        for layer in self.inner_layers():
            layer.trainable = value

    def inner_layers(self) -> list[Layer]:
        """Return the layers that this one holds."""
        return []

    @property
    def built(self) -> bool:
        """Whether the layer has its weights."""
        return self._built is not None or self._facts["built"]

    @property
    def dtype(self) -> str:
        """The type of the weights."""
        return "float32" if self._policy.startswith("mixed_") else self._policy

    @property
    def compute_dtype(self) -> str:
        """The type that the layer computes in."""
        return compute_dtype(self._policy)

    @property
    def input(self) -> Any:
        """What the layer was called on for the first time."""
        return single(self.first_call().input_tensors)

    @property
    def output(self) -> Any:
        """What the layer returned for the first time."""
        return single(self.first_call().outputs)

    def first_call(self) -> Node:
        """Return the first call of the layer."""
        if not self._inbound_nodes:
            decline(f"input or output of {self.name!r}, which was never called")
        return self._inbound_nodes[0]

    def count_params(self) -> int:
        """Return the number of parameters."""
        if self._built is None:
            return 0 if self._facts["built"] else decline(f"the parameters of {self.name!r}")
        return self._params or 0

    # Configuration.

    def get_config(self) -> dict[str, Any]:
        """Return the configuration: only asked for when the model is read."""
        known = self._facts["config"]
        base: dict[str, Any] = {"name": self.name, "trainable": self._trainable}
        base["dtype"] = self._policy
        if self._regularizer is not None and "activity_regularizer" not in known:
            base["activity_regularizer"] = self._regularizer
        found = {key: base[key] if key in base else self._config[key] for key in known}
        return {**found, **{key: base[key] for key in base if key == "activity_regularizer"}}

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shapes that the layer was built for."""
        if self._built is None or self._facts["built"]:
            return None
        return {"input_shape": list(self._built[0])}

    def _serialized(self) -> dict[str, Any]:
        """Return what Keras saves of the layer."""
        found = {
            "module": self._facts["module"],
            "class_name": type(self).__name__,
            "config": self.get_config(),
            "registered_name": None,
        }
        build = self.get_build_config()
        return {**found, "build_config": build} if build else found

    # Calls.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Note a call and return what comes out."""
        args, kwargs, kind = entered(args, kwargs)
        words = self.check_call(args, kwargs)
        shapes = [tensor.shape for tensor in tensors([args, kwargs])]
        words.sort(key=lambda word: word or "")
        if self._built is None:
            self.build_for(*unmasked(words, shapes))
        found = self.computed(Arguments(args, kwargs), shapes)
        result = self.packed([kind(shape, self.compute_dtype) for shape in found])
        if kind is Tensor:
            words_kept = with_mask(self, args, kwargs)
            Node(self, call_args=args, call_kwargs=words_kept, outputs=result)
        if kind is not Constant:
            hand_on(self, args or [*kwargs.values()][:1], result, [*args, *kwargs.values()])
        elif makes_mask(self):
            decline(f"the mask of what {self.name!r} makes of values")
        return result

    def packed(self, outputs: list[Tensor]) -> Any:
        """Return the tensors in the structure that the call returns."""
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def check_call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str | None]:
        """Decline a call that Keras might refuse; return the keyword of every tensor."""
        names = self._facts["call"]
        owner = type(self).__name__
        if not (args or names[:1] == [*kwargs][:1]) or len(args) > len(names):
            decline(f"a {owner} called with {len(args)} arguments")
        for key, value in kwargs.items():
            if key not in names[len(args) :]:
                decline(f"argument {key!r} in the call of a {owner}")
            if key in SWITCHES:
                if not (value is None or isinstance(value, bool)):
                    decline(f"{key}={value!r:.80} in the call of a {owner}")
            elif value is not None and (
                not all_tensors(value) or ("mask" in key and key != "attention_mask")
            ):
                decline(f"argument {key!r} in the call of a {owner}")
        if not all(all_tensors(value) for value in args):
            decline(f"a {owner} called on values that are no tensors of Keras")
        CHECKS.get(owner, CHECKS[""])(self, args, kwargs)
        pairs = [(None, args), *((key, value) for key, value in kwargs.items())]
        return [word for word, value in pairs for _ in tensors(value)]

    def compute_mask(self, inputs: Any, _mask: Any = None) -> Any:
        """Return the mask that an embedding makes."""
        if type(self).__name__ != "Embedding":
            decline(f"compute_mask of a {type(self).__name__}")
        return operate("not_equal", (inputs, 0)) if self._config["mask_zero"] else None

    def build(self, input_shape: Any) -> None:
        """Give the layer its weights, for one tensor of a shape."""
        if self._built is None and not self._facts["built"]:
            if not isinstance(input_shape, (list, tuple)):
                decline(f"build({input_shape!r:.60}) of {self.name!r}")
            self.build_for([None], [tuple(input_shape)])

    def adapt(self, data: Any, *_args: Any, **_kwargs: Any) -> None:
        """Learn from data: a figure sees no more of it than that the layer has its weights."""
        shape = getattr(data, "shape", None)
        if type(self).__name__ != "Normalization" or not isinstance(shape, tuple):
            decline(f"adapt of a {type(self).__name__}")
        self.build(shape)

    def build_for(self, words: Sequence[str | None], shapes: list[Shape]) -> None:
        """Give the layer its weights."""
        self._params = layer_params(type(self).__name__, self.get_config(), words, shapes)
        self._built = shapes
        settle_built(type(self).__name__, self._config, shapes)
        for name in facts()["inside"].get(type(self).__name__, ()):
            unique(name)

    def computed(self, arguments: Arguments, shapes: list[Shape]) -> list[Shape]:
        """Return the shapes that a call on tensors of these shapes returns."""
        pairs = [(None, arguments.args), *sorted(arguments.kwargs.items())]
        words = [word for word, value in pairs for _ in tensors(value)]
        words, shapes = unmasked(words, shapes)
        key = (tuple(words), tuple(shapes))
        if key not in self._seen:
            name, config = type(self).__name__, self.get_config()
            if self._built != shapes and layer_params(name, config, words, shapes) != self._params:
                decline(f"{self.name!r} called on {shapes}, built for {self._built}")
            self._seen[key] = layer_shapes(name, config, words, shapes)
        return self._seen[key]


Layer.__module__ = "keras.src.layers.layer"


def unmasked(
    words: Sequence[str | None], shapes: Sequence[Shape]
) -> tuple[list[str | None], list[Shape]]:
    """Return the tensors of a call without masks, by their keywords and shapes."""
    kept = [pair for pair in zip(words, shapes, strict=True) if "mask" not in (pair[0] or "")]
    return [word for word, _ in kept], [shape for _, shape in kept]


def single(items: Sequence[Any]) -> Any:
    """Return the only item, or all of them as a list."""
    return items[0] if len(items) == 1 else list(items)


def all_tensors(value: Any) -> bool:
    """Tell whether a value is a tensor or a list of them."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(all_tensors(item) for item in value)
    return isinstance(value, Tensor)


def renamed(class_name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments under the names of today; None for one that does nothing now."""
    table = facts()["renamed"].get(class_name, {})
    found = {}
    for key, value in kwargs.items():
        new = table.get(key, key)
        if new in found or (new != key and new in kwargs):
            decline(f"arguments {key!r} and {new!r} of {class_name}")
        if new is not None:
            found[new] = value
    return found


def converted(class_name: str, key: str, value: Any) -> Any:
    """Return an argument as it stands in the configuration."""
    known = facts()
    kind = known["kinds"].get(f"{class_name}.{key}") or known["kinds"].get(key)
    if kind == "own":
        return value
    if kind not in KINDS:
        decline(f"argument {key!r} of {class_name}")
    parameters = known["layers"][class_name]["parameters"]
    default = parameters[key]
    rank = next((n for n in (1, 2, 3) if f"{n}D" in class_name), 0)
    if default == [None] and value is None and kind in ("window", "word"):
        return None
    argument = Argument(class_name, key, default[0] if default != "required" else None, rank)
    return KINDS[kind](argument, value)
