"""Pins and a tint from what the user names: findings, records of runs, values of Python."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.data.resources import is_file
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.network import Network
from net2fig.pins import NOTE, TIERS, Pin, Place, Tint
from net2fig.read.limits import parse_json
from net2fig.runs.csv_log import parse_number
from net2fig.runs.files import JSONL, read_run

MAX_PINS = 1000
MAX_TEXT = 500
CARD = {
    "seen": "message",
    "why": "why",
    "perhaps": "causes",
    "to do": "action",
    "mended": "snippet",
}
"""The rows of the card of a pin, and the fields that they are read from."""

LIST = "findings"
"""The key of the list in what `net2fig check --json` writes."""


class Marks(Struct, frozen=True):
    """The pins and the tint of a figure, as values."""

    pins: tuple[Pin, ...] = ()
    tint: Tint | None = None

    def __bool__(self) -> bool:
        """Tell whether there is something to draw."""
        return bool(self.pins) or self.tint is not None


def load_marks(pins: Any, tint: Any, network: Network) -> Marks:
    """Return the marks of a network. Layers that it does not have are an error."""
    loaded = tuple(load_pins(pins)) if pins else ()
    values = load_tint(tint) if tint else None
    for place in (pin.place.layer for pin in loaded):
        if place:
            check_layer(place, network, "--pins")
    if values is not None and not any(layer in network for layer in values.values):
        names = list(values.values)[:8]
        message = f"unknown layers: the tint {values.name!r} has {', '.join(map(repr, names))}"
        raise UsageError(message, hint="a tint has the names of layers of the model")
    return Marks(loaded, values)


def check_layer(layer: str, network: Network, option: str) -> None:
    """Raise an error unless there is a layer."""
    if layer not in network:
        names = [each.id for each in network.layers]
        message = f"unknown layer: {layer!r} in {option}"
        raise UsageError(message, hint=suggestion(layer, names))


def load_pins(source: Any) -> Iterator[Pin]:
    """Yield the pins of a file, or of a list of pins or of their fields."""
    if isinstance(source, str | os.PathLike):
        yield from read_pins(Path(source))
        return
    for item in source:
        pin = getattr(item, "pin", item)
        yield pin if isinstance(pin, Pin) else parse_pin(pin, "pins")


def read_pins(path: Path) -> Iterator[Pin]:
    """Yield the pins of a file: those of `check --json`, a list, or the findings of a run."""
    if not is_file(path):
        raise UsageError(f"missing file: {str(path)!r} in --pins")
    if path.suffix.lower() in JSONL:
        for seen in read_run(path, "--pins").observations:
            yield Pin(Place(seen.layer), seen.text, TIERS[1], seen.code)
        return
    data = parse_json(path.read_bytes(), path.name)
    items = data.get(LIST) if isinstance(data, dict) else data
    if not isinstance(items, list) or len(items) > MAX_PINS:
        raise UsageError(
            f"invalid pins: {path.name!r} in --pins holds no list of at most {MAX_PINS}",
            hint="net2fig check MODEL --json > pins.json writes one",
        )
    for item in items:
        yield parse_pin(item, path.name)


def parse_pin(item: Any, where: str) -> Pin:
    """Return a pin of its fields: the layer, a text, perhaps a tier, a code and a card."""
    fields = item if isinstance(item, Mapping) else {}
    layer, text = fields.get("layer"), fields.get("text", fields.get("message"))
    if not isinstance(layer, str) or not isinstance(text, str):
        message = f"invalid pin: {repr(item)[:60]} in {where} (needs 'layer' and 'text')"
        raise UsageError(message)
    tier = fields.get("tier", NOTE)
    if tier not in TIERS:
        message = f"unknown tier: {tier!r} in {where} {one_of(TIERS)}"
        raise UsageError(message, hint=suggestion(str(tier), TIERS))
    action = fields.get("action")
    if isinstance(action, str):
        text = f"{text}: {action}"
    code, line = str(fields.get("code", "")), fields.get("line")
    line = line if isinstance(line, str) else ""
    return Pin(Place(layer), text[:MAX_TEXT], tier, code, tuple(read_card(fields)), line)


def read_card(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a page tells of a pin: the fields that `net2fig check --json` writes."""
    for row in fields.get("card") or ():
        if isinstance(row, list | tuple) and len(row) == 2:
            yield str(row[0]), str(row[1])
    for key, name in CARD.items():
        value = fields.get(name)
        if isinstance(value, list):
            value = "; ".join(each for each in value if isinstance(each, str))
        if isinstance(value, str) and value:
            yield key, value[:MAX_TEXT]


def load_tint(source: Any) -> Tint:
    """Return the tint of "FILE:NAME", of a run, or of numbers by layer."""
    if isinstance(source, Tint):
        return source
    if isinstance(source, Mapping):
        numbers = {str(layer): parse_number(str(value)) for layer, value in source.items()}
        return Tint("tint", {key: value for key, value in numbers.items() if value is not None})
    path, mark, name = str(source).rpartition(":")
    if not mark or not path or not name:
        message = f"invalid tint: {str(source)!r} in --tint (a record, ':' and a value)"
        raise UsageError(message, hint="write it as in run.jsonl:update_ratio")
    run = read_run(path, "--tint")
    if name not in run.layer_names:
        choices = run.layer_names
        message = f"unknown value: {name!r} in --tint {one_of(choices)}"
        if not choices:
            message = f"missing values: {Path(path).name} in --tint has none of single layers"
            raise UsageError(message, hint="net2fig.Watch writes them")
        raise UsageError(message, hint=suggestion(name, choices))
    return run.tint(name)
