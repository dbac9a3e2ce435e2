"""net2fig's words for operations, and the words of other frameworks for them.

net2fig uses the class names of Keras 3. grammar/vocabulary.toml lists them; rules/ has rules for
each, or the vocabulary states why there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from net2fig.data.grammar import vocabulary_data


class Composed(Struct, frozen=True):
    """A function that several operations compute one after the other.

    `constants` holds the number that each has beside its tensor, or None.
    """

    function: str
    steps: tuple[str, ...]
    constants: tuple[float | None, ...]


class Vocabulary(Struct, frozen=True):
    """The contents of grammar/vocabulary.toml.

    `words` holds the operation of each word of a framework, by the framework. `depthwise` holds the
    operation that a convolution with as many groups as filters is drawn as. `unruled` holds why an
    operation has no rule of a topic (shape, params, macs, field), by operation and topic.
    `activations` holds how functions are written, `nouns` what sentences call operations and
    functions.
    """

    ops: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    depthwise: Mapping[str, str]
    unruled: Mapping[tuple[str, str], str]
    activations: Mapping[str, str]
    nouns: Mapping[str, str]
    composed: tuple[Composed, ...]


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with net2fig."""
    data = vocabulary_data()
    return Vocabulary(
        ops=tuple(op for ops in data["ops"].values() for op in ops),
        words={
            framework: {word: op for op, aliases in ops.items() for word in aliases}
            for framework, ops in data["alias"].items()
        },
        depthwise=data["depthwise"],
        unruled={
            (op, topic): item["because"]
            for item in data["unruled"]
            for topic in item["rules"]
            for op in item["ops"]
        },
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
