"""Records the calls of layers and functions while a module runs.

Requires: a copy of a module that nothing else uses. Its modules are given a way to report their
calls; functions are seen through a mode of PyTorch, which holds for one thread.
Ensures: each tensor is known by the record that returned it, also after it was changed in place or
through a view. A tensor that depends on no input is a constant, known by the weights it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from net2fig.read.torch import values
from net2fig.read.torch.functions import call_arguments, name_function
from net2fig.read.torch.leaves import (
    LIBRARY,
    describe,
    describe_masks,
    get_class,
    is_holder,
    is_layer,
)
from net2fig.read.torch.tensors import (
    free_name,
    iterate_named,
    iterate_tensors,
    iterate_with_words,
    make_alias,
    replace_tensors,
    storage_of,
    without_mode,
)
from net2fig.read.torch.trace import INPUT, OWN, Frame, Origin, Record, Trace

MAX_RECORDS = 200_000
"""The maximum number of calls in a run."""


CACHES = frozenset({"past_key_values", "cache", "cache_params", "mems"})
"""Keys of results that hold what a model needs for the next step of a sequence."""


class TooManyCallsError(Exception):
    """Raised if a run does not end."""


class Known(Struct):
    """What is known of a tensor: who returned it, at which version, or which weights it holds."""

    tensor: Any
    origin: Origin | None
    version: int
    weights: frozenset[int] = frozenset()


class Recorder:
    """Collects the records of one run."""

    def __init__(self, module: Any, weights: Mapping[int, Any]) -> None:
        self.module = module
        self.weights = {id(value): key for key, value in weights.items()}
        for each in module.parameters():
            self.weights.setdefault(id(each), id(each))
        self.paths: dict[int, str] = {}
        for path, each in module.named_modules():
            self.paths.setdefault(id(each), path)
        self.records: list[Record] = []
        self.known: dict[int, Known] = {}
        self.writers: dict[int, Origin] = {}
        self.substitutes: dict[int, tuple[Any, Any]] = {}
        self.calls: dict[tuple[str, ...], int] = {}
        self.scope: list[Frame] = []
        self.inside = 0
        self.questions: dict[str, str] = {}
        self.answer = False

    # Modules.

    def instrument(self) -> None:
        """Make every module of the copy report its calls."""
        for each in self.module.modules():
            if each is not self.module:
                vars(each)["_compiled_call_impl"] = Reporter(self, each)

    def call_module(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a module and record it: a layer as a whole, any other by what it calls."""
        impl = module._call_impl
        if self.inside:
            return impl(*args, **kwargs)
        if is_layer(module):
            with without_mode():
                args, kwargs = self.convert((args, kwargs))
                before = self.note_versions((args, kwargs))
            self.inside += 1
            try:
                result = impl(*args, **kwargs)
            finally:
                self.inside -= 1
            with without_mode():
                record = self.describe_call(module, describe_masks(module, args, kwargs))
                return self.add(record, (args, kwargs), result, before, own_weights(module))
        path = self.paths.get(id(module), "")
        key = (*(frame.path for frame in self.scope), path)
        self.calls[key] = self.calls.get(key, 0) + 1
        cls = get_class(module)
        frame = Frame(path, cls.__name__, cls.__module__, self.calls[key], is_holder(module))
        self.scope.append(frame)
        try:
            return impl(*args, **kwargs)
        finally:
            self.scope.pop()

    def describe_call(self, module: Any, flags: Mapping[str, Any]) -> Record:
        """Return the record of a layer that is called with flags, without its tensors."""
        cls = get_class(module)
        return Record(
            target=cls.__name__,
            # What a user derives from a layer has the configuration of that layer.
            module=cls.__module__ if cls.__module__.startswith(LIBRARY) else OWN,
            path=self.paths.get(id(module), ""),
            is_layer=True,
            sources=[],
            outputs=[],
            config={**describe(module), **flags},
            scope=tuple(self.scope),
            bases=tuple(base.__name__ for base in type(module).__mro__),
        )

    # Functions.

    def call_function(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a function and record it, unless it belongs to a layer."""
        name = name_function(func)
        args, kwargs = self.convert((args, kwargs))
        answered, result = values.answer(self, func, name, args, kwargs)
        if answered:
            return result
        if self.inside:
            return func(*args, **kwargs)
        before = self.note_versions((args, kwargs))
        result = values.compute(func, name, args, kwargs)
        if name in values.NO_DATA:
            return result
        if next(iterate_tensors(result), None) is None and not self.find_changed(before):
            return result
        record = Record(
            target=name,
            module="torch.ops",
            path="",
            is_layer=False,
            sources=[],
            outputs=[],
            config=call_arguments(func, name, args, kwargs),
            scope=tuple(self.scope),
        )
        return self.add(record, (args, kwargs), result, before, ())

    # Tensors.

    def convert(self, value: Any) -> Any:
        """Return arguments in which all tensors are without data, if one of them is."""
        tensors = list(iterate_tensors(value))
        if not any(each.is_meta or id(each) in self.substitutes for each in tensors):
            return value
        if all(each.is_meta for each in tensors):
            return value
        return replace_tensors(value, self.substitute)

    def substitute(self, tensor: Any) -> Any:
        """Return the tensor without data that stands for one with data."""
        if tensor.is_meta:
            return tensor
        if id(tensor) not in self.substitutes:
            import torch

            with without_mode():
                new = torch.empty_like(tensor, device="meta")
            self.substitutes[id(tensor)] = (tensor, new)
            known = self.find(tensor)
            self.known[id(new)] = Known(new, known.origin, new._version, known.weights)
        return self.substitutes[id(tensor)][1]

    def find(self, tensor: Any) -> Known:
        """Return what is known of a tensor, after changes through other tensors."""
        known = self.known.get(id(tensor))
        if known is None:
            key = self.weights.get(id(tensor))
            held = frozenset() if key is None else frozenset({key})
            known = self.known[id(tensor)] = Known(tensor, None, tensor._version, held)
        elif known.version < tensor._version:
            known = self.update(known)
        return known

    def update(self, known: Known) -> Known:
        """Return what is known of a tensor that was changed through a view of the same data."""
        tensor = known.tensor
        writer = self.writers.get(storage_of(tensor))
        known.version = tensor._version
        if writer is not None and writer != known.origin:
            sources = [each for each in (known.origin, writer) if each is not None]
            record = Record(
                target="copy",
                module="torch.ops",
                path="",
                is_layer=False,
                sources=sources,
                words=[None] * len(sources),
                outputs=[tuple(tensor.shape)],
                scope=tuple(self.scope),
                dtypes=[str(tensor.dtype)],
            )
            self.records.append(record)
            known.origin = (len(self.records) - 1, 0)
        return known

    def note_versions(self, value: Any) -> list[tuple[Any, int]]:
        """Return the tensors in a value with their versions."""
        return [(each, each._version) for each in iterate_tensors(value)]

    @staticmethod
    def find_changed(before: Sequence[tuple[Any, int]]) -> list[Any]:
        """Return the tensors that were changed since their versions were noted."""
        return list(
            {id(each): each for each, version in before if each._version != version}.values()
        )

    def add(
        self,
        record: Record,
        arguments: tuple[Any, Any],
        result: Any,
        before: list[tuple[Any, int]],
        own: Sequence[Any],
    ) -> Any:
        """Add the record of a call, and return its result with tensors of its own."""
        changed = self.find_changed(before)
        versions = {id(each): version for each, version in before}
        weights: dict[int, None] = {self.weights.get(id(each), id(each)): None for each in own}
        held: frozenset[int] = frozenset()
        for word, tensor in iterate_with_words(arguments):
            known = self.known.get(id(tensor))
            if known is None or known.version >= versions[id(tensor)]:
                known = known or self.find(tensor)
            else:
                known = self.update(known)
            if known.origin is None:
                held |= known.weights
            else:
                record.sources.append(known.origin)
                record.words.append(word)
        has_data = bool(record.sources) or (record.is_layer and bool(weights))
        results = list(iterate_tensors(result))
        changed_ids = {id(each) for each in changed}
        given = {id(each) for each, _ in before}
        if has_data:
            record.weights = [*weights, *sorted(held - set(weights))]
            if len(self.records) >= MAX_RECORDS:
                raise TooManyCallsError
            self.records.append(record)
        number = len(self.records) - 1
        fresh: dict[int, Any] = {}
        written = [each for each in changed if id(each) not in set(map(id, results))]
        for tensor in [*results, *written]:
            target = tensor
            if has_data and id(tensor) in given and id(tensor) not in changed_ids:
                # What is returned as it came is another tensor to what follows.
                target = fresh.setdefault(id(tensor), make_alias(tensor))
            origin = (number, len(record.outputs)) if has_data else None
            record.outputs.append(tuple(target.shape))
            record.dtypes.append(str(target.dtype))
            marks = frozenset() if has_data else held | frozenset(weights)
            self.known[id(target)] = Known(target, origin, target._version, marks)
            if origin is not None and id(tensor) in changed_ids:
                self.writers[storage_of(target)] = origin
        return replace_tensors(result, lambda each: fresh.get(id(each), each)) if fresh else result

    def add_input(self, name: str, tensor: Any) -> int:
        """Add the record of an input."""
        self.records.append(
            Record(
                target=INPUT,
                module="torch.nn",
                path=name,
                is_layer=True,
                sources=[],
                outputs=[tuple(tensor.shape)],
                dtypes=[str(tensor.dtype)],
                config={},
            )
        )
        number = len(self.records) - 1
        self.known[id(tensor)] = Known(tensor, (number, 0), tensor._version)
        return number

    def run(
        self, inputs: Mapping[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Trace:
        """Return the trace of a call of the module; `inputs` names the tensors among arguments."""
        import torch

        ports = [(name, self.add_input(name, tensor)) for name, tensor in inputs.items()]
        self.instrument()
        with torch.no_grad(), make_mode(self):
            if is_layer(self.module):
                result = self.call_module(self.module, args, kwargs)
            else:
                result = self.module(*args, **kwargs)
        outputs: dict[str, Origin] = {}
        lost = False
        for name, tensor in iterate_named(drop_caches(result)):
            _, stands_for = self.substitutes.get(id(tensor), (None, tensor))
            known = self.find(stands_for)
            if known.origin is None:
                lost = True
            elif known.origin not in outputs.values():
                outputs[free_name(name or "output", outputs)] = known.origin
        trace = Trace(self.records, ports, list(outputs.items()), self.questions, lost)
        self.known.clear()
        return trace


class Reporter:
    """Reports the calls of one module; PyTorch calls it in place of the module's own `forward`."""

    def __init__(self, recorder: Recorder, module: Any) -> None:
        self.recorder = recorder
        self.module = module

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the module and report it."""
        return self.recorder.call_module(self.module, args, kwargs)


def make_mode(recorder: Recorder) -> Any:
    """Return a mode in which each function of PyTorch is reported, in this thread."""
    from torch.overrides import TorchFunctionMode

    class RecordingMode(TorchFunctionMode):  # type: ignore[misc]
        """Reports functions to the recorder."""

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            return recorder.call_function(func, tuple(args), dict(kwargs or {}))

    return RecordingMode()


def drop_caches(result: Any) -> Any:
    """Return a result without the keys and values that are kept for the next step."""
    fields = result if isinstance(result, Mapping) else getattr(result, "__dict__", {})
    if CACHES.isdisjoint(fields):
        return result
    return {key: value for key, value in fields.items() if key not in CACHES}


def own_weights(module: Any) -> list[Any]:
    """Return the parameters of a layer."""
    return list(module.parameters())
