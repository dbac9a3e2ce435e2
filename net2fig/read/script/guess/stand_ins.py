"""Loads the values that stand in for what code does not say, from grammar/stand_ins.toml."""

from __future__ import annotations

import importlib
import re
import tomllib
from functools import cache
from typing import Any

from msgspec import Struct

from net2fig.data.resources import data_dir

LEAST = 10
"""Smaller numbers count things, such as heads, and are the same for all sizes."""


class Scale:
    """By what the usual sizes are multiplied: a second reading takes others."""

    factor = 1


def scale(value: Any) -> Any:
    """Return a usual value, scaled if it is a size."""
    return value * Scale.factor if type(value) is int and value >= LEAST else value


class StandIns(Struct, frozen=True):
    """Patterns of names with their values, and kinds of layers with the shapes that they read."""

    arguments: tuple[tuple[re.Pattern[str], Any], ...]
    shapes: tuple[tuple[re.Pattern[str], tuple[tuple[int, ...], ...], bool], ...]
    classes: tuple[tuple[re.Pattern[str], str], ...] = ()

    def find_argument(self, name: str) -> Any:
        """Return the value for an argument by its name; None if there is none."""
        return next(
            (scale(value) for names, value in self.arguments if names.fullmatch(name)), None
        )

    def find_class(self, name: str) -> str:
        """Return the class of PyTorch for an argument that code calls; empty if there is none."""
        return next((path for names, path in self.classes if names.fullmatch(name)), "")

    def find_shapes(self, classes: list[str]) -> tuple[tuple[int, ...], ...]:
        """Return the usual shapes for the first of some layers that tells, then all others."""
        first = next(
            (sizes for each in classes for names, sizes, _ in self.shapes if names.fullmatch(each)),
            (),
        )
        every = dict.fromkeys((*first, *(one for _, each, _ in self.shapes for one in each)))
        return tuple(tuple(map(scale, sizes)) for sizes in every)

    def find_rank(self, classes: list[str]) -> int:
        """Return the axes that the first of some layers reads; 0 if it reads any, or none tells."""
        return next(
            (
                0 if reads_any else len(sizes[0])
                for each in classes
                for names, sizes, reads_any in self.shapes
                if names.fullmatch(each)
            ),
            0,
        )


def import_name(path: str) -> Any:
    """Return what a dotted name names."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def compile_words(words: str) -> re.Pattern[str]:
    """Return a pattern for any of several patterns with spaces between them."""
    return re.compile("|".join(words.split()), re.IGNORECASE)


@cache
def load_stand_ins() -> StandIns:
    """Return the stand-ins that ship."""
    data = tomllib.loads((data_dir("grammar") / "stand_ins.toml").read_text("utf-8"))
    return StandIns(
        tuple((compile_words(each["names"]), each["value"]) for each in data["argument"]),
        tuple(
            (
                compile_words(each["layers"]),
                tuple(map(tuple, each["sizes"])),
                each.get("any", False),
            )
            for each in data["shape"]
        ),
        tuple((compile_words(each["names"]), each["class"]) for each in data["module"]),
    )
