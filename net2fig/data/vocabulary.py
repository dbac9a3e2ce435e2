"""Our words for what layers do, and the words of other frameworks for the same.

A word of ours is the class name of Keras 3. grammar/vocabulary.toml lists them; rules/ knows what
each does, or the vocabulary says why no rule does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from net2fig.data.grammar import vocabulary_data


class Vocabulary(Struct, frozen=True):
    """What grammar/vocabulary.toml says.

    `words` holds the operation of each word of a framework, by the framework. `depthwise` holds the
    operation that a convolution with as many groups as filters is drawn as. `unruled` holds why an
    operation has no rule of a topic (shape, params, macs, field), by operation and topic.
    """

    ops: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    depthwise: Mapping[str, str]
    unruled: Mapping[tuple[str, str], str]


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
    )
