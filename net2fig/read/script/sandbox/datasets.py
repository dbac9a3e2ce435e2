"""Replaces Keras' data sets by arrays of the same shape, without a download.

A model may depend on the shape of its data, never on the values. The first axis is as short as the
number of classes allows, or, with `full`, as long as the real one.
"""

from __future__ import annotations

import importlib.machinery
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

Loader = Callable[..., Any]


class ArrayDataSet(Struct, frozen=True):
    """A data set of examples of one shape."""

    train: int
    test: int
    shape: tuple[int, ...]
    classes: int = 0
    label: tuple[int, ...] = ()
    kind: str = "uint8"

    def load(self, full: bool, options: Mapping[str, Any]) -> Any:
        """Return two pairs (x, y), to train and to test."""
        classes = 20 if options.get("label_mode") == "coarse" else self.classes
        fewest = max(classes, 10)
        return tuple(
            self.make_split(count if full else fewest, classes) for count in (self.train, self.test)
        )

    def make_split(self, count: int, classes: int) -> Any:
        """Return examples and labels; every class occurs."""
        if not has_numpy():
            from net2fig.read.script.sandbox.arrays import ShapedValue

            labels = ShapedValue("labels", (count, *self.label), classes)
            return ShapedValue("examples", (count, *self.shape)), labels
        import numpy as np

        # Zeros take no memory until they are changed.
        examples = np.zeros((count, *self.shape), self.kind)
        numbers = np.arange(count) % max(classes, 1)
        return examples, numbers.astype(self.kind).reshape(count, *self.label)


class TextDataSet(Struct, frozen=True):
    """A data set of texts as lists of word numbers, with the real greatest length and number."""

    train: int
    test: int
    classes: int
    longest: int
    greatest: int
    words: int

    def load(self, full: bool, options: Mapping[str, Any]) -> Any:
        """Return two pairs (x, y), to train and to test."""
        last = (options.get("num_words") or self.greatest + 1) - 1
        longest = min(self.longest, (options.get("maxlen") or self.longest + 1) - 1)
        parts: list[Any] = []
        for count in (self.train, self.test):
            number = count if full else max(self.classes, 10)
            if not has_numpy():
                from net2fig.read.script.sandbox.arrays import ShapedValue

                words = [[1] * (longest - 1) + [last], *([1, last] for _ in range(number - 1))]
                parts.append((words, ShapedValue("labels", (number,), self.classes)))
                continue
            import numpy as np

            texts = np.empty(number, dtype=object)
            texts[:] = [[1, last] for _ in range(number)]
            texts[0] = [1] * (longest - 1) + [last]
            parts.append((texts, np.arange(number) % self.classes))
        return tuple(parts)

    def index(self) -> dict[str, int]:
        """Return a word index of the size of the real one."""
        return {f"word{number}": number for number in range(1, self.words + 1)}


def has_numpy() -> bool:
    """Tell whether numpy is installed."""
    return importlib.machinery.PathFinder.find_spec("numpy") is not None


DATA_SETS: Mapping[str, ArrayDataSet | TextDataSet] = {
    "mnist": ArrayDataSet(60_000, 10_000, (28, 28), 10),
    "fashion_mnist": ArrayDataSet(60_000, 10_000, (28, 28), 10),
    "cifar10": ArrayDataSet(50_000, 10_000, (32, 32, 3), 10, (1,)),
    "cifar100": ArrayDataSet(50_000, 10_000, (32, 32, 3), 100, (1,)),
    "boston_housing": ArrayDataSet(404, 102, (13,), kind="float64"),
    "california_housing": ArrayDataSet(16_512, 4_128, (8,), kind="float32"),
    "imdb": TextDataSet(25_000, 25_000, 2, 2_494, 88_586, 88_584),
    "reuters": TextDataSet(8_982, 2_246, 46, 2_376, 30_981, 30_979),
}
"""The data sets of `keras.datasets`, by module."""


def make_loaders(name: str, on_use: Callable[[str], None], *, full: bool) -> dict[str, Loader]:
    """Return replacements for the functions of a data set, which call `on_use`."""
    data = DATA_SETS[name]

    def load_data(*args: Any, **options: Any) -> Any:
        on_use(name)
        if args and name == "cifar100":
            options["label_mode"] = args[0]
        return data.load(full, options)

    def get_word_index(*_args: Any, **_options: Any) -> Any:
        on_use(name)
        return data.index() if isinstance(data, TextDataSet) else {}

    return {"load_data": load_data, "get_word_index": get_word_index}
