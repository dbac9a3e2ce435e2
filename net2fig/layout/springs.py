"""Least squares under distances: where do things come to rest that springs pull together?

    minimise  sum of weight * (y[b] - y[a] - rest)^2   subject to   y[lower] - y[upper] >= distance

Requires: distances that contradict neither each other nor the fixed variables.
Ensures: all distances hold; fixed variables are 0; the same problem has the same answer.

Each group of variables that springs and distances connect is solved by itself, and groups of one
shape once. The method is Hildreth's: one multiplier per distance, raised while the distance is
violated, with the springs taken one variable at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

ROUNDS = 4000
STILL = 2e-4


@dataclass(frozen=True, slots=True, order=True)
class Spring:
    """Pulls `b` to `rest` below `a`."""

    a: int
    b: int
    rest: float
    weight: float


def solve(
    count: int, fixed: set[int], springs: list[Spring], distances: dict[tuple[int, int], float]
) -> list[float]:
    """Return the y of each of `count` variables."""
    result = [0.0] * count
    known: dict[tuple[object, ...], list[float]] = {}
    for members, pulls, gaps in _groups(count, fixed, springs, distances):
        number = {variable: place for place, variable in enumerate(members)}
        for anchor in fixed:
            number.setdefault(anchor, -1)
        local_springs = tuple(Spring(number[s.a], number[s.b], s.rest, s.weight) for s in pulls)
        local_gaps = tuple((number[a], number[b], gap) for (a, b), gap in gaps)
        key = (len(members), local_springs, local_gaps)
        if key not in known:
            known[key] = _rest(len(members), local_springs, local_gaps)
        for variable, value in zip(members, known[key], strict=True):
            result[variable] = value
    return result


Gap = tuple[tuple[int, int], float]


def _groups(
    count: int, fixed: set[int], springs: list[Spring], distances: dict[tuple[int, int], float]
) -> list[tuple[list[int], list[Spring], list[Gap]]]:
    """Return the connected groups of free variables, with what acts on each."""
    parent = list(range(count))

    def find(variable: int) -> int:
        while parent[variable] != variable:
            parent[variable] = parent[parent[variable]]
            variable = parent[variable]
        return variable

    pairs = [(s.a, s.b) for s in springs] + list(distances)
    for a, b in pairs:
        if a not in fixed and b not in fixed:
            parent[max(find(a), find(b))] = min(find(a), find(b))
    groups: dict[int, tuple[list[int], list[Spring], list[Gap]]] = {}
    for variable in range(count):
        if variable not in fixed:
            groups.setdefault(find(variable), ([], [], []))[0].append(variable)
    for spring in springs:
        if not (spring.a in fixed and spring.b in fixed):
            groups[find(spring.a if spring.b in fixed else spring.b)][1].append(spring)
    for (a, b), gap in distances.items():
        if not (a in fixed and b in fixed):
            groups[find(a if b in fixed else b)][2].append(((a, b), gap))
    return list(groups.values())


def _rest(
    count: int, springs: tuple[Spring, ...], gaps: tuple[tuple[int, int, float], ...]
) -> list[float]:
    """Solve one group; variable -1 is fixed at 0, and lies behind the last of the list."""
    y = [0.0] * (count + 1)
    _satisfy(y, gaps)
    stiffness = [1e-6] * count + [float("inf")]
    for spring in springs:
        for end in (spring.a, spring.b):
            stiffness[end] += spring.weight
    stiffness = [2 * value for value in stiffness]
    multiplier = [0.0] * len(gaps)
    for _ in range(ROUNDS):
        goal = _pulled(y, springs, stiffness)
        for (upper, lower, _), force in zip(gaps, multiplier, strict=True):
            goal[upper] -= force / stiffness[upper]
            goal[lower] += force / stiffness[lower]
        for _sweep in range(6):
            for number, (upper, lower, gap) in enumerate(gaps):
                give = 1 / stiffness[upper] + 1 / stiffness[lower]
                step = max(-multiplier[number], (gap - goal[lower] + goal[upper]) / give)
                multiplier[number] += step
                goal[upper] -= step / stiffness[upper]
                goal[lower] += step / stiffness[lower]
        change = max((abs(a - b) for a, b in zip(y, goal, strict=True)), default=0.0)
        y = goal
        if change < STILL:
            break
    _satisfy(y, gaps)
    return [round(value, 3) + 0.0 for value in y[:count]]


def _pulled(y: list[float], springs: tuple[Spring, ...], stiffness: list[float]) -> list[float]:
    """Return where one step along the springs' pull leads, each variable by its own stiffness."""
    force = [0.0] * len(y)
    for spring in springs:
        pull = 2 * spring.weight * (y[spring.b] - y[spring.a] - spring.rest)
        force[spring.a] += pull
        force[spring.b] -= pull
    return [value + pull / stiff for value, pull, stiff in zip(y, force, stiffness, strict=True)]


def _satisfy(y: list[float], gaps: tuple[tuple[int, int, float], ...]) -> None:
    """Move variables apart, about the fixed one, until every distance holds."""
    fixed = len(y) - 1
    for _ in range(len(y) + 1):
        moved = False
        for upper, lower, gap in gaps:
            lack = gap - (y[lower] - y[upper])
            if lack <= 1e-9:
                continue
            moved = True
            if lower % len(y) == fixed:
                y[upper] -= lack
            elif upper % len(y) == fixed or y[lower] >= 0:
                y[lower] += lack
            else:
                y[upper] -= lack
        if not moved:
            return


def check_distances(y: list[float], distances: dict[tuple[int, int], float]) -> None:
    """Raise AssertionError unless every distance holds, give or take a rounding."""
    for (upper, lower), gap in distances.items():
        assert y[lower] - y[upper] >= gap - 0.01, f"{upper} and {lower} are closer than {gap}"
