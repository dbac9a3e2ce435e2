"""`.h5` files of Keras 2 and 3 → Network: the attribute `model_config`, without its weights.

The attribute is contiguous, uncompressed JSON and is searched for in the bytes of the file. If it
is not found, h5py is used if it is installed.
"""

from __future__ import annotations

import importlib.util
import mmap
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.keras.architecture import is_keras_config, read_architecture
from net2fig.read.keras.files.zip_file import CONFIG_LIMIT, check_items, parse_json
from net2fig.read.keras.legacy import modernize

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MAGIC = b"\x89HDF\r\n\x1a\n"

START = re.compile(rb'\{"(?:class_name|module|config|backend|keras_version)": ?["{]')
"""The beginnings of a configuration."""

SEARCH_LIMIT = 2 * CONFIG_LIMIT
"""The maximum number of bytes that are searched for an architecture."""

H5PY_SCRIPT = """
import h5py, sys
with h5py.File(sys.argv[1], "r") as file:
    text = file.attrs.get("model_config", "")
sys.stdout.buffer.write(text.encode() if isinstance(text, str) else bytes(text))
"""
"""A script that writes the attribute as h5py reads it."""

H5PY_TIMEOUT = 10.0
"""The time limit of h5py in seconds, including its import."""

WEIGHTS = "a file of weights has no architecture: draw the code that builds the model"


def read_hdf5(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of an HDF5 file, with the given shapes for open inputs."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ModelError(
                f"invalid HDF5 file: {path.name}",
                hint="model.save() of earlier Keras writes a .h5 file",
            )
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            saved = next(find_configs(data, path.name), None)
    if saved is None:
        saved = read_with_h5py(path)
    if saved is None:
        raise ModelError(f"missing architecture: {path.name} has no model_config", hint=WEIGHTS)
    return read_architecture(saved, source=path.name, reader="saved", shapes=shapes)


def find_configs(data: mmap.mmap, where: str) -> Iterator[Any]:
    """Yield the architectures of models among the bytes of a file."""
    import json

    end = looked = 0
    for match in START.finditer(data):
        start = match.start()
        if start < end:
            continue
        if looked > SEARCH_LIMIT:
            return
        stop = data.find(b"\0", start, start + CONFIG_LIMIT)
        text = data[start : stop if stop > 0 else start + CONFIG_LIMIT]
        looked += len(text)
        check_items(text, where)
        try:
            value, length = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
        except ValueError:
            continue
        except RecursionError:
            raise ModelError(f"unsupported JSON: {where} is nested too deeply") from None
        end = start + length
        if is_architecture(value):
            yield value


def is_architecture(value: Any) -> bool:
    """Tell whether JSON data is a model rather than a layer, an optimizer or a loss."""
    if not is_keras_config(value):
        return False
    config = modernize(value)["config"]
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def read_with_h5py(path: Path) -> Any:
    """Return the architecture as h5py reads it; None without h5py or an architecture."""
    if importlib.util.find_spec("h5py") is None:
        return None
    import subprocess
    import sys

    # In a separate process: some damaged files make the library loop or abort.
    try:
        done = subprocess.run(  # noqa: S603  (no shell, and the very interpreter that runs us)
            [sys.executable, "-P", "-c", H5PY_SCRIPT, str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=H5PY_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(
            f"invalid HDF5 file: {path.name} is damaged", hint="copy or download it again"
        ) from None
    text = done.stdout[: CONFIG_LIMIT + 1]
    return parse_json(text, f"{path.name}, model_config") if text and not done.returncode else None
