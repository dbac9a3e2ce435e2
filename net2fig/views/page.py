"""`net2fig.page([...])`: views as one file, which works offline and from a disk.

Ensures: the same views give the same bytes; the state of the rooms is in the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.errors import Notice, UsageError
from net2fig.html.document import PlacedSection, render_page
from net2fig.options.formats import find_format
from net2fig.render.files import write_all
from net2fig.views.api import list_views
from net2fig.views.view import View

FORMATS = ("html",)

MAX_COLUMNS = 4

HINT = (
    "What is selected in one view is marked in all. Click to select, with <kbd>Ctrl</kbd> or"
    " <kbd>Shift</kbd> to add, press <kbd>Esc</kbd> to clear. <kbd>Tab</kbd> and the arrow keys go"
    " from part to part. The address keeps the state: copy it to share what is shown."
)


class ViewPage(Struct, frozen=True):
    """A page of views."""

    views: tuple[View, ...]
    title: str
    columns: int = 1
    warnings: tuple[Notice, ...] = ()

    def __repr__(self) -> str:
        """Return the title and the number of views."""
        return f"<Page {self.title!r}: {len(self.views)} views>"

    def to_bytes(self, format: str = "html") -> bytes:
        """Return the page."""
        # Rooms have numbers on a page; a text is in none.
        rooms = dict.fromkeys(each.room for each in self.views if each.content.shown)
        names = {room: str(number or "") for number, room in enumerate(rooms)}
        sections = [
            PlacedSection(each.section(f"v{number}-"), names.get(each.room, ""), each.wide)
            for number, each in enumerate(self.views)
        ]
        titles = [each.section.title for each in sections if each.section.title]
        return render_page(self.title, f"{'; '.join(titles)}.", sections, HINT, self.columns)

    def save(self, path: str | Path) -> None:
        """Write the page to a file, whole or not at all."""
        write_all([(path, self.to_bytes(find_format(path, FORMATS)))])


def page(views: Sequence[Any], *, title: str = "", columns: int = 1) -> ViewPage:
    """Return views as one file: figures, tables, chips, comparisons, charts and texts.

    Views of one room share selection, filter and grouping on the page as well.
    """
    shown = list_views(views)
    if not shown:
        raise UsageError("missing argument: a view")
    if columns not in range(1, MAX_COLUMNS + 1):
        raise UsageError(f"invalid columns: {columns!r} (1 to {MAX_COLUMNS})")
    named = title or next((each.content.title for each in shown if each.content.title), "")
    return ViewPage(tuple(shown), named, columns)
