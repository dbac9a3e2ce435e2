"""Collects the rules of each operation: shape, parameters, products, receptive field.

The rules themselves are grouped by topic, since those of a topic share helpers. A row gathers those
of one operation.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from net2fig.data.vocabulary import Vocabulary
from net2fig.rules import macs, params, receptive, shapes


class RuleSet(Struct, frozen=True):
    """Which rules there are for an operation."""

    shape: bool
    params: bool
    macs: bool
    field: bool

    def missing(self) -> Iterator[str]:
        """Yield the topics without a rule."""
        yield from (topic for topic in self.__struct_fields__ if not getattr(self, topic))


def find_rules(op: str) -> RuleSet:
    """Return which rules there are for an operation, as a layer or on tensors."""
    return RuleSet(
        shape=shapes.has_rule(op) or shapes.has_rule(op, operation=True),
        params=params.has_rule(op),
        macs=macs.find_rule(op) is not None,
        field=receptive.has_rule(op),
    )


def find_gaps(vocabulary: Vocabulary) -> set[tuple[str, str]]:
    """Return the operations and the topics for which there is neither a rule nor a reason."""
    missing = {(op, topic) for op in vocabulary.ops for topic in find_rules(op).missing()}
    return missing - set(vocabulary.unruled)
