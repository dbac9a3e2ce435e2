"""What the rows of a table are called, and which of them a word from elsewhere means.

A row is called as asked (NAME=MODEL), else as the model calls itself; where that is the name of
several, each is called by its file. Metrics, logs, options and keys of LaTeX may use any of these
names, as long as it means one model only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from msgspec import Struct, field

from net2fig.network import Network
from net2fig.read.formats import GZIP, detect_format

OWN = ".network"
"""What stands before the suffix of a network that was frozen."""


class Called(Struct, frozen=True):
    """The names of rows, in their order, each with the other words that a row has."""

    others: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names that the rows bear."""
        return list(self.others)

    def meant(self, word: str) -> str | None:
        """Return the name of the row that a word means; in small letters, if it must be."""
        for said in (str, str.lower):
            rows = {said(name): name for name in reversed(self.names)}
            if said(word) in rows:
                return rows[said(word)]
            found = [name for name, words in self.others.items() if said(word) in map(said, words)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def aliases(self, name: str) -> list[str]:
        """Return the other words that mean a row."""
        return [word for word in self.others[name] if word != name and self.meant(word) == name]


def called(
    sources: Sequence[Any], networks: Sequence[Network], names: Sequence[str | None]
) -> Called:
    """Return the name of each row with its other words; no two names are alike."""
    given = [name or network.name for network, name in zip(networks, names, strict=True)]
    words = [list(_words(source)) for source in sources]
    chosen = list(given)
    for name in dict.fromkeys(given):
        alike = [n for n, each in enumerate(given) if each == name and not names[n]]
        if given.count(name) > 1:
            rest = {each for n, each in enumerate(given) if n not in alike}
            for n, better in zip(alike, _telling([words[n] for n in alike], rest), strict=False):
                chosen[n] = better
    unique = _numbered(chosen)
    own = [network.name for network in networks]
    return Called(
        {
            name: tuple(dict.fromkeys((inside, *more)))
            for name, inside, more in zip(unique, own, words, strict=True)
        }
    )


def _telling(words: Sequence[Sequence[str]], taken: set[str]) -> list[str]:
    """Return the first words that tell some models apart, and from others; none if none do."""
    for tried in zip(*words, strict=False):
        if len({*tried}) == len(tried) and not taken.intersection(tried):
            return list(tried)
    return []


def _numbered(names: Sequence[str]) -> list[str]:
    """Return names of which no two are alike: the second is "unet (2)"."""
    unique: list[str] = []
    for name in names:
        number, tried = 1, name
        while tried in unique:
            number += 1
            tried = f"{name} ({number})"
        unique.append(tried)
    return unique


def _words(source: Any) -> Iterator[str]:
    """Yield what a source is called by its file, from the shortest to all that was written."""
    if not isinstance(source, str | os.PathLike):
        return
    text = str(os.fspath(source))
    place, _, code = text.partition(":")
    file = PurePath(place)
    stem = _stem(file.name)
    yield stem
    yield file.name
    yield code or file.name
    yield f"{file.parent.name}/{stem}"
    yield text


def _stem(name: str) -> str:
    """Return the name of a file without what says its format.

    >>> _stem("unet.network.json"), _stem("resnet.v2.keras"), _stem("package.module")
    ('unet', 'resnet.v2', 'package.module')
    """
    name = name.removesuffix(GZIP)
    file = PurePath(name)
    return name if detect_format(file) is None else file.stem.removesuffix(OWN)
