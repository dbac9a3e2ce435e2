"""What views share: the selection, the filter, the grouping, the models that are chosen.

The state has a clock, which every change advances: of two states, the one with the greater clock
is the later. So views in a browser and in Python agree although their messages cross.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from msgspec import Struct, convert, field, to_builtins
from msgspec.structs import replace


class State(Struct, frozen=True):
    """The state of a room; `selection` has ids of layers by the key of their model."""

    clock: int = 0
    selection: dict[str, list[str]] = field(default_factory=dict)
    filter: str = ""
    group: str = ""
    models: list[str] = field(default_factory=list)

    def to_data(self) -> dict[str, Any]:
        """Return the state as data."""
        data: dict[str, Any] = to_builtins(self)
        return data


PROCESS = uuid4().hex
"""Rooms of one process are not those of another, though both may be shown in one window."""

Listener = Callable[[State], None]


class Room:
    """A state, and those who want to know of its changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = State()
        self.listeners: list[Listener] = []

    @property
    def address(self) -> str:
        """The name under which a browser knows the room."""
        return f"{PROCESS}/{self.name}"

    def change(self, **part: Any) -> None:
        """Change a part of the state."""
        self._set(replace(self.state, clock=self.state.clock + 1, **part))

    def take(self, data: Mapping[str, Any]) -> None:
        """Take the state of a browser, unless the one here is later."""
        state = convert(dict(data), State)
        if state.clock > self.state.clock:
            self._set(state)

    def _set(self, state: State) -> None:
        self.state = state
        for listener in tuple(self.listeners):
            listener(state)


_ROOMS: dict[str, Room] = {}


def enter_room(name: str | None) -> Room:
    """Return the room of a name; without a name, one that no other view is in."""
    if name is None:
        return Room(uuid4().hex)
    return _ROOMS.setdefault(name, Room(name))
