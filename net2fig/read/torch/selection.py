"""What selects among the results of a detector: boxes by their scores.

    heads ─ topk ─ decode ─ nms ─ outputs          the heads are the outputs
    heads ─ topk ─ decode ─ nms ─ RoI align ─ …    one call selects what is aligned

Requires: the records in order, with the roles of their axes.
Ensures: calls without weights that select, with those before and after them as far as these have no
weights either, become one record where layers with weights follow, and none where none follow. The
order is topological. Networks that select for other ends, such as experts, stay as they are.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from msgspec.structs import replace

from net2fig.errors import Notice
from net2fig.read.torch.axes import Roles
from net2fig.read.torch.fold import Folded
from net2fig.read.torch.trace import INPUT, Origin, Record, Trace

SELECTIONS = frozenset(
    {
        *("topk", "sort", "argsort", "nonzero", "argwhere", "masked_select", "unique"),
        *("nms", "batched_nms", "kthvalue", "msort"),
    }
)
"""Functions whose results are places, or depend on an order."""

REGIONS = frozenset({"roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool"})
"""Functions that take features at the boxes that are selected."""

BOXES = REGIONS | {"nms", "batched_nms"}
"""Functions that only detectors call."""

TARGET = "Selection"


def merge_selections(
    folded: Folded, sizes: Mapping[int, tuple[str, int]]
) -> tuple[Folded, list[Notice]]:
    """Return the records with selections as single calls, without those at the end.

    `sizes` has the weights that the module has; others are made on the way.
    """
    trace = folded.trace
    records = [
        replace(record, weights=[each for each in record.weights if each in sizes])
        for record in trace.records
    ]
    found = {n for n, record in enumerate(records) if record.target in SELECTIONS}
    if not found:
        return folded, []
    readers = list_readers(records, {number for _, (number, _) in trace.outputs})
    leads = find_leading(records, readers)
    inside = spread(records, readers, found, leads)
    if not any(record.target in BOXES for record in records):
        inside -= leads
    if not inside or not (found & inside):
        return folded, []
    regions = Regions(Folded(replace(trace, records=records), folded.roles), inside, leads)
    new = regions.folded()
    return (new, regions.notices()) if new else (folded, [])


def list_readers(records: Sequence[Record], ends: Container[int]) -> list[list[int]]:
    """Return for each record those that read it, without those of which nothing comes."""
    readers: list[list[int]] = [[] for _ in records]
    for number in reversed(range(len(records))):
        if number in ends or readers[number] or is_firm(records[number]):
            for source, _ in records[number].sources:
                readers[source].insert(0, number)
    return readers


def is_firm(record: Record) -> bool:
    """Tell whether a call is drawn in any case: it has weights, or is a module.

    Files of other frameworks than PyTorch have names for all operations, which tell no modules.
    """
    is_module = record.is_layer and not record.class_name
    firm = record.weights or is_module or record.target in REGIONS
    return bool(firm) or record.target == INPUT


def find_leading(records: Sequence[Record], readers: Sequence[Sequence[int]]) -> set[int]:
    """Return the records after which a layer with weights, or one that takes boxes, follows."""
    leads: set[int] = set()
    for number in reversed(range(len(records))):
        after = (records[reader] for reader in readers[number])
        if any(each.weights or each.target in REGIONS for each in after) or leads.intersection(
            readers[number]
        ):
            leads.add(number)
    return leads


def spread(
    records: Sequence[Record],
    readers: Sequence[Sequence[int]],
    found: set[int],
    leads: set[int],
) -> set[int]:
    """Return the selections with what follows from them, and what is made for these alone.

    That ends at what is firm; modules without weights at the end of the network are not.
    """
    inside = set(found)
    for number, record in enumerate(records):
        ends = number not in leads and not record.weights
        if any(source in inside for source, _ in record.sources) and (ends or not is_firm(record)):
            inside.add(number)
    for number in reversed(range(len(records))):
        if not is_firm(records[number]) and readers[number] and inside.issuperset(readers[number]):
            inside.add(number)
    return inside


class Regions:
    """The regions of a trace, by their level: how many of them data passed before."""

    def __init__(self, folded: Folded, inside: set[int], leads: set[int]) -> None:
        self.records, self.roles = folded.trace.records, folded.roles
        self.trace = folded.trace
        self.inside = inside
        self.level = self.find_levels()
        # Behind a selection, what no layer with weights follows belongs to what comes after it.
        self.inside |= {
            number
            for number, record in enumerate(self.records)
            if self.level[number] and number not in leads and not record.weights
        }
        kept = {self.level[n] for n in inside if n in leads}
        self.dropped = {n for n in inside if self.level[n] not in kept}
        self.calls: dict[int, list[int]] = {}
        for number in sorted(inside - self.dropped):
            self.calls.setdefault(self.level[number], []).append(number)

    def find_levels(self) -> list[int]:
        """Return for each record the number of regions that data passed before it."""
        level: list[int] = []
        for number, record in enumerate(self.records):
            here = 0
            for source, _ in record.sources:
                leaves = source in self.inside and number not in self.inside
                here = max(here, level[source] + leaves)
            level.append(here)
        return level

    def folded(self) -> Folded | None:
        """Return the records in their new order; None where no output would be left."""
        read = self.find_read()
        order = sorted(
            (self.level[n], n in self.inside, n)
            for n in range(len(self.records))
            if n not in self.dropped
        )
        place: dict[Origin, Origin] = {}
        records: list[Record] = []
        roles: list[list[Roles]] = []
        met: set[int] = set()
        for level, is_inside, number in order:
            if is_inside and level in met:
                continue
            if is_inside:
                met.add(level)
                origins = read[level]
                new = self.make_call(level, origins)
                axes = [Roles(batch=0)] * len(new.outputs)
            else:
                origins = [(number, port) for port in range(len(self.records[number].outputs))]
                new, axes = self.records[number], list(self.roles[number])
                if level:
                    # Behind a selection every box is a sample.
                    axes = [replace(role, batch=0) for role in axes]
            if not all(source in place for source in new.sources):
                continue  # nothing comes of it
            places = {
                place[source]: word for source, word in zip(new.sources, new.words, strict=True)
            }
            records.append(replace(new, sources=list(places), words=list(places.values())))
            own = self.own_ports(origins) if is_inside else range(len(origins))
            place |= {o: (len(records) - 1, port) for o, port in zip(origins, own, strict=True)}
            roles.append(axes)
        outputs = [(name, place[origin]) for name, origin in self.find_outputs()]
        if not outputs:
            return None
        inputs = [(name, place[number, 0][0]) for name, number in self.trace.inputs]
        trace = Trace(records, inputs, outputs, self.trace.questions, self.trace.lost)
        return Folded(trace, roles)

    def own_ports(self, origins: Sequence[Origin]) -> list[int]:
        """Return the port of a region for each of its tensors: one for all, but for outputs."""
        ends = [origin for _, origin in self.trace.outputs]
        ports: list[int] = []
        for origin in origins:
            ports.append(1 + max(ports, default=0) if origin in ends else 0)
        return ports

    def find_read(self) -> dict[int, list[Origin]]:
        """Return by level the tensors of a region that are read outside of it."""
        read: dict[int, dict[Origin, None]] = {level: {} for level in self.calls}
        for number, record in enumerate(self.records):
            for origin in record.sources:
                level = self.level[origin[0]]
                outside = number not in self.inside or self.level[number] != level
                if origin[0] in self.inside - self.dropped and outside:
                    read[level][origin] = None
        for _, origin in self.trace.outputs:
            if origin[0] in self.inside - self.dropped:
                read[self.level[origin[0]]][origin] = None
        return {level: list(origins) for level, origins in read.items()}

    def make_call(self, level: int, origins: Sequence[Origin]) -> Record:
        """Return the record that stands for a region."""
        members = set(self.calls[level])
        sources = dict.fromkeys(
            source
            for number in self.calls[level]
            for source in self.records[number].sources
            if source[0] not in members
        )
        ports = dict(zip(self.own_ports(origins)[::-1], origins[::-1], strict=True))
        told = [ports.get(port, origins[0]) for port in range(1 + max(ports))]
        shapes = [(None, *self.records[number].outputs[port][1:]) for number, port in told]
        return Record(
            target=TARGET,
            module="torch",
            path="",
            is_layer=False,
            sources=list(sources),
            words=[None] * len(sources),
            outputs=shapes,
            dtypes=[""] * len(shapes),
            op="TopK",
        )

    def find_outputs(self) -> Iterator[tuple[str, Origin]]:
        """Yield the outputs that are left, and what the dropped calls read."""
        names: dict[str, int] = {}
        seen: set[Origin] = set()
        for name, origin in self.trace.outputs:
            if origin[0] not in self.dropped:
                names[name] = 1
                seen.add(origin)
                yield name, origin
        for number in sorted(self.dropped):
            for origin in self.records[number].sources:
                record = self.records[origin[0]]
                if origin in seen or origin[0] in self.inside or not record.weights:
                    continue
                seen.add(origin)
                name = record.path.rpartition(".")[2] or record.target
                names[name] = names.get(name, 0) + 1
                yield (f"{name}_{names[name]}" if names[name] > 1 else name), origin

    def notices(self) -> list[Notice]:
        """Return the notices about the regions."""
        told = []
        if self.dropped:
            text = f"{len(self.dropped)} operations that select among the results are not drawn"
            told.append(Notice("post-processing", text))
        count = sum(map(len, self.calls.values()))
        if count:
            text = f"{count} operations that select boxes are drawn as {len(self.calls)}"
            told.append(Notice("selections", text))
        return told


def takes_samples(trace: Trace) -> bool:
    """Tell whether the code takes the samples of each input apart, to treat one after the other."""
    numbers = {number for _, number in trace.inputs}
    reads = [
        (record.target, source)
        for record in trace.records
        for source, _ in record.sources
        if source in numbers
    ]
    return bool(reads) and all(target == "unbind" for target, _ in reads)
