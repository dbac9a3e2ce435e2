"""Commands in the notation of the `d` of an SVG path."""

from __future__ import annotations

from collections.abc import Iterable

from net2fig.geometry import Point
from net2fig.render.numbers import number
from net2fig.scene import Close, Command, Curve, Move


def path_data(commands: Iterable[Command]) -> str:
    """Return commands as the `d` of a path.

    >>> path_data([Move(Point(0, 1.5)), Close()])
    'M0 1.5 Z'
    """
    return " ".join(map(_command, commands))


def points_data(points: Iterable[Point]) -> list[str]:
    """Return each point as two numbers."""
    return [f"{number(point.x)} {number(point.y)}" for point in points]


def _command(command: Command) -> str:
    if isinstance(command, Close):
        return "Z"
    if isinstance(command, Curve):
        return "C" + " ".join(points_data((command.first, command.second, command.to)))
    (end,) = points_data((command.to,))
    return f"M{end}" if isinstance(command, Move) else f"L{end}"
