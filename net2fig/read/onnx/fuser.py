"""The graph of operations while some of them are joined.

Requires: operations in order.
Ensures: only operations whose results nothing else reads are joined, and only those of one place in
the code: `together` tells which may be. What stands for them returns the same tensors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from net2fig.read.onnx.evaluate import Evaluation, Operation
from net2fig.read.onnx.values import Value

Together = Callable[[Operation, Operation], bool]

MAX_PARTS = 24
"""The maximum number of operations that become one."""


class Fuser:
    """The operations of a network while some of them are joined."""

    def __init__(
        self, evaluation: Evaluation, together: Together, *, is_torch: bool = True
    ) -> None:
        self.is_torch = is_torch
        self.operations: list[Operation | None] = list(evaluation.operations)
        self.together = together
        self.ends = {value.origin for _, value in evaluation.outputs}
        self.readers: dict[tuple[int, int], Counter[int]] = {}
        for number, operation in enumerate(evaluation.operations):
            self.count(number, operation.inputs)

    def count(self, number: int, inputs: Iterable[Value | None]) -> None:
        """Add an operation to the readers of its inputs."""
        for value in inputs:
            if value is not None and value.origin is not None:
                self.readers.setdefault(value.origin, Counter())[number] += 1

    # The graph.

    def op(self, number: int | None) -> str:
        """Return the operator with a number; empty for none."""
        found = None if number is None else self.operations[number]
        return "" if found is None else found.op

    def at(self, number: int) -> Operation:
        """Return an operation that is still there."""
        found = self.operations[number]
        if found is None:
            raise KeyError(number)
        return found

    def maker(self, value: Value | None, *ops: str) -> int | None:
        """Return the number of the operation that returns a tensor, if it is one of `ops`."""
        if value is None or value.origin is None:
            return None
        number = value.origin[0]
        return number if not ops or self.op(number) in ops else None

    def only_reader(self, number: int, *ops: str) -> int | None:
        """Return the only operation that reads another, if it is one of `ops`."""
        readers = self.readers.get((number, 0), Counter[int]())
        reader = next(iter(readers), None)
        if len(readers) != 1 or reader is None or readers[reader] != 1:
            return None
        return None if (number, 0) in self.ends or self.op(reader) not in ops else reader

    def split_inputs(self, number: int) -> tuple[list[Value], list[Value]]:
        """Return the inputs of an operation that are data, and those that are constants."""
        known = [value for value in self.at(number).inputs[:MAX_PARTS] if value is not None]
        data = [value for value in known if not value.is_constant]
        return data, [value for value in known if value.is_constant]

    def find_cone(
        self, start: Value, stops: Iterable[tuple[int, int] | None], ops: frozenset[str]
    ) -> set[int] | None:
        """Return the operations from `stops` to a tensor; None if there is anything else."""
        ends = set(stops)
        found: set[int] = set()
        stack = [start]
        while stack:
            value = stack.pop()
            if value.is_constant or value.origin in ends:
                continue
            number = value.origin[0] if value.origin else -1
            if number in found:
                continue
            if self.op(number) not in ops or len(found) >= MAX_PARTS:
                return None
            if len(self.at(number).inputs) > MAX_PARTS:
                return None
            found.add(number)
            stack += [each for each in self.at(number).inputs if each is not None]
        return found

    def join(
        self,
        parts: Iterable[int],
        exit: int,
        op: str,
        inputs: Sequence[Value | None],
        attributes: Mapping[str, Any],
    ) -> bool:
        """Put one operation in place of several; tell whether that is possible."""
        gone = set(parts) - {exit}
        last = self.at(exit)
        for number in gone:
            for port in range(len(self.at(number).outputs)):
                readers = self.readers.get((number, port), Counter[int]())
                if (number, port) in self.ends or len(readers) > MAX_PARTS:
                    return False
                if not gone.issuperset(readers.keys() - {exit}):
                    return False
            if not self.together(self.at(number), last):
                return False
        for number in {*gone, exit}:
            for value in self.at(number).inputs:
                if value is not None and value.origin is not None:
                    self.readers.get(value.origin, Counter[int]()).pop(number, None)
        self.count(exit, inputs)
        base = self.at(min({*gone, exit}))
        self.operations[exit] = Operation(
            *(op, "", last.name, list(inputs), last.outputs, attributes),
            notes=last.notes or base.notes,
            path=last.path,
        )
        for number in gone:
            self.operations[number] = None
        return True
