"""Springs and distances, held against a search through all sets of distances that may touch."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.layout.least_squares import SOFT, Spring, check_distances, solve

Distances = dict[tuple[int, int], float]
Problem = tuple[int, set[int], list[Spring], Distances]


def energy(y: list[float], springs: list[Spring]) -> float:
    """Return what is to be least: the squares of the springs, and the weak pull to 0."""
    pulls = sum(s.weight * (y[s.b] - y[s.a] - s.rest) ** 2 for s in springs)
    return pulls + SOFT * sum(value * value for value in y)


def least_energy(problem: Problem) -> float:
    """Return the least energy: that of the best rest of any set of touching distances."""
    count, fixed, springs, distances = problem
    best = float("inf")
    gaps = list(distances.items())
    for size in range(len(gaps) + 1):
        for touching in combinations(gaps, size):
            y = _touching(count, fixed, springs, list(touching))
            if y and all(y[b] - y[a] >= gap - 1e-6 for (a, b), gap in gaps):
                best = min(best, energy(y, springs))
    return best


def _touching(
    count: int, fixed: set[int], springs: list[Spring], gaps: list[tuple[tuple[int, int], float]]
) -> list[float] | None:
    """Return where the springs rest if these distances are exact, by Lagrange's equations."""
    size = count + len(fixed) + len(gaps)
    rows = [[0.0] * (size + 1) for _ in range(size)]
    for variable in range(count):
        rows[variable][variable] += 2 * SOFT
    for s in springs:
        for one, two, rest in ((s.a, s.b, -s.rest), (s.b, s.a, s.rest)):
            rows[one][one] += 2 * s.weight
            rows[one][two] -= 2 * s.weight
            rows[one][-1] += 2 * s.weight * rest
    held: list[tuple[list[tuple[int, float]], float]]
    held = [([(variable, 1.0)], 0.0) for variable in sorted(fixed)]
    held += [([(b, 1.0), (a, -1.0)], gap) for (a, b), gap in gaps]
    for number, (terms, value) in enumerate(held, count):
        for variable, factor in terms:
            rows[number][variable] += factor
            rows[variable][number] += factor
        rows[number][-1] = value
    found = _solved(rows)
    return found and found[:count]


def _solved(rows: list[list[float]]) -> list[float] | None:
    """Solve linear equations by Gauss' elimination; None where they have no single answer."""
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) < 1e-11:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [rows[row][-1] / rows[row][row] for row in range(size)]


@st.composite
def problems(draw: st.DrawFn, most: int = 6, gaps: int = 5) -> Problem:
    """Draw a problem; distances go from lower to higher numbers, so none contradict."""
    count = draw(st.integers(1, most))
    variables = st.integers(0, count - 1)
    fixed = draw(st.sets(variables, max_size=1))
    pairs = st.tuples(variables, variables).filter(lambda pair: pair[0] < pair[1])
    lengths = st.integers(1, 30).map(float)
    rests = st.integers(-40, 40).map(float)
    springs: list[Spring] = []
    distances: Distances = {}
    if count > 1:
        weights = st.sampled_from([0.05, 1.0, 2.0])
        one = st.builds(
            lambda ends, rest, weight: Spring(*ends, rest, weight), pairs, rests, weights
        )
        springs = draw(st.lists(one, max_size=8))
        distances = draw(st.dictionaries(pairs, lengths, max_size=gaps))
    return count, fixed, springs, distances


def test_a_spring_rests() -> None:
    assert solve(2, {0}, [Spring(0, 1, 12.0, 1.0)], {}) == [0.0, 12.0]


def test_springs_meet_halfway_by_their_weights() -> None:
    springs = [Spring(0, 1, 10.0, 1.0), Spring(0, 1, 40.0, 2.0)]
    assert solve(2, {0}, springs, {})[1] == pytest.approx(30.0, abs=0.01)


def test_a_distance_holds_against_a_spring() -> None:
    assert solve(2, {0}, [Spring(0, 1, 5.0, 1.0)], {(0, 1): 20.0}) == [0.0, 20.0]


def test_a_distance_does_not_pull() -> None:
    assert solve(2, {0}, [Spring(0, 1, 30.0, 1.0)], {(0, 1): 20.0}) == [0.0, 30.0]


def test_what_touches_moves_as_one() -> None:
    springs = [Spring(0, 1, 0.0, 1.0), Spring(0, 2, 0.0, 1.0)]
    found = solve(3, {0}, springs, {(1, 2): 10.0})
    assert found == pytest.approx([0.0, -5.0, 5.0], abs=0.01)


def test_a_group_that_nothing_holds_stays_near_the_middle() -> None:
    found = solve(2, set(), [], {(0, 1): 10.0})
    assert found[1] - found[0] == 10.0
    assert max(map(abs, found)) <= 10.0


def test_nothing_rests_at_nothing() -> None:
    assert solve(0, set(), [], {}) == []
    assert solve(3, {1}, [], {}) == [0.0, 0.0, 0.0]


def test_groups_of_one_shape_have_one_answer() -> None:
    one = [Spring(0, 1, 7.0, 1.0), Spring(0, 2, 7.0, 1.0)]
    both = one + [Spring(s.a + 3, s.b + 3, s.rest, s.weight) for s in one]
    found = solve(6, {0, 3}, both, {(1, 2): 9.0, (4, 5): 9.0})
    assert found[:3] == found[3:]


@settings(max_examples=150)
@given(problems())
def test_the_rest_is_the_best_there_is(problem: Problem) -> None:
    count, fixed, springs, distances = problem
    found = solve(count, fixed, springs, distances)
    check_distances(found, distances)
    assert all(found[variable] == 0 for variable in fixed)
    best = least_energy(problem)
    # Answers are rounded to a thousandth of a point.
    assert energy(found, springs) <= best + 0.002 * (1 + best) + 0.05


@given(problems(most=25, gaps=40))
def test_distances_hold_and_answers_repeat(problem: Problem) -> None:
    count, fixed, springs, distances = problem
    found = solve(count, fixed, springs, distances)
    check_distances(found, distances)
    assert all(found[variable] == 0 for variable in fixed)
    assert solve(count, set(fixed), list(springs), dict(distances)) == found


@given(problems(most=12, gaps=12))
def test_no_small_step_is_better(problem: Problem) -> None:
    """At rest, moving one variable by a little breaks a distance or costs energy."""
    count, fixed, springs, distances = problem
    found = solve(count, fixed, springs, distances)
    here = energy(found, springs)
    for variable in set(range(count)) - fixed:
        for step in (-0.5, 0.5):
            there = [*found]
            there[variable] += step
            if all(there[b] - there[a] >= gap for (a, b), gap in distances.items()):
                assert energy(there, springs) > here - 0.01


def test_what_is_too_close_would_be_seen() -> None:
    with pytest.raises(AssertionError, match="0 and 1 are closer than 10"):
        check_distances([0.0, 9.0], {(0, 1): 10.0})


def test_a_worse_rest_would_be_seen() -> None:
    springs = [Spring(0, 1, 12.0, 1.0)]
    assert energy([0.0, 13.0], springs) > least_energy((2, {0}, springs, {})) + 0.5


def test_a_thousand_variables_in_one_group_come_to_rest() -> None:
    """The equations are sparse, and are solved as such."""
    count = 1000
    springs = [Spring(n, n + 1, 10.0 if n % 2 else -10.0, 1.0) for n in range(count - 1)]
    found = solve(count, {0}, springs, {(n, n + 2): 3.0 for n in range(0, 40, 2)})
    check_distances(found, {(n, n + 2): 3.0 for n in range(0, 40, 2)})
    assert found[999] - found[998] == pytest.approx(-10.0, abs=0.1)
