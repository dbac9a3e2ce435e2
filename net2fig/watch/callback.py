"""`net2fig.Watch`: a callback that keeps a run and tells each fault once, when it first holds.

Requires: `model.fit(…, callbacks=[Watch("run.jsonl")])` in Keras 3, with any backend, or tf_keras.
Ensures: training goes as it would without it, to the same weights; epochs take on average at most
`SHARE` longer, or `LEAST` seconds: what takes longer is done more seldom, and the run tells so.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from net2fig.checks.data import describe_inputs, describe_labels
from net2fig.checks.dynamic import SHARE as CLASS_SHARE
from net2fig.checks.dynamic import check_run
from net2fig.checks.finding import Finding, Settings
from net2fig.checks.pipeline import find_faults
from net2fig.checks.view import is_a, make_view
from net2fig.errors import Net2figError
from net2fig.network import Network
from net2fig.runs.jsonl import dump_header, dump_line, dump_observation, dump_row
from net2fig.runs.run import Observation, Row, Run
from net2fig.watch import measures

SHARE, LEAST = 0.02, 0.02
"""How much longer epochs may take on average: a share of them, or seconds."""

KEPT = 6
"""Of so many epochs, the values of layers are kept for the checks."""

HOOKS = ("train", "test", "predict")


def do_nothing(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing."""


# Keras does not call what is marked so, and does not wait for the device then.
vars(do_nothing)["_is_default"] = True


class Watch:
    """Keeps the record of a training, and prints each fault when it is first seen.

    `probe` are some samples for the model, by which dead and saturated units are seen; `labels` are
    the labels of the training. `ignore` are codes of checks, `thresholds` as in `[checks]`.
    """

    _supports_tf_logs = True
    async_safe = True

    def __init__(
        self,
        path: str | os.PathLike[str] = "run.jsonl",
        *,
        probe: Any = None,
        labels: Any = None,
        quiet: bool = False,
        ignore: tuple[str, ...] = (),
        thresholds: Mapping[str, float] | None = None,
    ) -> None:
        self.path = Path(path)
        self.probe, self.labels, self.quiet = probe, labels, quiet
        self.settings = Settings(thresholds or {}, frozenset(ignore))
        self.model: Any = None
        self.params: dict[str, Any] = {}
        self.network: Network | None = None
        self.header: dict[str, Any] = {}
        self.rows: list[Row] = []
        self.seen: set[tuple[str, str, str]] = set()
        self.every, self.started, self.cost = 1, 0.0, 0.0
        self.kernels: dict[str, Any] = {}
        self.before: dict[str, Any] = {}
        self.watched: dict[str, tuple[Any, str]] = {}
        self.reader: Any = None

    def __getattr__(self, name: str) -> Any:
        # All other events of Keras, of which there are more in some versions.
        if name.startswith("on_"):
            return do_nothing
        if name.startswith("_implements_"):
            return lambda: False
        raise AttributeError(name)

    def set_model(self, model: Any) -> None:
        """Take the model; Keras calls this."""
        self.model = model

    def set_params(self, params: Any) -> None:
        """Take the parameters of the training; Keras calls this."""
        self.params = dict(params or {})

    # Events.

    def on_train_begin(self, logs: Any = None) -> None:
        """Write the header, and tell the faults of the model itself."""
        del logs
        if not self.rows:
            self.path.write_text("", "utf-8")
        self.prepare()

    def prepare(self) -> None:
        """Find what is to be measured, write the header, and tell the faults of the model."""
        self.network = read_network(self.model)
        self.kernels = measures.find_kernels(self.model)
        self.before = measures.copy_weights(self.kernels)
        if self.probe is not None:
            self.watched = measures.find_watched(self.model)
            self.reader = measures.make_probe(self.model, self.watched)
        self.header = self.make_header()
        self.append(dump_header(self.header))
        if self.network is not None:
            self.tell(find_faults(self.network, settings=self.settings), 0.0)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Take the time."""
        del epoch, logs
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write a row, and tell what it shows."""
        now = time.perf_counter()
        seconds = now - self.started
        values: dict[str, float | None] = {
            name: float(value) for name, value in (logs or {}).items() if is_number(value)
        }
        layers: dict[str, dict[str, float]] = {}
        if not self.kernels:
            # A model without an input is built by its first step.
            self.prepare()
        elif epoch % self.every == 0:
            layers = self.measure(values)
        row = Row(float(epoch), {**values, "seconds": seconds}, layers)
        self.append(dump_row(row))
        old = [replace(each, layers={}) for each in self.rows[-KEPT : -KEPT + 1]]
        self.rows[-KEPT : -KEPT + 1] = old
        self.rows.append(row)
        self.tell(self.check(), float(epoch))
        self.cost = time.perf_counter() - now
        every = math.ceil(self.cost / max(LEAST, SHARE * seconds))
        # The first time, Keras prepares what it will use again.
        if every > self.every and self.rows[:-1]:
            change = {"step": epoch, "did": "sampling", "from": self.every, "to": every}
            self.append(dump_line({**change, "by": "net2fig.Watch"}))
            self.every = every

    # Steps.

    def make_header(self) -> dict[str, Any]:
        """Return what is fixed before the training begins."""
        header: dict[str, Any] = {"model": str(getattr(self.model, "name", ""))}
        header["functions"] = {id: name for id, (_, name) in self.watched.items()}
        if self.network is not None:
            training, view = self.network.training, make_view(self.network)
            units = view.units(self.network[view.head()])
            header["units"] = units
            if training is not None:
                losses = [loss.name for loss in training.losses]
                header |= {"optimizer": training.optimizer, "rate": training.rate}
                header["losses"] = losses
                counts = any(is_a(name, "classes") for name in losses)
                binary = any(is_a(name, "binary") for name in losses)
                header["crossentropy"] = counts or binary
                single = len(self.network.outputs) == 1
                if single and counts and units:
                    header["classes"] = units
                elif single and binary and units == 1:
                    header["classes"] = 2
            if self.probe is not None:
                header["inputs"] = describe_inputs(view, self.list_arrays())
        if self.labels is not None:
            header["labels"] = describe_labels(self.labels)
        return header

    def list_arrays(self) -> list[Any]:
        """Return the arrays of the probe."""
        if isinstance(self.probe, Mapping):
            return list(self.probe.values())
        return list(self.probe) if isinstance(self.probe, list | tuple) else [self.probe]

    def measure(self, values: dict[str, float | None]) -> dict[str, dict[str, float]]:
        """Return what is measured of each layer; add the share of the most frequent class."""
        after = measures.copy_weights(self.kernels)
        layers = measures.measure_updates(self.before, after)
        self.before = after
        if self.reader is not None:
            outputs, predictions = measures.measure_outputs(self.reader, self.watched, self.probe)
            for id, named in outputs.items():
                layers[id] = {**layers.get(id, {}), **named}
            share = measures.find_class_share(predictions)
            if share is not None:
                values[CLASS_SHARE] = share
        return layers

    def check(self) -> list[Finding]:
        """Return what the run shows so far."""
        run = Run(self.path.name, tuple(self.rows), self.header)
        network = self.network
        order = [layer.id for layer in network.layers] if network is not None else []
        head = make_view(network).head() if network is not None else "the model"
        found = check_run(run, order, head, self.settings)
        return [each for each in found if each.code not in self.settings.ignore]

    def tell(self, found: Any, epoch: float) -> None:
        """Print and keep the findings that are new."""
        for each in found:
            key = (each.code, each.case, each.layer)
            if key in self.seen:
                continue
            self.seen.add(key)
            self.append(dump_observation(Observation(each.code, each.message, each.layer, epoch)))
            if not self.quiet:
                text = f"\nnet2fig: {each.tier}[{each.code}] {each.message}\n  to do: {each.action}"
                print(text, flush=True)  # noqa: T201  (what a callback is for)

    def append(self, line: str) -> None:
        """Write a line to the file, at once."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line)


for _event in HOOKS:
    for _when in ("begin", "end"):
        setattr(Watch, f"on_{_event}_batch_{_when}", do_nothing)


def is_number(value: Any) -> bool:
    """Tell whether a value of the logs is a number."""
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def read_network(model: Any) -> Network | None:
    """Return the network of a model; None if it cannot be read."""
    from net2fig.read import read

    try:
        return read(model)
    except (Net2figError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError):
        return None
