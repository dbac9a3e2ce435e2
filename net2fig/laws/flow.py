"""L6: along every row, x grows with the flow of data; where a row ends, the next lies below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import Part, Plane, Sight, Wire
from net2fig.laws.shapes import segments

SLACK: Final = 0.01


def check_flow(sight: Sight) -> list[Breach]:
    """Return the lines that run against the flow (L6)."""
    return [breach for plane in sight.planes for breach in _backwards(plane)]


def _backwards(plane: Plane) -> Iterator[Breach]:
    parts = {part.id: part for part in plane.parts}
    for wire in plane.wires:
        name = f"the line {wire.source!r} to {wire.target!r}"
        for route in wire.routes:
            for one, two in segments(route):
                if two.x < one.x - SLACK:
                    yield Breach("L6", f"{name} runs to the left", one)
        for above, below in zip(wire.routes, wire.routes[1:], strict=False):
            if below[0].y <= above[-1].y:
                yield Breach("L6", f"{name} goes on in a row that is not below", below[0])
        source, target = parts.get(wire.source), parts.get(wire.target)
        if source and target and len(wire.routes) == 1:
            yield from _disorder(wire, source, target)


def _disorder(wire: Wire, source: Part, target: Part) -> Iterator[Breach]:
    if target.box.x < source.box.right - SLACK:
        message = f"{wire.target!r} does not stand to the right of {wire.source!r}, which feeds it"
        yield Breach("L6", message, target.box.centre)
