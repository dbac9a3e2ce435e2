"""Where modules of earlier Keras are today, under any of the names that Keras has had.

keras.layers.convolutional               keras.layers
tensorflow.contrib.keras.api.keras       tensorflow.keras
keras.src.engine.functional              keras.models
"""

from __future__ import annotations

KERAS_NAMES = (
    *("tensorflow.contrib.keras.python.keras", "tensorflow.contrib.keras.api.keras"),
    "tensorflow.contrib.keras",
    *("tensorflow.python.keras.api._v2.keras", "tensorflow.python.keras.api._v1.keras"),
    *("tensorflow.python.keras.api.keras", "tensorflow.python.keras"),
    *("tensorflow.keras.api._v2.keras", "tensorflow.keras.api._v1.keras", "tensorflow.keras.api"),
    *("tensorflow.keras.src", "tensorflow._api.v2.keras", "tensorflow._api.v1.keras"),
    *("tensorflow._api.v2.compat.v1.keras", "tensorflow._api.v2.compat.v2.keras"),
    *("tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras"),
    *("keras.api._v2.keras", "keras.api._v1.keras", "keras.api", "keras_core"),
)
"""Other names of `keras` and of `tensorflow.keras`, the longest of each first."""

SOURCES = "keras.src"
"""The package that holds the sources of Keras from 2.13 on."""

MOVED_MODULES = {
    "keras.backend.tensorflow_backend": "keras.backend",
    "keras.backend.common": "keras.backend",
    "keras.engine.topology": "keras.layers",
    "keras.engine.base_layer": "keras.layers",
    "keras.engine.input_layer": "keras.layers",
    "keras.engine": "keras.models",
    "keras_applications.imagenet_utils": "keras.applications.imagenet_utils",
    "keras.src.saving": "keras.saving",
    "keras.legacy.layers": "keras.layers",
    "keras.legacy": "keras",
    "keras.layers.experimental.preprocessing": "keras.layers",
    "keras.layers.experimental": "keras.layers",
    **dict.fromkeys(
        (
            f"keras.layers.{name}"
            for name in (
                *("advanced_activations", "convolutional", "convolutional_recurrent", "core"),
                *("cudnn_recurrent", "embeddings", "local", "merge", "noise", "normalization"),
                *("pooling", "recurrent", "wrappers", "attention", "preprocessing"),
            )
        ),
        "keras.layers",
    ),
    **dict.fromkeys(
        (
            f"keras.utils.{name}"
            for name in (
                *("conv_utils", "data_utils", "generic_utils", "io_utils", "layer_utils"),
                *("np_utils", "training_utils", "vis_utils", "multi_gpu_utils", "tf_utils"),
            )
        ),
        "keras.utils",
    ),
}
"""Modules of earlier Keras, and the modules that now hold most of their names."""

NEW_MODULES = {
    "_obtain_input_shape": "keras.src.applications.imagenet_utils",
    "Layer": "keras.layers",
    "Input": "keras.layers",
    "InputSpec": "keras.layers",
    "get_source_inputs": "keras.utils",
}
"""Names that are in another module than the rest of their old module."""

MISPLACED = {
    "keras.models": {"Input": "keras.layers"},
    "keras.layers": {"Sequential": "keras.models", "Model": "keras.models"},
    "tensorflow.contrib": {"keras": ""},
    "tensorflow.python": {"keras": ""},
    "tensorflow.compat.v1": {"keras": ""},
    "tensorflow.compat.v2": {"keras": ""},
}
"""Names that modules of earlier Keras happened to hold, and where they are."""

RENAMED_FUNCTIONS = {"_obtain_input_shape": "obtain_input_shape"}
"""Names that Keras has changed."""

MODEL_KEYWORDS = {"input": "inputs", "output": "outputs"}
"""Keywords of `Model` before Keras 2, and their names today."""

OPTIONAL_PARAMETERS = frozenset({"training", "mask"})
"""Parameters of `call` that Keras 2 filled in by itself."""

KERAS_CORE = "keras_core"
"""The name of Keras 3 during its development."""

PREFIXES = (*KERAS_NAMES, "keras.", "tensorflow.keras.", "keras_applications")


def modernize_module(module: str) -> str:
    """Return the current name of a module.


    >>> modernize_module("keras.layers.convolutional")
    'keras.layers'
    >>> modernize_module("tensorflow.python.keras.layers.core")
    'tensorflow.keras.layers'
    """
    if not module.startswith(PREFIXES):
        return module
    module = replace_name(module)
    head = "tensorflow." if module.startswith("tensorflow.") else ""
    name = module.removeprefix(head)
    inner = name.replace(SOURCES, "keras", 1) if name.startswith(f"{SOURCES}.") else name
    for old, new in MOVED_MODULES.items():
        if any(each == old or each.startswith(f"{old}.") for each in (name, inner)):
            return f"{head}{new}"
    return module


def find_misplaced(module: str) -> dict[str, str]:
    """Return the names that a module of an earlier library holds, and where they are today.


    >>> find_misplaced("tensorflow.keras.models")
    {'Input': 'keras.layers'}
    """
    return MISPLACED.get(module) or MISPLACED.get(module.removeprefix("tensorflow."), {})


def replace_name(module: str) -> str:
    """Return the name of a module with the name that its library has today.

    >>> replace_name("tensorflow.contrib.keras.api.keras.layers")
    'tensorflow.keras.layers'
    """
    for name in KERAS_NAMES:
        if module == name or module.startswith(f"{name}."):
            new = "tensorflow.keras" if name.startswith("tensorflow") else "keras"
            return f"{new}{module.removeprefix(name)}"
    return module
