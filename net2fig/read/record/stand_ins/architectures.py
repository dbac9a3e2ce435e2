"""keras.applications where Keras is not installed: its models from grammar/applications.json.xz.

Requires: arguments that change sizes, the top or the input; others are declined.
Ensures: the layers that Keras would make, under their names.
"""

from __future__ import annotations

import inspect
import json
import lzma
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.layers.classes import get_layer_class
from net2fig.read.record.layers.custom_layers import CustomLayer
from net2fig.read.record.layers.models import Functional
from net2fig.read.record.layers.wrappers import Input
from net2fig.read.record.session import SESSION, snake_case
from net2fig.read.record.tensors.graph import Tensor, find_source_inputs, operate
from net2fig.read.script.unknown.values import UnknownData, is_unknown

ARGUMENTS = frozenset(
    {"include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "name"}
    | {"classifier_activation"}
)
"""Arguments that may have other values than their defaults."""

CLASSES = 1000
"""The classes of the recorded models."""

OPERATION = "="
"""The mark before the names of functions of tensors among the layers."""

TENSOR_MARK = "@"
"""What stands for a tensor among the arguments of a function."""

POOLING = {
    "avg": ("GlobalAveragePooling2D", "avg_pool"),
    "max": ("GlobalMaxPooling2D", "max_pool"),
}

NORM = "LayerNormalization"

PADDED = ("MobileNetV", "EfficientNet", "NASNet")
"""The beginnings of the names of models that pad by the parity of a size."""


class LayerScale(CustomLayer):
    """A layer of ConvNeXt: a factor for each feature."""

    def __init__(self, projection_dim: int, **options: Any) -> None:
        super().__init__(**{key: options[key] for key in options if key != "init_values"})
        self.projection_dim = projection_dim

    def build(self, _input_shape: Any) -> None:
        """Create the factors."""
        self.gamma = self.add_weight(shape=(self.projection_dim,), name="gamma")
        super().build(_input_shape)

    def call(self, x: Any) -> Any:
        """Return the features by their factors."""
        return x * self.gamma


class CustomScaleLayer(CustomLayer):
    """A layer of InceptionResNetV2: one tensor and a share of another."""

    def __init__(self, scale: float, **options: Any) -> None:
        super().__init__(**options)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        """Return the sum."""
        return inputs[0] + inputs[1] * self.scale


OWN_LAYERS: dict[str, Any] = {
    "LayerScale": LayerScale,
    "CustomScaleLayer": CustomScaleLayer,
}
"""Layers that keras.applications defines."""

LayerScale.__module__ = "keras.src.applications.convnext"
CustomScaleLayer.__module__ = "keras.src.applications.inception_resnet_v2"


@cache
def load_architectures() -> dict[str, Any]:
    """Return the architectures of keras.applications by name."""
    with lzma.open(data_dir("grammar") / "applications.json.xz") as file:
        known: dict[str, Any] = json.load(file)
    return known


@cache
def find_architecture(name: str) -> Callable[..., Any]:
    """Return the function of keras.applications that makes a model; LookupError if none does."""
    known = load_architectures()[name]
    parameters = [
        inspect.Parameter(word, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)
        for word, default in known["parameters"]
    ]
    signature = inspect.Signature(parameters)

    def build(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        for word, value in dict(bound.arguments).items():
            if is_unknown(value) and UnknownData.loose and word not in ARGUMENTS:
                usual = bound.arguments[word] = signature.parameters[word].default
                UnknownData.tell("unknown-size", f"only data know {word} of {name}: took {usual}")
                continue
            if word not in ARGUMENTS and value != signature.parameters[word].default:
                decline(f"{word}={value!r:.40} of {name}")
        bound.apply_defaults()
        return build_model(name, known, bound.arguments)

    build.__name__ = name
    build.__signature__ = signature  # type: ignore[attr-defined]
    return SESSION.ignore_weights(build)  # type: ignore[no-any-return]


def build_model(name: str, known: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
    """Return a model with the layers of an architecture."""
    has_top = bool(options.get("include_top", True))
    start = options.get("input_tensor")
    if not isinstance(start, Tensor):
        start = Input(choose_shape(known["shape"], options, has_top=has_top))
    bare = known["layers"][: known["bare"]]
    layers = known["layers"] if has_top else [*bare, *known["tail"]]
    keeps_names = not any(SESSION.names[snake_case(each[0])] for each in layers[1:])
    outputs: list[Any] = [start]
    # The norm that only a model without a top has comes behind the pooling.
    pools_early = [each[0] for each in known["tail"]] == [NORM]
    for place, (class_name, config, sources) in enumerate(layers[1:], 1):
        if place == known["bare"] and not has_top and pools_early:
            outputs[-1] = pool(outputs[-1], known, options)
        own = dict(config)
        if class_name[0] != OPERATION and is_counted(class_name, config["name"]):
            own = count_name(class_name, own, keeps_name=keeps_names)
        if has_top and place >= known["bare"]:
            own = set_top(own, options)
        if class_name == "ZeroPadding2D" and name.startswith(PADDED):
            reader = next(each for each in layers if place in each[2])
            own |= find_padding(reader, outputs[sources[0]].shape)
        inputs = [outputs[source] for source in sources]
        if class_name.startswith(OPERATION):
            outputs.append(call_operation(class_name, config["args"], inputs))
            continue
        layer = OWN_LAYERS.get(class_name) or get_layer_class(class_name)
        outputs.append(layer(**own)(inputs[0] if len(inputs) == 1 else inputs))
    result = outputs[-1]
    if not has_top and not pools_early:
        result = pool(result, known, options)
    model: Any = object.__new__(Functional)
    Functional.__init__(
        model,
        start if outputs[0] is start and is_input(start) else find_source_inputs(start),
        result,
        name=options.get("name") or choose_name(known, start.shape[1]),
    )
    return model


def pool(tensor: Any, known: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
    """Return a tensor pooled to a point, if that is asked for."""
    if options.get("pooling") not in POOLING:
        return tensor
    class_name, text = POOLING[options["pooling"]]
    return get_layer_class(class_name)(name=text if known["named_pool"] else None)(tensor)


def choose_name(known: Mapping[str, Any], height: int | None) -> str:
    """Return the name of a model, of which the height of the input may be a part."""
    name, usual = known["name"], f"_{known['shape'][0]}"
    return f"{name.removesuffix(usual)}_{height}" if height and name.endswith(usual) else str(name)


def call_operation(name: str, args: Sequence[Any], inputs: Sequence[Tensor]) -> Any:
    """Return the result of a function of tensors, with numbers among its arguments."""
    tensors = iter(inputs)
    values = [next(tensors) if each == TENSOR_MARK else each for each in args]
    return operate(name.removeprefix(OPERATION), (*values, *tensors))


def is_input(tensor: Any) -> bool:
    """Tell whether a tensor is an input."""
    return find_source_inputs(tensor) == [tensor]


def choose_shape(usual: Sequence[Any], options: Mapping[str, Any], *, has_top: bool) -> Any:
    """Return the shape of the input."""
    if options.get("input_shape") is not None:
        return options["input_shape"]
    return tuple(usual) if has_top else (None, None, usual[-1])


def is_counted(class_name: str, name: str) -> bool:
    """Tell whether a name is one that Keras counts: `add_3`."""
    return re.fullmatch(rf"{snake_case(class_name)}(_\d+)?", name) is not None


def count_name(class_name: str, config: dict[str, Any], *, keeps_name: bool) -> dict[str, Any]:
    """Return a configuration whose name is the next one, or the recorded one."""
    if not keeps_name:
        return {key: value for key, value in config.items() if key != "name"}
    number = config["name"].removeprefix(snake_case(class_name)).strip("_")
    base = snake_case(class_name)
    SESSION.names[base] = max(SESSION.names[base], int(number or 0) + 1)
    return config


def set_top(config: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of a layer of the top, for other classes."""
    classes = options.get("classes", CLASSES)
    changed = {key: classes for key in ("units", "filters") if config.get(key) == CLASSES}
    if config.get("target_shape"):
        sizes = config["target_shape"]
        changed["target_shape"] = [classes if size == CLASSES else size for size in sizes]
    if config.get("activation") == "softmax":
        changed["activation"] = options.get("classifier_activation", "softmax")
    return {**config, **changed}


def find_padding(reader: Sequence[Any], shape: Shape) -> dict[str, Any]:
    """Return the padding before a layer with a stride of 2, by the parity of the sizes."""
    class_name, config, _ = reader
    if class_name == "Cropping2D":
        return {}
    kernel = config.get("kernel_size") or config.get("pool_size")
    pairs = []
    for window, size in zip(kernel, shape[1:3], strict=True):
        missing = 1 if size is None else 1 - size % 2
        pairs.append([window // 2 - missing, window // 2])
    return {"padding": pairs}
