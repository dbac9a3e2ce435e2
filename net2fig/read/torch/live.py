"""A module of PyTorch in memory → Network: `forward` runs once, on tensors without data.

Requires: an `nn.Module`.
Ensures: the module is not changed. What was guessed, answered or left out is told in notices.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.errors import ModelError, Net2figError, Notice
from net2fig.network import Network, Shape
from net2fig.read.assemble import assemble
from net2fig.read.calls import list_names
from net2fig.read.script.user_errors import find_user_line
from net2fig.read.torch.axes import BATCH_SIZE, find_roles
from net2fig.read.torch.calls import Calls, find_ports
from net2fig.read.torch.clone import copy_module, make_meta, make_small, unwrap
from net2fig.read.torch.fold import fold_modules
from net2fig.read.torch.inputs.feed import (
    FLOAT,
    NOTHING,
    WHOLE,
    Feed,
    given_feed,
    list_forward_parameters,
)
from net2fig.read.torch.inputs.guessing import guess_feeds
from net2fig.read.torch.inputs.repair import repair_feed
from net2fig.read.torch.recorder import Recorder
from net2fig.read.torch.selection import merge_selections, takes_samples
from net2fig.read.torch.trace import Trace

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

LARGER = 64
"""By how much images are larger in a second run."""

MAX_REAL_BYTES = 2**31
"""The maximum size of the weights of a module that runs with data."""

MAX_SECONDS = 45.0
"""How long inputs are tried."""

MAX_PROBE_SECONDS = 8.0
"""A run that takes longer is not repeated with other sizes."""


MAX_REPAIRS = 5
"""How often a feed is changed by what went wrong with it."""

MAX_FAILURES = 16
"""How many feeds are changed by what went wrong with them."""

Failure = tuple[Feed, Exception]
"""A feed, and the error of a run with it."""


class Run(Struct):
    """A run that succeeded: its trace, its feed, the weights' sizes by identity, its batch."""

    trace: Trace
    feed: Feed
    sizes: dict[int, tuple[str, int]]
    real: bool = False
    batch: int = BATCH_SIZE


def read_module(
    module: Any,
    *,
    name: str | None = None,
    source: str = "",
    reader: str = "live",
    shapes: Sequence[InputShape] = (),
    example: Any = None,
    fed: Sequence[Feed] = (),
    seconds: float = MAX_SECONDS,
) -> Network:
    """Return the network of a module, for given shapes, for an example, or for shapes that fit.

    `fed` are the inputs that its file feeds it, which are tried before others, `seconds` how long
    inputs are tried.
    """
    module = unwrap(module)
    if example is not None:
        feeds: Iterable[Feed] = [Feed(example=example)]
    elif shapes:
        feeds = [given_feed(module, shapes)]
    else:
        feeds = (*fed, *guess_feeds(module))
    start = time.perf_counter()
    run = try_feeds(module, feeds, source or type(module).__name__, seconds)
    if takes_samples(run.trace):
        run = run_single(module, run)
    took = time.perf_counter() - start
    batches = places = None
    if took < MAX_PROBE_SECONDS:
        batches = probe(module, run, batch=run.batch + 1) if run.batch > 1 else None
        places = probe(module, run, batch=run.batch, larger=LARGER)
    roles = find_roles(run.trace.records, batches, places, is_single=run.batch == 1)
    folded, told = merge_selections(fold_modules(run.trace, roles), run.sizes)
    calls = Calls(folded.trace, folded.roles, run.sizes)
    found = calls.build()
    inputs, outputs = find_ports(calls)
    text = source or type(module).__name__
    if not outputs:
        raise ModelError(
            f"unsupported model: what {type(module).__name__}.forward returns does not depend on"
            f" its input, in {text}",
            hint="its values may leave PyTorch meanwhile, as NumPy arrays",
        )
    notices = [*feed_notices(run.feed), *question_notices(run.trace)]
    notices += [*told, *unused_notices(run.sizes, calls.counted)]
    return assemble(
        name or type(module).__name__,
        found,
        [port for port in inputs if port[1] in found],
        outputs,
        source=text,
        reader=reader,
        notices=notices,
    )


def try_feeds(module: Any, feeds: Iterable[Feed], where: str, seconds: float) -> Run:
    """Return the run of the first feed with which `forward` runs.

    Some modules take a single sample only: that is tried where nothing else fits.
    """
    first: Exception | None = None
    tried: list[Feed] = []
    failures: list[Failure] = []
    start = time.perf_counter()
    for batch in (BATCH_SIZE, 1):
        for feed in feeds if batch > 1 else tuple(tried):
            if tried and time.perf_counter() - start > seconds / 2:
                break
            tried += [feed] if batch > 1 else []
            try:
                return run_feed(module, feed, batch)
            except Net2figError:
                raise
            except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
                first = first or error
                failures.append((feed, error))
        run = try_repaired(module, failures, batch, seconds / 4)
        run = run or try_first(module, tried, batch)
        if run is not None:
            return run
        failures = []
    names, required = list_forward_parameters(module)
    words = ", ".join(required or names)
    what = f"{type(module).__name__}.forward({words}) in {where}"
    if not tried or first is None:
        raise ModelError(
            f"missing input shape: {what} has no layer that tells it",
            hint="give it without the batch: --input-shape 3x224x224",
        )
    reason = f"{type(first).__name__}: {str(first).strip().partition(chr(10))[0][:200]}"
    reason += locate_error(first, module)
    if tried[0].guessed:
        raise ModelError(
            f"missing input shape: {what} fits none that was tried ({reason})",
            hint=f"give it without the batch: --input-shape {words.split(',')[0]}=3x224x224",
        ) from first
    raise ModelError(f"invalid input: {what} fails with it ({reason})") from first


def try_repaired(
    module: Any, failures: Sequence[Failure], batch: int, seconds: float
) -> Run | None:
    """Return the run of a feed that differs from guessed ones in what their errors tell.

    What the first feeds lead to comes first. None if no run succeeds.
    """
    start = time.perf_counter()
    known = {feed.specs for feed, _ in failures}
    waiting = [(feed, error, 0) for feed, error in failures[:MAX_FAILURES] if feed.guessed]
    while waiting:
        feed, error, depth = waiting.pop(0)
        found: list[tuple[Feed, Exception, int]] = []
        for new in repair_feed(feed, error):
            if new.specs in known:
                continue
            known.add(new.specs)
            if time.perf_counter() - start > seconds:
                return None
            try:
                return run_feed(module, new, batch)
            except Net2figError:
                raise
            except Exception as failure:  # noqa: BLE001  (the user's code may raise anything)
                if depth < MAX_REPAIRS and str(failure) != str(error):
                    found.append((new, failure, depth + 1))
        waiting[:0] = found
    return None


def try_first(module: Any, tried: Sequence[Feed], batch: int) -> Run | None:
    """Return a run of which only the first input is a tensor, where nothing else fits the others.

    None if there is none.
    """
    known: set[Any] = set()
    for feed in tried:
        kinds = (FLOAT, WHOLE)
        rest = (replace(spec, kind=NOTHING) if spec.kind in kinds else spec for spec in feed.specs)
        new = replace(feed, specs=(*feed.specs[:1], *[*rest][1:]))
        if not feed.guessed or len(feed.specs) < 2 or new.specs[0] in known:
            continue
        known.add(new.specs[0])
        if len(known) > MAX_FAILURES:
            break
        with suppress(Exception):
            return run_feed(module, new, batch)
    return None


def run_single(module: Any, run: Run) -> Run:
    """Return a run with one sample, where the code treats each by itself: once is enough."""
    try:
        return run_feed(module, run.feed, 1)
    except Exception:  # noqa: BLE001  (the user's code may raise anything)
        return run


def locate_error(error: Exception, module: Any) -> str:
    """Return the file and line of an error of `forward`, for a message; empty if unknown."""
    code = getattr(inspect.unwrap(type(module).forward), "__code__", None)
    folder = str(Path(code.co_filename).parent) if code else ""
    place = find_user_line(error.__traceback__, folder)
    return f", in {place}" if place else ""


def run_feed(module: Any, feed: Feed, batch: int = BATCH_SIZE) -> Run:
    """Return a run with a feed: without data, with other answers, or with data."""
    try:
        return run_once(module, feed, batch=batch)
    except AssertionError:
        return run_once(module, feed, batch=batch, answer=True)
    except Exception as error:
        if not is_about_data(error) or not is_small(module):
            raise
        return run_once(module, feed, batch=batch, real=True)


def is_about_data(error: Exception) -> bool:
    """Tell whether an error may be due to tensors that have no data."""
    text = str(error)
    return isinstance(error, NotImplementedError) or "meta" in text.lower() or "numpy" in text


def is_small(module: Any) -> bool:
    """Tell whether a module is small enough to run with data."""
    return bool(sum(each.numel() * 4 for each in module.parameters()) <= MAX_REAL_BYTES)


def run_once(
    module: Any,
    feed: Feed,
    *,
    batch: int = BATCH_SIZE,
    larger: int = 0,
    answer: bool = False,
    real: bool = False,
) -> Run:
    """Return one run of a copy of a module."""
    new, tensors = copy_module(module, make_small if real else make_meta)
    for each in new.modules():
        each.training = False
    names, _ = list_forward_parameters(module)
    inputs, args, kwargs = feed.arguments(names, batch, larger, real=real)
    recorder = Recorder(new, tensors)
    recorder.answer = answer
    trace = recorder.run(inputs, args, kwargs)
    sizes = {id(value): (key, value.numel()) for key, value in named_weights(module)}
    known = set(map(id, tensors.values()))
    sizes |= {
        id(value): (key, value.numel())
        for key, value in named_weights(new)
        if id(value) not in known
    }
    return Run(trace, feed, sizes, real, batch)


def named_weights(module: Any) -> list[tuple[str, Any]]:
    """Return the parameters of a module with their names, those without a shape left out."""
    from net2fig.read.torch.clone import is_lazy

    return [(name, value) for name, value in module.named_parameters() if not is_lazy(value)]


def probe(
    module: Any, run: Run, *, batch: int = BATCH_SIZE, larger: int = 0
) -> list[list[Shape]] | None:
    """Return the shapes in a run with other sizes; None if it fails or calls other layers."""
    try:
        other = run_once(module, run.feed, batch=batch, larger=larger, real=run.real).trace
    except Exception:  # noqa: BLE001  (the user's code may raise anything)
        return None
    pairs = zip(run.trace.records, other.records, strict=False)
    same = len(run.trace.records) == len(other.records) and all(
        one.target == two.target and len(one.outputs) == len(two.outputs) for one, two in pairs
    )
    return [record.outputs for record in other.records] if same else None


# Notices.


def feed_notices(feed: Feed) -> list[Notice]:
    """Return the notice about shapes that nobody stated."""
    if feed.where:
        text = f"the input shape is that of {feed.where}: {describe_feed(feed)}"
        return [Notice("shape-from-code", text)]
    if not feed.guessed:
        return []
    text = f"no input shape was given: took {describe_feed(feed)}, the first that fits"
    return [Notice("guessed-shape", f"{text}; to choose, give --input-shape")]


def describe_feed(feed: Feed) -> str:
    """Return the shapes of a feed in words."""
    if feed.example is not None:
        return "the inputs that its library states"
    shown = [spec for spec in feed.specs if spec.axes]
    texts = ["x".join(map(str, spec.axes)) for spec in shown]
    if len(texts) == 1:
        return texts[0]
    return ", ".join(f"{spec.name}={text}" for spec, text in zip(shown, texts, strict=True))


def question_notices(trace: Trace) -> list[Notice]:
    """Return the notice about values that the code asked for."""
    if not trace.questions:
        return []
    text = "the code asks for values that are not known without data"
    return [Notice("value-asked", f"{text}: took one way in {list_names(trace.questions)}")]


def unused_notices(sizes: dict[int, tuple[str, int]], counted: set[int]) -> list[Notice]:
    """Return the notice about weights that the run does not use."""
    unused = [pair for key, pair in sizes.items() if key not in counted]
    if not unused:
        return []
    names = dict.fromkeys(name.rpartition(".")[0] or name for name, _ in unused)
    tops: dict[str, None] = {}
    for name in names:
        tops.setdefault(name.partition(".")[0] if len(names) > 3 else name, None)
    total = sum(size for _, size in unused)
    text = f"left out {total} parameters that forward does not use: {list_names(tops)}"
    return [Notice("unused-weights", text)]
