"""`net2fig MODEL -o OUT --watch`: draw again whenever the model or the grouping file is saved.

Ensures: the network is read again only if a file of the model or an option of reading has changed;
after an error, the last good figure stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from net2fig.commands.internal_errors import convert_error
from net2fig.errors import is_traceback_wanted
from net2fig.figure import Figure
from net2fig.outline import Outline
from net2fig.session.session import Session

POLL = 0.025
"""Seconds between two looks at the files."""

FileStamp = tuple[int, int, int] | None
"""The time of the last change of a file, its size and its inode; None if it does not exist."""

Say = Callable[[str], None]


class FigureWatcher(Struct):
    """A figure that follows its files."""

    session: Session
    write: Callable[[Figure], None]
    clock: Callable[[], float] = time.perf_counter
    figure: Figure | None = None
    files: dict[Path, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Watch at least the model and the grouping file, in case one of them is broken."""
        self.files = self.session.files(None)

    def paths(self) -> Iterable[Path]:
        """Return the files to look at."""
        return tuple(self.files)

    def redraw(self, changed: Collection[Path] = ()) -> list[str]:
        """Draw again and return the lines to print: the changes, or the errors."""
        start = self.clock()
        # Forgotten before all else: where anything fails now, the next change reads it again.
        if any(self.files.get(path) for path in changed):
            self.session.forget()
        try:
            options = self.session.options()
            self.files = self.session.files(options)
            figure = self.session.figure(options)
            if self.figure is None or figure.scene != self.figure.scene:
                self.write(figure)
        except Exception as error:  # the loop continues after any error
            if is_traceback_wanted():
                raise
            return convert_error(error).lines()
        before, self.figure = self.figure, figure
        known_texts = {notice.text for notice in before.warnings} if before else set()
        warnings = [each.text for each in figure.warnings if each.text not in known_texts]
        line = f"{describe_difference(before, figure)}, {self.clock() - start:.2f} s"
        return [*(f"warning: {text}" for text in warnings), line]


def watch(watcher: FigureWatcher, say: Say, ticks: Iterable[None] | None = None) -> None:
    """Draw, and draw again at each change, until the ticks end or the user interrupts."""
    with suppress(KeyboardInterrupt):
        first_stamps = read_stamps(watcher.paths())
        for line in watcher.redraw():
            say(line)
        for changed in wait_for_changes(
            watcher.paths, first_stamps, tick_forever() if ticks is None else ticks
        ):
            for line in watcher.redraw(changed):
                say(line)


def wait_for_changes(
    paths: Callable[[], Iterable[Path]],
    first_stamps: Mapping[Path, FileStamp],
    ticks: Iterable[None],
) -> Iterator[frozenset[Path]]:
    """Yield the files that have changed, once none of them changed any more from tick to tick.

    Requires: `seen` are the stamps from before the files were last read.
    """
    stamps_before = dict(first_stamps)
    pending: set[Path] = set()
    for _ in ticks:
        now = read_stamps(paths())
        changed = {path for path in now if now[path] != stamps_before.get(path, now[path])}
        stamps_before = now
        pending |= changed
        # An editor may save in several steps: wait until the file is complete.
        if pending and not changed:
            yield frozenset(pending)
            pending.clear()


def read_stamps(paths: Iterable[Path]) -> dict[Path, FileStamp]:
    """Return the stamps of files."""
    stamps_by_path: dict[Path, FileStamp] = {}
    for path in paths:
        try:
            state = path.stat()
            stamps_by_path[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
        except OSError:
            stamps_by_path[path] = None
    return stamps_by_path


def tick_forever() -> Iterator[None]:
    """Yield a tick every now and then."""
    while True:
        time.sleep(POLL)
        yield None


def describe_difference(before: Figure | None, after: Figure) -> str:
    """Return the differences of a figure from the one before, in a few words.

    >>> describe_difference(None, figure)    # doctest: +SKIP
    '14 glyphs'
    """
    new = after.report
    if before is None:
        return f"{new['drawn']} glyphs"
    if before.scene == after.scene:
        return f"nothing changed, {new['drawn']} glyphs"
    old = before.report
    words = [
        *_describe_groups(before.outline, after.outline),
        *_describe_hidden(old["hidden"], new["hidden"]),
    ]
    words += [
        f"{key} {old[key]} → {new[key]}" for key in ("detail", "template") if old[key] != new[key]
    ]
    if old["layers"] != new["layers"]:
        words.append(f"{old['layers']} → {new['layers']} layers")
    glyphs = f"{new['drawn']} glyphs"
    words.append(glyphs if old["drawn"] == new["drawn"] else f"{old['drawn']} → {glyphs}")
    sizes = [f"{each['width_pt']:.0f} × {each['height_pt']:.0f}" for each in (old, new)]
    if sizes[0] != sizes[1]:
        words.append(f"{sizes[0]} → {sizes[1]} pt")
    return ", ".join(words)


def _describe_groups(before: Outline, after: Outline) -> Iterator[str]:
    """Yield the groups that came, those that went, and those that are met at other places."""
    old, new = ({each.name: each for each in outline.groups} for outline in (before, after))
    yield from (f"+ group {name}" for name in new if name not in old)
    yield from (f"- group {name}" for name in old if name not in new)
    for name in new:
        if name in old and old[name].occurrences != new[name].occurrences:
            yield f"group {name} {old[name].occurrences} → {new[name].occurrences} times"


def _describe_hidden(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[str]:
    """Yield the classes that are hidden or shown since the last figure."""
    for name in dict.fromkeys((*old, *new)):
        more = new.get(name, 0) - old.get(name, 0)
        if more:
            yield f"{'+' if more > 0 else '-'} hidden {abs(more)} {name}"
