"""Pins and a tint on a page: their discs have cards, and glyphs tell of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import net2fig
from net2fig.checks.pipeline import find_faults
from tests.checks.nets import classes, dense, head
from tests.render.browser import Browser, program

PINS = [
    {"layer": "dense_0", "text": "wide", "tier": "note"},
    {"layer": "dense_1", "text": "<b>&", "tier": "error", "code": "odd", "line": "net.py:7",
     "why": "so", "causes": ["one", "two"], "action": "mend it"},
]  # fmt: skip


def page(**marks: Any) -> tuple[str, list[dict[str, Any]]]:
    network = head(dense(10, "relu"), classes())
    text = net2fig.draw(network, detail="everything", **marks).to_bytes("html").decode()
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert data is not None
    (view,) = json.loads(data[1])["views"]
    return text, view["cards"]


def test_each_pin_has_a_card_at_its_disc_and_in_the_list() -> None:
    text, cards = page(pins=PINS)
    discs = re.findall(r'class="pin badge"[^>]* data-card="(\d+)"[^>]*>', text)
    shown = [cards[int(number)] for number in discs]
    titles = [card["title"] for card in shown]
    assert titles == ["1 advice", "2 cannot work: odd"] * 2
    assert shown[1]["rows"] == [
        ["code", "net.py:7"], ["why", "so"], ["perhaps", "one; two"], ["to do", "mend it"],
    ]  # fmt: skip
    assert 'aria-label="Pin 2: &lt;b&gt;&amp;: mend it"' in text


def test_a_line_above_the_figure_lists_all_pins() -> None:
    text, _ = page(pins=[*PINS, {"layer": "dense_1", "text": "x", "code": "<i>"}])
    assert (
        '<p class="pins">1 advice (dense_0) · 2 odd (dense_1) · 3 &lt;i&gt; (dense_1)</p>' in text
    )


def test_the_card_of_a_glyph_tells_its_pins_and_its_number() -> None:
    _, cards = page(pins=PINS, tint={"dense_0": 0.25, "dense_1": 2.0})
    rows = [dict(map(tuple, card["rows"])) for card in cards if card["names"] == "dense_0"]
    assert (rows[0]["pin 1"], rows[0]["tint"]) == ("wide", "0.25")


def test_a_finding_tells_all_that_it_knows() -> None:
    network = head(dense(10, "relu"), classes())
    _, cards = page(pins=find_faults(network))
    (card,) = [card for card in cards if "relu-at-end" in card["title"]]
    assert [key for key, _ in card["rows"]] == ["seen", "why", "perhaps", "to do", "mended"]


def test_without_marks_a_page_is_as_before() -> None:
    assert page(pins=[], tint={}) == page()


@pytest.mark.skipif(program() is None, reason="needs Chromium")
def test_the_card_of_a_pin_is_shown_by_pointer_and_keys(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(pins=PINS)[0], "utf-8")
    browser = Browser()
    try:
        browser.open(path)
        discs = "[...document.querySelectorAll('.pin[data-card]')]"
        shown = "document.getElementById('card').hidden ? '' : card.textContent"
        for number, title in enumerate(["1 advice", "2 cannot work: odd"] * 2):
            browser.run(f"{discs}[{number}].focus()")
            assert browser.run(shown).startswith(title)
        browser.run("document.activeElement.blur()")
        browser.point(".pin[data-card]")
        assert browser.run(shown).startswith("1 advice")
        assert browser.complaints() == []
    finally:
        browser.close()
