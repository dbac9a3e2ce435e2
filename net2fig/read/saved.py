"""`.keras` files → Network, without Keras: a zip archive whose config.json is the architecture.

Only config.json is read, and as data. The weights are never opened, so the time does not depend
on their size (the directory of a zip archive stands at its end).
"""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.keras_config import is_keras_config, network_of

CONFIG = "config.json"

CONFIG_LIMIT = 64 * 2**20
"""More bytes of architecture than this, unpacked, are refused."""


def read_saved(path: Path, *, name: str | None = None) -> Network:
    """Return the network of a `.keras` file."""
    data = parsed(config_text(path), f"{path.name}, {CONFIG}")
    if not is_keras_config(data):
        raise ModelError(f"invalid Keras file: {path.name}, {CONFIG} describes no model")
    return network_of(data, source=path.name, reader="saved", name=name)


def config_text(path: Path) -> bytes:
    """Return the architecture inside a `.keras` file, unparsed, with its size bounded."""
    try:
        with zipfile.ZipFile(path) as archive:
            if CONFIG not in archive.namelist():
                raise ModelError(
                    f"invalid Keras file: {path.name} (a zip archive without {CONFIG})",
                    hint="a .keras file is what model.save('model.keras') writes",
                )
            with archive.open(CONFIG) as member:
                # The size that the directory announces need not be true: count while reading.
                text = member.read(CONFIG_LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged(path) from error
    if len(text) > CONFIG_LIMIT:
        size = CONFIG_LIMIT // 2**20
        raise ModelError(f"unsupported Keras file: {path.name}, {CONFIG} (more than {size} MiB)")
    return text


def damaged(path: Path) -> ModelError:
    """Return the error for a file that is no whole zip archive."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return ModelError(
            f"invalid Keras file: {path.name} is truncated or damaged",
            hint="copy or download it again",
        )
    if start.startswith(b"\x89HDF"):
        return ModelError(
            f"unsupported format: {path.name} is an HDF5 file with the suffix .keras",
            hint="load it with Keras and save it again as a .keras file",
        )
    return ModelError(
        f"invalid Keras file: {path.name} is not a zip archive",
        hint="a .keras file is what model.save('model.keras') writes",
    )


def parsed(text: str | bytes, where: str) -> Any:
    """Return JSON data, or raise an error that says where it is wrong."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ModelError(f"unsupported JSON: {where} is nested too deeply") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise ModelError(f"invalid JSON: {where}: {error}") from error
