"""Pins and tints from what the user names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net2fig.errors import UsageError
from net2fig.figure import draw
from net2fig.marking.marks import load_marks, load_pins, load_tint
from net2fig.pins import Pin, Place, Tint
from net2fig.runs.jsonl import dump_observation, dump_row
from net2fig.runs.run import Observation, Row
from net2fig.scene import Group, Text
from net2fig.scene import Path as Strokes
from tests.checks.nets import FAULTY, chain, dense

NETWORK = chain(dense(8, "relu"), dense(3))


def test_pins_of_a_list() -> None:
    (pin,) = load_pins([{"layer": "dense_0", "text": "a", "tier": "error", "code": "b"}])
    assert pin == Pin(Place("dense_0"), "a", "error", "b")


def test_pins_of_findings_and_of_json(run, tmp_path: Path) -> None:
    from net2fig.checks.pipeline import check
    from net2fig.read import dump

    found = check(FAULTY["softmax-of-one", ""])
    (pin,) = load_pins(found)
    assert (pin.place.layer, pin.tier, pin.code) == ("dense_1", "error", "softmax-of-one")
    model = tmp_path / "a.network.json"
    model.write_text(dump(FAULTY["softmax-of-one", ""]), "utf-8")
    path = tmp_path / "pins.json"
    path.write_text(run("check", model, "--json").out, "utf-8")
    (read,) = load_pins(path)
    assert (read.place, read.text, read.tier, read.code) == (
        pin.place, pin.text, pin.tier, pin.code,
    )  # fmt: skip


def test_pins_and_a_tint_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    row = Row(0.0, {"loss": 1.0}, {"dense_0": {"zeros": 0.5}})
    seen = Observation("dead", "half is dead", "dense_0", 0.0)
    path.write_text(dump_row(row) + dump_observation(seen), "utf-8")
    (pin,) = load_pins(path)
    assert (pin.place.layer, pin.text, pin.code) == ("dense_0", "half is dead", "dead")
    assert load_tint(f"{path}:zeros") == Tint("zeros", {"dense_0": 0.5})
    with pytest.raises(UsageError, match=r"unknown value: 'zeroes' in --tint \(one of 'zeros'\)"):
        load_tint(f"{path}:zeroes")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"a": 1}', "invalid pins"),
        ("[3]", "invalid pin: 3 in pins.json (needs 'layer' and 'text')"),
        ('[{"layer": "a", "text": "b", "tier": "bad"}]', "unknown tier: 'bad'"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, data: str, message: str) -> None:
    path = tmp_path / "pins.json"
    path.write_text(data, "utf-8")
    with pytest.raises(UsageError) as error:
        list(load_pins(path))
    assert error.value.message.startswith(message)


def test_a_layer_must_be_there() -> None:
    with pytest.raises(UsageError) as error:
        load_marks([{"layer": "dense_9", "text": "a"}], None, NETWORK)
    assert error.value.lines() == [
        "unknown layer: 'dense_9' in --pins",
        "hint: did you mean 'dense_1'?",
    ]
    with pytest.raises(UsageError, match="unknown layers: the tint 'tint' has 'other'"):
        load_marks(None, {"other": 1.0}, NETWORK)


def test_a_tint_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="invalid tint: 'run'"):
        load_tint("run")
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n0,1\n", "utf-8")
    with pytest.raises(UsageError, match=r"missing values: log\.csv"):
        load_tint(f"{path}:zeros")


def test_the_options_of_the_command(run, tmp_path: Path) -> None:
    from net2fig.read import dump

    model, pins, out = (tmp_path / name for name in ("a.network.json", "pins.json", "a.svg"))
    model.write_text(dump(NETWORK), "utf-8")
    pins.write_text(json.dumps([{"layer": "dense_0", "text": "about it"}]), "utf-8")
    assert run(model, "--pins", pins, "-o", out).code == 0
    text = out.read_text("utf-8")
    assert 'data-layer="dense_0"' in text
    assert "about it" in text
    assert run("check", model, "-o", out).code == 0


def test_a_scale_of_one_value_has_one_colour() -> None:
    figure = draw(NETWORK, tint={"dense_0": 2.0, "dense_1": 2.0})
    scale = next(
        item
        for item, _ in figure.scene.walk()
        if isinstance(item, Group) and "scale" in item.classes
    )
    texts = [item.string for item in scale.items if isinstance(item, Text)]
    fills = {item.fill for item in scale.items if isinstance(item, Strokes)}
    assert texts == ["tint", "2"]
    assert len(fills) == 1
