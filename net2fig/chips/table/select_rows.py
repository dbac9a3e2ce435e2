"""Select and sort the rows of a table, and mark those best for their size."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.table.columns import Column, TableRow, find_column, parse_number
from net2fig.errors import UsageError, one_of

TESTS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


class Condition(Struct, frozen=True):
    """A column, and what its number must be."""

    column: Column
    test: Callable[[float, float], bool]
    bound: float

    def is_met(self, row: TableRow, reference: TableRow) -> bool:
        """Tell whether a row is kept; one whose number is unknown is not."""
        value = self.column.number(row, reference)
        return value is not None and self.test(value, self.bound)


def select_rows(
    rows: Sequence[TableRow],
    reference: TableRow,
    metrics: Sequence[str],
    *,
    keep: Sequence[str] = (),
    sort: str | None = None,
    pareto: str | None = None,
) -> list[TableRow]:
    """Return the rows that are kept, sorted, the best for their size marked.

    Ensures: rows with equal values in the column keep their order; those without a value come last.
    A row is best if no other has a better metric with at most as many parameters, or an equal
    metric with fewer.
    """
    conditions = [parse_condition(text, metrics) for text in keep]
    selected = [row for row in rows if all(each.is_met(row, reference) for each in conditions)]
    if not selected:
        message = f"invalid condition: no model is left by {', '.join(map(repr, keep))} in --keep"
        raise UsageError(message)
    if pareto is not None:
        selected = _mark_best(selected, reference, pareto, metrics)
    return _sort_rows(selected, reference, sort, metrics) if sort is not None else selected


def parse_condition(text: str, metrics: Sequence[str]) -> Condition:
    """Return a condition such as "params<10M"."""
    match = re.fullmatch(r"\s*(.+?)\s*(<=|>=|<|>|=)\s*(.+?)\s*", text)
    bound = parse_number(match[3]) if match else None
    if not match or bound is None:
        message = f"invalid condition: {text!r} in --keep (a column, one of"
        message += f" {', '.join(TESTS)}, and a number)"
        raise UsageError(message, hint="write a condition such as 'params<10M'")
    return Condition(find_column(match[1], metrics, "--keep"), TESTS[match[2]], bound)


def _sort_rows(
    rows: Sequence[TableRow], reference: TableRow, sort: str, metrics: Sequence[str]
) -> list[TableRow]:
    """Return the rows in the order of a column, or with "-" in the opposite one."""
    name, sign = _split_sign(sort)
    if name == "name":
        return sorted(rows, key=lambda row: row.model.name.lower(), reverse=sign < 0)
    chosen = find_column(name, metrics, "--sort")

    def key(row: TableRow) -> tuple[bool, float]:
        value = chosen.number(row, reference)
        return value is None, 0.0 if value is None else sign * value

    return sorted(rows, key=key)


def _mark_best(
    rows: Sequence[TableRow], reference: TableRow, pareto: str, metrics: Sequence[str]
) -> list[TableRow]:
    """Return the rows with those marked that are best for their number of parameters."""
    name, sign = _split_sign(pareto)
    if name not in metrics:
        message = f"unknown metric: {name!r} in --pareto {one_of(metrics)}"
        raise UsageError(message)
    chosen = find_column(name, metrics, "--pareto")
    points: list[tuple[float, float] | None] = []
    for row in rows:
        value, params = chosen.number(row, reference), row.facts.params
        points.append(None if value is None or params is None else (params, -sign * value))
    return [
        replace(row, best=point is not None and not _is_beaten(point, points), best_in=name)
        for row, point in zip(rows, points, strict=True)
    ]


def _is_beaten(point: tuple[float, float], points: Sequence[tuple[float, float] | None]) -> bool:
    """Tell whether another point is as low in both and lower in one."""
    return any(
        other is not None and other != point and other[0] <= point[0] and other[1] <= point[1]
        for other in points
    )


def _split_sign(name: str) -> tuple[str, int]:
    """Return a name without its "-", and the sign."""
    return (name[1:], -1) if name.startswith("-") else (name, 1)
