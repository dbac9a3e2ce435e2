"""Each gesture of the page by mouse and by keys: the text before, the steps, the text after.

The numbers are those of the rows of the editor of Net2Vis.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.render.browser import program
from tests.studio.page import BLOCK, Page, check, pane

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium")

FOUND = """\
[[group]]
name = "Residual block"
match = ["(Conv2D > Conv2D > Conv2D | .) > Add", "(Conv2D | Conv2D > Conv2D > Conv2D) > Add"]
"""

Steps = Callable[[Page], object]


def pick(page: Page, id: str = "conv1_conv") -> None:
    page.glyph(id)
    page.wait(".hit.on")


def rename_by_mouse(page: Page) -> None:
    page.browser.click(".hit.entry[data-entry=Conv2D]", times=2)
    page.wait(".rename")
    page.fill(".rename", "Convolution")


def rename_by_keys(page: Page) -> None:
    pick(page)
    page.browser.press("F2")
    page.wait(".rename")
    page.browser.wait("document.activeElement.matches('.rename')")
    page.browser.type("Convolution")
    page.browser.press("Enter")


def color_by_mouse(page: Page) -> None:
    pick(page)
    page.browser.click("[data-action=color]")
    page.browser.click(".swatches button:nth-child(3)")


def color_by_keys(page: Page) -> None:
    pick(page)
    page.browser.press("c")
    page.browser.wait("document.activeElement.matches('.swatches button')")
    page.browser.press("Tab", "Tab", "Enter")


def tab_to(page: Page, selector: str) -> None:
    """Reach a control with the Tab key."""
    for _ in range(120):
        if page.browser.run(f"document.activeElement.matches({selector!r})"):
            return
        page.browser.press("Tab")
    raise AssertionError(selector)


def find(page: Page, words: str) -> None:
    """Reach an option by the search."""
    page.browser.press("/")
    page.browser.wait("document.activeElement.id === 'search'")
    page.browser.type(words)
    page.wait("#result-0")
    page.browser.press("Enter")


def set_by_search(words: str, value: str, id: str) -> Steps:
    def steps(page: Page) -> None:
        find(page, words)
        page.browser.wait(f"document.activeElement.id === {id!r}")
        page.browser.run("document.activeElement.select()")
        page.browser.type(value)
        page.browser.press("Enter")

    return steps


def toggle_by_search(words: str, id: str) -> Steps:
    def steps(page: Page) -> None:
        find(page, words)
        page.browser.wait(f"document.activeElement.id === {id!r}")
        page.browser.press(" ")

    return steps


def in_pane(number: int, do: Steps) -> Steps:
    def steps(page: Page) -> None:
        page.browser.click(f"[role=tab]:nth-child({number})")
        do(page)

    return steps


def by_chord(*keys: str) -> Steps:
    def steps(page: Page) -> None:
        page.browser.press(*keys)

    return steps


def choose_by_search(words: str, key: str, id: str) -> Steps:
    """Choose an option of a list by the first letter of its name."""

    def steps(page: Page) -> None:
        find(page, words)
        page.browser.wait(f"document.activeElement.id === {id!r}")
        page.browser.press(key)

    return steps


def drag_ruler(page: Page) -> None:
    x, y = page.browser.middle(".handle")
    page.browser.drag((x, y), (x - 100, y))


def ruler_by_keys(page: Page) -> None:
    tab_to(page, ".handle")
    page.browser.press("ArrowLeft", shift=True)
    page.browser.press("Enter")


def click(selector: str) -> Steps:
    return lambda page: page.browser.click(selector)


GESTURES: dict[str, tuple[str, Steps, Steps, str]] = {
    "10, 13: ungroup": (
        BLOCK,
        lambda page: (pick(page, "conv2_block3_add"), page.browser.click("[data-action=ungroup]")),
        lambda page: (pick(page, "conv2_block3_add"), page.browser.press("G", shift=True)),
        "",
    ),
    "12: take over": (
        "",
        in_pane(2, click("[aria-label='Write Residual block as a pattern']")),
        lambda page: page.browser.press("g", ctrl=True),
        FOUND,
    ),
    "15: words of a class": (
        "",
        rename_by_mouse,
        rename_by_keys,
        '[style]\nConv2D.label = "Convolution"\n',
    ),
    "16: colour": ("", color_by_mouse, color_by_keys, '[style]\nConv2D.color = "pool"\n'),
    "17: hide": (
        "",
        lambda page: (pick(page), page.browser.click("[data-action=hide]")),
        lambda page: (pick(page), page.browser.press("h")),
        'hide = ["Conv2D"]\n',
    ),
    "17: show": (
        "",
        in_pane(2, lambda page: page.browser.click("input[aria-label^=BatchNorm]")),
        lambda page: (
            pane(page, 2),
            tab_to(page, "[aria-label^=BatchNorm]"),
            page.browser.press(" "),
        ),
        'show = ["BatchNormalization"]\n',
    ),
    "18: back to the default": (
        "mono = true\n",
        in_pane(3, click("[aria-label='mono: back to the default']")),
        lambda page: (
            pane(page, 3),
            tab_to(page, "[aria-label='mono: back to the default']"),
            page.browser.press("Enter"),
        ),
        "",
    ),
    "19: inactive": (
        BLOCK,
        in_pane(2, click("input[aria-label='Block is active']")),
        lambda page: (
            pane(page, 2),
            tab_to(page, "[aria-label='Block is active']"),
            page.browser.press(" "),
        ),
        BLOCK + "active = false\n",
    ),
    "21: height of glyphs": (
        "",
        in_pane(3, lambda page: page.fill("#option-page-glyph-height", "9 - 40".replace("-", ""))),
        set_by_search("glyph.height", "9 40", "option-page-glyph-height"),
        "[page]\nglyph.height = [9, 40]\n",
    ),
    "21: spacing": (
        "",
        in_pane(3, lambda page: page.fill("#option-page-space-gap", "6 20")),
        set_by_search("space.gap", "6 20", "option-page-space-gap"),
        "[page]\nspace.gap = [6, 20]\n",
    ),
    "22: palette": (
        "",
        in_pane(3, lambda page: page.choose("#option-palette", "grey")),
        choose_by_search("palette", "g", "option-palette"),
        'palette = "grey"\n',
    ),
    "23: label of the kernel": (
        "",
        in_pane(3, click("#option-labels-kernel")),
        by_chord("l", "k"),
        "[labels]\nkernel = true\n",
    ),
    "24: splits": (
        "",
        in_pane(3, click("#option-split")),
        toggle_by_search("split", "option-split"),
        "split = true\n",
    ),
    "25: placeholders": (
        "",
        in_pane(3, lambda page: page.choose("#option-placeholders", "never")),
        choose_by_search("placeholders", "n", "option-placeholders"),
        'placeholders = "never"\n',
    ),
    "26: without colours": (
        "",
        in_pane(3, click("#option-mono")),
        toggle_by_search("mono", "option-mono"),
        "mono = true\n",
    ),
    "28: space of the legend": (
        "",
        in_pane(3, lambda page: page.fill("#option-page-space-legend", "20")),
        set_by_search("space.legend", "20", "option-page-space-legend"),
        "[page]\nspace.legend = 20\n",
    ),
    "30: width of lines": (
        "",
        in_pane(3, lambda page: page.fill("#option-page-line-width", "1.2")),
        set_by_search("line.width", "1.2", "option-page-line-width"),
        "[page]\nline.width = 1.2\n",
    ),
    "template": (
        "",
        lambda page: page.choose("#template", "icml"),
        lambda page: (tab_to(page, "#template"), page.browser.press("i")),
        'template = "icml"\n',
    ),
    "level": (
        "",
        lambda page: (
            page.browser.click(".level button:nth-of-type(5)"),
            page.wait("[data-action=pin]"),
            page.browser.click("[data-action=pin]"),
        ),
        lambda page: (
            page.browser.press("4"),
            page.wait("[data-action=pin]"),
            page.browser.press("P", shift=True),
        ),
        'detail = "stages"\n',
    ),
}


@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_writes_its_line(page: Page, name: str) -> None:
    before, by_mouse, by_keys, after = GESTURES[name]
    for steps in (by_mouse, by_keys):
        page.begin(before)
        steps(page)
        page.settle(after)
        check(page)


@pytest.mark.parametrize("steps", [drag_ruler, ruler_by_keys])
def test_the_width_is_set_on_the_ruler(page: Page, steps: Steps) -> None:
    steps(page)
    page.browser.wait_for(lambda: page.text, lambda: "no width")
    found = re.fullmatch(r'width = "(\d+)pt"\n', page.text)
    assert found
    assert 80 <= int(found[1]) < 468
    page.settle()
    check(page)
