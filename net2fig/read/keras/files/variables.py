"""The weights of one layer: of a saved file of Keras, by h5py, or of a model in memory.

Ensures: nothing of a file is executed, and no other file is opened: data that lie outside of it are
refused.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError, UsageError
from net2fig.network import Layer
from net2fig.read.keras.files.zip_file import is_hdf5
from net2fig.read.limits import check_size

WEIGHTS = "model.weights.h5"
"""The member of a `.keras` file that holds the weights."""

WEIGHTS_LIMIT = 2**31
"""The largest file of weights that is read."""

DENSE = ("query", "key", "value", "output")
"""The projections of an attention: "query_kernel" is the kernel of the first."""

KINDS = ("kernel", "bias")
"""The order of the variables of a projection."""

CELL = "cell"
"""The part of a recurrent layer that has its weights."""

VARS = "vars"
"""The group of the variables of a layer, whose attribute is the name of the layer."""


def read_variables(
    source: Any, layer: Layer, names: Sequence[str], side: str = ""
) -> dict[str, Any]:
    """Return the weights of a recurrent layer or an attention by their names.

    `side` is "forward" or "backward" for one of the layers of a bidirectional one.
    """
    if not isinstance(source, str | Path):
        return list_live_variables(source, layer, names, side)
    path = Path(source)
    if not path.is_file() or path.suffix not in (".keras", ".h5", ".hdf5"):
        message = f"missing weights: {str(source)!r} holds none (a .keras or .h5 file does)"
        raise ModelError(message)
    require_package("h5py")
    import h5py

    try:
        if is_hdf5(path):
            with h5py.File(path, "r") as file:
                return find_old_variables(file, layer, names, side)
        with zipfile.ZipFile(path) as archive, archive.open(WEIGHTS) as member:
            data = member.read(WEIGHTS_LIMIT + 1)
        check_size(data[:1] if len(data) <= WEIGHTS_LIMIT else data, path.name)
        with h5py.File(io.BytesIO(data), "r") as file:
            return find_variables(file, layer, names, side)
    except (KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"invalid weights: of {layer.name!r} in {path.name} ({error})") from error


def require_package(name: str) -> None:
    """Raise an error if a package is not installed that reads weights, or computes with them."""
    if importlib.util.find_spec(name) is None:
        raise ModelError(f"missing package: {name!r}", hint="pip install 'net2fig[weights]'")


def find_variables(file: Any, layer: Layer, names: Sequence[str], side: str = "") -> dict[str, Any]:
    """Return the weights of a layer in a file of Keras 3."""
    groups: list[str] = []

    def visit(name: str, item: Any) -> None:
        if name.endswith(f"/{VARS}") and read_name(item) == layer.name:
            groups.append(name[: -len(VARS)])

    file.visititems(visit)
    if len(groups) != 1:
        message = f"ambiguous weights: {len(groups)} layers of the file are called {layer.name!r}"
        raise ModelError(message)
    group = file[f"{groups[0]}{side}_layer" if side else groups[0]]
    if any(name.partition("_")[0] in DENSE for name in names):
        return dict(find_projections(group, names))
    holder = group.get(CELL, group)
    numbers = sorted(holder[VARS], key=int)
    return {name: read_array(holder[VARS][key]) for name, key in zip(names, numbers, strict=True)}


def find_projections(group: Any, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield the weights of an attention, whose projections are layers of their own."""
    parts = {name.strip("_").removesuffix("_dense"): name for name in group}
    for name in names:
        dense, _, kind = name.partition("_")
        yield name, read_array(group[f"{parts[dense]}/{VARS}/{KINDS.index(kind)}"])


def read_name(group: Any) -> str:
    """Return the name of the layer that a group of variables belongs to."""
    found = group.attrs.get("name", "")
    return found.decode() if isinstance(found, bytes) else str(found)


def find_old_variables(
    file: Any, layer: Layer, names: Sequence[str], side: str = ""
) -> dict[str, Any]:
    """Return the weights of a layer in an HDF5 file, where groups are called as layers are."""
    found: dict[str, Any] = {}

    def visit(path: str, item: Any) -> None:
        *groups, last = path.split("/")
        name = name_variable([*groups, last.partition(":")[0]])
        if side and not any(group.startswith(f"{side}_") for group in groups):
            return
        if name in names and layer.name in groups and hasattr(item, "shape"):
            if name in found:
                message = f"ambiguous weights: several layers of the file are called {layer.name!r}"
                raise ModelError(message)
            found[name] = read_array(item)

    file.get("model_weights", file).visititems(visit)
    return found


def read_array(dataset: Any) -> Any:
    """Return the numbers of a dataset that lie in the file itself."""
    if dataset.external or dataset.is_virtual:
        raise ModelError(f"unsupported weights: {dataset.name!r} lies in another file")
    return dataset[()]


def name_variable(path: Sequence[str]) -> str:
    """Return the name of a variable, with that of the projection that it belongs to.

    >>> name_variable(["lstm", "kernel"]), name_variable(["it", "attention_output", "bias"])
    ('kernel', 'output_bias')
    """
    owner = path[-2].removeprefix("attention_") if len(path) > 1 else ""
    return f"{owner}_{path[-1]}" if owner in DENSE else path[-1]


def list_live_variables(
    model: Any, layer: Layer, names: Sequence[str], side: str = ""
) -> dict[str, Any]:
    """Return the weights of a layer of a Keras model in memory."""
    layers = getattr(model, "_flatten_layers", lambda: ())()
    found = [each for each in layers if each.name == layer.name]
    if not found:
        raise UsageError(f"missing weights: the source has no layer {layer.name!r} in memory")
    owner = getattr(found[0], f"{side}_layer") if side else found[0]
    held = getattr(owner, CELL, owner).weights
    named = {name_variable(each.path.split("/")): each for each in held}
    return {name: named[name].numpy() for name in names if name in named}
