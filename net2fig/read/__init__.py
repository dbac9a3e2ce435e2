"""Any source → Network: a saved file, code, net2fig's own JSON, a Keras model in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.errors import ModelError, Notice, UsageError, one_of, suggestion
from net2fig.gc_tuning import seldom_collected
from net2fig.network import Network
from net2fig.read.formats import PACKED, SUFFIXES, YAML, kind_of_file
from net2fig.read.keras.architecture import is_keras_config, read_architecture
from net2fig.read.keras.files.zip_file import CONFIG_LIMIT, is_hdf5, parse_json, read_saved
from net2fig.read.native import dump, frozen_hash, is_plain, load, network_from
from net2fig.read.target import Target, target_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

READERS = ("auto", "record", "keras")


@seldom_collected()
def read(
    source: Any,
    *,
    name: str | None = None,
    reader: str = "auto",
    timeout: float = 300.0,
    input_shape: Any = None,
) -> Network:
    """Return the network of a source: a path, a target string, a Keras model or a Network.

    `name` replaces the model's own. `reader` says how code is read: "record" without Keras, "keras"
    by running it, "auto" by the first of the two that can, or from a network frozen beside it.
    `timeout` is in seconds, for code. `input_shape` says what goes in where the model leaves it
    open, without the batch: "224x224x3", (224, 224, 3), several of these, or a dictionary by the
    names of the inputs.
    """
    if reader not in READERS:
        message = f"unknown reader: {reader!r} {one_of(READERS)}"
        raise UsageError(message, hint=suggestion(reader, READERS))
    shapes: tuple[InputShape, ...] = ()
    if input_shape:
        from net2fig.options.input_shapes import input_shapes

        shapes = input_shapes(input_shape)
    network = read_any(source, How(reader, timeout, shapes))
    return replace(network, name=name) if name is not None else network


class How(Struct, frozen=True):
    """How code is read, see `read`."""

    reader: str = "auto"
    timeout: float = 300.0
    shapes: tuple[InputShape, ...] = ()


def as_drawn(network: Network, side: int | None = None) -> Network:
    """Return the network whose sizes are drawn: open axes are shares of what comes in.

    `side` is what an open axis of an input counts as beside those that are known. Numbers that
    hang on the sizes are told of the network itself, which knows no more than before.
    """
    if not network.is_open:
        return network
    from net2fig.read.open_sizes import SIZE, nominal

    return nominal(network, side or SIZE)


def read_any(source: Any, how: How) -> Network:
    """Return the network of a source under its own name."""
    if isinstance(source, Network):
        return source
    if isinstance(source, (str, os.PathLike)):
        text = source if isinstance(source, str) else Path(source)
        return read_target(target_of(text), how)
    from net2fig.read.keras.live import is_keras_model, read_live

    if is_keras_model(source):
        return read_live(source, shapes=how.shapes)
    kind = f"{type(source).__module__}.{type(source).__qualname__}"
    raise UsageError(
        f"unsupported source: a {kind} (must be a path, a Keras 3 model or a Network)",
    )


def read_target(target: Target, how: How) -> Network:
    """Return the network of a file or a module, by the reader for its suffix."""
    path = target.path
    if path is None:
        from net2fig.read.script.code import read_code

        return read_code(target, reader=how.reader, timeout=how.timeout, shapes=how.shapes)
    if path.is_dir():
        from net2fig.read.keras.files.saved_model import read_folder

        return read_folder(path, shapes=how.shapes)
    check_file(path)
    kind = kind_of_file(path)
    if kind is None:
        message = f"unsupported suffix: {path.suffix!r} of {path.name} {one_of(SUFFIXES)}"
        raise ModelError(message, hint=suggestion(path.suffix.lower(), SUFFIXES))
    return BY_KIND[kind](target, path, how)


def check_file(path: Path) -> None:
    """Raise an error unless there is a file to read with something in it."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        # As it would have to be typed: with the folder, as it was said.
        near = [item.name for item in path.parent.glob("*")] if path.parent.is_dir() else []
        message = f"missing file: {str(path)!r}"
        raise ModelError(message, hint=suggestion(path.name, near, path.parent)) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"invalid path: {str(path)!r}: {error}") from None
    if size == 0:
        raise ModelError(f"invalid file: {path.name} is empty")
    if not os.access(path, os.R_OK):
        raise ModelError(f"invalid file: {path.name} may not be read", hint="check its permissions")


def read_json(_target: Target, path: Path, how: How) -> Network:
    """Return the network of a JSON file: net2fig's own, or the architecture of a Keras model."""
    data = json_of(path)
    if is_plain(data):
        return as_it_is(network_from(data, path.name), how)
    if not is_keras_config(data):
        from net2fig.read.keras.files.containers import find_architecture

        data = find_architecture(data, path.name)
    if data is not None:
        return read_architecture(
            data, source=path.name, reader="saved", name=None, shapes=how.shapes
        )
    raise ModelError(
        f"invalid JSON: {path.name} is neither a network of net2fig nor a Keras architecture",
        hint="net2fig MODEL -o network.json writes one, model.to_json() the other",
    )


def read_notebook(target: Target, _path: Path, how: How) -> Network:
    """Return the network of a notebook, by running it."""
    from net2fig.read.script.code import read_code

    return read_code(target, reader=how.reader, timeout=how.timeout, shapes=how.shapes)


def read_hdf5_file(_target: Target, path: Path, how: How) -> Network:
    """Return the network of an HDF5 file."""
    from net2fig.read.keras.files.hdf5 import read_hdf5

    return read_hdf5(path, shapes=how.shapes)


def read_keras_file(target: Target, path: Path, how: How) -> Network:
    """Return the network of a .keras file, which may be of HDF5 under that name."""
    if is_hdf5(path):
        return read_hdf5_file(target, path, how)
    return read_saved(path, shapes=how.shapes)


def json_of(path: Path) -> Any:
    """Return the data of a JSON file, packed by gzip or not, or of a YAML file."""
    if path.suffix.lower() in YAML:
        from net2fig.read.keras.files.containers import read_yaml

        return read_yaml(path)
    with path.open("rb") as file:
        text = file.read(CONFIG_LIMIT + 1)
    if len(text) > CONFIG_LIMIT:
        size = CONFIG_LIMIT // 2**20
        raise ModelError(f"unsupported JSON: {path.name} (more than {size} MiB)")
    if path.suffix.lower() == PACKED:
        from net2fig.read.keras.files.containers import decompress

        text = decompress(text, path.name)
    return parse_json(text, path.name)


def as_it_is(network: Network, how: How) -> Network:
    """Return a network whose shapes are known already, with a notice where others were said."""
    if not how.shapes:
        return network
    words = f"the shapes in {network.source} stand: --input-shape was not needed"
    return replace(network, notices=(*network.notices, Notice("input-shape-unused", words)))


# Frozen networks: what code builds, kept beside it.


def frozen_path(path: Path) -> Path:
    """Return where the frozen network of a Python file stands.

    >>> frozen_path(Path("models/unet.py")).name
    'unet.network.json'
    """
    return path.with_name(f"{path.stem}.network.json")


def read_python(target: Target, path: Path, how: How) -> Network:
    """Return the network of a Python file: frozen beside it, or by running it.

    The frozen one is used where it was made from this very text, or where there is no Keras.
    """
    # Running code needs modules that a saved file does without.
    from net2fig.read.script.code import check_syntax, is_keras_available, read_code

    frozen = frozen_path(path)
    asked = how.reader != "auto" or target.pick is not None or bool(how.shapes)
    if asked or not frozen.is_file():
        return read_code(target, reader=how.reader, timeout=how.timeout, shapes=how.shapes)
    text = frozen.read_text("utf-8")
    fresh = frozen_hash(text, frozen.name) == sha256(path)
    if not fresh:
        try:
            return read_code(target, timeout=how.timeout, shapes=how.shapes)
        except ModelError:
            # Without Keras, which has the last word, the code may be right all the same.
            if is_keras_available():
                raise
    check_syntax(path)
    network = load(text, frozen.name)
    if fresh:
        return network
    words = f"{frozen.name} is older than {path.name}, which cannot be run without TensorFlow"
    return replace(network, notices=(*network.notices, Notice("stale-frozen-network", words)))


BY_KIND: Mapping[str, Callable[[Target, Path, How], Network]] = {
    "code": read_python,
    "hdf5": read_hdf5_file,
    "json": read_json,
    "keras": read_keras_file,
    "notebook": read_notebook,
}
"""Readers by what a file holds (formats.py)."""


def freeze(path: str | Path, *, timeout: float = 300.0) -> Path:
    """Run a Python file, write its network beside it and return where."""
    path = Path(path)
    network = read(path, reader="keras", timeout=timeout)
    frozen = frozen_path(path)
    text = dump(network, frozen={"source_sha256": sha256(path)})
    # Whole or not at all.
    part = frozen.with_name(f".{frozen.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(frozen)
    return frozen


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes."""
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


__all__ = ["as_drawn", "dump", "freeze", "load", "read"]
