"""The page in Chromium: gestures by mouse and by keys, and what they write."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.render.browser import program
from tests.studio.page import BLOCK, Page, check, pane

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium")

# Selecting


def test_glyphs_are_selected_by_mouse(page: Page) -> None:
    page.glyph("conv1_conv")
    assert page.selected() == ["conv1_conv"]
    assert page.words("#pane h2") == "Conv2D"
    page.glyph("avg_pool", shift=True)
    all_between = page.selected()
    assert len(all_between) > 5
    page.glyph("conv1_conv", ctrl=True)
    assert page.selected() == all_between[1:]
    page.browser.click(".above")  # between the glyphs
    page.browser.press("Escape")
    assert page.selected() == []
    box = page.browser.run("(b => [b.x, b.y, b.right, b.bottom])"
        "(document.querySelector('.hit[data-id=conv1_conv]').getBoundingClientRect())")  # fmt: skip
    page.browser.drag((box[0] - 6, box[1] - 6), (box[2] + 3, box[3] + 3))
    assert page.selected() == ["conv1_conv"]


def test_glyphs_are_selected_by_keys(page: Page) -> None:
    page.focus(".hit[data-id=conv1_conv]")
    page.browser.press("ArrowRight")
    page.browser.wait("document.activeElement.dataset.id === 'pool1_pool'")
    page.browser.press("ArrowRight", shift=True)
    page.browser.wait("document.querySelectorAll('.hit.on').length === 2")
    page.browser.press("Escape")
    assert page.selected() == []
    page.glyph("conv1_conv")
    page.browser.press("a", ctrl=True)
    assert page.selected() == ["conv1_conv"]


# Grouping


def test_a_group_is_made_by_mouse(page: Page) -> None:
    page.browser.click(".level button:nth-of-type(3)")
    page.settle("", "layers")
    page.glyph("conv2_block2_1_conv")
    page.glyph("conv2_block2_add", shift=True)
    page.wait("#group-name")
    count = page.words(".ladder label:has(:checked) strong")
    assert count == "12 places"
    assert len(page.browser.run("[...document.querySelectorAll('.hit.near')]")) > 20
    page.browser.run("document.querySelector('#group-name').value = 'Block'")
    page.browser.click("#pane form button[type=submit]")
    page.settle(BLOCK, "layers")
    assert "Group Block" in page.words(".toast")
    page.browser.click(".toast button")
    page.settle("", "layers")


def test_a_group_is_made_by_keys(page: Page) -> None:
    page.browser.press("2")
    page.settle("", "layers")
    page.focus(".hit[data-id=conv2_block2_1_conv]")
    page.glyph("conv2_block2_1_conv")
    for _ in range(3):
        page.browser.press("ArrowRight", shift=True)
    page.wait("#group-name")
    page.browser.press("g")
    page.browser.wait("document.activeElement.id === 'group-name'")
    page.browser.type("Block")
    page.browser.press("Enter")
    page.settle(BLOCK, "layers")
    page.browser.press("0")
    page.settle(BLOCK)
    check(page)
    page.browser.press("z", ctrl=True)
    page.settle("")
    page.browser.press("Z", ctrl=True, shift=True)
    page.settle(BLOCK)


def test_what_can_be_no_group_is_explained(page: Page) -> None:
    page.browser.press("2")
    page.settle("", "layers")
    page.glyph("conv2_block1_add")
    page.glyph("conv2_block2_1_conv", ctrl=True)
    page.wait("#pane .refusal")
    assert "data leaves it at several layers" in page.words("#pane .refusal")


# Looking


def test_a_group_opens_in_place_and_closes(page: Page) -> None:
    page.begin(BLOCK)
    count = page.browser.run("document.querySelectorAll('.hit[data-id]').length")
    page.glyph("conv2_block3_add", times=2)
    page.browser.wait(f"document.querySelectorAll('.hit[data-id]').length > {count}")
    page.browser.press("Escape")
    page.browser.press("Escape")
    page.browser.wait(f"document.querySelectorAll('.hit[data-id]').length === {count}")
    page.glyph("conv2_block3_add")
    page.browser.press("Enter")
    page.wait(".trail")
    page.browser.click(".trail button")
    page.browser.wait("!document.querySelector('.trail')")
    assert page.text == BLOCK


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_a_glyph_is_explained_with_a_jump_to_the_line(page: Page, by: str) -> None:
    page.begin("# a comment\n" + BLOCK)
    page.glyph("conv2_block3_add")
    if by == "mouse":
        page.browser.click("[data-action=why]")
    else:
        page.browser.press("w")
    page.wait(".why .link")
    assert page.words(".why .link") == "line 2"
    page.browser.click(".why .link")
    page.browser.wait("!!document.querySelector('.editor').shadowRoot?.querySelector('.cm-line')")
    line = (
        "document.querySelector('.editor').shadowRoot.querySelector('.cm-activeLine').textContent"
    )
    page.browser.wait(f"{line} === '[[group]]'")


def test_zoom_and_scroll_stay_over_redraws(page: Page) -> None:
    page.browser.press("+", "+", "+", "+")
    page.browser.run("document.querySelector('.sheet').scrollTo(150, 60)")
    where = "(s => [s.scrollLeft, s.scrollTop, document.querySelector('.paper').dataset.zoom])"
    before = page.browser.run(f"{where}(document.querySelector('.sheet'))")
    assert before[0] > 0
    for number in range(20):
        text = f"[labels]\nkernel = {'true' if number % 2 else 'false'}\n"
        page.file.write_text(text)
        page.settle(text)
        assert page.browser.run(f"{where}(document.querySelector('.sheet'))") == before
    page.browser.press("t")
    assert page.browser.run("document.querySelector('.paper').dataset.zoom") == str(96 / 72)[:6]


# The file


def test_what_another_program_saves_is_shown(page: Page) -> None:
    page.file.write_text("mono = true\n")
    page.settle("mono = true\n")
    check(page)
    assert "changed on disk" in page.words(".toast")
    page.file.write_text("mono = tru\n")
    page.wait(".faults")
    assert "not TOML" in page.words(".faults")
    assert page.has(".sheet.stale .figure")
    page.file.write_text('# one\nwidth = "wide"\n')
    page.wait(".faults .link")
    assert page.words(".faults .link") == "line 2"
    page.file.unlink()
    page.settle("")
    page.browser.wait("!document.querySelector('.faults')")


def test_the_history_is_kept_when_the_page_is_loaded_again(page: Page) -> None:
    page.browser.press("l", "k")
    page.settle("[labels]\nkernel = true\n")
    page.browser.open(page.base)
    page.settle()
    page.browser.click("[data-action=undo]")
    page.settle("")
    page.browser.click("[data-action=redo]")
    page.settle("[labels]\nkernel = true\n")


def test_the_text_is_edited_in_the_page(page: Page) -> None:
    pane(page, 4)
    content = "document.querySelector('.editor').shadowRoot?.querySelector('.cm-content')"
    page.browser.wait(f"!!{content}")
    page.browser.run(f"{content}.focus()")
    page.browser.type("mono = true\n")
    page.browser.wait("!document.querySelector('#pane .strong').disabled")
    page.browser.press("s", ctrl=True)
    page.settle("mono = true\n")
    check(page)
    page.browser.type("# mine\n")
    page.file.write_text("mono = false\n")
    page.settle("mono = false\n")
    page.browser.press("s", ctrl=True)
    page.wait("[role=alertdialog]")
    page.browser.click("[role=alertdialog] button:last-of-type")
    page.browser.wait("!document.querySelector('[role=alertdialog]')")
    assert page.text == "mono = false\n"


def test_the_ends_of_lines_stay_in_the_text(page: Page) -> None:
    page.file.write_bytes(b"mono = true\r\nsplit = true\r\n")
    page.settle()
    pane(page, 4)
    content = "document.querySelector('.editor').shadowRoot?.querySelector('.cm-content')"
    page.browser.wait(f"!!{content}")
    page.browser.run(f"{content}.focus()")
    page.browser.type("# mine\n")
    page.browser.wait("!document.querySelector('#pane .strong').disabled")
    page.browser.press("s", ctrl=True)
    wanted = b"# mine\r\nmono = true\r\nsplit = true\r\n"
    page.browser.wait_for(lambda: page.file.read_bytes() == wanted, lambda: page.text)


def test_all_is_done_by_keys_alone(page: Page) -> None:
    """Open, group, rename, colour, export: nothing is clicked."""
    browser = page.browser
    browser.press("2")
    page.settle("", "layers")
    search(page, "conv2_block2_1_conv")
    for _ in range(3):
        browser.press("ArrowRight", shift=True)
    browser.press("g")
    browser.wait("document.activeElement.id === 'group-name'")
    browser.type("Block")
    browser.press("Enter")
    page.settle(BLOCK, "layers")
    browser.press("0")
    page.settle(BLOCK)
    search(page, "Block conv2_block2")
    browser.press("F2")
    browser.wait("document.activeElement.matches('.rename')")
    browser.type("Bottleneck")
    browser.press("Enter")
    named = BLOCK.replace('"Block"', '"Bottleneck"')
    page.settle(named)
    search(page, "Bottleneck conv2_block2")
    browser.press("c")
    browser.wait("document.activeElement.matches('.swatches button')")
    browser.press("Tab", "Enter")
    page.settle(named + 'color = "conv"\n')
    check(page)
    output = page.model.parent / "walk.svg"
    browser.press("e", ctrl=True)
    browser.wait("document.activeElement.id === 'paths'")
    browser.type("walk.svg")
    browser.press("Enter")
    browser.wait_for(output.exists, lambda: "no file")
    assert output.read_bytes() == page.svg()


def search(page: Page, words: str) -> None:
    """Go to the glyph that is found first."""
    page.browser.press("/")
    page.browser.wait("document.activeElement.id === 'search'")
    page.browser.type(words)
    page.wait("#result-0")
    page.browser.press("Enter")
    page.browser.wait("document.activeElement.matches('.hit.on')")


def test_a_fault_of_the_model_is_shown_and_mended(page: Page) -> None:
    text = page.model.read_text()
    page.model.write_text("{")
    page.wait(".faults")
    assert page.has(".sheet.stale .figure")
    page.model.write_text(text)
    page.browser.wait("!document.querySelector('.faults')")


# Export


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_a_figure_is_exported_and_exported_again(page: Page, by: str) -> None:
    output = page.model.parent / f"{by}.svg"
    if by == "mouse":
        page.browser.click("[data-action=export]")
    else:
        page.browser.press("e", ctrl=True)
    page.browser.wait("document.activeElement.id === 'paths'")
    page.browser.type("../x.svg")
    page.browser.press("Enter")
    page.wait("dialog .warning")
    assert "below the folder" in page.words("dialog .warning")
    page.browser.run("document.querySelector('#paths').select()")
    page.browser.type(output.name)
    if by == "mouse":
        page.browser.click("dialog [type=submit]")
    else:
        page.browser.press("Enter")
    page.browser.wait_for(output.exists, lambda: "no file")
    assert output.read_bytes() == page.svg()
    page.browser.wait("!document.querySelector('dialog')")
    page.browser.press("l", "k")
    page.settle("[labels]\nkernel = true\n")
    if by == "mouse":
        page.browser.click("[data-action=export-again]")
    else:
        page.browser.press("E", ctrl=True, shift=True)
    page.browser.wait_for(lambda: output.read_bytes() == page.svg(), lambda: "not written again")


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_the_snippet_is_copied(page: Page, by: str) -> None:
    if by == "mouse":
        page.browser.click("[data-action=snippet]")
    else:
        page.browser.press("L", shift=True)
    # Where the browser does not let the page write to the clipboard, the text is shown.
    copied = "document.querySelector('.toast').textContent.includes('snippet copied')"
    shown = "document.querySelector('dialog textarea')?.value.includes('includegraphics')"
    page.browser.wait(f"{copied} || {shown}")
    if page.has("dialog"):
        page.browser.press("Escape")


# What everybody can use


def test_every_control_has_a_name(page: Page) -> None:
    page.glyph("conv1_conv")
    for number in (1, 2, 3):
        pane(page, number)
        nameless = page.browser.run(
            "[...document.querySelectorAll('button, input, select, [role=option], [tabindex]')]"
            ".filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.title ||"
            " e.labels?.length || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML)"
        )
        assert nameless == []
    assert page.browser.run("document.querySelector('.figure').alt").startswith("A ")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_words_can_be_read_in_both_schemes(scheme: int) -> None:
    css = (ROOT / "web" / "src" / "studio.css").read_text()
    pairs = dict(re.findall(r"--([\w-]+): light-dark\(([^)]+)\)", css))
    colors = {name: text.split(", ")[scheme] for name, text in pairs.items()}
    for ink in ("ink", "quiet", "accent", "string", "number"):
        for ground in ("pane", "field"):
            assert contrast(colors[ink], colors[ground]) >= 4.5, (ink, ground)
    assert contrast(colors["quiet"], colors["ground"]) >= 4.5
    assert contrast(colors["warn"], colors["warn-ground"]) >= 4.5
    assert contrast(colors["on-accent"], colors["accent"]) >= 4.5
