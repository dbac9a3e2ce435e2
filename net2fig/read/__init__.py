"""Reads a Network from any source: a saved file, code, net2fig's own JSON, a Keras model."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from msgspec.structs import replace

from net2fig.errors import ModelError, Notice, UsageError, one_of, suggestion
from net2fig.gc_tuning import rare_collection
from net2fig.network import Network
from net2fig.read.formats import GZIP, SUFFIXES, YAML, detect_format
from net2fig.read.keras.architecture import is_keras_config, read_architecture
from net2fig.read.keras.files.zip_file import is_hdf5, read_saved
from net2fig.read.limits import CONFIG_LIMIT, check_size, parse_json
from net2fig.read.native import dump, get_frozen_digest, is_native, load, parse_network
from net2fig.read.target import Target, parse_target

if TYPE_CHECKING:
    from net2fig.options.arguments import ReadingArguments
    from net2fig.options.table import Options

READERS = ("auto", "record", "keras", "torch")


@rare_collection()
def read(
    source: Any,
    *,
    name: str | None = None,
    example: Any = None,
    **arguments: Unpack[ReadingArguments],
) -> Network:
    """Return the network of a source: a path, a target string, a Keras model or a Network.

    `name` replaces the model's own. `reader` is how code is read: "record" without Keras, "keras"
    by running it, "auto" by the first of the two that can, or from a network frozen beside it.
    `timeout` is in seconds, for code. `input_shape` is for inputs that the model leaves open,
    without the batch: "224x224x3", (224, 224, 3), several of these, or a dictionary by the names of
    the inputs. `argv` are the words of the command line that code reads. `set` are numbers that
    only data know, by their names. `example` is what a
    module of PyTorch is called with: a tensor, a tuple of arguments, or a dictionary of these.
    """
    # The process that runs code reads without options.
    from net2fig.options.table import Options

    # None is not set, as in every other function that takes options.
    values = {key: value for key, value in arguments.items() if value is not None}
    options = Options(**cast("dict[str, Any]", values))
    if options.reader not in READERS:
        message = f"unknown reader: {options.reader!r} {one_of(READERS)}"
        raise UsageError(message, hint=suggestion(options.reader, READERS))
    if options.input_shape:
        from net2fig.options.input_shapes import parse_input_shapes

        options = replace(options, input_shape=parse_input_shapes(options.input_shape))
    network = read_source(source, options, example)
    return replace(network, name=name) if name is not None else network


def fill_open_axes(network: Network, side: int | None = None) -> Network:
    """Return the network as it is drawn: open axes are shares of the input.

    `side` is the length of an open axis of an input. Numbers that depend on sizes come from the
    original network, in which these stay unknown.
    """
    if not network.is_open:
        return network
    from net2fig.read.open_sizes import SIZE, fill_with_shares

    return fill_with_shares(network, side or SIZE)


def read_source(source: Any, options: Options, example: Any = None) -> Network:
    """Return the network of a source under its own name."""
    if isinstance(source, Network):
        return source
    if isinstance(source, (str, os.PathLike)):
        text = source if isinstance(source, str) else Path(source)
        return read_target(parse_target(text), options)
    from net2fig.read.keras.live import is_keras_model, read_live

    if is_keras_model(source):
        from net2fig.read.training.saved import find_live_training

        network = read_live(source, shapes=options.input_shape)
        return replace(network, training=find_live_training(source))
    from net2fig.read.torch.modules import is_torch_module

    if is_torch_module(source):
        from net2fig.read.torch.live import read_module

        return read_module(source, shapes=options.input_shape, example=example)
    kind = f"{type(source).__module__}.{type(source).__qualname__}"
    raise UsageError(
        f"unsupported source: a {kind} (must be a path, a Keras 3 model, a module of PyTorch or a"
        " Network)",
    )


def read_target(target: Target, options: Options) -> Network:
    """Return the network of a file or a module, by the reader for its suffix."""
    path = target.path
    if path is None:
        from net2fig.read.script.code import read_code

        return read_code(target, options)
    if path.is_dir():
        from net2fig.read.keras.files.saved_model import read_folder

        return read_folder(path, shapes=options.input_shape)
    check_file(path)
    kind = detect_format(path)
    if kind is None:
        from net2fig.read.exported.files import detect_contents

        kind = detect_contents(path)
    if kind is None:
        message = f"unsupported suffix: {path.suffix!r} of {path.name} {one_of(SUFFIXES)}"
        raise ModelError(message, hint=suggestion(path.suffix.lower(), SUFFIXES))
    return READERS_BY_FORMAT[kind](target, path, options)


def check_file(path: Path) -> None:
    """Raise an error unless there is a file to read with something in it."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        # With the folder, as it would be typed.
        near = [item.name for item in path.parent.glob("*")] if path.parent.is_dir() else []
        message = f"missing file: {str(path)!r}"
        raise ModelError(message, hint=suggestion(path.name, near, path.parent)) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"invalid path: {str(path)!r}: {error}") from None
    if size == 0:
        raise ModelError(f"invalid file: {path.name} is empty")
    if not os.access(path, os.R_OK):
        raise ModelError(f"invalid file: {path.name} is not readable", hint="check its permissions")


def read_json(_target: Target, path: Path, options: Options) -> Network:
    """Return the network of a JSON file: net2fig's own, or the architecture of a Keras model."""
    data = load_json(path)
    if is_native(data):
        return warn_unused_shapes(parse_network(data, path.name), options)
    if not is_keras_config(data):
        from net2fig.read.keras.files.containers import find_architecture

        data = find_architecture(data, path.name)
    if data is not None:
        return read_architecture(data, source=path.name, reader="saved", shapes=options.input_shape)
    raise ModelError(
        f"invalid JSON: {path.name} is neither a network of net2fig nor a Keras architecture",
        hint="net2fig MODEL -o network.json writes one, model.to_json() the other",
    )


def read_notebook(target: Target, _path: Path, options: Options) -> Network:
    """Return the network of a notebook, by running it."""
    from net2fig.read.script.code import read_code

    return read_code(target, options)


def read_hdf5_file(_target: Target, path: Path, options: Options) -> Network:
    """Return the network of an HDF5 file."""
    from net2fig.read.keras.files.hdf5 import read_hdf5

    return read_hdf5(path, shapes=options.input_shape)


def read_keras_file(target: Target, path: Path, options: Options) -> Network:
    """Return the network of a .keras file, which may contain HDF5."""
    if is_hdf5(path):
        return read_hdf5_file(target, path, options)
    return read_saved(path, shapes=options.input_shape)


def read_onnx_file(_target: Target, path: Path, options: Options) -> Network:
    """Return the network of an ONNX file."""
    from net2fig.read.onnx.reader import read_onnx

    return read_onnx(path, shapes=options.input_shape)


def read_exported_file(_target: Target, path: Path, options: Options) -> Network:
    """Return the network of a file of PyTorch, or say what it holds."""
    from net2fig.read.exported.files import read_exported

    return read_exported(path, shapes=options.input_shape)


def load_json(path: Path) -> Any:
    """Return the data of a JSON file, perhaps compressed by gzip, or of a YAML file."""
    if path.suffix.lower() in YAML:
        from net2fig.read.keras.files.containers import read_yaml

        return read_yaml(path)
    with path.open("rb") as file:
        text = file.read(CONFIG_LIMIT + 1)
    check_size(text, path.name)
    if path.suffix.lower() == GZIP:
        from net2fig.read.keras.files.containers import decompress

        text = decompress(text, path.name)
    return parse_json(text, path.name)


def warn_unused_shapes(network: Network, options: Options) -> Network:
    """Return a network that is complete, with a notice if input shapes were given for it."""
    if not options.input_shape:
        return network
    text = f"the shapes in {network.source} are complete: --input-shape was not used"
    return replace(network, notices=(*network.notices, Notice("input-shape-unused", text)))


# Frozen networks: the result of code, in a file beside it.


def frozen_path(path: Path) -> Path:
    """Return the path of the frozen network of a Python file.


    >>> frozen_path(Path("models/unet.py")).name
    'unet.network.json'
    """
    return path.with_name(f"{path.stem}.network.json")


def read_python(target: Target, path: Path, options: Options) -> Network:
    """Return the network of a Python file: frozen beside it, or by running it.

    The frozen one is used if it was made from this exact text, or if what would run the text is not
    installed.
    """
    # Imported here since saved files need no modules for running code.
    from net2fig.read.script.code import check_syntax, find_missing_framework, read_code

    frozen = frozen_path(path)
    is_plain = not (target.pick or options.input_shape or options.argv or options.set)
    must_run = options.reader != "auto" or not is_plain
    if must_run or not frozen.is_file():
        return read_code(target, options)
    text = frozen.read_text("utf-8")
    is_fresh = get_frozen_digest(text, frozen.name) == sha256(path)
    if not is_fresh:
        try:
            return read_code(target, options)
        except ModelError:
            # Without its framework, the code may still be right.
            if not find_missing_framework(target):
                raise
    check_syntax(path)
    network = load(text, frozen.name)
    if is_fresh:
        return network
    title = find_missing_framework(target)
    text = f"{frozen.name} is older than {path.name}, which cannot be run without {title}"
    return replace(network, notices=(*network.notices, Notice("stale-frozen-network", text)))


READERS_BY_FORMAT: Mapping[str, Callable[[Target, Path, Options], Network]] = {
    "code": read_python,
    "exported": read_exported_file,
    "hdf5": read_hdf5_file,
    "json": read_json,
    "keras": read_keras_file,
    "notebook": read_notebook,
    "onnx": read_onnx_file,
}
"""Readers by format (formats.py)."""


def freeze(path: str | Path, *, timeout: float = 300.0) -> Path:
    """Run a Python file, write its network beside it and return the path."""
    from net2fig.read.script.code import detect_framework

    path = Path(path)
    reader = detect_framework(Target(path, text=path.name))
    network = read(path, reader=reader, timeout=timeout)
    frozen = frozen_path(path)
    text = dump(network, frozen={"source_sha256": sha256(path)})
    # Write the whole file or nothing.
    part = frozen.with_name(f".{frozen.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(frozen)
    return frozen


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes."""
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


__all__ = ["dump", "fill_open_axes", "freeze", "load", "read"]
