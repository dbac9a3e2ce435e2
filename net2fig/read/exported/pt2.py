"""`.pt2` files (`torch.export.save`) → Network, as data, without PyTorch.

The archive holds the graph as JSON: functions with their arguments, the shapes of all tensors, and
for each function the calls of modules around it, with their classes.

Requires: a zip archive. Nothing in it but the graph is opened, and nothing is unpickled.
Ensures: the records of the program, as the run of the module would leave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.errors import ModelError
from net2fig.network import Shape
from net2fig.read.calls import list_names
from net2fig.read.exported.archive import DamageError, list_members, read_member
from net2fig.read.exported.arguments import describe
from net2fig.read.exported.aten import name_function
from net2fig.read.exported.leaves import NN, OPS
from net2fig.read.exported.places import Place, is_library_layer, make_frame
from net2fig.read.exported.program import UNKNOWN, Program
from net2fig.read.limits import CONFIG_LIMIT, parse_json
from net2fig.read.torch.trace import INPUT, Origin, Record, Trace
from net2fig.read.torch.values import NO_DATA

GRAPH = re.compile(r"(?:.*/)?models/[^/]+\.json|(?:.*/)?serialized_exported_program\.json")
"""The members of an archive that hold a graph; the last as earlier versions wrote it."""

WHAT = "exported program"

SAVE = "copy it again, or save it again: torch.export.save(program, 'model.pt2')"

MAX_NODES = 60_000
"""The maximum number of nodes, those of graphs in nodes included."""

MAX_RANK = 12
"""The maximum number of axes."""

MAX_DEPTH = 16
"""The maximum depth of graphs in graphs."""

LATER = 7
"""By how many times an axis of variable size is longer in a second reading."""

INLINED = ("wrap_with_set_grad_enabled", "wrap_with_autocast", "invoke_subgraph")
"""Functions that only call a graph."""

VIEWS = frozenset({"getitem", "view", "reshape", "permute", "transpose", "squeeze", "unsqueeze"})
"""Functions whose results share their values with the input."""

Data = Mapping[str, Any]


class Tensor(Struct):
    """What is known of a tensor: who returned it, or which weights it holds."""

    origin: Origin | None = None
    weights: frozenset[int] = frozenset()
    base: str = ""


def read_graph(path: Path) -> Data:
    """Return the graph in an archive as JSON data."""
    try:
        names = [name for name in list_members(path) if GRAPH.fullmatch(name)]
        text = read_member(path, names[0], CONFIG_LIMIT + 1) if len(names) == 1 else b""
    except DamageError as error:
        problem = f"invalid {WHAT}: {path.name} is truncated or damaged ({error})"
        raise ModelError(problem, hint=SAVE) from None
    if not names:
        raise ModelError(f"invalid {WHAT}: {path.name} holds no graph", hint=SAVE)
    if len(names) > 1:
        raise ModelError(
            f"ambiguous model: {path.name} holds {len(names)} programs,"
            f" {list_names(sorted(names))}",
            hint="save each alone: torch.export.save(program, 'model.pt2')",
        )
    data = parse_json(text, f"{path.name}, {names[0]}")
    module = data.get("graph_module") if isinstance(data, dict) else None
    if not isinstance(module, dict) or not isinstance(module.get("graph"), dict):
        raise ModelError(f"invalid {WHAT}: {path.name} describes no graph")
    return module


def read_program(module: Data, path: Path, *, longer: int = 1) -> Program:
    """Return the program that a graph holds, with variable axes `longer` times as long."""
    try:
        return Reading(path, longer).read(module)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        text = f"invalid {WHAT}: {path.name} is damaged ({type(error).__name__}: {error})"
        raise ModelError(text[:300], hint=SAVE) from None
    except RecursionError:
        raise ModelError(f"unsupported {WHAT}: {path.name} is nested too deeply") from None


def has_open_axes(module: Data) -> bool:
    """Tell whether a graph has axes of variable size."""
    return bool(module["graph"].get("sym_int_values")) or "as_expr" in repr(
        module["graph"].get("tensor_values", {})
    )


class Reading:
    """The records of a graph while it is read."""

    def __init__(self, path: Path, longer: int) -> None:
        self.path = path
        self.longer = longer
        self.records: list[Record] = []
        self.places: list[Place] = []
        self.sizes: dict[int, tuple[str, int]] = {}
        self.shapes: dict[str, Shape] = {}
        self.blocks: dict[int, str] = {}
        self.root = ""
        self.nodes = 0

    def read(self, module: Data) -> Program:
        """Return the program of a graph and its signature."""
        graph, signature = module["graph"], module["signature"]
        names: dict[str, Tensor] = {}
        self.read_shapes(graph)
        inputs: list[tuple[str, int]] = []
        for spec in signature["input_specs"]:
            for sort, content in spec.items():
                self.add_input(sort, content, names, inputs)
        self.walk(graph, names, (), 0)
        outputs: list[tuple[str, Origin]] = []
        for spec in signature["output_specs"]:
            argument = spec.get("user_output", {}).get("arg", {})
            for name in list_tensors(argument):
                origin = names.get(name, Tensor()).origin
                if origin is not None and all(origin != known for _, known in outputs):
                    outputs.append((name, origin))
        first = self.records[inputs[0][1]].outputs[0] if inputs else ()
        return Program(
            name=self.root or self.path.stem,
            trace=Trace(self.records, inputs, outputs),
            places=self.places,
            sizes=self.sizes,
            get_layer=lambda _record: "",
            batch=(first[0] if first else 1) or 1,
            blocks=self.blocks,
        )

    def read_shapes(self, graph: Data) -> None:
        """Add the shapes that a graph states."""
        for name, value in graph.get("tensor_values", {}).items():
            shape = tuple(self.read_size(size) for size in value["sizes"])
            self.shapes[name] = shape if len(shape) <= MAX_RANK else UNKNOWN

    def read_size(self, size: Data) -> int | None:
        """Return the length of an axis; that of a variable one is an example."""
        if isinstance(size.get("as_int"), int):
            return max(int(size["as_int"]), 0)
        hint = (size.get("as_expr") or {}).get("hint") or {}
        found = hint.get("as_int") if isinstance(hint, dict) else None
        return found * self.longer if isinstance(found, int) and 0 <= found < 2**40 else None

    def add_input(
        self, sort: str, content: Data, names: dict[str, Tensor], inputs: list[tuple[str, int]]
    ) -> None:
        """Add an input of the graph: a weight, a constant, or a tensor that the user gives."""
        argument = content["arg"]
        if sort == "parameter":
            name = str(argument["name"])
            number = len(self.sizes)
            size = 1
            for length in self.shapes.get(name, ()):
                size *= length or 0
            self.sizes[number] = (str(content["parameter_name"]), size)
            names[name] = Tensor(weights=frozenset({number}))
        elif sort == "user_input":
            for name in list_tensors(argument):
                number = len(self.records)
                shape = self.shapes.get(name, UNKNOWN)
                self.records.append(Record(INPUT, NN, name, True, [], [shape], dtypes=[""]))
                self.places.append(Place())
                names[name] = Tensor((number, 0))
                inputs.append((name, number))
        elif "name" in argument:
            names[str(argument["name"])] = Tensor()

    # Nodes.

    def walk(
        self, graph: Data, names: dict[str, Tensor], place: tuple[Any, ...], depth: int
    ) -> None:
        """Add the records of the nodes of a graph."""
        if depth > MAX_DEPTH:
            raise ModelError(f"unsupported {WHAT}: {self.path.name} is nested too deeply")
        self.nodes += len(graph["nodes"])
        if self.nodes > MAX_NODES:
            text = f"unsupported {WHAT}: {self.path.name} (more than {MAX_NODES:,} nodes)"
            raise ModelError(text)
        for node in graph["nodes"]:
            stack = self.read_stack(node.get("metadata", {}).get("nn_module_stack", ""))
            self.add(node, names, stack or place, depth)

    def read_stack(self, text: str) -> tuple[Any, ...]:
        """Return the calls around a node: key, path and class of each, parted by signs."""
        frames = []
        for item in text.split(";")[:64]:
            key, _, rest = item.partition(",")
            path, _, class_name = rest.partition(",")
            if not path:
                self.root = self.root or class_name.rpartition(".")[2]
                continue
            _, mark, call = key.rpartition("@")
            frames.append(
                make_frame(f"{path}@{call}" if mark and call.isdigit() else path, class_name)
            )
        return tuple(frames)

    def add(
        self, node: Data, names: dict[str, Tensor], frames: tuple[Any, ...], depth: int
    ) -> None:
        """Add the record of a node, unless it computes from constants alone."""
        target = str(node["target"])
        function = name_function(target)
        arguments = [(str(each["name"]), each["arg"]) for each in node["inputs"]]
        graphs = [arg["as_graph"] for _, arg in arguments if "as_graph" in arg]
        read = [
            (word, name) for word, arg in arguments for name in list_tensors(arg) if name in names
        ]
        results = [name for each in node["outputs"] for name in list_tensors(each)]
        if not results:
            return
        if graphs and any(word in target for word in INLINED):
            self.inline(graphs[0]["graph"], read, results, names, frames, depth)
            return
        is_layer = any(is_library_layer(frame) for frame in frames)
        known = [] if function in NO_DATA else [(word, names[name]) for word, name in read]
        weights = frozenset(each for _, tensor in known for each in tensor.weights)
        sources = [(word, tensor.origin) for word, tensor in known if tensor.origin is not None]
        if not sources and not (is_layer and weights):
            for name in results:
                names[name] = Tensor(weights=weights)
            return
        number = len(self.records)
        shapes = [self.shapes.get(name, UNKNOWN) for name in results]
        if graphs:
            self.blocks[id(shapes)] = str(node.get("name") or function)
        operands = [self.shapes.get(name, ()) for _, name in read]
        self.records.append(
            Record(
                target=function,
                module=OPS,
                path="",
                is_layer=False,
                sources=[origin for _, origin in sources],
                outputs=shapes,
                words=[word for word, _ in sources],
                config=describe(function, dict(arguments), operands),
                weights=sorted(weights),
                scope=frames,
                dtypes=[""] * len(shapes),
            )
        )
        self.places.append(Place(frames))
        base = read[0][1] if read and function in VIEWS else ""
        for port, name in enumerate(results):
            names[name] = Tensor((number, port), base=base)
        if is_in_place(target) and read:
            self.update(read[0][1], names, (number, 0), frames)

    def update(
        self, name: str, names: dict[str, Tensor], origin: Origin, frames: tuple[Any, ...]
    ) -> None:
        """Let a tensor, and what it is a part of, be what a change in place has made of them."""
        base = names[name].base
        names[name] = Tensor(origin, base=base)
        for _ in range(MAX_DEPTH):
            if not base or base not in names:
                return
            before = names[base]
            sources = [each for each in (before.origin, origin) if each is not None]
            shape = self.shapes.get(base, UNKNOWN)
            self.records.append(
                Record(
                    target="copy",
                    module=OPS,
                    path="",
                    is_layer=False,
                    sources=sources,
                    outputs=[shape],
                    words=[None] * len(sources),
                    scope=frames,
                    dtypes=[""],
                )
            )
            self.places.append(Place(frames))
            origin = (len(self.records) - 1, 0)
            names[base] = Tensor(origin, base=before.base)
            base = before.base

    def inline(
        self,
        graph: Data,
        read: Sequence[tuple[str, str]],
        results: Sequence[str],
        names: dict[str, Tensor],
        frames: tuple[Any, ...],
        depth: int,
    ) -> None:
        """Add the records of a graph that a node calls with tensors."""
        self.read_shapes(graph)
        inner: dict[str, Tensor] = {}
        places = [name for each in graph["inputs"] for name in list_tensors(each)]
        for name, (_, outer) in zip(places, read, strict=False):
            inner[name] = names[outer]
        self.walk(graph, inner, frames, depth + 1)
        ends = [name for each in graph["outputs"] for name in list_tensors(each)]
        for name, end in zip(results, ends, strict=False):
            names[name] = inner.get(end, Tensor())


def is_in_place(target: str) -> bool:
    """Tell whether a function changes its first argument: its name ends with a mark."""
    name = target.removeprefix("torch.ops.aten.").partition(".")[0]
    return name.endswith("_") and not name.startswith("_")


def list_tensors(argument: Any) -> Iterator[str]:
    """Yield the names of the tensors in an argument."""
    if argument.get("as_tensor"):
        yield str(argument["as_tensor"]["name"])
    for key in ("as_tensors", "as_optional_tensors", "as_nested_tensors"):
        for each in argument.get(key) or ():
            for item in each if isinstance(each, list) else [each]:
                inner = item.get("as_tensor", item)
                if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                    yield inner["name"]
