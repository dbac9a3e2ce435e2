"""`.h5` files of Keras 2 and 3 → Network: the attribute `model_config`, without its weights.

The attribute is contiguous, uncompressed JSON and is searched for in the bytes of the file. If it
is not found, h5py is used if it is installed.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.keras.architecture import is_keras_config, read_architecture
from net2fig.read.keras.legacy import modernize
from net2fig.read.limits import (
    CONFIG_LIMIT,
    ValueCounter,
    check_depth,
    make_depth_error,
    parse_json,
)

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MAGIC = b"\x89HDF\r\n\x1a\n"

START = re.compile(rb'\{"(?:class_name|module|config|backend|keras_version)": ?["{]')
"""The beginnings of a configuration."""

TRAINING = re.compile(rb'\{"(?:loss|optimizer_config|metrics|optimizer)": ?["{\[n]')
"""The beginnings of what `compile` says."""

TRAINING_LIMIT = 4 * 2**20
"""What `compile` says is near the architecture, which is at the beginning of the file."""

MAX_ATTEMPTS = 20

START_LENGTH = 40
"""More than the length of a beginning."""

BLOCK = 2**20
"""How many bytes are read at once."""

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
        saved = next(find_configs(file, path.name), None)
        training = None if saved is None else find_training_config(file)
    if saved is None:
        saved = read_with_h5py(path)
    if saved is None:
        raise ModelError(f"missing architecture: {path.name} has no model_config", hint=WEIGHTS)
    if training is not None:
        saved = {**saved, "training_config": training}
    return read_architecture(saved, source=path.name, reader="saved", shapes=shapes)


def find_training_config(file: BinaryIO) -> Any:
    """Return the attribute `training_config` at the beginning of a file; None if there is none."""
    import json

    file.seek(0)
    data = file.read(TRAINING_LIMIT)
    for match in islice(TRAINING.finditer(data), MAX_ATTEMPTS):
        text = data[match.start() :].split(b"\0", 1)[0].decode("utf-8", "replace")
        try:
            value, _ = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            continue
        if "optimizer_config" in value and "loss" in value:
            return value
    return None


def find_configs(file: BinaryIO, where: str) -> Iterator[Any]:
    """Yield the architectures of models among the bytes of a file.

    The file is read, not mapped: it may become shorter meanwhile, which ends a process that maps
    it.
    """
    import json

    end = looked = 0
    counter = ValueCounter(where)
    for start in find_starts(file):
        if start < end:
            continue
        if looked > SEARCH_LIMIT:
            return
        text = read_text(file, start)
        looked += len(text)
        counter.add_marks(text)
        try:
            value, length = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
        except ValueError:
            continue
        except RecursionError:
            raise make_depth_error(where) from None
        end = start + length
        check_depth(value, where)
        if is_architecture(value):
            yield value


def find_starts(file: BinaryIO) -> Iterator[int]:
    """Yield where configurations may begin."""
    place = 0
    while True:
        file.seek(place)
        # A beginning may lie across two blocks.
        block = file.read(BLOCK + START_LENGTH)
        for match in START.finditer(block):
            if match.start() < BLOCK:
                yield place + match.start()
        if len(block) <= BLOCK:
            return
        place += BLOCK


def read_text(file: BinaryIO, start: int) -> bytes:
    """Return the bytes from a place to the next zero, at most as many as are accepted."""
    text = b""
    file.seek(start)
    while len(text) < CONFIG_LIMIT:
        block = file.read(min(BLOCK, CONFIG_LIMIT - len(text)))
        end = block.find(b"\0")
        text += block if end < 0 else block[:end]
        if end >= 0 or not block:
            break
    return text


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
