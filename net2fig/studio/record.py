"""The record of a studio: what was done, line by line, so that it can be done again.

The first line holds the text that the grouping file had, each other one what a window asked for, a
figure that was drawn, or a text that another program wrote. Of the model it holds names alone.

Ensures: replayed on the same model and the same text, a record gives the same grouping file.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec import Struct

import net2fig
from net2fig.errors import UsageError
from net2fig.render.files import write
from net2fig.studio import messages, replies
from net2fig.studio.document import Document
from net2fig.studio.studio import EDITS, Studio, Window

EDITING = (*EDITS, messages.WriteText, messages.Undo, messages.Redo)


class Start(Struct, frozen=True, tag="start"):
    """The beginning of a record."""

    version: str
    model: str
    text: str


class Drawn(Struct, frozen=True, tag="drawn"):
    """A figure was drawn for a window."""

    at: float
    window: int
    level: str
    opened: list[str]


class Asked(Struct, frozen=True, tag="asked"):
    """A window asked for something."""

    at: float
    window: int
    request: messages.Request


class Written(Struct, frozen=True, tag="written"):
    """Another program wrote the grouping file; None if it was deleted."""

    at: float
    text: str | None


Line = Start | Drawn | Asked | Written

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Line).decode


class Recorder:
    """A record that is being written."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.begin = time.monotonic()
        self.windows: list[Window] = []

    @property
    def at(self) -> float:
        """The seconds since the beginning."""
        return round(time.monotonic() - self.begin, 3)

    def number(self, window: Window) -> int:
        """Return the number of a window, from 0."""
        for number, each in enumerate(self.windows):
            if each is window:
                return number
        self.windows.append(window)
        return len(self.windows) - 1

    def write(self, line: Line) -> None:
        """Write a line at once, so that nothing is lost if the studio ends."""
        self.file.write(f"{_encode(line).decode()}\n")
        self.file.flush()


class RecordedDocument(Document):
    """A grouping file; what other programs write is recorded."""

    recorder: Recorder | None = None

    def refresh(self) -> bool:
        """Take in what is on the disk; tell whether it is new."""
        is_new = super().refresh()
        if is_new and self.recorder:
            text = self.text if self.text or self.path.exists() else None
            self.recorder.write(Written(self.recorder.at, text))
        return is_new


class RecordedStudio(Studio):
    """A studio that records what is done in it.

    A line is written when the studio has done what it says: what that found on the disk stands
    before it.
    """

    recorder: Recorder

    @staticmethod
    def record(studio: Studio, file: TextIO) -> RecordedStudio:
        """Return a studio that does the same, and records it."""
        recorder = Recorder(file)
        document = RecordedDocument(studio.document.path)
        document.recorder = recorder
        recorded = RecordedStudio(studio.session, document, studio.outputs, studio.other)
        recorded.recorder = recorder
        source = str(studio.session.source)
        recorder.write(Start(net2fig.__version__, source, document.text))
        return recorded

    def draw(self, window: Window) -> list[replies.Reply]:
        """Return the figure of a window, or why there is none."""
        drawn = super().draw(window)
        number = self.recorder.number(window)
        for each in drawn:
            if isinstance(each, replies.FigureDrawn):
                self.recorder.write(Drawn(self.recorder.at, number, each.look, each.opened))
        return drawn

    def edit(self, window: Window, request: Any) -> replies.Reply | None:
        """Make an edit; return why it was not made, if it was not."""
        reply = super().edit(window, request)
        self._note(window, request)
        return reply

    def answer(self, window: Window, request: Any) -> replies.Reply | None:
        """Return the answer to a question about the figure of a window."""
        reply = super().answer(window, request)
        self._note(window, request)
        return reply

    def _note(self, window: Window, request: Any) -> None:
        number = self.recorder.number(window)
        self.recorder.write(Asked(self.recorder.at, number, request))


def open_record(path: str) -> TextIO:
    """Return a new file for a record; one that is there is not replaced."""
    try:
        return Path(path).open("x", encoding="utf-8")
    except FileExistsError:
        raise UsageError(f"invalid record: {path!r} (there is such a file)") from None
    except OSError as error:
        raise UsageError(f"invalid record: {path!r} ({error.strerror})") from None


def replay(studio: Studio, path: str) -> int:
    """Do all again that a record says; return how many edits it has."""
    start, *lines = _load(path)
    document = studio.document
    if not isinstance(start, Start):
        raise UsageError(f"invalid record: {path!r} (no beginning)")
    if document.text != start.text:
        if document.text or document.path.exists():
            message = f"invalid record: {path!r} (it begins with another text of {document.path})"
            raise UsageError(message, hint="replay it on the file as it was, or on none")
        write(document.path, start.text.encode())
        document.refresh()
    windows: dict[int, Window] = {}
    edits = 0
    for line in lines:
        match line:
            case Drawn():
                window = windows.setdefault(line.window, Window())
                window.level, window.opened = line.level, tuple(line.opened)
                studio.draw(window)
            case Written():
                _put(document, line.text)
            case Asked() if isinstance(line.request, EDITING):
                studio.edit(windows.setdefault(line.window, Window()), line.request)
                edits += 1
    return edits


def _put(document: Document, text: str | None) -> None:
    """Write a text as another program did."""
    if text is None:
        document.path.unlink(missing_ok=True)
    else:
        write(document.path, text.encode())
    document.refresh()


def _load(path: str) -> list[Line]:
    """Return the lines of a record; the last may be broken off."""
    try:
        texts = Path(path).read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"invalid record: {path!r} ({error.strerror})") from None
    lines: list[Line] = []
    for number, text in enumerate(texts, 1):
        try:
            lines.append(_decode(text))
        except (msgspec.DecodeError, RecursionError) as error:
            if number == len(texts) > 1:
                break
            raise UsageError(f"invalid record: {path!r}, line {number} ({error})") from None
    if not lines:
        raise UsageError(f"invalid record: {path!r} (it is empty)")
    return lines
