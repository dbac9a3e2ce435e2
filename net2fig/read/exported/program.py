"""The records of an exported program → Network, by the steps that the records of a run go through.

Requires: records in order, each a function, with the places in the code that the file tells.
Ensures: a tensor of unknown shape stays one; the author's words are those of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.errors import ModelError, Notice
from net2fig.network import Network, Shape
from net2fig.read.assemble import assemble
from net2fig.read.calls import Call, CallOutput, list_names
from net2fig.read.exported.batches import find_batches
from net2fig.read.exported.leaves import NN, OPS, GetLayer, collapse
from net2fig.read.exported.places import Place
from net2fig.read.torch.axes import find_roles
from net2fig.read.torch.calls import Calls, Sizes, find_ports
from net2fig.read.torch.fold import fold_modules
from net2fig.read.torch.selection import merge_selections
from net2fig.read.torch.trace import INPUT, Record, Trace

if TYPE_CHECKING:
    from net2fig.read.torch.axes import Roles


class UnknownShape(tuple[int | None, ...]):
    """The shape of a tensor of which nothing is known."""

    __slots__ = ()


UNKNOWN: Shape = UnknownShape()


class Program(Struct):
    """A program as a file holds it; `sizes` are names and sizes of the weights by their numbers.

    `get_layer` returns the layer that a function may be all of. `batch` is the length of the batch
    axis. `blocks` are the names of nodes with graphs inside, by the identity of their outputs.
    """

    name: str
    trace: Trace
    places: list[Place]
    sizes: Sizes
    get_layer: GetLayer
    batch: int = 1
    notices: list[Notice] = field(default_factory=list)
    blocks: dict[int, str] = field(default_factory=dict)


class ExportedCalls(Calls):
    """The calls of an exported program."""

    def add(self, number: int, record: Record) -> None:
        """Add the call of one record, without shapes that are not known."""
        super().add(number, record)
        id = self.ids[number]
        call = self.calls[id]
        shapes = {
            port: shape
            for port, shape in call.outputs.items()
            if record.outputs[port] is not UNKNOWN
        }
        module = NN if record.is_layer else OPS
        self.calls[id] = replace(call, outputs=shapes, module=module)


class Parts(Struct):
    """The calls of a program, with what goes in and out."""

    calls: dict[str, Call]
    inputs: list[tuple[str, str]]
    outputs: list[tuple[str, CallOutput]]
    notices: list[Notice]


def build_calls(program: Program) -> Parts:
    """Return the calls of a program."""
    trace = collapse(program.trace, program.places, program.get_layer)
    batches = find_batches(trace.records, program.batch)
    roles: list[list[Roles]] = find_roles(trace.records, batches, None)
    folded, told = merge_selections(fold_modules(trace, roles), program.sizes)
    calls = ExportedCalls(folded.trace, folded.roles, program.sizes, batch=program.batch)
    found = calls.build()
    inputs, outputs = find_ports(calls)
    told += find_blocks(program, folded.trace.records)
    return Parts(found, [port for port in inputs if port[1] in found], outputs, told)


def find_blocks(program: Program, records: Sequence[Record]) -> list[Notice]:
    """Return the notice about nodes with graphs inside, as far as they are drawn."""
    held = [
        program.blocks[id(each.outputs)] for each in records if id(each.outputs) in program.blocks
    ]
    if not held:
        return []
    text = f"drawn as one layer each, without what is inside: {list_names(held)}"
    return [Notice("inner-graph", text)]


def open_axes(one: Mapping[str, Call], two: Mapping[str, Call]) -> dict[str, Call]:
    """Return calls in which axes that depend on the sizes of the inputs are open.

    `two` are the calls of the same program for other sizes.
    """
    if one.keys() != two.keys():
        return dict(one)
    found: dict[str, Call] = {}
    for id, call in one.items():
        outputs = {
            port: open_shape(shape, two[id].outputs.get(port))
            for port, shape in call.outputs.items()
        }
        config = call.config
        if call.class_name == INPUT and 0 in outputs:
            config = {**config, "batch_shape": list(outputs[0])}
        found[id] = replace(call, outputs=outputs, config=config)
    return found


def open_shape(shape: Shape, other: Shape | None) -> Shape:
    """Return a shape whose axes are open where another has another length."""
    if other is None or len(other) != len(shape):
        return tuple(None for _ in shape)
    return tuple(a if a == b else None for a, b in zip(shape, other, strict=True))


def build_network(program: Program, parts: Parts, source: str, reader: str) -> Network:
    """Return the network of the calls of a program."""
    if not parts.outputs:
        raise ModelError(
            f"unsupported model: what {source} returns does not depend on its inputs",
            hint="its results are constants",
        )
    return assemble(
        program.name,
        parts.calls,
        parts.inputs,
        parts.outputs,
        source=source,
        reader=reader,
        notices=[*program.notices, *parts.notices],
    )
