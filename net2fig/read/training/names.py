"""The canonical names of losses, and the learning rates of optimizers: grammar/training.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir


class DataSet(Struct, frozen=True):
    """A data set of Keras: shapes of a sample and a label, range, classes, lengths of parts."""

    shape: tuple[int, ...]
    count: tuple[int, ...]
    labels: tuple[int, ...] = ()
    high: int | None = None
    classes: int = 0


class TrainingWords(Struct, frozen=True):
    """Other names of losses, and losses that apply the last activation themselves."""

    aliases: Mapping[str, str]
    torch: Mapping[str, str]
    logits: frozenset[str]
    torch_sets: Mapping[str, tuple[int, int]]
    datasets: Mapping[str, DataSet] = {}


@cache
def load_words() -> TrainingWords:
    """Return the words of grammar/training.toml."""
    return convert(load_toml(data_dir("grammar") / "training.toml", "training"), TrainingWords)


def to_snake_case(name: str) -> str:
    """Return the name of a class as that of a function.


    >>> to_snake_case("SparseCategoricalCrossentropy"), to_snake_case("MSE")
    ('sparse_categorical_crossentropy', 'mse')
    """
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", name))
    return name.lower()


def find_loss_name(word: str) -> str:
    """Return the canonical name of a loss of Keras, or the word itself."""
    name = to_snake_case(word)
    return load_words().aliases.get(name, name)


def find_torch_loss(word: str) -> str | None:
    """Return the canonical name of a loss of PyTorch; None if the word names none."""
    return load_words().torch.get(word)
