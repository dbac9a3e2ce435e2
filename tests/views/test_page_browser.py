"""A page of views in Chromium: from the disk, linked, with its state in the address."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import net2fig
from tests.render.browser import Browser
from tests.views.conftest import ALEXNET, LENET, RESNET, UNET


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    view = net2fig.view
    page = net2fig.page(
        [
            view(RESNET, template="cvpr"),
            view.table(RESNET),
            view.metrics(RESNET),
            view.chips([RESNET, LENET]),
            view.metrics([RESNET, LENET], metrics={"accuracy": [0.76, 0.99]}),
            view.compare(LENET, ALEXNET, room="b"),
            view.table(LENET, room="b"),
        ]
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    page.save(path)
    return path


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Browser]:
    browser.ask("Network.emulateNetworkConditions", offline=True, latency=0,
                downloadThroughput=-1, uploadThroughput=-1)  # fmt: skip
    browser.open("about:blank#")
    browser.open(path)
    yield browser
    assert browser.complaints() == []


def selected(browser: Browser, view: int) -> list[str]:
    """Return the names of rows, or the ids of glyphs, that are marked in a view."""
    return browser.run(
        f"[...document.querySelectorAll('#view-{view} .selected')]"
        ".map(e => e.id || e.cells?.[0].textContent || e.getAttribute('aria-label'))"
    )


def fragment(browser: Browser) -> str:
    return browser.run("location.hash")


def show(browser: Browser, selector: str) -> str:
    """Bring an element into the window, and return its selector."""
    browser.run(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
    return selector


def test_what_is_selected_in_the_figure_is_marked_in_all_views_of_the_room(page: Browser) -> None:
    page.click("#v0-conv1_conv")
    assert selected(page, 0) == ["v0-conv1_conv"]
    assert selected(page, 1) == ["conv1_conv"]
    assert len(selected(page, 2)) == 1
    assert selected(page, 3) == ["Conv2D, conv1_conv, 112×112×64"]
    assert selected(page, 5) == selected(page, 6) == []
    assert fragment(page) == "#s=conv1_conv"
    page.press("Escape")
    assert selected(page, 1) == []
    assert fragment(page) == ""


def test_a_click_with_ctrl_adds_and_takes_away(page: Browser) -> None:
    page.click("#v0-conv1_conv")
    page.click("#v0-pool1_pool", ctrl=True)
    assert selected(page, 1) == ["conv1_conv", "pool1_pool"]
    page.click("#v0-conv1_conv", ctrl=True)
    assert selected(page, 1) == ["pool1_pool"]


def test_a_row_marks_the_group_that_its_layer_is_in(page: Browser) -> None:
    page.click(show(page, "#view-1 tr[data-at='8']"))
    assert selected(page, 1) == ["conv2_block1_0_bn"]
    assert selected(page, 0) == ["v0-conv2_block3_add"]


def test_a_group_that_opens_stays_selected_and_the_address_keeps_it(page: Browser) -> None:
    page.click("#v0-conv3_block4_add")
    assert page.run("document.querySelector('#v0-trail').textContent") == (
        "Whole figure›Residual block"
    )
    assert len(selected(page, 1)) == 17
    address = page.run("location.href")
    assert "&o=" in address
    page.open("about:blank#")
    page.open(address)
    assert page.run("document.querySelectorAll('#view-0 .opened').length") == 6
    assert len(selected(page, 1)) == 17


def test_the_filter_dims_glyphs_and_leaves_rows_out(page: Browser) -> None:
    page.run("document.querySelector('.toolbar input').focus()")
    page.type(":dense, params>2M conv")
    rows = "[...document.querySelectorAll('#view-1 tbody tr')].map(e => e.cells[0].textContent)"
    assert page.run(rows) == [
        "conv5_block1_0_conv", "conv5_block1_2_conv", "conv5_block2_2_conv",
        "conv5_block3_2_conv", "predictions",
    ]  # fmt: skip
    lit = "[...document.querySelectorAll('#view-0 .network > [data-at]:not(.out)')].map(e => e.id)"
    assert page.run(lit) == ["v0-conv5_block3_add", "v0-predictions"]
    assert page.run("document.querySelectorAll('#view-6 tbody tr').length") == 9
    assert fragment(page) == "#f=%3Adense%2C%20params%3E2M%20conv"
    page.press("a", ctrl=True)
    page.type("params>x")
    assert page.run("document.querySelector('.problem').textContent") == (
        "invalid filter: params>x (as in params>1M)"
    )
    assert page.run("document.querySelectorAll('#view-0 .out').length") == 0


def test_rows_are_grouped_and_sorted(page: Browser) -> None:
    page.run(
        "(e => { e.value = 'kind'; e.dispatchEvent(new Event('change')); })"
        "(document.querySelector('.toolbar select'))"
    )
    heads = "[...document.querySelectorAll('#view-1 tr.group')].map(e => e.textContent)"
    assert page.run(heads)[:2] == ["input1 layer, 0 parameters", "pad2 layers, 0 parameters"]
    page.click(show(page, "#view-1 th[data-sort=parameters] button"))
    page.click("#view-1 th[data-sort=parameters] button")
    assert page.run(heads)[0] == "conv53 layers, 23,481,472 parameters"
    assert page.run("document.querySelector('#view-1 [aria-sort]').ariaSort") == "descending"
    assert fragment(page) == "#g=kind"


def test_a_box_around_points_selects_their_layers(page: Browser) -> None:
    box = page.run(
        "(e => { e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
        " return [b.x, b.y, b.right, b.bottom]; })(document.querySelector('#view-2 .plane'))"
    )
    page.drag((box[0] + 2, box[1] + 2), (box[0] + (box[2] - box[0]) / 5, box[3] - 2))
    assert selected(page, 1) == ["predictions"]
    page.click("#view-2 [data-at='2']")
    assert selected(page, 1) == ["conv1_conv"]


def test_models_are_chosen_in_chips_and_in_charts(page: Browser) -> None:
    page.click(show(page, "#view-4 [data-pick='1']"))
    assert page.run("document.querySelector('#view-3 [data-pick=\"0\"]').matches('.out')")
    assert page.run("document.querySelector('#view-3 [data-pick=\"1\"]').matches('.selected')")
    assert fragment(page) == "#m=1"
    assert "1 of 2 models" in page.run("document.querySelector('.toolbar .count').textContent")


def test_blocks_that_correspond_are_selected_together(page: Browser) -> None:
    page.click(show(page, "#view-5 [data-at='1'][data-of='0']"))
    names = selected(page, 5)
    assert names == ["v5-a-conv2d", "v5-b-conv2d"]
    assert selected(page, 6) == ["conv2d"]
    assert selected(page, 1) == []
    assert fragment(page) == "#s1=1.conv2d,2.conv2d"


def test_all_is_done_by_keys(page: Browser) -> None:
    page.run("document.querySelector('#view-3 [tabindex=\"0\"]').focus()")
    page.press("ArrowRight", "Enter")
    assert len(selected(page, 1)) == 1
    page.press("Escape")
    assert selected(page, 1) == []
    page.run("document.querySelector('#view-1 tr[data-at]').focus()")
    page.press("ArrowDown", "ArrowDown", " ")
    assert selected(page, 0) == ["v0-conv1_conv"]


def test_the_selection_is_written_for_programs(page: Browser) -> None:
    page.run("Object.defineProperty(navigator, 'clipboard', {value: {writeText: t => {"
             " window.copied = t; return Promise.resolve(); }}})")  # fmt: skip
    page.click("#v0-conv1_conv")
    page.click("#v0-pool1_pool", shift=True)
    buttons = "document.querySelectorAll('.toolbar')[0].querySelectorAll('.actions button')"
    page.run(f"{buttons}[1].click()")
    assert page.run("window.copied") == '["conv1_conv", "pool1_pool"]'
    page.run(f"{buttons}[2].click()")
    assert page.run("window.copied") == 'hide = ["conv1_conv", "pool1_pool"]'
    page.run(f"{buttons}[0].click()")
    assert selected(page, 1) == []


def test_a_hostile_address_selects_nothing(browser: Browser, path: Path) -> None:
    browser.open("about:blank#")
    browser.open(f"{path.as_uri()}#s=%E0%A4,9.x,<b>&f=%3Cscript%3E&o=99&m=-1,7&zz=1")
    assert selected(browser, 0) == selected(browser, 1) == []
    assert browser.run("document.querySelectorAll('script').length") == 2
    assert browser.complaints() == []


def test_a_long_table_is_shown_in_part(browser: Browser, tmp_path: Path) -> None:
    network = net2fig.draw(UNET).network
    assert len(network.layers) < 500
    script = "document.querySelectorAll('tbody tr').length"
    path = tmp_path / "long.html"
    net2fig.page([net2fig.view.table(make_chain(700)), net2fig.view.text("")]).save(path)
    browser.open(path)
    assert browser.run(script) == 500
    assert browser.run("document.querySelector('.more').textContent") == "Show 201 more layers"
    browser.run("document.querySelector('.more').click()")
    assert browser.run(script) == 701


def make_chain(length: int) -> net2fig.Network:
    from net2fig.network import Edge, Layer, Network, Port

    names = [f"dense_{number}" for number in range(length)]
    layers = [Layer("x", "x", "InputLayer", None, {}, ((None, 8),), 0)]
    layers += [Layer(name, name, "Dense", None, {"units": 8}, ((None, 8),), 72) for name in names]
    edges = [Edge(a.id, b.id) for a, b in itertools.pairwise(layers)]
    return Network(
        name="chain", layers=tuple(layers), edges=tuple(edges),
        inputs=(Port("x", "x"),), outputs=(Port("y", names[-1]),), source="", reader="live",
    )  # fmt: skip
