"""Records of an exported program that are one layer, or one function, become one record.

Programs hold what layers compute, node by node, and say in which call of which module. Code that is
read holds the calls of layers.

Requires: records in order, each with its place in the code.
Ensures: a call of a layer of PyTorch is one record, as when the code is read, with the weights of
all its parts; the order stays topological. What cannot be joined stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.attributes import find_op
from net2fig.data.vocabulary import load_aliases
from net2fig.graphs import components
from net2fig.network import Shape
from net2fig.read.exported.aten import name_function
from net2fig.read.exported.places import Place, is_library_layer
from net2fig.read.torch.trace import INPUT, Frame, Origin, Record, Trace

NN, OPS = "exported.nn", "exported.ops"
"""The modules of layers and of functions in exported programs."""

RECURRENT = {"lstm": "LSTM", "gru": "GRU", "rnn_tanh": "RNN", "rnn_relu": "RNN"}
"""The layers that recurrent functions belong to."""

SELECTION = "getitem"
"""The function that takes parts of axes."""

ATTENTION = "MultiheadAttention"
"""The layer of PyTorch that reads three tensors."""

FEATURES_FIRST = {"LayerNorm": "LayerNorm2d"}
"""Layers whose features are last, and the same for features before the places."""

LAYOUT = frozenset(
    {
        *("permute", "reshape", "squeeze", "unsqueeze", "cat", "getitem", "index_select", "split"),
        *("expand", "view", "transpose", "alias", "zeros", "slice", "chunk", "unbind"),
    }
)
"""Functions that a recurrent layer needs beside its own."""

Key = tuple[str, tuple[Frame, ...], str]

GetLayer = Callable[[Record], str]
"""Returns the layer that a function may be all of; empty for none."""


class Part(Struct):
    """Records that become one: the calls around it, the class of the layer, or the function."""

    numbers: list[int]
    scope: tuple[Frame, ...]
    layer: str = ""
    function: str = ""


def collapse(trace: Trace, places: Sequence[Place], get_layer: GetLayer) -> Trace:
    """Return the trace in which layers and functions are one record each."""
    join_selections(trace.records)
    parts = find_parts(trace, places, get_layer)
    readers: dict[Origin, list[int]] = {}
    for number, record in enumerate(trace.records):
        for source in record.sources:
            readers.setdefault(source, []).append(number)
    ends = {origin for _, origin in trace.outputs}
    at: dict[int, tuple[Record, list[Origin]]] = {}
    gone: set[int] = set()
    for part in parts:
        exits = find_exits(trace.records, part, readers, ends)
        if exits is None:
            continue
        at[max(part.numbers)] = (join(trace.records, part, exits), exits)
        gone.update(part.numbers)
    records: list[Record] = []
    moved: dict[Origin, Origin] = {}
    renamed: dict[int, int] = {}
    for number, record in enumerate(trace.records):
        if number in at:
            new, exits = at[number]
            moved |= {old: (len(records), port) for port, old in enumerate(exits)}
        elif number in gone:
            continue
        else:
            new = record
            moved |= {(number, port): (len(records), port) for port in range(len(record.outputs))}
        renamed[number] = len(records)
        records.append(replace(new, sources=[moved[source] for source in new.sources]))
    return replace(
        trace,
        records=records,
        inputs=[(name, renamed[number]) for name, number in trace.inputs],
        outputs=[(name, moved[origin]) for name, origin in trace.outputs],
    )


def join_selections(records: Sequence[Record]) -> None:
    """Let selections read what the selection before them reads: one index is several nodes."""
    for record in records:
        if record.target != SELECTION or len(record.sources) != 1:
            continue
        before = records[record.sources[0][0]]
        if before.target == SELECTION and before.scope == record.scope:
            record.sources = before.sources[:1]


# What belongs together.


def find_parts(trace: Trace, places: Sequence[Place], get_layer: GetLayer) -> list[Part]:
    """Return the records that become one, as far as their places tell."""
    scopes = Counter(place.frames for place in places)
    inner = {place.frames[:depth] for place in places for depth in range(len(place.frames))}
    members: dict[Key, list[int]] = {}
    for number, (record, place) in enumerate(zip(trace.records, places, strict=True)):
        key = find_key(place) if record.target != INPUT else None
        if key is not None:
            members.setdefault(key, []).append(number)
    found: list[Part] = []
    for (sort, frames, _), numbers in members.items():
        inside = [trace.records[number] for number in numbers]
        if sort == "function":
            if len(numbers) > 1:
                found.append(Part(numbers, frames, function=places[numbers[0]].target))
            continue
        layer = frames[-1].class_name
        is_whole = frames not in inner and len(numbers) == scopes[frames]
        if not layer:
            layer = find_unknown_layer(inside, get_layer) if is_whole else ""
        elif not is_whole and not is_library_layer(frames[-1]):
            continue
        if layer:
            parts = split_calls(trace.records, numbers)
            found += [Part(each, frames[:-1], layer) for each in parts]
            for each in found[-len(parts) :]:
                each.function = frames[-1].path
    taken = {number for part in found if part.layer for number in part.numbers}
    return [part for part in found if part.layer or taken.isdisjoint(part.numbers)]


def find_key(place: Place) -> Key | None:
    """Return what a record belongs to: the outermost layer of PyTorch, else its function."""
    for depth, frame in enumerate(place.frames, 1):
        if is_library_layer(frame):
            return ("layer", place.frames[:depth], "")
    if place.frames and is_named_layer(place.frames[-1]):
        return ("layer", place.frames, "")
    if place.function and place.target:
        return ("function", place.frames, place.function)
    if place.frames and not place.frames[-1].class_name:
        return ("layer", place.frames, "")
    return None


def is_named_layer(frame: Frame) -> bool:
    """Tell whether a module has the name of a layer of PyTorch, which it may derive from."""
    return frame.class_name in load_aliases("torch") and frame.class_name[:1].isupper()


def find_unknown_layer(inside: Sequence[Record], get_layer: GetLayer) -> str:
    """Return the layer that a module of unknown class is; empty if it is none."""
    targets = {record.target for record in inside}
    cells = [RECURRENT[target] for target in targets if target in RECURRENT]
    if cells:
        return cells[0] if len(cells) == 1 and targets <= LAYOUT | RECURRENT.keys() else ""
    if len(targets) == 1:
        layers = {get_layer(record) for record in inside}
        return layers.pop() if len(layers) == 1 else ""
    main = [record for record in inside if record.target not in LAYOUT]
    layer = get_layer(main[0]) if len(main) == 1 and main[0].weights else ""
    # A layer normalisation between two transpositions has the features first.
    return FEATURES_FIRST.get(layer, "")


def split_calls(records: Sequence[Record], numbers: Sequence[int]) -> list[list[int]]:
    """Return the records of each call of one layer: those that pass data to each other."""
    links = ((source, number) for number in numbers for source, _ in records[number].sources)
    found: list[list[int]] = []
    for group in components(numbers, links):
        same = len({records[number].target for number in group}) == 1
        alone = all(len(records[number].sources) == 1 for number in group)
        cells = records[group[0]].target in RECURRENT
        found += [[number] for number in group] if same and alone and not cells else [group]
    return found


# One record for several.


def find_exits(
    records: Sequence[Record],
    part: Part,
    readers: Mapping[Origin, Sequence[int]],
    ends: Iterable[Origin],
) -> list[Origin] | None:
    """Return the tensors of records that are read outside; None if they cannot become one.

    Those of a recurrent layer stand in the order of its results.
    """
    last, inside = max(part.numbers), set(part.numbers)
    ends = set(ends)
    exits: list[Origin] = []
    for number in part.numbers:
        for port in range(len(records[number].outputs)):
            outside = [each for each in readers.get((number, port), ()) if each not in inside]
            if any(each < last for each in outside):
                return None
            if outside or (number, port) in ends:
                exits.append((number, port))
    if part.function and not part.layer:
        return exits if len(exits) == 1 else None
    if not exits or not any(records[number].target in RECURRENT for number in part.numbers):
        return exits or None
    results: dict[int, Origin] = {}
    for origin in exits:
        results.setdefault(find_result(records, origin, inside), origin)
    if len(results) < len(exits):
        return None
    return [results.get(port, (-1, port)) for port in range(max(results) + 1)]


def find_result(records: Sequence[Record], origin: Origin, inside: set[int]) -> int:
    """Return which result of a recurrent function a tensor is made of."""
    while True:
        record = records[origin[0]]
        if record.target in RECURRENT:
            return origin[1]
        sources = [source for source in record.sources if source[0] in inside]
        if not sources:
            return 0
        origin = sources[0]


def join(records: Sequence[Record], part: Part, exits: Sequence[Origin]) -> Record:
    """Return the record that stands for several."""
    inside = [records[number] for number in part.numbers]
    own = set(part.numbers)
    sources: dict[Origin, str | None] = {}
    for record in inside:
        for word, source in zip(record.words, record.sources, strict=True):
            if source[0] not in own:
                sources.setdefault(source, word)
    target = part.layer or name_function(part.function)
    main = find_main(inside, target)
    pairs = list(sources.items())
    if target == ATTENTION and len(sources) in (1, 2):
        # Query, key and value, of which equal ones are one tensor in the file.
        every = list(sources)
        pairs = [(every[0], None), (every[-1], None), (every[-1], None)]
    last = records[max(part.numbers)]
    outputs = [
        find_state_shape(inside, port) if number < 0 else records[number].outputs[port]
        for number, port in exits
    ]
    return Record(
        target=target,
        module=NN if part.layer else OPS,
        path=part.function if part.layer else "",
        is_layer=bool(part.layer),
        sources=[source for source, _ in pairs],
        words=[word for _, word in pairs],
        outputs=outputs,
        config=describe(inside, main, target),
        weights=list(dict.fromkeys(each for record in inside for each in record.weights)),
        scope=part.scope,
        dtypes=last.dtypes,
        class_name=main.class_name if main is not None else "",
    )


def find_main(inside: Sequence[Record], target: str) -> Record | None:
    """Return the record that computes what a layer is for; None if none does."""
    op = find_op(target, "torch.nn")
    return next((each for each in inside if find_op(each.target, "torch.nn") == op), None)


def describe(inside: Sequence[Record], main: Record | None, target: str) -> dict[str, object]:
    """Return the configuration of what several records are."""
    if main is not None and main.target in RECURRENT:
        layers = [record for record in inside if record.target in RECURRENT]
        counts = [int(record.config.get("num_layers", 1)) for record in layers]
        return {**main.config, "num_layers": sum(counts)}
    if main is not None:
        return dict(main.config)
    if find_op(target, "torch.nn") == "MultiHeadAttention":
        return describe_heads(inside)
    return {}


def describe_heads(inside: Sequence[Record]) -> dict[str, object]:
    """Return the number of heads of attention, by the size of the values of one."""
    width = (inside[-1].outputs[0] or (None,))[-1]
    core = next((each for each in inside if each.target == "scaled_dot_product_attention"), None)
    size = core.outputs[0][-1] if core is not None and core.outputs[0] else None
    causal = {"is_causal": True} if core is not None and core.config.get("is_causal") else {}
    if not width or not size or width % size:
        return dict(causal)
    return {"num_heads": width // size, "embed_dim": width, **causal}


def find_state_shape(inside: Sequence[Record], port: int) -> Shape:
    """Return the shape of a result of a recurrent function that nothing reads."""
    record = next(each for each in inside if each.target in RECURRENT)
    if port < len(record.outputs):
        shape = record.outputs[port]
        if port == 0 and len(shape) == 4:
            # All steps, directions, samples: PyTorch joins the directions with the features.
            steps, directions, batch, size = shape
            known = directions is not None and size is not None
            return (batch, steps, directions * size if known else None)  # type: ignore[operator]
        return shape
    return ()
