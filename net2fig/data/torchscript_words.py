"""The functions of TorchScript: grammar/torchscript.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir


class TorchScriptWords(Struct, frozen=True):
    """The contents of grammar/torchscript.toml: how shapes follow, and the names of arguments."""

    same: frozenset[str]
    broadcast: frozenset[str]
    reductions: frozenset[str]
    lists: frozenset[str]
    arguments: Mapping[str, tuple[str, ...]]


@cache
def load_torchscript_words() -> TorchScriptWords:
    """Return the words that ship with net2fig.

    >>> load_torchscript_words().arguments["cat"]
    ('tensors', 'dim')
    """
    data = load_toml(data_dir("grammar") / "torchscript.toml", "torchscript")
    return TorchScriptWords(
        frozenset(data["same"]),
        frozenset(data["broadcast"]),
        frozenset(data["reductions"]),
        frozenset(data["lists"]),
        {name: tuple(words.split()) for name, words in data["arguments"].items()},
    )
