"""Calls of layers as readers find them, before they are a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.attributes import is_operation, op_of
from net2fig.network import Shape, Step

LAYER_LIMIT = 200_000
"""More calls than this are refused."""

PARAMETERS = {"query": 0, "value": 1, "key": 2}
"""Parameters that are commonly passed by keyword and in any order; the rules know this one."""

WRAPPER = "TimeDistributed"
"""What may hold a model."""

NAMED = 5
"""How many layers a notice names."""

Source = tuple[str, int]
"""The tensor that a call returned: the call's id and which of its tensors."""


class Call(Struct, frozen=True):
    """One call of a layer as a reader found it.

    `key` is the same for every call of one layer. `words` are the keywords that the sources were
    passed by. `masks` are tensors that say which steps count; no edge is drawn for them.
    `outputs` holds the shapes that the source states, by tensor. `params` is what it states, None
    where the rules shall say it.
    """

    id: str
    key: str
    name: str
    class_name: str
    module: str | None
    config: Mapping[str, Any]
    sources: tuple[Source, ...] = ()
    words: tuple[str | None, ...] = ()
    masks: tuple[Source, ...] = ()
    outputs: dict[int, Shape] = field(default_factory=dict)
    scope: tuple[Step, ...] = ()
    params: int | None = None

    @property
    def is_input(self) -> bool:
        """Whether the call stands for an input of the network."""
        return self.class_name == "InputLayer"

    @property
    def is_operation(self) -> bool:
        """Whether this is an operation on tensors and no layer: its module says so."""
        return is_operation(self.module)

    @property
    def op(self) -> str:
        """The word of the vocabulary for what is called."""
        return op_of(self.class_name, self.module)


def listed(names: Iterable[str]) -> str:
    """Return names as they stand in a notice.

    >>> listed("abcdefg")
    "'a', 'b', 'c', 'd', 'e' and 2 more"
    """
    every = list(names)
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(map(repr, every[:NAMED])) + more
