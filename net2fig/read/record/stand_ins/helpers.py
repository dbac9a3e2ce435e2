"""Stand-ins for keras.utils, keras.saving, keras.tree and keras.datasets."""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.session import SESSION, reset_session
from net2fig.read.record.stand_ins.applications import SEQUENCES
from net2fig.read.record.stand_ins.modules import Lookup, lookup_in_table
from net2fig.read.record.stand_ins.tensorflow import do_nothing
from net2fig.read.record.tensors.graph import find_source_inputs, map_leaves
from net2fig.read.record.tensors.serial import serialize
from net2fig.read.script.sandbox.datasets import has_numpy
from net2fig.read.script.unknown.values import UnknownValue

FOLDER_FUNCTIONS = tuple(f"{kind}_dataset_from_directory" for kind in ("image", "text", "audio"))
"""Functions that read the files of a folder."""


def raise_not_found(what: str, place: Any = None, *_args: Any, **options: Any) -> Any:
    """Raise the error of a function for a missing file or folder."""
    place = options.get("directory", options.get("path", options.get("filepath", place)))
    if not isinstance(place, (str, Path)) or Path(place).exists():
        decline(what)
    if options.get("labels", "inferred") is None:
        raise ValueError(f"No files found in directory {place}.")
    raise FileNotFoundError(2, "No such file or directory", str(place))


def load_model(filepath: Any = None, *_args: Any, **_options: Any) -> Any:
    """Raise the error of keras.models.load_model for a missing file."""
    if isinstance(filepath, (str, Path)) and not Path(filepath).exists():
        if Path(filepath).suffix not in (".h5", ".hdf5"):
            raise ValueError(f"File not found: filepath={filepath}.")
        return raise_not_found("keras.models.load_model", filepath)
    return decline("keras.models.load_model")


def return_unchanged(*args: Any, **_kwargs: Any) -> Any:
    """Return a class or a function unchanged."""
    if len(args) == 1 and callable(args[0]):
        return args[0]
    return lambda item: item


def make_utils() -> Lookup:
    """Return keras.utils."""
    names = {
        "clear_session": reset_session,
        "set_random_seed": do_nothing,
        "plot_model": do_nothing,
        "register_keras_serializable": return_unchanged,
        "serialize_keras_object": serialize,
        "get_source_inputs": get_source_inputs,
        "get_file": SESSION.get_file,
        "to_categorical": to_categorical,
        "pad_sequences": pad_sequences,
        "load_img": partial(raise_not_found, "keras.utils.load_img"),
        **{name: partial(raise_not_found, f"keras.utils.{name}") for name in FOLDER_FUNCTIONS},
    }
    return lookup_in_table({key: value for key, value in names.items() if value is not None})


def pad_sequences(*args: Any, **kwargs: Any) -> Any:
    """Return sequences as an array, by Keras' own source."""
    if not has_numpy():
        from net2fig.read.script.sandbox.arrays import pad_lists

        return pad_lists(*args, **kwargs)
    return importlib.import_module(SEQUENCES).pad_sequences(*args, **kwargs)


def to_categorical(x: Any, num_classes: Any = None) -> Any:
    """Return class numbers as one-hot rows."""
    if isinstance(x, UnknownValue):
        from net2fig.read.script.sandbox.arrays import make_one_hot

        return make_one_hot(x, num_classes)
    import numpy as np

    if not isinstance(x, (np.ndarray, list, tuple)):
        decline("to_categorical of anything but an array")
    classes = np.array(x, dtype="int64")
    shape = classes.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    count = num_classes or int(classes.max()) + 1
    rows = np.zeros((classes.size, count))
    rows[np.arange(classes.size), classes.reshape(-1)] = 1
    return rows.reshape((*shape, count))


def get_source_inputs(tensor: Any) -> Any:
    """Return the inputs that a tensor depends on."""
    return find_source_inputs(tensor)


def make_saving() -> Lookup:
    """Return keras.saving."""
    return lookup_in_table(
        {"serialize_keras_object": serialize, "register_keras_serializable": return_unchanged}
    )


def make_datasets(name: str) -> Lookup:
    """Return a module of keras.datasets."""

    def find(key: str) -> Any:
        if SESSION.make_data_stub is None or key not in ("load_data", "get_word_index"):
            raise LookupError(key)
        return SESSION.make_data_stub(name, key)

    return find


def map_structure(function: Any, *structures: Any) -> Any:
    """Return a structure with a function applied to each leaf."""
    if len(structures) != 1:
        decline(f"keras.tree.map_structure of {len(structures)} structures")
    return map_leaves(structures[0], function)


def make_tree() -> Lookup:
    """Return keras.tree."""
    return lookup_in_table({"map_structure": map_structure})
