"""Calls of layers as readers find them, before assembly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.attributes import find_op, is_operation
from net2fig.network import Shape, Step

LAYER_LIMIT = 20_000
"""The maximum number of calls."""

PARAMETERS = {"query": 0, "value": 1, "key": 2}
"""Parameters that are commonly passed by keyword and in any order."""

WRAPPER = "TimeDistributed"
"""A layer that may wrap a model."""

MAX_NAMES = 5
"""The maximum number of layers in a notice."""

CAUSAL = "use_causal_mask"
"""The argument of a call by which an attention sees no later step."""

ATTENTION_MASK = "attention_mask"
"""The argument by which code itself gives a mask to an attention."""

CallOutput = tuple[str, int]
"""An output of a call: the call's id and the number of the tensor."""


class Call(Struct, frozen=True):
    """One call of a layer as a reader found it.

    `key` is the same for every call of one layer. `words` are the keywords that the sources were
    passed by. `masks` are tensors that say which steps count; no edge is drawn for them.
    `outputs` holds the shapes that the source states, by tensor. `params` is what it states, None
    where the rules shall say it. `stated_op` and `axes` are the operation and the roles of the axes
    of each output, if the reader knows them; else they follow from class and configuration. `line`
    is the line of code that made the layer.
    """

    id: str
    key: str
    name: str
    class_name: str
    module: str | None
    config: Mapping[str, Any]
    sources: tuple[CallOutput, ...] = ()
    words: tuple[str | None, ...] = ()
    masks: tuple[CallOutput, ...] = ()
    outputs: dict[int, Shape] = field(default_factory=dict)
    scope: tuple[Step, ...] = ()
    params: int | None = None
    stated_op: str = ""
    axes: tuple[str, ...] = ()
    line: str = ""

    @property
    def is_input(self) -> bool:
        """Whether the call is an input of the network."""
        return self.class_name == "InputLayer"

    @property
    def is_operation(self) -> bool:
        """Whether the call is an operation on tensors rather than a layer, by its module."""
        return is_operation(self.module)

    @property
    def op(self) -> str:
        """The operation in the vocabulary."""
        return self.stated_op or find_op(self.class_name, self.module)


def list_names(names: Iterable[str]) -> str:
    """Return names in the form of a notice.


    >>> list_names("abcdefg")
    "'a', 'b', 'c', 'd', 'e' and 2 more"
    """
    every = list(names)
    more = f" and {len(every) - MAX_NAMES} more" if len(every) > MAX_NAMES else ""
    return ", ".join(map(repr, every[:MAX_NAMES])) + more


def get_call_flags(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call that tell what its layer does there."""
    flags = {CAUSAL: True} if kwargs.get(CAUSAL) is True else {}
    return flags if kwargs.get(ATTENTION_MASK) is None else {**flags, ATTENTION_MASK: True}
