"""The names of the rows of a table, and the row that another word refers to.

A row has the name of NAME=MODEL, else that of the model; if several models have this name, each has
the name of its file. Metrics, logs, options and keys of LaTeX may use any of these names, if it
belongs to one model only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from msgspec import Struct, field

from net2fig.network import Network
from net2fig.read.formats import GZIP, detect_format

FROZEN = ".network"
"""The text before the suffix in the name of a frozen network."""


class RowNames(Struct, frozen=True):
    """The names of rows, in their order, each with the other words that a row has."""

    words_by_row: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the rows."""
        return list(self.words_by_row)

    def find_row(self, word: str) -> str | None:
        """Return the name of the row for a word, first by exact letters, then in lower case."""
        for fold in (str, str.lower):
            rows = {fold(name): name for name in reversed(self.names)}
            if fold(word) in rows:
                return rows[fold(word)]
            matches = [
                name for name, words in self.words_by_row.items() if fold(word) in map(fold, words)
            ]
            if matches:
                return matches[0] if len(matches) == 1 else None
        return None

    def list_aliases(self, name: str) -> list[str]:
        """Return the other words that mean a row."""
        return [
            word for word in self.words_by_row[name] if word != name and self.find_row(word) == name
        ]


def name_rows(
    sources: Sequence[Any], networks: Sequence[Network], names: Sequence[str | None]
) -> RowNames:
    """Return the name of each row with its other words; no two names are alike."""
    names_wanted = [name or network.name for network, name in zip(networks, names, strict=True)]
    words = [list(_list_words(source)) for source in sources]
    chosen = list(names_wanted)
    for name in dict.fromkeys(names_wanted):
        same_name = [n for n, each in enumerate(names_wanted) if each == name and not names[n]]
        if names_wanted.count(name) > 1:
            rest = {each for n, each in enumerate(names_wanted) if n not in same_name}
            for n, better in zip(
                same_name, _find_distinct([words[n] for n in same_name], rest), strict=False
            ):
                chosen[n] = better
    unique = _make_unique(chosen)
    network_names = [network.name for network in networks]
    return RowNames(
        {
            name: tuple(dict.fromkeys((inside, *more)))
            for name, inside, more in zip(unique, network_names, words, strict=True)
        }
    )


def _find_distinct(words: Sequence[Sequence[str]], used: set[str]) -> list[str]:
    """Return the first words that tell some models apart, and from others; none if none do."""
    for candidates in zip(*words, strict=False):
        if len({*candidates}) == len(candidates) and not used.intersection(candidates):
            return list(candidates)
    return []


def _make_unique(names: Sequence[str]) -> list[str]:
    """Return names of which no two are alike: the second is "unet (2)"."""
    unique: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in unique:
            number += 1
            candidate = f"{name} ({number})"
        unique.append(candidate)
    return unique


def _list_words(source: Any) -> Iterator[str]:
    """Yield the names that a source has by its file, from the shortest to the full text."""
    if not isinstance(source, str | os.PathLike):
        return
    text = str(os.fspath(source))
    place, _, code = text.partition(":")
    file = PurePath(place)
    stem = _strip_suffix(file.name)
    yield stem
    yield file.name
    yield code or file.name
    yield f"{file.parent.name}/{stem}"
    yield text


def _strip_suffix(name: str) -> str:
    """Return the name of a file without its format.

    >>> _strip_suffix("unet.network.json"), _strip_suffix("resnet.v2.keras")
    ('unet', 'resnet.v2')
    >>> _strip_suffix("package.module")
    'package.module'
    """
    name = name.removesuffix(GZIP)
    file = PurePath(name)
    return name if detect_format(file) is None else file.stem.removesuffix(FROZEN)
