"""Commands in the notation of the `d` of an SVG path."""

from __future__ import annotations

from collections.abc import Iterable

from net2fig.geometry import Point
from net2fig.render.numbers import format_number
from net2fig.scene import Close, Command, Curve, Move


def format_path(commands: Iterable[Command]) -> str:
    """Return commands as the `d` of a path.

    >>> format_path([Move(Point(0, 1.5)), Close()])
    'M0 1.5 Z'
    """
    return " ".join(map(_format_command, commands))


def format_points(points: Iterable[Point]) -> list[str]:
    """Return each point as two numbers."""
    return [f"{format_number(point.x)} {format_number(point.y)}" for point in points]


def _format_command(command: Command) -> str:
    if isinstance(command, Close):
        return "Z"
    if isinstance(command, Curve):
        return "C" + " ".join(format_points((command.first, command.second, command.to)))
    (end,) = format_points((command.to,))
    return f"M{end}" if isinstance(command, Move) else f"L{end}"
