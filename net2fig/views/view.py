"""A view: what a page holds of a model, and what a notebook shows of it.

    figure, table = net2fig.view(model), net2fig.view.table(model)
    figure.selection = ["conv1"]      # the row of the table is marked as well
    table.selected_layers

Ensures: views in one room have the same selection, filter, grouping and chosen models.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec import Struct

from net2fig.errors import Notice, UsageError, issue_warnings, one_of, suggestion
from net2fig.html.models import make_model_key
from net2fig.html.section import Section, Shown
from net2fig.network import Layer
from net2fig.views.room import Room, State, enter_room

ROOM = "main"
"""The room of views that name none."""

GROUPINGS = ("", "class", "kind", "group", "resolution")

BESIDE = "v0-"
"""The beginning of ids in a view that stands in no page of its own."""

Bundle = tuple[dict[str, Any], dict[str, Any]]


class Content(Struct, frozen=True):
    """What a view shows: `make` returns its section, `static` what is seen without a script.

    `make` takes the beginning of all ids of the view, `static` the types to include and to exclude.
    """

    kind: str
    title: str
    shown: tuple[Shown, ...]
    make: Callable[[str], Section]
    static: Callable[[Collection[str] | None, Collection[str] | None], Bundle]


class View:
    """A view in a room."""

    def __init__(self, content: Content, room: str | None = ROOM, *, wide: bool = False) -> None:
        self.content = content
        self.wide = wide
        self.room: Room = enter_room(room)
        self._keys = [make_model_key(each.network) for each in content.shown]
        self._widget: Any = None

    def __repr__(self) -> str:
        """Return what is shown, and the room."""
        names = ", ".join(each.name for each in self.content.shown)
        return (
            f"<View {self.content.kind!r} of {names or 'nothing'} in the room {self.room.name!r}>"
        )

    # The state of the room

    @property
    def selection(self) -> list[str]:
        """The ids of the layers that are selected; with several models, "model/id"."""
        selected = self.room.state.selection
        pairs = zip(self.content.shown, self._keys, strict=True)
        return [self._write_id(each, id) for each, key in pairs for id in selected.get(key, ())]

    @selection.setter
    def selection(self, ids: Iterable[str]) -> None:
        selected: dict[str, list[str]] = {}
        known = {
            self._write_id(each, layer.id): (key, layer.id)
            for each, key in zip(self.content.shown, self._keys, strict=True)
            for layer in each.network.layers
        }
        for id in ids:
            if id not in known:
                message = f"unknown layer: {id!r} in the selection of a view"
                raise UsageError(message, hint=suggestion(str(id), list(known)))
            key, layer = known[id]
            selected.setdefault(key, []).append(layer)
        others = {k: v for k, v in self.room.state.selection.items() if k not in self._keys}
        self.room.change(selection=others | selected)

    def _write_id(self, shown: Shown, id: str) -> str:
        return id if len(self.content.shown) == 1 else f"{shown.name}/{id}"

    @property
    def selected_layers(self) -> list[Layer]:
        """The layers that are selected."""
        selected = self.room.state.selection
        pairs = zip(self.content.shown, self._keys, strict=True)
        return [each.network[id] for each, key in pairs for id in selected.get(key, ())]

    @property
    def filter(self) -> str:
        """The filter, such as "Conv2D params>1M"; empty for none."""
        return self.room.state.filter

    @filter.setter  # noqa: A003 - the setter of the property above
    def filter(self, text: str) -> None:
        self.room.change(filter=str(text))

    @property
    def group(self) -> str:
        """By what tables are grouped: class, kind, group, resolution, or "" for nothing."""
        return self.room.state.group

    @group.setter
    def group(self, name: str) -> None:
        if name not in GROUPINGS:
            message = f"unknown grouping: {name!r} {one_of(GROUPINGS[1:])}"
            raise UsageError(message, hint=suggestion(str(name), GROUPINGS))
        self.room.change(group=name)

    @property
    def models(self) -> list[str]:
        """The names of the models that are chosen."""
        chosen = self.room.state.models
        pairs = zip(self.content.shown, self._keys, strict=True)
        return [each.name for each, key in pairs if key in chosen]

    @models.setter
    def models(self, names: Iterable[str]) -> None:
        keys = {each.name: key for each, key in zip(self.content.shown, self._keys, strict=True)}
        for name in (wanted := list(names)):
            if name not in keys:
                message = f"unknown model: {name!r} in a view {one_of(list(keys))}"
                raise UsageError(message, hint=suggestion(str(name), list(keys)))
        self.room.change(models=[keys[name] for name in wanted])

    def on_change(self, call: Callable[[View], None]) -> Callable[[], None]:
        """Call a function with the view after each change in its room; return what ends that."""

        def tell(_: State) -> None:
            call(self)

        self.room.listeners.append(tell)
        return lambda: self.room.listeners.remove(tell)

    # What is shown

    def section(self, prefix: str = BESIDE) -> Section:
        """Return the view as pages and notebooks hold it."""
        return self.content.make(prefix)

    @property
    def widget(self) -> Any:
        """The view as a widget of anywidget (the extra `notebook`)."""
        if self._widget is None:
            from net2fig.views.widget import make_widget

            self._widget = make_widget(self.section(), self.room)
        return self._widget

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Bundle:
        from net2fig.views.widget import bundle_widget, find_missing

        data, about = self.content.static(include, exclude)
        missing = find_missing()
        if missing:
            text = f"the view does not react: missing package: {missing!r}"
            issue_warnings([Notice("static-view", f"{text} (pip install 'net2fig[notebook]')")])
            return data, about
        return {**data, **bundle_widget(self.widget)}, about

    def _display_(self) -> Any:
        """Return what marimo shows."""
        return self.widget
