"""`.h5` files of Keras 2 and 3 → Network: the attribute `model_config`, without its weights.

The attribute is JSON, written in one piece and uncompressed: it is found in the bytes of the file.
Where it is not, h5py is asked if it is installed.
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
from net2fig.read.keras.architecture import is_keras_config, network_of
from net2fig.read.keras.files.zip_file import CONFIG_LIMIT, check_items, parsed
from net2fig.read.keras.legacy import modern

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MAGIC = b"\x89HDF\r\n\x1a\n"

START = re.compile(rb'\{"(?:class_name|module|config|backend|keras_version)": ?["{]')
"""How a configuration may begin."""

MOST_LOOKED = 2 * CONFIG_LIMIT
"""More bytes than this are not looked at for an architecture, one beginning after the other."""

ASK = """
import h5py, sys
with h5py.File(sys.argv[1], "r") as file:
    text = file.attrs.get("model_config", "")
sys.stdout.buffer.write(text.encode() if isinstance(text, str) else bytes(text))
"""
"""Writes the attribute as h5py finds it."""

PATIENCE = 10.0
"""How many seconds h5py may take for an attribute, its import included."""

WEIGHTS = "a file of weights has no architecture: draw the code that builds the model"


def read_hdf5(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of an HDF5 file, given shapes for open inputs."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ModelError(
                f"invalid HDF5 file: {path.name}", hint="a .h5 file is what model.save() wrote"
            )
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = next(configs(data, path.name), None)
    if found is None:
        found = attribute(path)
    if found is None:
        raise ModelError(f"missing architecture: {path.name} has no model_config", hint=WEIGHTS)
    return network_of(found, source=path.name, reader="saved", name=None, shapes=shapes)


def configs(data: mmap.mmap, where: str) -> Iterator[Any]:
    """Yield the architectures of models among the bytes of a file."""
    import json

    end = looked = 0
    for match in START.finditer(data):
        start = match.start()
        if start < end:
            continue
        if looked > MOST_LOOKED:
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
    """Tell whether JSON data is that of a model, and not of a layer, an optimizer or a loss."""
    if not is_keras_config(value):
        return False
    config = modern(value)["config"]
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def attribute(path: Path) -> Any:
    """Return the architecture as h5py finds it; None where it is not installed, or finds none."""
    if importlib.util.find_spec("h5py") is None:
        return None
    import subprocess
    import sys

    # In a process of its own: the library goes round in circles in some damaged files, and may end
    # Python in others.
    try:
        done = subprocess.run(  # noqa: S603  (no shell, and the very interpreter that runs us)
            [sys.executable, "-P", "-c", ASK, str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(
            f"invalid HDF5 file: {path.name} is damaged", hint="copy or download it again"
        ) from None
    text = done.stdout[: CONFIG_LIMIT + 1]
    return parsed(text, f"{path.name}, model_config") if text and not done.returncode else None
