"""The records of a run → calls of layers, as all readers make them.

Requires: the records in order, the roles of all axes, the sizes of the weights.
Ensures: a call for each record that leads to an output, and for layers with weights that do not.
Functions that return their input are left out. Each weight is counted once, at its first use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from net2fig.attributes import find_op
from net2fig.data.grammar import load_grammar
from net2fig.network import Shape, Step
from net2fig.read.calls import Call, CallOutput
from net2fig.read.torch.axes import (
    BATCH_SIZE,
    MOST_ASKED,
    TRANSPOSITIONS,
    Roles,
    expected_axis,
    move_batch,
    normalize,
)
from net2fig.read.torch.trace import INPUT, Origin, Record, Trace

TRANSPARENT = frozenset(
    {
        *("contiguous", "clone", "detach", "to", "float", "half", "double", "bfloat16", "long"),
        *("int", "bool", "type", "type_as", "get:data", "get:real", "alias", "requires_grad"),
        *("view_as_real", "lift_fresh", "checkpoint_name", "get:grad"),
    }
)
"""Functions that return what they are given."""

MASK_WORDS = frozenset(
    {
        *("mask", "attn_mask", "src_mask", "tgt_mask", "memory_mask", "attention_mask"),
        *("key_padding_mask", "src_key_padding_mask", "tgt_key_padding_mask"),
        *("memory_key_padding_mask",),
    }
)
"""Keywords of tensors that say which steps count."""

RESHAPING = frozenset({"pad", "view", "reshape", "expand", "squeeze", "flatten", "expand_as"})
"""Functions that return what they are given if the shape is the same."""

FLATTENINGS = frozenset({"flatten", "Flatten", "view", "reshape", "squeeze"})
"""Functions and layers that may take the places of a map away."""

STATES = frozenset({"LSTM", "GRU", "RNN"})
"""Layers that return their last states beside the sequence."""

LAYOUT = "Reshape"
"""The operation of a transposition after which layers still find the features where they expect."""

Sizes = Mapping[int, tuple[str, int]]
"""Name and size of each weight, by its identity."""


class Calls:
    """The calls that the records of a run make up."""

    def __init__(
        self,
        trace: Trace,
        roles: Sequence[Sequence[Roles]],
        sizes: Sizes,
        batch: int = BATCH_SIZE,
    ) -> None:
        self.batch = batch
        self.trace = trace
        self.roles = roles
        self.sizes = sizes
        self.ids: dict[int, str] = {}
        self.calls: dict[str, Call] = {}
        self.used: Counter[str] = Counter()
        self.keys: dict[str, int] = {}
        self.counted: set[int] = set()
        self.sources = self.skip_transparent()
        self.readers = self.find_readers()
        self.vectors = self.find_vectors()

    def skip_transparent(self) -> list[list[tuple[str | None, Origin]]]:
        """Return the sources of each record past the functions that return what they are given."""
        past: dict[Origin, Origin] = {}
        found: list[list[tuple[str | None, Origin]]] = []
        for number, record in enumerate(self.trace.records):
            sources = [
                (word, past.get(source, source))
                for word, source in zip(record.words, record.sources, strict=True)
            ]
            found.append(sources)
            if not record.is_layer and sources and self.is_transparent(record):
                past[number, 0] = sources[0][1]
        self.outputs = [(name, past.get(origin, origin)) for name, origin in self.trace.outputs]
        self.ends = {origin for _, origin in self.outputs}
        return found

    def is_transparent(self, record: Record) -> bool:
        """Tell whether a function returns what it is given: nothing padded, the same shape."""
        if record.target in TRANSPARENT:
            return True
        source, port = record.sources[0]
        same = record.outputs[:1] == [self.trace.records[source].outputs[port]]
        alone = len(record.sources) == 1 and not record.weights
        return record.target in RESHAPING and same and alone

    def find_vectors(self) -> set[int]:
        """Return the global poolings whose single place is only taken away; skip what does so."""
        found: set[int] = set()
        for number, record in enumerate(self.trace.records):
            readers = self.readers.get(number, [])
            others = [self.trace.records[reader] for reader in readers]
            if not readers or len(record.outputs) > 1 or (number, 0) in self.ends:
                continue
            if not all(map(is_flattening, others)) or set(record.outputs[0][2:]) != {1}:
                continue
            if self.find_op(number, record).startswith("Global"):
                found.add(number)
                past = {(reader, 0): (number, 0) for reader in readers}
                self.outputs = [(name, past.get(each, each)) for name, each in self.outputs]
                self.sources = [
                    [(word, past.get(each, each)) for word, each in sources]
                    for sources in self.sources
                ]
        if found:
            self.readers = self.find_readers()
        return found

    def find_readers(self) -> dict[int, list[int]]:
        """Return the records that read each record."""
        readers: dict[int, list[int]] = {}
        for number, sources in enumerate(self.sources):
            for _, (source, _) in sources:
                readers.setdefault(source, []).append(number)
        return readers

    def find_live(self) -> set[int]:
        """Return the records that lead to an output."""
        live: set[int] = set()
        stack = [source for _, (source, _) in self.outputs]
        while stack:
            number = stack.pop()
            if number not in live:
                live.add(number)
                stack += [
                    source for word, (source, _) in self.sources[number] if word not in MASK_WORDS
                ]
        return live

    def build(self) -> dict[str, Call]:
        """Return the calls by id."""
        live = self.find_live()
        inputs = {number for _, number in self.trace.inputs}
        kept = set(live)
        for number, record in enumerate(self.trace.records):
            if record.is_layer and record.weights and record.target != INPUT:
                kept.add(number)
        for number in sorted(kept | inputs, reverse=True):
            kept.update(source for _, (source, _) in self.sources[number])
        for number, record in enumerate(self.trace.records):
            if number in kept or number in inputs:
                self.add(number, record)
        return self.calls

    def add(self, number: int, record: Record) -> None:
        """Add the call of one record."""
        name, key, id = self.name_call(record)
        self.ids[number] = id
        pairs = [
            (word, (self.ids[source], port))
            for word, (source, port) in self.sources[number]
            if source in self.ids
        ]
        shapes = [
            self.state_shape(number, port, shape, roles)
            for port, (shape, roles) in enumerate(
                zip(record.outputs, self.roles[number], strict=True)
            )
        ]
        scope = tuple(
            Step(frame.path, frame.class_name, frame.call)
            for frame in record.scope
            if frame.path and not frame.is_container
        )
        self.calls[id] = Call(
            id=id,
            key=key,
            name=name,
            class_name=record.class_name or record.target.removeprefix("get:"),
            module=record.module,
            config=self.describe_input(record, shapes) if record.target == INPUT else record.config,
            sources=tuple(source for word, source in pairs if word not in MASK_WORDS),
            words=tuple(word for word, _ in pairs if word not in MASK_WORDS),
            masks=tuple(source for word, source in pairs if word in MASK_WORDS),
            outputs={port: shape for port, (shape, _) in enumerate(shapes)},
            scope=scope,
            params=self.count(record, key),
            stated_op=self.find_op(number, record),
            axes=tuple(axes for _, axes in shapes),
        )

    def state_shape(self, number: int, port: int, shape: Shape, roles: Roles) -> tuple[Shape, str]:
        """Return the shape of an output and the roles of its axes.

        The last states of a recurrent layer come for all its layers and directions; each is a
        vector. So is what a global pooling returns, if its one place is taken away.
        """
        record = self.trace.records[number]
        if number in self.vectors:
            return (None, shape[1]), "NC"
        if port and len(shape) == 3 and STATES.intersection((record.target, *record.bases)):
            return (None, shape[-1]), "NC"
        return move_batch(shape, roles, self.batch)

    @staticmethod
    def describe_input(record: Record, shapes: Sequence[tuple[Shape, str]]) -> dict[str, Any]:
        """Return the configuration of an input, as for Keras' `InputLayer`."""
        return {"name": record.path, "batch_shape": list(shapes[0][0])}

    def name_call(self, record: Record) -> tuple[str, str, str]:
        """Return the name, the key of its weights, and the id of a call."""
        if record.is_layer:
            path = record.path or record.target
            key, name = path, path.rpartition(".")[2]
        else:
            target = record.target.removeprefix("get:")
            around = record.scope[-1].path if record.scope else ""
            path = f"{around}.{target}" if around else target
            names = sorted({self.sizes[each][0] for each in record.weights if each in self.sizes})
            name = target
            key = "+".join(names)
        if not any(each in self.sizes for each in record.weights):
            # What has no weights shares none.
            key = ""
        self.used[path] += 1
        id = path if self.used[path] == 1 else f"{path}@{self.used[path]}"
        while id in self.calls:
            self.used[path] += 1
            id = f"{path}@{self.used[path]}"
        return name, key or id, id

    def count(self, record: Record, key: str) -> int:
        """Return the number of weights that the first call with a key is the first to use."""
        if key not in self.keys:
            own = [each for each in dict.fromkeys(record.weights) if each in self.sizes]
            self.keys[key] = sum(self.sizes[each][1] for each in own if each not in self.counted)
            self.counted.update(own)
        return self.keys[key]

    # Operations.

    def find_op(self, number: int, record: Record) -> str:
        """Return the operation of a record in the vocabulary; the author's word if it is none."""
        if record.target == INPUT:
            return INPUT
        if record.op:
            return record.op
        grammar = load_grammar()
        names = (record.target.removeprefix("get:"), *record.bases)
        op = next(
            (found for name in names if grammar.knows(found := find_op(name, "torch.nn"))),
            names[0],
        )
        if record.target in TRANSPOSITIONS:
            return self.name_transposition(number, op)
        return self.refine_op(number, record, op)

    def refine_op(self, number: int, record: Record, op: str) -> str:
        """Return the operation that a call is, by its sizes."""
        if not record.outputs or not record.sources:
            return op
        source, port = record.sources[0]
        before = self.trace.records[source].outputs[port]
        after = record.outputs[0]
        if op.startswith("Adaptive") and set(after[2:]) == {1}:
            return op.replace("AdaptiveAverage", "GlobalAverage").replace(
                "AdaptiveMax", "GlobalMax"
            )
        if op in ("Mean", "Max"):
            return self.name_reduction(number, record, op)
        if op == "Resize" and len(after) in (3, 4, 5):
            factor = record.config.get("scale_factor")
            values = factor if isinstance(factor, (list, tuple)) else [factor]
            if all(isinstance(each, (int, float)) and each == int(each) >= 1 for each in values):
                return f"UpSampling{len(after) - 2}D"
        if op == "Matmul" and len(record.sources) == 1 and record.weights:
            return "Dense"
        if op == "Reshape" and len(after) == 2 and len(before) > 2:
            return "Flatten"
        return op

    def name_reduction(self, number: int, record: Record, op: str) -> str:
        """Return the operation of a mean: over all places it is a global pooling."""
        source, port = record.sources[0]
        shape, roles = self.trace.records[source].outputs[port], self.roles[source][port]
        rank = len(shape)
        if "dim" not in record.config and "args" not in record.config:
            return op
        gone = set(normalize(record.config.get("dim"), rank))
        places = set(range(rank)) - {roles.batch, roles.features}
        if not places or gone != places or len(places) > 3 or len(record.outputs) > 1:
            return op
        word = "Average" if op == "Mean" else "Max"
        return f"Global{word}Pooling{len(places)}D"

    def name_transposition(self, number: int, op: str) -> str:
        """Return the operation of a transposition: none to a reader if only the layout changes."""
        record = self.trace.records[number]
        features = self.roles[number][0].features
        asked = self.ask(number, len(record.outputs[0]))
        return op if asked is not None and features is not None and asked != features else LAYOUT

    def ask(
        self, number: int, rank: int, depth: int = 6, asked_before: set[int] | None = None
    ) -> int | None:
        """Return where the first layers that read a record expect the features."""
        known = set() if asked_before is None else asked_before
        if number in known or len(known) > MOST_ASKED:
            return None
        known.add(number)
        for reader in self.readers.get(number, ()):
            record = self.trace.records[reader]
            expected = expected_axis(record, rank)
            if expected is not None and record.is_layer:
                return expected
            same = record.outputs and len(record.outputs[0]) == rank
            if depth and same and record.target not in TRANSPOSITIONS:
                asked = self.ask(reader, rank, depth - 1, known)
                if asked is not None:
                    return asked
        return None


def is_flattening(record: Record) -> bool:
    """Tell whether a record turns a map into a vector."""
    return record.target in FLATTENINGS and len(record.outputs[0]) == 2


def find_ports(
    calls: Calls,
) -> tuple[list[tuple[str, str]], list[tuple[str, CallOutput]]]:
    """Return the inputs and the outputs of the network."""
    inputs = [(name, calls.ids[number]) for name, number in calls.trace.inputs]
    outputs = [(name, (calls.ids[source], port)) for name, (source, port) in calls.outputs]
    return inputs, outputs
