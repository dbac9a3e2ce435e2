"""Models of modules that are not installed, such as `segmentation_models`: each is one layer.

    sm.Unet("resnet34", classes=3, input_shape=(256, 256, 3))     "Unet resnet34", 256×256×3
    efn.EfficientNetB0(include_top=False)                         that of keras.applications
    ResNet18, _ = Classifiers.get("resnet18")                     a function that makes a model

Requires: Keras, or its stand-in, is imported when the code asks for a model.
Ensures: inputs and outputs have the shapes that the module gives them, as far as
grammar/stand_ins.toml tells; parameters are unknown. What stands in is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from net2fig.read.script.unknown.values import UnknownData, UnknownValue, replace_unknown

HANDED_ON = ("backend", "layers", "models", "utils")
"""Arguments by which code hands Keras to a module."""

Shape = tuple[Any, ...]


def make_whole(
    keras: Any, root: str, name: str, entry: Mapping[str, Any], make_layer: Callable[..., Any]
) -> Any:
    """Return what makes a model; `make_layer` makes the layer that stands for all of it."""
    known = getattr(keras.applications, name, None) if entry.get("like") else None
    if known is not None:

        def make_known(*args: Any, **options: Any) -> Any:
            text = f"{root} is not installed: {name} is drawn as that of keras.applications"
            UnknownData.tell("layer-stands-in", text)
            kept = {key: each for key, each in options.items() if key not in HANDED_ON}
            return known(*args, **kept)

        return make_known
    if name == entry.get("chooser"):
        return ModelChooser(keras, root, entry, make_layer)

    def make(*args: Any, **options: Any) -> Any:
        texts = [each for each in args if isinstance(each, str)]
        base = str(options.get("backbone_name", texts[0] if texts else entry.get("backbone", "")))
        return build_whole(keras, root, f"{name} {base}".strip(), entry, options, make_layer)

    return make


class ModelChooser:
    """Returns functions that make models, by their names."""

    def __init__(
        self, keras: Any, root: str, entry: Mapping[str, Any], make_layer: Callable[..., Any]
    ) -> None:
        self.parts = keras, root, entry, make_layer

    def get(self, name: Any) -> tuple[Any, Any]:
        """Return what makes a model, and a function that prepares its images."""
        keras, root, entry, make_layer = self.parts

        def make(*args: Any, **options: Any) -> Any:
            shape = {"input_shape": args[0]} if args else {}
            return build_whole(keras, root, str(name), entry, {**shape, **options}, make_layer)

        return make, UnknownValue(f"{root}.preprocess_input")


def build_whole(
    keras: Any,
    root: str,
    title: str,
    entry: Mapping[str, Any],
    options: Mapping[str, Any],
    make_layer: Callable[..., Any],
) -> Any:
    """Return a model of one layer with the name of a whole."""
    text = f"{root} is not installed: {title} is drawn by its name alone"
    UnknownData.tell("layer-stands-in", text)
    shape = options.get("input_shape")
    start = options.get("input_tensor")
    inputs = keras.Input((None, None, 3) if shape is None else shape) if start is None else start
    layer = make_layer(title, lambda given: find_result(title, entry, options, given))
    name = re.sub(r"\W+", "_", title).strip("_").lower()
    return keras.Model(inputs, layer(inputs), name=name)


def find_result(
    title: str, entry: Mapping[str, Any], options: Mapping[str, Any], given: Shape
) -> Shape | None:
    """Return the shape of the result for that of the image; None if nothing tells it."""
    batch, *grid, _ = given
    classes = options.get("classes", entry["classes"])
    classes = replace_unknown(classes)
    if entry["result"] == "map":
        return (batch, *grid, classes)
    if options.get("include_top", True):
        return (batch, classes)
    features = next(
        (size for names, size in entry["features"].items() if re.fullmatch(names, title.lower())),
        None,
    )
    if features is None:
        return None
    if options.get("pooling"):
        return (batch, features)
    return (batch, *(size and -(-size // entry["reduction"]) for size in grid), features)
