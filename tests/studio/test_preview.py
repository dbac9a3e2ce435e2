"""Large networks: an edit shows a figure at the level of the last one before the right one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from net2fig.figure import draw
from net2fig.read import dump
from net2fig.studio import messages, replies
from net2fig.studio.command import make_studio
from net2fig.studio.studio import Studio, Window
from tests.applications import application
from tests.studio.conftest import Desk


@pytest.fixture(scope="module")
def nasnet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Studio, Window, Path]:
    model = tmp_path_factory.mktemp("nasnet") / "nasnet.network.json"
    model.write_text(dump(application("NASNetLarge")))
    studio, window = make_studio(str(model), None, ()), Window()
    studio.draw(window)
    return studio, window, model


def count_outlines(studio: Studio) -> int:
    outlines: Any = studio.session._outlines
    return sum(key[0] == "outline" for key in outlines._kept)


def test_a_preview_needs_one_outline(nasnet: tuple[Studio, Window, Path]) -> None:
    studio, window, model = nasnet
    level = window.figure.outline.level
    assert studio.edit(window, messages.Hide(studio.document.revision, "Conv2D", on=True)) is None
    before = count_outlines(studio)
    preview = studio.preview(window)
    assert isinstance(preview, replies.FigureDrawn)
    assert (preview.rev, preview.level) == ("", level)
    assert count_outlines(studio) == before + 1
    (drawn,) = studio.draw(window)
    assert count_outlines(studio) > before + 1
    assert isinstance(drawn, replies.FigureDrawn)
    assert drawn.rev == studio.document.revision
    assert drawn.svg.encode() == draw(str(model)).to_bytes("svg")
    # Where the level is the same in the end, so is the figure.
    assert (preview.svg == drawn.svg) == (preview.level == drawn.level)


def test_where_the_figure_is_there_at_once_there_is_no_preview(
    nasnet: tuple[Studio, Window, Path], resnet: Desk
) -> None:
    studio, window, _ = nasnet
    studio.draw(window)
    assert studio.preview(window) is None
    studio.edit(window, messages.Style(studio.document.revision, "Conv2D", "color", "pool"))
    assert studio.preview(window) is None
    studio.edit(window, messages.Set(studio.document.revision, ["detail"], "stages"))
    studio.edit(window, messages.Hide(studio.document.revision, "Add", on=True))
    assert studio.preview(window) is None
    studio.edit(window, messages.WriteText(studio.document.revision, "mono = \n"))
    assert studio.preview(window) is None
    resnet.studio.edit(resnet.window, messages.Hide(resnet.rev, "Add", on=True))
    assert resnet.studio.preview(resnet.window) is None
