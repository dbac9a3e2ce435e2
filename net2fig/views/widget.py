"""A view as a widget of anywidget, for JupyterLab, marimo and whatever else knows these.

The script is that of pages. What is shared is told to the browser once for each view; the browser
keeps views linked by itself, so that they stay linked when Python has ended.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from typing import Any

from net2fig.errors import UsageError
from net2fig.html.document import read_script, read_view_style
from net2fig.html.section import Section, write_widths
from net2fig.render.faces import write_font_faces
from net2fig.views.room import Room, State

PACKAGES = ("anywidget", "traitlets")


def find_missing() -> str | None:
    """Return the name of a package that widgets need and that is not installed."""
    return next((name for name in PACKAGES if find_spec(name) is None), None)


@cache
def write_module() -> str:
    """Return the module of the browser."""
    style = json.dumps(read_view_style())
    return f"{read_script()}export default net2fig.widget({style});\n"


@cache
def _make_class() -> Any:
    """Return the class of widgets; the packages are imported now."""
    missing = find_missing()
    if missing:
        message = f"missing package: {missing!r} (views in a notebook need it)"
        raise UsageError(message, hint="pip install 'net2fig[notebook]'")
    import anywidget
    import traitlets

    fields = {
        "__doc__": "A view of net2fig. `state` is that of its room.",
        "_esm": write_module(),
        "content": traitlets.Dict().tag(sync=True),
        "room": traitlets.Unicode().tag(sync=True),
        "state": traitlets.Dict().tag(sync=True),
    }
    return type("ViewWidget", (anywidget.AnyWidget,), fields)


def make_widget(section: Section, room: Room) -> Any:
    """Return a view as a widget; it follows the room, and the room follows it."""
    widget = _make_class()(
        content=describe_section(section), room=room.address, state=room.state.to_data()
    )

    def follow(state: State) -> None:
        if widget.state != state.to_data():
            widget.state = state.to_data()

    room.listeners.append(follow)
    widget.observe(lambda change: room.take(change["new"]), "state")
    return widget


def describe_section(section: Section) -> dict[str, Any]:
    """Return what the browser shows of a view."""
    return {
        "kind": section.kind,
        "title": section.title,
        "html": section.html,
        "css": write_font_faces(section.scenes) + write_widths(section.scenes),
        "models": [each.pack() for each in section.models],
        "data": dict(section.data),
    }


def bundle_widget(widget: Any) -> dict[str, Any]:
    """Return the data by which a notebook finds a widget."""
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return {type: value for type, value in data.items() if type != "text/plain"}
