"""Arrays in the shape of Keras' own data sets, in place of a download.

A model may depend on the shape of its data, never on their values. The first axis is as short as
the number of classes allows, or, with `full`, as long as the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

Load = Callable[..., Any]


class Pictures(Struct, frozen=True):
    """A set of examples of one shape: how many to train and to test on, and their classes."""

    train: int
    test: int
    shape: tuple[int, ...]
    classes: int = 0
    label: tuple[int, ...] = ()
    kind: str = "uint8"

    def load(self, full: bool, options: Mapping[str, Any]) -> Any:
        """Return ((x, y) to train on, (x, y) to test on)."""
        classes = 20 if options.get("label_mode") == "coarse" else self.classes
        least = max(classes, 10)
        return tuple(
            self.part(count if full else least, classes) for count in (self.train, self.test)
        )

    def part(self, count: int, classes: int) -> Any:
        """Return examples and labels, every class among them."""
        import numpy as np

        # One zero, shown everywhere: it takes no memory until somebody changes it.
        examples = np.broadcast_to(np.zeros((), self.kind), (count, *self.shape))
        numbers = np.arange(count) % max(classes, 1)
        return examples, numbers.astype(self.kind).reshape(count, *self.label)


class Texts(Struct, frozen=True):
    """A set of texts as lists of word numbers: the longest and the greatest number are told."""

    train: int
    test: int
    classes: int
    longest: int
    greatest: int
    words: int

    def load(self, full: bool, options: Mapping[str, Any]) -> Any:
        """Return ((x, y) to train on, (x, y) to test on)."""
        import numpy as np

        last = (options.get("num_words") or self.greatest + 1) - 1
        longest = min(self.longest, (options.get("maxlen") or self.longest + 1) - 1)
        parts = []
        for count in (self.train, self.test):
            number = count if full else max(self.classes, 10)
            texts = np.empty(number, dtype=object)
            texts[:] = [[1, last] for _ in range(number)]
            texts[0] = [1] * (longest - 1) + [last]
            parts.append((texts, np.arange(number) % self.classes))
        return tuple(parts)

    def index(self) -> dict[str, int]:
        """Return as many words as the data set knows, with their numbers."""
        return {f"word{number}": number for number in range(1, self.words + 1)}


DATA_SETS: Mapping[str, Pictures | Texts] = {
    "mnist": Pictures(60_000, 10_000, (28, 28), 10),
    "fashion_mnist": Pictures(60_000, 10_000, (28, 28), 10),
    "cifar10": Pictures(50_000, 10_000, (32, 32, 3), 10, (1,)),
    "cifar100": Pictures(50_000, 10_000, (32, 32, 3), 100, (1,)),
    "boston_housing": Pictures(404, 102, (13,), kind="float64"),
    "california_housing": Pictures(16_512, 4_128, (8,), kind="float32"),
    "imdb": Texts(25_000, 25_000, 2, 2_494, 88_586, 88_584),
    "reuters": Texts(8_982, 2_246, 46, 2_376, 30_981, 30_979),
}
"""The data sets of `keras.datasets`, by module."""


def loaders(name: str, note: Callable[[str], None], *, full: bool) -> dict[str, Load]:
    """Return what takes the place of the functions of a data set; `note` is told when used."""
    data = DATA_SETS[name]

    def load_data(*args: Any, **options: Any) -> Any:
        note(name)
        if args and name == "cifar100":
            options["label_mode"] = args[0]
        return data.load(full, options)

    def get_word_index(*_args: Any, **_options: Any) -> Any:
        note(name)
        return data.index() if isinstance(data, Texts) else {}

    return {"load_data": load_data, "get_word_index": get_word_index}
