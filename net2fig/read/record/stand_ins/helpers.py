"""What keras.utils, keras.saving, keras.tree and keras.datasets have."""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import Any

from net2fig.read.record.session import SESSION, reset
from net2fig.read.record.stand_ins.applications import SEQUENCES
from net2fig.read.record.stand_ins.modules import Find, from_table
from net2fig.read.record.stand_ins.tensorflow import nothing
from net2fig.read.record.tensors.graph import mapped, source_inputs
from net2fig.read.record.tensors.serial import serialized
from net2fig.read.record.unknown import decline

FOLDERS = tuple(f"{kind}_dataset_from_directory" for kind in ("image", "text", "audio"))
"""Functions that read the files of a folder."""


def lost(what: str, place: Any = None, *_args: Any, **options: Any) -> Any:
    """Raise the error of a function that reads a file or a folder which is not there."""
    place = options.get("directory", options.get("path", options.get("filepath", place)))
    if not isinstance(place, (str, Path)) or Path(place).exists():
        decline(what)
    if options.get("labels", "inferred") is None:
        raise ValueError(f"No files found in directory {place}.")
    raise FileNotFoundError(2, "No such file or directory", str(place))


def load_model(filepath: Any = None, *_args: Any, **_options: Any) -> Any:
    """Raise the error of keras.models.load_model for a file that is not there."""
    if isinstance(filepath, (str, Path)) and not Path(filepath).exists():
        if Path(filepath).suffix not in (".h5", ".hdf5"):
            raise ValueError(f"File not found: filepath={filepath}.")
        return lost("keras.models.load_model", filepath)
    return decline("keras.models.load_model")


def decorator(*args: Any, **_kwargs: Any) -> Any:
    """Return a class or a function as it is."""
    if len(args) == 1 and callable(args[0]):
        return args[0]
    return lambda item: item


def of_utils() -> Find:
    """Return keras.utils."""
    found = {
        "clear_session": reset,
        "set_random_seed": nothing,
        "plot_model": nothing,
        "register_keras_serializable": decorator,
        "serialize_keras_object": serialized,
        "get_source_inputs": source_list,
        "get_file": SESSION.get_file,
        "to_categorical": to_categorical,
        "pad_sequences": pad_sequences,
        "load_img": partial(lost, "keras.utils.load_img"),
        **{name: partial(lost, f"keras.utils.{name}") for name in FOLDERS},
    }
    return from_table({key: value for key, value in found.items() if value is not None})


def pad_sequences(*args: Any, **kwargs: Any) -> Any:
    """Return sequences as an array, by Keras' own source."""
    return importlib.import_module(SEQUENCES).pad_sequences(*args, **kwargs)


def to_categorical(x: Any, num_classes: Any = None) -> Any:
    """Return numbers of classes as rows of zeros with a one."""
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


def source_list(tensor: Any) -> Any:
    """Return the inputs that a tensor depends on."""
    return source_inputs(tensor)


def of_saving() -> Find:
    """Return keras.saving."""
    return from_table(
        {"serialize_keras_object": serialized, "register_keras_serializable": decorator}
    )


def of_datasets(name: str) -> Find:
    """Return a module of keras.datasets."""

    def find(key: str) -> Any:
        if SESSION.make_data_stub is None or key not in ("load_data", "get_word_index"):
            raise LookupError(key)
        return SESSION.make_data_stub(name, key)

    return find


def map_structure(function: Any, *structures: Any) -> Any:
    """Return a structure with each of its leaves changed."""
    if len(structures) != 1:
        decline(f"keras.tree.map_structure of {len(structures)} structures")
    return mapped(structures[0], function)


def of_tree() -> Find:
    """Return keras.tree."""
    return from_table({"map_structure": map_structure})
