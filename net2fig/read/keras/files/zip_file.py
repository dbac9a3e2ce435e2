"""`.keras` files → Network, without Keras: config.json in a zip archive is the architecture.

Only config.json is read, and only as data. The weights are never opened, so the time does not
depend on their size (the directory of a zip archive is at its end).
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.keras.architecture import is_keras_config, read_architecture
from net2fig.read.limits import CONFIG_LIMIT, check_size, parse_json

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

CONFIG = "config.json"

PACKING_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The compression methods of Keras and of common zip programs."""

TAIL_SIZE = 2**16 + 2**10
"""The end of a zip archive, with the position of its directory, lies within so many bytes."""

DIRECTORY_LIMIT = 16 * 2**20
"""The maximum size of the directory of a zip archive: a `.keras` file has three members."""


def read_saved(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of a `.keras` file, with the given shapes for open inputs."""
    data = parse_json(read_config(path), f"{path.name}, {CONFIG}")
    if not is_keras_config(data):
        raise ModelError(f"invalid Keras file: {path.name}, {CONFIG} describes no model")
    return read_architecture(data, source=path.name, reader="saved", shapes=shapes)


def read_config(path: Path) -> bytes:
    """Return the unparsed architecture inside a `.keras` file, with a limit on its size."""
    try:
        check_directory(path)
        with zipfile.ZipFile(path) as archive:
            if CONFIG not in archive.namelist():
                raise ModelError(
                    f"invalid Keras file: {path.name} (a zip archive without {CONFIG})",
                    hint="model.save('model.keras') writes a .keras file",
                )
            if archive.getinfo(CONFIG).compress_type not in PACKING_METHODS:
                # Other methods may ask for gigabytes before they begin.
                raise ModelError(
                    f"unsupported Keras file: {path.name}, {CONFIG} (its compression method)"
                )
            with archive.open(CONFIG) as member:
                # The size in the directory may be wrong: count while reading.
                text = member.read(CONFIG_LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise make_damage_error(path) from error
    except (OSError, ValueError) as error:
        # A directory with positions before the beginning of the file.
        raise make_damage_error(path) from error
    check_size(text, f"{path.name}, {CONFIG}", "Keras file")
    return text


def is_hdf5(path: Path) -> bool:
    """Tell whether the contents of a file are HDF5, whatever its name."""
    with path.open("rb") as file:
        return file.read(4) == b"\x89HDF"


def make_damage_error(path: Path) -> ModelError:
    """Return the error for a file that is not a complete zip archive."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return ModelError(
            f"invalid Keras file: {path.name} is truncated or damaged",
            hint="copy or download it again",
        )
    return ModelError(
        f"invalid Keras file: {path.name} is not a zip archive",
        hint="model.save('model.keras') writes a .keras file",
    )


def check_directory(path: Path, what: str = "Keras file") -> None:
    """Raise an error if the directory of a zip archive would fill the memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - TAIL_SIZE, 0))
        tail = file.read(TAIL_SIZE)
    at = tail.rfind(b"PK\5\6")
    large = tail.rfind(b"PK\6\6")
    announced = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if large >= 0:
        announced = max(
            announced % 0xFFFFFFFF, int.from_bytes(tail[large + 40 : large + 48], "little")
        )
    if min(announced, size) > DIRECTORY_LIMIT:
        raise ModelError(f"unsupported {what}: {path.name} (an archive of too many members)")
