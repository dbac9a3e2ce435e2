"""Layers of Keras, with only a configuration and their calls.

One class serves every class of Keras in grammar/keras.json. Users may define classes that derive
from one, but creating an object of them is declined.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

from net2fig.network import Shape
from net2fig.read.decline import Declined, clear_reasons, decline
from net2fig.read.keras.keras1 import translate_arguments
from net2fig.read.keras.remake import remember_line
from net2fig.read.record.layers.arguments import convert_argument, rename_arguments
from net2fig.read.record.layers.checks import CHECKS, complete_built_config, complete_config
from net2fig.read.record.layers.loosely import call_loosely, note_unknown_class, take_loosely
from net2fig.read.record.layers.objects import bind_arguments, serialize_object
from net2fig.read.record.loose import find_unknown, is_loose, loosely
from net2fig.read.record.session import (
    choose_name,
    get_compute_dtype,
    get_policy,
    load_facts,
    make_unique_name,
)
from net2fig.read.record.tensors.graph import (
    ABSENT_ATTRIBUTES,
    GRAPH_ATTRIBUTES,
    Arguments,
    Constant,
    Node,
    Tensor,
    iterate_tensors,
    operate,
)
from net2fig.read.record.tensors.masks import add_mask, makes_mask, propagate_mask
from net2fig.read.record.tensors.shaping import count_layer_params, infer_layer_shapes
from net2fig.read.record.tensors.tracing import enter_call
from net2fig.read.script.unknown.layers import replace_arguments, replace_keywords
from net2fig.read.script.unknown.values import is_unknown

READABLE_ARGUMENTS = frozenset(
    {
        *("units", "filters", "kernel_size", "strides", "pool_size", "padding", "rate", "use_bias"),
        *("data_format", "input_dim", "output_dim", "dilation_rate", "return_sequences"),
    }
)
"""Arguments that are also attributes."""

UNKNOWN_FACTS: dict[str, Any] = {
    **{key: {} for key in ("parameters", "fixed")},
    **{key: [] for key in ("config", "call")},
    "module": "keras.layers",
    "more": True,
    "built": False,
}
"""What is known of a class that the recorder does not know."""

FLAG_ARGUMENTS = frozenset({"training", "use_causal_mask"})
"""Boolean arguments of a call that change no shape."""


class DecliningMeta(type):
    """Declines attributes of Keras' classes that the stand-ins do not have."""

    def __getattr__(cls, name: str) -> Any:
        """Decline an unknown attribute."""
        if name in load_facts()["attributes"]:
            return find_unknown(f"{cls.__name__}.{name}")
        raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")


OLD_SHAPES = ("input_shape", "output_shape", "get_input_shape_at", "get_output_shape_at")
"""What layers had before Keras 3: attributes, and methods that take the number of a call."""


class Layer(metaclass=DecliningMeta):
    """A layer: its name, its configuration, and its calls."""

    _facts: dict[str, Any] = UNKNOWN_FACTS
    name: str
    holds_graph = False

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """Create a layer of a known class."""
        if "_facts" not in vars(cls) and not is_loose():
            ours = cls.__module__ == "keras.src.layers"
            own = f"keras.layers.{cls.__name__}" if ours else f"{cls.__name__!r} of the code's own"
            decline(own if ours else f"the class {own}")
        if "_facts" not in vars(cls):
            note_unknown_class(cls)
        return object.__new__(cls)

    @loosely(take_loosely)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of a class of Keras."""
        known = self._facts
        class_name = self.known_name
        open_shape = {key: kwargs[key] for key in ("input_shape",) if is_unknown(kwargs.get(key))}
        args, kwargs = replace_arguments(args), replace_keywords(kwargs)
        kwargs |= open_shape
        args, kwargs = translate_arguments(class_name, args, kwargs, known["parameters"])
        options = self.common_options(kwargs)
        kwargs = rename_arguments(class_name, kwargs)
        if "strides" in kwargs and kwargs["strides"] is None and "Pooling" not in class_name:
            decline(f"strides=None of {class_name}")
        values = bind_arguments(class_name, known["parameters"], args, kwargs)
        options |= {key: values[key] for key in ("name", "dtype") if key in known["parameters"]}
        if "activity_regularizer" not in known["config"]:
            options.setdefault("activity_regularizer", values.pop("activity_regularizer", None))
        self._config = {**known["fixed"]}
        for key, value in values.items():
            if key not in ("name", "dtype"):
                self._config[key] = convert_argument(class_name, key, value)
        complete_config(class_name, self._config)
        self.begin(options)

    @property
    def known_name(self) -> str:
        """The name of the class of Keras that the class is, or derives from."""
        return next((e.__name__ for e in type(self).__mro__ if "_facts" in vars(e)), "Layer")

    def common_options(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments that every layer has."""
        known = self._facts
        taken = ["name", "dtype", "trainable", "input_shape", "input_dim"] if known["more"] else []
        if "activity_regularizer" not in known["parameters"]:
            taken.append("activity_regularizer")
        taken = [key for key in taken if key not in known["parameters"]]
        return {key: kwargs.pop(key) for key in taken if key in kwargs}

    def begin(self, options: dict[str, Any]) -> None:
        """Set what every layer has."""
        remember_line(self)
        self.name = choose_name(type(self).__name__, options.get("name"))
        self._policy = get_policy(options.get("dtype"))
        trainable = options.get("trainable", True)
        self._trainable = trainable if isinstance(trainable, bool) else decline("trainable")
        self._regularizer = serialize_object("regularizers", options.get("activity_regularizer"))
        shape = options.get("input_shape")
        if options.get("input_dim") is not None:
            shape = (options["input_dim"],)
        self._input_shape_arg = shape
        self._inbound_nodes: list[Node] = []
        self._built: list[Shape] | None = None
        self._params: int | None = None
        self._is_open = False
        self._seen: dict[Any, list[Shape]] = {}

    # Attributes.

    def __getattr__(self, name: str) -> Any:
        config = self.__dict__.get("_config", {})
        if (
            name in READABLE_ARGUMENTS
            and name in config
            and self.known_name in load_facts()["layers"]
        ):
            value = config[name]
            return tuple(value) if isinstance(value, list) else value
        if name in OLD_SHAPES and is_loose():
            with suppress(Declined):
                tensor = self.output if "output" in name else self.input
                one = isinstance(tensor, Tensor)
                shape = tensor.shape if one else [each.shape for each in tensor]
                return shape if name in OLD_SHAPES[:2] else lambda _number: shape
            clear_reasons()
        hidden = name.startswith("_") and (is_loose() or name.startswith("__"))
        if hidden or name in ABSENT_ATTRIBUTES or name in GRAPH_ATTRIBUTES:
            raise AttributeError(name)
        return find_unknown(f"attribute {name!r} of a {type(self).__name__}")

    def __setattr__(self, name: str, value: Any) -> None:
        known = name.startswith("_") or name in ("name", "trainable")
        if not known and not is_loose():
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
        """Return the layers inside this one."""
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
        return get_compute_dtype(self._policy)

    @property
    def input(self) -> Any:
        """The input of the first call."""
        return unpack_single(self.first_call().input_tensors)

    @property
    def output(self) -> Any:
        """The output of the first call."""
        return unpack_single(self.first_call().outputs)

    def first_call(self) -> Node:
        """Return the first call of the layer."""
        if not self._inbound_nodes:
            decline(f"input or output of {self.name!r}, which was never called")
        return self._inbound_nodes[0]

    def count_params(self) -> int | None:
        """Return the number of parameters; None if the layer was built for what is not known."""
        if self._built is None:
            return 0 if self._facts["built"] else decline(f"the parameters of {self.name!r}")
        return None if self._is_open else self._params or 0

    # Configuration.

    def get_config(self) -> dict[str, Any]:
        """Return the configuration, which is needed only when the model is read."""
        known = self._facts["config"]
        base: dict[str, Any] = {"name": self.name, "trainable": self._trainable}
        base["dtype"] = self._policy
        if self._regularizer is not None and "activity_regularizer" not in known:
            base["activity_regularizer"] = self._regularizer
        config = {key: {**self._config, **base}.get(key) for key in known}
        return {**config, **{key: base[key] for key in base if key == "activity_regularizer"}}

    def get_build_config(self) -> dict[str, Any] | None:
        """Return the shapes that the layer was built for."""
        if self._built is None or self._facts["built"]:
            return None
        return {"input_shape": list(self._built[0])}

    def _serialized(self) -> dict[str, Any]:
        """Return the layer as Keras saves it."""
        data = {
            "module": self._facts["module"],
            "class_name": type(self).__name__,
            "config": self.get_config(),
            "registered_name": None,
        }
        build = self.get_build_config()
        return {**data, "build_config": build} if build else data

    # Calls.

    @loosely(call_loosely)
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record a call and return its output."""
        if self._facts is UNKNOWN_FACTS:
            return call_loosely(self, *args, **kwargs)
        args, kwargs, kind = enter_call(args, kwargs)
        words = self.check_call(args, kwargs)
        shapes = [tensor.shape for tensor in iterate_tensors([args, kwargs])]
        words.sort(key=lambda word: word or "")
        if self._built is None:
            self.build_for(*drop_masks(words, shapes))
        output_shapes = self.computed(Arguments(args, kwargs), shapes)
        result = self.packed([kind(shape, self.compute_dtype) for shape in output_shapes])
        if kind is Tensor:
            words_kept = add_mask(self, args, kwargs)
            Node(self, call_args=args, call_kwargs=words_kept, outputs=result)
        if kind is not Constant:
            propagate_mask(self, args or [*kwargs.values()][:1], result, [*args, *kwargs.values()])
        elif makes_mask(self):
            decline(f"the mask of what {self.name!r} makes of values")
        return result

    def packed(self, outputs: list[Tensor]) -> Any:
        """Return the output tensors in the structure of the call."""
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def check_call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str | None]:
        """Decline a call that Keras might refuse; return the keyword of every tensor."""
        names = self._facts["call"]
        owner = self.known_name
        if not (args or names[:1] == [*kwargs][:1]) or len(args) > len(names):
            decline(f"a {owner} called with {len(args)} arguments")
        for key, value in kwargs.items():
            if key not in names[len(args) :]:
                decline(f"argument {key!r} in the call of a {owner}")
            if key in FLAG_ARGUMENTS:
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
        return [word for word, value in pairs for _ in iterate_tensors(value)]

    def compute_mask(self, inputs: Any, _mask: Any = None) -> Any:
        """Return the mask of an embedding."""
        if type(self).__name__ != "Embedding":
            decline(f"compute_mask of a {type(self).__name__}")
        return operate("not_equal", (inputs, 0)) if self._config["mask_zero"] else None

    def build(self, input_shape: Any) -> None:
        """Create the weights for one tensor of a shape."""
        if self._built is None and not self._facts["built"]:
            if not isinstance(input_shape, (list, tuple)):
                decline(f"build({input_shape!r:.60}) of {self.name!r}")
            self.build_for([None], [tuple(input_shape)])

    def adapt(self, data: Any, *_args: Any, **_kwargs: Any) -> None:
        """Adapt to data: a figure only shows that the layer has its weights."""
        shape = getattr(data, "shape", None)
        if type(self).__name__ != "Normalization" or not isinstance(shape, tuple):
            if is_loose():
                return
            decline(f"adapt of a {type(self).__name__}")
        self.build(shape)

    def build_for(self, words: Sequence[str | None], shapes: list[Shape]) -> None:
        """Create the weights."""
        name = self.known_name
        self._params = count_layer_params(name, self.get_config(), words, shapes)
        self._built = shapes
        complete_built_config(name, self._config, shapes)
        for inner in load_facts()["inside"].get(name, ()):
            make_unique_name(inner)

    def computed(self, arguments: Arguments, shapes: list[Shape]) -> list[Shape]:
        """Return the output shapes of a call on tensors of these shapes."""
        pairs = [(None, arguments.args), *sorted(arguments.kwargs.items())]
        words = [word for word, value in pairs for _ in iterate_tensors(value)]
        words, shapes = drop_masks(words, shapes)
        key = (tuple(words), tuple(shapes))
        if key not in self._seen:
            name, config = self.known_name, self.get_config()
            if (
                self._built != shapes
                and count_layer_params(name, config, words, shapes) != self._params
            ):
                decline(f"{self.name!r} called on {shapes}, built for {self._built}")
            self._seen[key] = infer_layer_shapes(name, config, words, shapes)
        return self._seen[key]


Layer.__module__ = "keras.src.layers.layer"


def drop_masks(
    words: Sequence[str | None], shapes: Sequence[Shape]
) -> tuple[list[str | None], list[Shape]]:
    """Return the tensors of a call that are not masks, by keyword and shape."""
    kept = [pair for pair in zip(words, shapes, strict=True) if "mask" not in (pair[0] or "")]
    return [word for word, _ in kept], [shape for _, shape in kept]


def unpack_single(items: Sequence[Any]) -> Any:
    """Return the only item, or all of them as a list."""
    return items[0] if len(items) == 1 else list(items)


def all_tensors(value: Any) -> bool:
    """Tell whether a value is a tensor or a list of them."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(all_tensors(item) for item in value)
    return isinstance(value, Tensor)
