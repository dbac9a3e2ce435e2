"""svgwrite, without what drawing does not ask of it.

Half of the time of its import goes to what checks attributes, in which net2fig has no part (its
drawings are made with `debug=False`), and to fetching fonts from the network, which is never done.
Both wait here until somebody asks: a program that uses svgwrite besides finds all of it.
"""

from __future__ import annotations

import sys
import threading
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

FETCHING = "urllib.request"
CHECKING = "svgwrite.validator2"


@cache
def load_svgwrite() -> Any:
    """Import svgwrite.

    Ensures: it behaves as after a plain import; no stand-in is left among the modules.
    """
    installed = {}
    # Another thread might import the same modules just now, and shall not meet a stand-in.
    if "svgwrite" not in sys.modules and threading.active_count() == 1:
        stand_ins = (
            _make_stand_in(FETCHING, urlopen=_open_url),
            _make_stand_in(CHECKING, get_validator=_LazyValidator),
        )
        installed = {each.__name__: each for each in stand_ins if each.__name__ not in sys.modules}
    sys.modules.update(installed)
    try:
        import svgwrite
    finally:
        for name in installed:
            del sys.modules[name]
    return svgwrite


class _LazyValidator:
    """A validator of attributes that is imported on its first use."""

    def __init__(self, profile: str, debug: bool = True) -> None:
        self._arguments = (profile, debug)

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(CHECKING).get_validator(*self._arguments), name)


def _open_url(*words: Any, **options: Any) -> Any:
    return import_module(FETCHING).urlopen(*words, **options)


def _make_stand_in(module: str, **holds: Any) -> ModuleType:
    """Return a module with some attributes."""
    stand_in = ModuleType(module)
    vars(stand_in).update(holds)
    return stand_in
