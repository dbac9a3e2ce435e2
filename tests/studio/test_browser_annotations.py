"""Annotations by hand, by mouse and by keys: placed, edited, removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.render.browser import program
from tests.studio.page import Page, check, pane
from tests.studio.test_browser_gestures import pick, tab_to

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium")

NOTE = '[[note]]\ntext = "the stem"\nat = "conv1_conv"\n'
BRACKET = '[[bracket]]\ntext = "stages"\nfrom = "conv2_block1_0_conv"\nto = "conv3_block4_add"\n'
PANEL = '[[panel]]\ntitle = "start"\nfrom = "conv1_conv"\nto = "pool1_pool"\n'
ARROW = '[[arrow]]\nlabel = "loss"\nto = "predictions"\n'
LINE = '[[note]]\ntext = "the line"\nat = "conv1_conv -> pool1_pool"\n'

CASES = {
    "note": (("conv1_conv",), "n", "the stem", NOTE),
    "bracket": (("conv2_block3_add", "conv3_block4_add"), "b", "stages", BRACKET),
    "panel": (("conv1_conv", "pool1_pool"), "p", "start", PANEL),
    "arrow": (("predictions",), "a", "loss", ARROW),
    "note at a line": (("conv1_conv", "pool1_pool"), "n", "the line", LINE),
}

Steps = Callable[[Page], object]


def choose(page: Page, glyphs: tuple[str, ...]) -> None:
    pick(page, glyphs[0])
    for id in glyphs[1:]:
        page.glyph(id, ctrl=True)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_an_annotation_is_placed(page: Page, name: str, by: str) -> None:
    glyphs, key, words, after = CASES[name]
    page.begin()
    choose(page, glyphs)
    if by == "mouse":
        page.browser.click(f"[data-action={name.split(maxsplit=1)[0]}]")
    else:
        page.browser.press(key)
    page.wait("#annotation")
    page.browser.wait("document.activeElement.id === 'annotation'")
    page.browser.type(words)
    if by == "mouse":
        page.browser.click(".writer button")
    else:
        page.browser.press("Enter")
    page.settle(after)
    check(page)
    assert words in page.svg().decode()
    page.browser.press("z", ctrl=True)
    page.settle("")


@pytest.mark.parametrize(
    ("before", "steps", "after"),
    [
        (
            NOTE,
            lambda page: page.fill("[aria-label='Words of note 1']", "the first"),
            NOTE.replace("the stem", "the first"),
        ),
        (
            NOTE + ARROW,
            lambda page: page.choose("[aria-label='Side of arrow 1']", "below"),
            NOTE + ARROW + 'side = "below"\n',
        ),
        (
            BRACKET,
            lambda page: page.choose("[aria-label='Colour of bracket 1']", "pool"),
            BRACKET + 'color = "pool"\n',
        ),
        (
            NOTE + BRACKET,
            lambda page: page.browser.click("[aria-label='Remove note 1']"),
            BRACKET,
        ),
        (
            NOTE + BRACKET,
            lambda page: (tab_to(page, "[aria-label='Remove bracket 1']"),
                          page.browser.press("Enter")),
            NOTE,
        ),
    ],
)  # fmt: skip
def test_an_annotation_is_changed_and_removed(
    page: Page, before: str, steps: Steps, after: str
) -> None:
    page.begin(before)
    pane(page, 2)
    page.wait("[aria-label^='Words of']")
    steps(page)
    page.settle(after)
    check(page)


def test_a_line_is_drawn_around_glyphs(page: Page) -> None:
    page.begin()
    boxes = [
        page.browser.run(
            "(b => [b.x, b.y, b.right, b.bottom])"
            f"(document.querySelector('.hit[data-id={id}]').getBoundingClientRect())"
        )
        for id in ("conv1_conv", "pool1_pool")
    ]
    left, right = boxes[0][0] - 4, boxes[1][2] + 4
    top, bottom = min(box[1] for box in boxes) - 6, max(box[3] for box in boxes) + 2
    line = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 4)]
    steps = [("mousePressed", line[0]), *(("mouseMoved", at) for at in line[1:])]
    for type, (x, y) in [*steps, ("mouseReleased", line[-1])]:
        page.browser.ask("Input.dispatchMouseEvent", type=type, x=x, y=y, button="left",
                         buttons=1, clickCount=1, modifiers=1)  # fmt: skip
    assert page.selected() == ["conv1_conv", "pool1_pool"]
    assert not page.has(".box")


def test_where_no_annotation_can_be_the_button_is_off(page: Page) -> None:
    page.begin()
    choose(page, ("conv1_conv", "conv3_block4_add", "predictions"))
    off = "[...document.querySelectorAll('[data-action]:disabled')].map(e => e.dataset.action)"
    names = set(page.browser.run(off)) & {"note", "bracket", "panel", "arrow"}
    assert names == {"note", "arrow"}
    page.browser.press("n")
    assert not page.has("#annotation")
    page.browser.press("b")
    page.wait("#annotation")
    page.browser.press("Escape")
    page.browser.wait("!document.querySelector('#annotation')")
    assert page.text == ""


def test_the_title_is_set(page: Page) -> None:
    page.begin("labels.title = true\n")
    pane(page, 3)
    page.fill("#option-title", "A small net")
    page.settle('labels.title = true\ntitle = "A small net"\n')
    check(page)
    assert "A small net" in page.svg().decode()
