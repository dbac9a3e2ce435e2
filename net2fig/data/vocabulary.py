"""net2fig's words for operations, and the words of other frameworks for them.

net2fig uses the class names of Keras 3. grammar/vocabulary.toml lists them; rules/ has rules for
each, or grammar/unruled.toml states why there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from net2fig.data.grammar import load_toml, vocabulary_data
from net2fig.data.resources import data_dir

ALIASES = "aliases"
"""The folder with the words of other frameworks, and the schema of its files."""


class Composed(Struct, frozen=True):
    """A function that several operations compute one after the other.

    `constants` holds the number that each has beside its tensor, or None.
    """

    function: str
    steps: tuple[str, ...]
    constants: tuple[float | None, ...]


class Vocabulary(Struct, frozen=True):
    """The contents of grammar/vocabulary.toml.

    `depthwise` holds the operation that a convolution with as many groups as filters is drawn as,
    `activations` how functions are written, `nouns` what sentences call operations and functions.
    """

    ops: tuple[str, ...]
    depthwise: Mapping[str, str]
    activations: Mapping[str, str]
    nouns: Mapping[str, str]
    composed: tuple[Composed, ...]


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with net2fig."""
    data = vocabulary_data()
    return Vocabulary(
        ops=tuple(op for ops in data["ops"].values() for op in ops),
        depthwise=data["depthwise"],
        activations=data["activation"],
        nouns={word: noun for noun, words in data["noun"].items() for word in words},
        composed=tuple(
            Composed(
                item["function"],
                tuple(step["op"] for step in item["steps"]),
                tuple(step.get("constant") for step in item["steps"]),
            )
            for item in data["composed"]
        ),
    )


@cache
def load_aliases(framework: str) -> Mapping[str, str]:
    """Return the operation of each word of a framework; empty where the grammar has none."""
    path = data_dir("grammar") / ALIASES / f"{framework}.toml"
    if not path.is_file():
        return {}
    ops = load_toml(path, ALIASES)["ops"]
    return {word: op for op, words in ops.items() for word in words}
