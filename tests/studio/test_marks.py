"""Pins and a tint in the studio: those of the grouping file, as the command draws them."""

from __future__ import annotations

from pathlib import Path

from net2fig.figure import draw
from net2fig.read import dump
from net2fig.studio import messages
from net2fig.studio.command import make_studio
from net2fig.studio.studio import Window
from tests.checks.nets import chain, dense

FILE = """
pins = [{layer = "dense_1", text = "wide", tier = "warning"}]

[tint]
dense_0 = 0.5
dense_1 = 2.0
"""


def test_the_studio_draws_pins_and_a_tint_and_keeps_them(tmp_path: Path) -> None:
    model = tmp_path / "net.network.json"
    model.write_text(dump(chain(dense(8, "relu"), dense(16, "relu"), dense(4))))
    config = tmp_path / "net2fig.toml"
    config.write_text(FILE)
    studio, window = make_studio(str(model), None, ()), Window()
    (drawn,) = studio.draw(window)
    svg = drawn.svg  # type: ignore[union-attr]
    assert svg.encode() == draw(str(model)).to_bytes("svg")
    assert 'class="pin badge"' in svg
    assert 'class="tint"' in svg
    message = messages.Style(studio.document.revision, "Dense", "color", "pool")
    assert studio.edit(window, message) is None
    (drawn,) = studio.draw(window)
    assert 'class="pin badge"' in drawn.svg  # type: ignore[union-attr]
    assert FILE.strip() in config.read_text()
