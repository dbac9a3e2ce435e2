"""Least squares under distances: where do things come to rest that springs pull together?

    minimise  sum of weight * (y[b] - y[a] - rest)^2   subject to   y[lower] - y[upper] >= distance

Requires: distances that contradict neither each other nor the fixed variables.
Ensures: all distances hold; fixed variables are 0; the same problem has the same answer.

Each group of variables that springs and distances connect is solved by itself, and groups of one
shape once. Variables are first moved one by one. Then the method is that of active sets: variables
that touch move as one body; bodies move towards their equilibrium until one more distance is used
up; a distance that pulls instead of pushing is let go.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import heapify, heappop, heappush

from msgspec import Struct

from net2fig.graphs import DisjointSets

SOFT = 1e-6
"""A pull of all variables to 0, so weak that it only decides what nothing else does."""


WORK = 3_000_000
"""How many sums one problem takes at most: where it needs more, it ends near its rest."""

STEP = 4
"""How many sums take as long as one look at a variable, a spring or a distance."""

SWEEPS = 20
"""How often every variable is moved by itself before bodies are."""


class Spring(Struct, frozen=True, order=True):
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
    for members, pulls, gaps in _groups(count, fixed, springs, distances):
        number = {variable: place for place, variable in enumerate(members)}
        local_springs = tuple(
            Spring(number.get(s.a, -1), number.get(s.b, -1), s.rest, s.weight) for s in pulls
        )
        local_gaps = tuple((number.get(a, -1), number.get(b, -1), gap) for (a, b), gap in gaps)
        found = _rest(len(members), local_springs, local_gaps)
        for variable, value in zip(members, found, strict=True):
            result[variable] = value
    return result


Gap = tuple[tuple[int, int], float]


def _groups(
    count: int, fixed: set[int], springs: list[Spring], distances: dict[tuple[int, int], float]
) -> list[tuple[list[int], list[Spring], list[Gap]]]:
    """Return the connected groups of free variables, with what acts on each."""
    connected = DisjointSets(count)
    pairs = [(s.a, s.b) for s in springs] + list(distances)
    for a, b in pairs:
        if a not in fixed and b not in fixed:
            connected.join(a, b)
    find = connected.root
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


Gaps = tuple[tuple[int, int, float], ...]


@lru_cache(maxsize=256)
def _rest(count: int, springs: tuple[Spring, ...], gaps: Gaps) -> tuple[float, ...]:
    """Solve one group; variable -1 is fixed at 0, and lies behind the last of the list.

    Groups that are alike rest alike, and are asked for again while a figure is fitted to its page:
    other widths move nothing up or down.
    """
    springs = tuple(Spring(s.a % (count + 1), s.b % (count + 1), s.rest, s.weight) for s in springs)
    gaps = tuple((a % (count + 1), b % (count + 1), gap) for a, b, gap in gaps)
    y = [0.0] * (count + 1)
    _satisfy(y, gaps)
    _relax(y, springs, gaps)
    touching = _tree(y, gaps)
    work = 0
    for _ in range(6 * (count + len(gaps)) + 20):
        if work > WORK:
            break
        body, offset = _bodies(count, gaps, touching)
        goal, sums = _equilibrium(body, offset, springs, count)
        work += sums + STEP * (count + len(springs) + len(gaps))
        share, blocker = _free_way(y, goal, gaps, body)
        y = [a + share * (b - a) for a, b in zip(y, goal, strict=True)]
        if blocker is not None:
            touching.add(blocker)
            continue
        pulling = _pulling(y, springs, gaps, touching, count)
        if pulling is None:
            break
        touching.remove(pulling)
    _satisfy(y, gaps)
    return tuple(round(value, 3) + 0.0 for value in y[:count])


def _relax(y: list[float], springs: tuple[Spring, ...], gaps: Gaps) -> None:
    """Move one variable after the other to where it rests while all others stand still.

    That comes near to the rest of all for little work: most of what touches in the end does then.
    """
    pulls: list[list[tuple[int, float, float]]] = [[] for _ in y]
    above: list[list[tuple[int, float]]] = [[] for _ in y]
    below: list[list[tuple[int, float]]] = [[] for _ in y]
    for spring in springs:
        pulls[spring.a].append((spring.b, -spring.rest, spring.weight))
        pulls[spring.b].append((spring.a, spring.rest, spring.weight))
    for upper, lower, gap in gaps:
        above[lower].append((upper, gap))
        below[upper].append((lower, gap))
    free = range(len(y) - 1)
    for sweep in range(SWEEPS):
        for here in free if sweep % 2 == 0 else reversed(free):
            weight = SOFT + sum(weight for _, _, weight in pulls[here])
            rest = sum(weight * (y[other] + rest) for other, rest, weight in pulls[here]) / weight
            rest = min([rest, *(y[other] - gap for other, gap in below[here])])
            y[here] = max([rest, *(y[other] + gap for other, gap in above[here])])


def _tree(y: list[float], gaps: Gaps) -> set[int]:
    """Return distances that are used up, as many as form no circle."""
    joined = DisjointSets(len(y))
    return {
        number
        for number, (upper, lower, gap) in enumerate(gaps)
        if y[lower] - y[upper] - gap < 1e-9 and joined.join(upper, lower)
    }


def _bodies(count: int, gaps: Gaps, touching: set[int]) -> tuple[list[int], list[float]]:
    """Return for every variable its body and its place in it; the fixed one is at 0 in its own."""
    beside: list[list[tuple[int, float]]] = [[] for _ in range(count + 1)]
    for number in sorted(touching):
        upper, lower, gap = gaps[number]
        beside[upper].append((lower, gap))
        beside[lower].append((upper, -gap))
    body, offset = [-1] * (count + 1), [0.0] * (count + 1)
    for root in (count, *range(count)):
        if body[root] >= 0:
            continue
        body[root] = root
        stack = [root]
        while stack:
            here = stack.pop()
            for other, gap in beside[here]:
                if body[other] < 0:
                    body[other], offset[other] = root, offset[here] + gap
                    stack.append(other)
    return body, offset


def _equilibrium(
    body: list[int], offset: list[float], springs: tuple[Spring, ...], fixed: int
) -> tuple[list[float], int]:
    """Return where every variable comes to rest if bodies are rigid and pass through each other.

    With it comes the number of sums that this took.

    The equations are sparse: each body is eliminated in turn, the one with fewest neighbours first.
    """
    rows: dict[int, dict[int, float]] = {}
    right: dict[int, float] = {}
    for root in body:
        if root != fixed:
            rows[root] = {root: SOFT}
            right[root] = 0.0
    for spring in springs:
        one, two = body[spring.a], body[spring.b]
        if one == two:
            continue
        rest = spring.rest - offset[spring.b] + offset[spring.a]
        for here, other, length in ((one, two, -rest), (two, one, rest)):
            if here == fixed:
                continue
            rows[here][here] += spring.weight
            right[here] += spring.weight * length
            if other != fixed:
                rows[here][other] = rows[here].get(other, 0.0) - spring.weight
    at, sums = _eliminated(rows, right)
    at[fixed] = 0.0
    return [at[root] + place for root, place in zip(body, offset, strict=True)], sums


def _eliminated(
    rows: dict[int, dict[int, float]], right: dict[int, float]
) -> tuple[dict[int, float], int]:
    """Solve symmetric, positive definite equations by elimination; count the sums.

    The heap may hold a row more than once; only an entry of its present length counts.
    """
    sums = 0
    done: list[tuple[int, dict[int, float], float]] = []
    left = dict(rows)
    shortest = [(len(row), number) for number, row in left.items()]
    heapify(shortest)
    while left:
        length, pivot = heappop(shortest)
        if pivot not in left or len(left[pivot]) != length:
            continue
        row, value = left.pop(pivot), right[pivot]
        sums += len(row) * len(row)
        diagonal = row.pop(pivot)
        for other, weight in row.items():
            factor = weight / diagonal
            target = left[other]
            del target[pivot]
            for column, entry in row.items():
                target[column] = target.get(column, 0.0) - factor * entry
            right[other] -= factor * value
            heappush(shortest, (len(target), other))
        done.append(
            (pivot, {column: entry / diagonal for column, entry in row.items()}, value / diagonal)
        )
    found: dict[int, float] = {}
    for pivot, row, value in reversed(done):
        found[pivot] = value - sum(entry * found[column] for column, entry in row.items())
    return found, sums


def _free_way(
    y: list[float], goal: list[float], gaps: Gaps, body: list[int]
) -> tuple[float, int | None]:
    """Return which share of the way to the goal is free, and the distance that ends it.

    Within a body nothing comes closer, so that what touches always forms a tree.
    """
    share, blocker = 1.0, None
    for number, (upper, lower, gap) in enumerate(gaps):
        closing = (goal[upper] - y[upper]) - (goal[lower] - y[lower])
        if body[upper] == body[lower] or closing <= 1e-9:
            continue
        room = max(y[lower] - y[upper] - gap, 0.0)
        if room < share * closing:
            share, blocker = room / closing, number
    return share, blocker


def _pulling(
    y: list[float], springs: tuple[Spring, ...], gaps: Gaps, touching: set[int], fixed: int
) -> int | None:
    """Return the touching distance that pulls hardest, though distances may only push.

    Within a body the distances form a tree; what one carries is the sum of the forces on all that
    hangs on its lower end.
    """
    force = [SOFT * value for value in y]
    for spring in springs:
        pull = spring.weight * (y[spring.b] - y[spring.a] - spring.rest)
        force[spring.a] -= pull
        force[spring.b] += pull
    beside: dict[int, list[tuple[int, int]]] = {}
    for number in sorted(touching):
        upper, lower, _ = gaps[number]
        beside.setdefault(upper, []).append((lower, number))
        beside.setdefault(lower, []).append((upper, number))
    worst, hardest = None, -1e-7
    seen: set[int] = set()
    for root in (fixed, *sorted(beside)):
        if root in seen or root not in beside:
            continue
        order: list[tuple[int, int, int]] = []
        stack = [(root, -1, -1)]
        while stack:
            here, parent, number = stack.pop()
            seen.add(here)
            order.append((here, parent, number))
            stack.extend((o, here, n) for o, n in beside[here] if n != number)
        carried = {here: force[here] for here, _, _ in order}
        for here, parent, number in reversed(order[1:]):
            push = carried[here] if gaps[number][1] == here else -carried[here]
            if push < hardest:
                worst, hardest = number, push
            carried[parent] += carried[here]
    return worst


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
