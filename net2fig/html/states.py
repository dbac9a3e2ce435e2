"""The drawings of a page: the figure, and the figures with a group opened in place.

Of a folded group the first is opened, the others stay beside it. One group is open at a time, and
in it groups within it: states are a tree, and a path of layers names each.

Ensures: the figure itself is always there. Others follow, the nearest first, until the page would
be larger than `MAX_BYTES` or have more than `MAX_STATES`; a group whose drawing is not there is not
offered to be opened.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from net2fig.outline import Block, Outline
from net2fig.render.svg.writer import render_svg
from net2fig.scene import Scene

MAX_BYTES = 1_000_000
"""How many bytes the drawings of a page may have together, beside the first."""

MAX_STATES = 24
"""How many drawings a page may have."""

MAX_DEPTH = 3
"""How many groups may be open, one in the other."""

Path = tuple[str, ...]
Drawing = tuple[Scene, Outline]
Redraw = Callable[[Path], Drawing]


class State(Struct):
    """One drawing: the groups that are open in it, and where each of its groups leads to.

    `opened` holds the layers of each group on the path; `targets` the number of a state by the
    id of a block.
    """

    scene: Scene
    outline: Outline
    data: bytes
    path: Path = ()
    parent: int = 0
    title: str = ""
    opened: tuple[frozenset[str], ...] = ()
    targets: dict[str, int] = field(default_factory=dict)


def draw_states(first: Drawing, redraw: Redraw) -> list[State]:
    """Return the drawings of a page, the figure first."""
    page_states = [State(*first, render_svg(first[0], fonts=False))]
    numbers: dict[Path, int | None] = {(): 0}
    room = MAX_BYTES
    for state in page_states:
        for block in state.outline.blocks:
            if not block.is_group:
                continue
            path = _make_path(state, block)
            if path not in numbers and room > 0 and len(page_states) < MAX_STATES:
                new_state = _open_group(page_states, numbers, path, block, redraw)
                numbers[path] = len(page_states) if new_state else None
                if new_state:
                    room -= len(new_state.data)
                    page_states.append(new_state)
            number = numbers.get(path)
            if number is not None:
                state.targets[block.id] = number
    return page_states


def _make_path(state: State, block: Block) -> Path:
    """Return the path of the state after a block is opened: inside the open group, or beside it."""
    layers = frozenset(block.layers)
    depth = 0
    while depth < len(state.opened) and layers <= state.opened[depth]:
        depth += 1
    return (*state.path[:depth], block.layers[0])


def _open_group(
    page_states: list[State],
    numbers: dict[Path, int | None],
    path: Path,
    block: Block,
    redraw: Redraw,
) -> State | None:
    """Return the drawing for a path; None if it is the same as the one before."""
    parent = numbers.get(path[:-1])
    if parent is None or len(path) > MAX_DEPTH:
        return None
    parent_state = page_states[parent]
    scene, outline = redraw(path)
    if outline.blocks == parent_state.outline.blocks:
        return None
    opened = (*parent_state.opened, frozenset(block.layers))
    return State(scene, outline, render_svg(scene, fonts=False), path, parent, block.type, opened)
