"""The record of a training: a row for each epoch, findings, interventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.pins import Tint

Points = tuple[tuple[float, float], ...]
"""Values, each with its epoch."""


class Row(Struct, frozen=True):
    """The values of one epoch, or of one step where a tool counts steps.

    A value of None is named by the record but is no number. `layers` holds values of single layers:
    by the name of the layer, then by the name of the value.
    """

    epoch: float
    values: Mapping[str, float | None]
    layers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Observation(Struct, frozen=True):
    """A fault that was seen while the model was trained: its code, its layer and its epoch."""

    code: str
    text: str
    layer: str = ""
    epoch: float = 0.0


class Intervention(Struct, frozen=True):
    """A change by hand while the model was trained."""

    step: float
    name: str
    old: Any
    new: Any
    author: str = ""


class Run(Struct, frozen=True):
    """The record of one training. `header` holds what was fixed before it began."""

    name: str
    rows: tuple[Row, ...] = ()
    header: Mapping[str, Any] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    interventions: tuple[Intervention, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all values, in the order in which they first occur."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.values))

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The names of all values of layers, in the order in which they first occur."""
        layers = (values for row in self.rows for values in row.layers.values())
        return tuple(dict.fromkeys(name for values in layers for name in values))

    def series(self, name: str) -> Points:
        """Return the numbers under a name, by epoch; those that are not finite are kept."""
        values = ((row.epoch, row.values.get(name)) for row in self.rows)
        return tuple((epoch, value) for epoch, value in values if value is not None)

    def layer_series(self, layer: str, name: str) -> Points:
        """Return the values of a layer under a name, by epoch."""
        values = ((row.epoch, row.layers.get(layer, {}).get(name)) for row in self.rows)
        return tuple((epoch, value) for epoch, value in values if value is not None)

    def tint(self, name: str) -> Tint:
        """Return the last value of each layer under a name."""
        values: dict[str, float] = {}
        for row in self.rows:
            for layer, named in row.layers.items():
                if name in named:
                    values[layer] = named[name]
        return Tint(name, values)


def make_rows(values: Mapping[float, Mapping[str, float | None]]) -> tuple[Row, ...]:
    """Return rows in the order of their epochs."""
    return tuple(Row(epoch, dict(values[epoch])) for epoch in sorted(values))
