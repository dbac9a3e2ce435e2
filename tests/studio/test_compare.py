"""A second model, compared in the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import net2fig
from net2fig.studio import messages, replies
from net2fig.studio.command import make_studio
from net2fig.studio.studio import Studio, Window
from tests.conftest import ROOT
from tests.render.browser import Browser, program
from tests.studio.page import Page

MODELS = ROOT / "gallery" / "models"


def make(folder: Path, other: str) -> tuple[Studio, Window]:
    model = shutil.copy(MODELS / "lenet5.network.json", folder)
    (folder / "net2fig.toml").write_text('width = "5in"\n')
    studio, window = make_studio(str(model), None, (), other), Window()
    studio.draw(window)
    return studio, window


def test_the_comparison_is_that_of_the_command(tmp_path: Path) -> None:
    other = str(MODELS / "alexnet.network.json")
    studio, window = make(tmp_path, other)
    assert studio.welcome().other == other
    reply = studio.answer(window, messages.Compare())
    assert isinstance(reply, replies.Compared)
    expected = net2fig.compare(str(tmp_path / "lenet5.network.json"), other)
    assert reply.svg.encode() == expected.to_bytes("svg")
    assert reply.words == list(expected.words)
    assert reply.names == ("lenet5", "alexnet")


@pytest.mark.parametrize(
    ("other", "message"),
    [("", "missing model: none to compare with"), ("none.keras", "missing")],
)
def test_what_cannot_be_compared_is_told(tmp_path: Path, other: str, message: str) -> None:
    studio, window = make(tmp_path, other)
    reply = studio.answer(window, messages.Compare())
    assert isinstance(reply, replies.Refused)
    assert reply.text.startswith(message)


@pytest.fixture
def compared(tmp_path: Path) -> Iterator[Page]:
    if program() is None:
        pytest.skip("needs Chromium")
    browser = Browser(1400, 900)
    page = Page(browser, tmp_path, "lenet5")
    page.studio.other = str(MODELS / "alexnet.network.json")
    page.begin()
    yield page
    assert browser.complaints(page.base) == []
    page.close()
    browser.close()


def test_the_page_shows_the_figure_of_both_and_the_words(compared: Page) -> None:
    for way in ("mouse", "keys"):
        if way == "mouse":
            compared.browser.click("[data-action=compare]")
        else:
            compared.browser.press("d", ctrl=True)
        compared.wait("dialog.wide img")
        compared.browser.wait("document.querySelector('.compared').naturalWidth > 0")
        assert "kernel of conv2d: 5 → 11" in compared.words("dialog ul")
        compared.browser.press("Escape")
        compared.browser.wait("!document.querySelector('dialog')")
    assert compared.text == ""
