"""The page itself: one file with its views, its style and its script.

Ensures: the same views give the same bytes; nothing outside the file is referred to, and its own
policy forbids it; whatever a name holds, the page is well-formed and none of it is obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.html.head import HEAD
from net2fig.html.models import make_model_key
from net2fig.html.safety import dump_json, guard_script, make_policy
from net2fig.html.section import Section, Shown, escape_text, write_widths
from net2fig.render.faces import write_font_faces

STATIC = Path(__file__).parent / "static"

NO_TITLE = "A neural network"

PAGE = (
    HEAD
    + """\
<body{layout}>
<header>
<h1 id="title">{title}</h1>
</header>
<main>
{views}</main>
<footer>
<p id="hint" hidden="hidden">{hint}</p>
</footer>
<div id="spoken" class="unseen" role="status"></div>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""
)


class PlacedSection(Struct, frozen=True):
    """A section on a page: the room that it is in, and whether it is as wide as the page."""

    section: Section
    room: str = ""
    is_wide: bool = False


def render_page(
    title: str,
    description: str,
    sections: Sequence[PlacedSection],
    hint: str,
    columns: int = 1,
) -> bytes:
    """Return the page of some views; alone, a view has the title of the page."""
    heading = escape_text(title).strip() or NO_TITLE
    scenes = [scene for each in sections for scene in each.section.scenes]
    style = "\n" + write_font_faces(scenes) + read_style() + write_widths(scenes)
    script = guard_script(f"{read_script()}net2fig.page();\n")
    models, numbers = _number_models(each.section for each in sections)
    views = [
        {
            "kind": each.section.kind,
            "room": each.room,
            "models": [numbers[make_model_key(shown.network)] for shown in each.section.models],
            **each.section.data,
        }
        for each in sections
    ]
    page = PAGE.format(
        policy=make_policy(style, script),
        description=escape_text(description),
        title=heading,
        style=style,
        layout=f' class="columns-{columns}"' if columns > 1 else "",
        views="".join(
            _write_section(number, each, alone=len(sections) == 1)
            for number, each in enumerate(sections)
        ),
        hint=hint,
        data=dump_json({"models": models, "views": views}),
        script=script,
    )
    return page.encode()


def _write_section(number: int, placed: PlacedSection, *, alone: bool) -> str:
    """Return a view on a page; `number` is its place."""
    section = placed.section
    wide = " wide" if placed.is_wide else ""
    label = "title" if alone else f"view-{number}-title"
    parts = [
        f'<section class="view {section.kind}{wide}" id="view-{number}" aria-labelledby="{label}">'
    ]
    if not alone:
        parts.append(f'<h2 id="{label}">{escape_text(section.title)}</h2>')
        if section.about:
            parts.append(f'<p class="about">{escape_text(section.about)}</p>')
    return "\n".join((*parts, section.html, "</section>\n"))


def _number_models(sections: Iterable[Section]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the networks of all views, each once, and their numbers by their keys.

    Of two views of a network, the first that knows its groups names them.
    """
    shown: dict[str, Shown] = {}
    for section in sections:
        for each in section.models:
            key = make_model_key(each.network)
            if key not in shown or (shown[key].outline is None and each.outline is not None):
                shown[key] = each
    return [each.pack() for each in shown.values()], {key: n for n, key in enumerate(shown)}


@cache
def read_script() -> str:
    """Return the script of all views; it defines `net2fig`."""
    return (STATIC / "parts.js").read_text(encoding="utf-8")


@cache
def read_view_style() -> str:
    """Return the style of views, without that of the page around them."""
    return (STATIC / "parts.css").read_text(encoding="utf-8")


@cache
def read_style() -> str:
    """Return the style of a page of views."""
    return (STATIC / "page.css").read_text(encoding="utf-8") + read_view_style()
