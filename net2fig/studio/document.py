"""The grouping file as the studio knows it: one truth on the disk, and a history of texts.

Every change reads the file first. What another program wrote meanwhile is a version of its own, so
that nothing is lost; a change of a value that this program changed too is a conflict, and asked.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.errors import UsageError
from net2fig.render.files import write
from net2fig.studio.spans import Path as KeyPath
from net2fig.studio.text_editor import find_in

MOST = 500
"""The most versions that are kept."""

START, PAGE, DISK = "start", "page", "disk"
"""Who made a version."""

Change = Callable[[str], str]


class Version(Struct, frozen=True):
    """A text, what was done to make it, and who did it."""

    text: str
    label: str
    by: str

    @property
    def revision(self) -> str:
        """The digest of the text."""
        return digest(self.text)


class ConflictError(Exception):
    """A change of what another program has changed meanwhile."""

    def __init__(self, path: KeyPath, mine: Any, theirs: Any) -> None:
        super().__init__("conflict")
        self.path, self.mine, self.theirs = path, mine, theirs


def digest(text: str) -> str:
    """Return what tells a text from others."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Document:
    """A grouping file and its history."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.versions = [Version(self._read(), "", START)]
        self.at = 0

    @property
    def version(self) -> Version:
        """The version that is shown."""
        return self.versions[self.at]

    @property
    def text(self) -> str:
        """The text of the file, as far as it is known."""
        return self.version.text

    @property
    def revision(self) -> str:
        """The digest of the text."""
        return self.version.revision

    @property
    def can_undo(self) -> bool:
        """Whether there is a version before."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a version was undone."""
        return self.at + 1 < len(self.versions)

    def refresh(self) -> bool:
        """Take in what is on the disk; tell whether it is new."""
        text = self._read()
        if text == self.text:
            return False
        label = "changed on disk" if text else "deleted on disk"
        self._push(Version(text, label, DISK))
        return True

    def apply(
        self,
        label: str,
        change: Change,
        *,
        revision: str | None = None,
        paths: Sequence[KeyPath] = (),
    ) -> bool:
        """Change the text and write it; tell whether it is another.

        `revision` is that of the text for which the change was meant, `paths` are what it sets. If
        one of them has another value now than in that text, a `ConflictError` asks.
        """
        self.refresh()
        if revision not in (None, self.revision):
            self._check_conflict(revision or "", change, paths)
        text = change(self.text)
        if text == self.text:
            return False
        self._write(text)
        self._push(Version(text, label, PAGE))
        return True

    def replace(self, text: str, revision: str | None) -> bool:
        """Write a whole text; where the file is not what the text was made from, ask."""
        self.refresh()
        if revision not in (None, self.revision) and text != self.text:
            raise ConflictError((), text, self.text)
        return self.apply("edited as text", lambda _: text)

    def undo(self) -> bool:
        """Go back to the version before; what was on the disk stays as a version."""
        self.refresh()
        return self._go(self.at - 1)

    def redo(self) -> bool:
        """Go forward to the version that was undone."""
        if self.refresh():
            return False
        return self._go(self.at + 1)

    def _go(self, at: int) -> bool:
        if not 0 <= at < len(self.versions):
            return False
        self._write(self.versions[at].text)
        self.at = at
        return True

    def _push(self, version: Version) -> None:
        del self.versions[self.at + 1 :]
        self.versions.append(version)
        del self.versions[:-MOST]
        self.at = len(self.versions) - 1

    def _check_conflict(self, revision: str, change: Change, paths: Sequence[KeyPath]) -> None:
        base = next((each for each in self.versions if each.revision == revision), None)
        if base is None:
            return
        before, now = _load(base.text), _load(self.text)
        for path in paths:
            theirs = find_in(now, path)
            if find_in(before, path) != theirs:
                raise ConflictError(path, find_in(_load(change(self.text)), path), theirs)

    def _read(self) -> str:
        """Return the text on the disk; a file that is not there is empty."""
        try:
            return self.path.read_bytes().decode()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            message = f"invalid grouping file: {str(self.path)!r} ({error})"
            raise UsageError(message) from None

    def _write(self, text: str) -> None:
        if not text and not self.path.exists():
            return
        write(self.path, text.encode())


def _load(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
