"""Makes Python's garbage collector run rarely: networks have no cycles, and little is freed.

The collector took half of the time of reading 10 000 layers, and a sixth of importing TensorFlow.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARE_THRESHOLDS = (100_000, 50, 100)
"""The thresholds of Python's collector, for objects of each age."""


def collect_rarely() -> None:
    """Collect rarely for the rest of this process, which is net2fig's own and short."""
    gc.set_threshold(*RARE_THRESHOLDS)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Collect rarely until the end of the block, in a process of the user's.

    Ensures: the thresholds are restored; a process that collects even more rarely is not changed.
    """
    before = gc.get_threshold()
    if 0 < before[0] < RARE_THRESHOLDS[0]:
        gc.set_threshold(*RARE_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
