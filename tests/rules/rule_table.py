"""The rules of each operation, by topic: shape, parameters, multiply–adds, receptive field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir
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


def load_reasons() -> dict[tuple[str, str], str]:
    """Return why an operation has no rule of a topic, from grammar/unruled.toml."""
    data = load_toml(data_dir("grammar") / "unruled.toml", "unruled")
    return {
        (op, topic): item["because"]
        for item in data["unruled"]
        for topic in item["rules"]
        for op in item["ops"]
    }


def find_gaps(ops: Iterable[str], reasons: Mapping[tuple[str, str], str]) -> set[tuple[str, str]]:
    """Return the operations and the topics for which there is neither a rule nor a reason."""
    missing = {(op, topic) for op in ops for topic in find_rules(op).missing()}
    return missing - set(reasons)
