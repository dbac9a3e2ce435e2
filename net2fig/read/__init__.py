"""Any source → Network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from net2fig.network import Network
from net2fig.read.plain import dump, load
from net2fig.read.saved import read_saved


def read(source: Any, *, name: str | None = None, reader: str = "auto", timeout: float = 300.0) -> Network:
    """Return the network of a source."""
    if isinstance(source, Network):
        return source
    path = Path(source)
    if path.suffix == ".json":
        return load(path.read_text("utf-8"), path.name)
    return read_saved(path, name=name)


__all__ = ["dump", "load", "read"]
