"""The places along one axis of the input that one place of a tensor depends on.

The intervals are periodic: `period` places further on, they are `shift` input places further on.
Within a period each place has its own interval, so that up-sampling is exact.

    input   0 1 2 3 4 5 6 7        a pooling of 2: period 1, shift 2, interval (0, 1)
    pool    └0┘ └1┘ └2┘ └3┘
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import gcd, lcm

from msgspec import Struct

from net2fig.attributes import NoRule

MAX_INTERVALS = 4096
"""No more intervals than this are followed."""

Interval = tuple[int, int]


class ReceptiveAxis(Struct, frozen=True):
    """The first and the last place of the input that each of `period` places depends on."""

    intervals: tuple[Interval, ...] = ((0, 0),)
    shift: int = 1

    @property
    def period(self) -> int:
        """After how many places the intervals repeat."""
        return len(self.intervals)

    @property
    def width(self) -> int:
        """The number of places of the input that one place depends on, at most."""
        return max(last - first + 1 for first, last in self.intervals)

    def at(self, place: int) -> Interval:
        """Return the interval that a place depends on."""
        periods, rest = divmod(place, self.period)
        first, last = self.intervals[rest]
        return first + periods * self.shift, last + periods * self.shift

    def over(self, first: int, last: int, step: int = 1) -> Interval:
        """Return the interval that places from the first to the last depend on."""
        places = range(first, last + 1, step)
        # Intervals move with each period: the ends are in the first and in the last one.
        ends = [*places[: self.period], *places[-self.period :]]
        intervals = [self.at(place) for place in ends]
        return min(one for one, _ in intervals), max(two for _, two in intervals)


def apply_window(
    sight: ReceptiveAxis, size: int, stride: int, dilation: int = 1, before: int = 0
) -> ReceptiveAxis:
    """Return the axis after a window that moves by `stride`, with `before` places of padding."""
    period = sight.period // gcd(sight.period, stride)
    span = (size - 1) * dilation

    def seen(place: int) -> Interval:
        start = place * stride - before
        return sight.over(start, start + span, dilation)

    return _make_axis(seen, period, sight.shift * period * stride // sight.period)


def upsample_axis(
    sight: ReceptiveAxis, factor: int, size: int = 1, before: int = 0
) -> ReceptiveAxis:
    """Return the receptive field after every place is repeated and a window of `size` is applied.

    A place p depends on those i for which i·factor ≤ p + before < i·factor + size: repeating each
    `factor` times is a window of that size, a transposed convolution one of any other.
    """
    period = sight.period * factor

    def seen(place: int) -> Interval:
        last = (place + before) // factor
        first = -((size - 1 - place - before) // factor)
        return sight.over(min(first, last), max(first, last))

    return _make_axis(seen, period, sight.shift)


def resample_axis(
    sight: ReceptiveAxis, before: int, after: int, interval: Callable[[int], Interval]
) -> ReceptiveAxis:
    """Return the axis after a change from one size to another.

    `interval` gives the places that each one depends on; it repeats as the two sizes do.
    """
    common = gcd(before, after)
    steps, places = before // common, after // common
    # The number of repetitions until the earlier period repeats as well.
    times = sight.period // gcd(sight.period, steps)

    def seen(place: int) -> Interval:
        first, last = interval(place)
        return sight.over(first, last)

    return _make_axis(seen, places * times, sight.shift * steps * times // sight.period)


def merge_axes(sights: Iterable[ReceptiveAxis]) -> ReceptiveAxis:
    """Return the axis of several tensors together; they must move over the input equally fast."""
    several = list(sights)
    period = lcm(*(sight.period for sight in several))
    shifts = {sight.shift * period // sight.period for sight in several}
    if len(shifts) > 1:
        raise NoRule("the tensors do not lie on one another")

    def seen(place: int) -> Interval:
        intervals = [sight.at(place) for sight in several]
        return min(one for one, _ in intervals), max(two for _, two in intervals)

    return _make_axis(seen, period, shifts.pop())


def _make_axis(seen: Callable[[int], Interval], period: int, shift: int) -> ReceptiveAxis:
    """Return the axis with the intervals of the first places."""
    if period > MAX_INTERVALS:
        raise NoRule("too many places differ")
    return ReceptiveAxis(tuple(seen(place) for place in range(period)), shift)
