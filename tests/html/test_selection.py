"""What is selected on the page of a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.figure import draw
from tests.conftest import ROOT
from tests.render.browser import Browser, program


@pytest.mark.skipif(program() is None, reason="needs Chromium: apt install chromium")
def test_a_click_selects_and_the_address_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "lenet5.html"
    draw(ROOT / "gallery" / "models" / "lenet5.network.json").save(path)
    browser = Browser()
    browser.open(path)
    browser.click("#conv2d_1")
    browser.click("#dense", ctrl=True)
    selected = "[...document.querySelectorAll('.selected')].map(e => e.id)"
    assert browser.run(selected) == ["conv2d_1", "dense"]
    address = browser.run("location.href")
    assert address.endswith("#s=conv2d_1,dense")
    browser.open("about:blank#")
    browser.open(address)
    assert browser.run(selected) == ["conv2d_1", "dense"]
    browser.press("Escape")
    assert browser.run(selected) == []
    assert browser.run("document.querySelector('.toolbar')") is None
    assert browser.complaints() == []
    browser.close()
