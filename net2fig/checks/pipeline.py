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

    `sample` is what data hold, as the header of a run.
    """
    settings = settings or Settings()
    view = make_view(network)
    found = [finding for check in CHECKS for finding in check(view, settings)]
    order = [layer.id for layer in network.layers]
    if run is not None:
        found += check_run(run, order, view.head(), settings)
    if sample:
        found += check_header(Run("sample", header=sample), view.head(), settings)
    stated = network.training.batch if network.training is not None else None
    size = batch or stated
    if memory is not None and size is not None:
        found += check_memory(view, size, memory)
    kept = [
        each
        for each in found
        if each.code not in settings.ignore and (settings.notes or each.tier != NOTE)
    ]
    lines = network.lines
    placed = [replace(each, line=each.line or lines.get(each.layer, "")) for each in kept]
    return sort_findings(placed, order)
