"""All checks of a network and of a run of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Unpack

from msgspec.structs import replace

from net2fig.checks import chains, heads, layers, samples, training
from net2fig.checks.data import describe_sample, read_sample
from net2fig.checks.dynamic import check_header, check_run
from net2fig.checks.finding import Finding, Settings, sort_findings
from net2fig.checks.training import check_memory
from net2fig.checks.view import View, make_view
from net2fig.network import Network
from net2fig.options.arguments import ReadingArguments
from net2fig.pins import NOTE
from net2fig.read import read
from net2fig.read.parts import split_parts
from net2fig.runs.files import read_run
from net2fig.runs.run import Run

Check = Callable[[View, Settings], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    heads.check_heads,
    heads.check_softmax,
    heads.check_activations,
    layers.check_initial_values,
    layers.check_windows,
    layers.check_frozen,
    layers.check_inputs,
    layers.check_sizes,
    layers.check_dropout,
    chains.check_vanishing,
    chains.check_linear,
    chains.check_nonlinear,
    chains.check_norms,
    chains.check_strides,
    chains.check_maps,
    training.check_rate,
    training.check_epochs,
    training.check_pixels,
    samples.check_ranks,
    samples.check_feeds,
)
"""The checks of a network."""


def check(
    source: Any,
    *,
    run: str | os.PathLike[str] | Run | None = None,
    notes: bool = False,
    ignore: Collection[str] = (),
    thresholds: Mapping[str, float] | None = None,
    data: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    batch: int | None = None,
    memory: float | None = None,
    **reading: Unpack[ReadingArguments],
) -> tuple[Finding, ...]:
    """Return what is wrong with a model, a path or a `Network`, and with its training.

    `run` is the record of a training: a file or a folder that `net2fig.Watch`, Keras, TensorBoard,
    MLflow or Optuna wrote. `data` is a sample: arrays by name, or a file of them. `thresholds` are
    those of the table `[checks]`. `memory` is in bytes: with it, training a `batch` is compared
    with what there is.
    """
    record = read_run(Path(run)) if isinstance(run, str | os.PathLike) else run
    settings = Settings(thresholds or {}, frozenset(ignore), notes)
    network = read(source, **reading)
    arrays = read_sample(Path(data)) if isinstance(data, str | os.PathLike) else data
    header = {} if arrays is None else describe_sample(network, arrays)
    return find_faults(network, record, settings, batch=batch, memory=memory, sample=header)


def find_faults(
    network: Network,
    run: Run | None = None,
    settings: Settings | None = None,
    *,
    batch: int | None = None,
    memory: float | None = None,
    sample: Mapping[str, Any] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of all checks: errors first, then warnings, then notes if wanted.

    `sample` is what data hold, as the header of a run. Of several models, each is checked with its
    own training; a run and a sample are those of the first.
    """
    settings = settings or Settings()
    order = [layer.id for layer in network.layers]
    found: list[Finding] = []
    for part in split_parts(network):
        found += check_model(make_view(part), settings, batch, memory)
    head = make_view(network).head()
    if run is not None:
        found += check_run(run, order, head, settings)
    if sample:
        found += check_header(Run("sample", header=sample), head, settings)
    kept = [
        each
        for each in found
        if each.code not in settings.ignore and (settings.notes or each.tier != NOTE)
    ]
    lines = network.lines
    placed = [replace(each, line=each.line or lines.get(each.layer, "")) for each in kept]
    return sort_findings(placed, order)


def check_model(
    view: View, settings: Settings, batch: int | None, memory: float | None
) -> Iterator[Finding]:
    """Yield the findings for one model and its training."""
    for check_one in CHECKS:
        yield from check_one(view, settings)
    training = view.network.training
    size = batch or (None if training is None else training.batch)
    if memory is not None and size is not None:
        yield from check_memory(view, size, memory)
