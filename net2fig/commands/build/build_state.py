"""Digests of the figures of a list, so that only those out of date are drawn.

By content, not by time: a copy or a checkout has new times and nothing new in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct

from net2fig.commands.build.jobs import Job
from net2fig.render import write

PACKAGE = "net2fig"


class BuildState(Struct, frozen=True):
    """The digests of the figures of a list by name, kept in a file beside the list."""

    path: Path
    digests: dict[str, str]

    @staticmethod
    def load_beside(figures: Path) -> BuildState:
        """Load the state of a list; it is empty if the file cannot be read."""
        path = figures.with_name(f".{figures.stem}.stamps.json")
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            data = {}
        return BuildState(path, data if isinstance(data, dict) else {})

    def is_current(self, job: Job) -> bool:
        """Tell whether a figure is up to date."""
        return self.digests.get(job.name) == compute_digest(job, self.path.parent)

    def record(self, job: Job) -> None:
        """Record that a figure has been drawn."""
        self.digests[job.name] = compute_digest(job, self.path.parent)
        text = json.dumps(dict(sorted(self.digests.items())), indent=1)
        write(self.path, f"{text}\n".encode())


def compute_digest(job: Job, folder: Path) -> str:
    """Return a digest of all that a figure is made from, and of the files that were made.

    Paths are seen from the folder of the list, so that it does not matter where the command runs.
    """
    data = json.dumps([_find_version(), job.data], sort_keys=True, default=str)
    files = _digest_files((*job.inputs, *job.outputs), folder)
    return sha256("\n".join([data, *files]).encode()).hexdigest()


def _digest_files(paths: Iterable[Path], folder: Path) -> list[str]:
    digests = {
        path: sha256(path.read_bytes()).hexdigest() if path.is_file() else "-" for path in paths
    }
    return [f"{path_from(path, folder)} {digest}" for path, digest in digests.items()]


def path_from(path: Path, folder: Path) -> str:
    """Return a path as it is seen from a folder; one on another drive stays whole."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def _find_version() -> str:
    """Return the version that is installed; one that is not installed has no version."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""
