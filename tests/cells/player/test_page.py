"""The page that steps through a sequence: what it holds, what keys and pointer do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from msgspec.structs import replace

import net2fig
from net2fig.cells.evaluate import cut_weights
from net2fig.cells.player.document import render_player
from net2fig.cells.player.trace import Trace, run_sequence
from net2fig.cells.result import CellFigure
from tests.cells.nets import CASES, RECURRENT, draw_case
from tests.cells.stepped import STEPPED, make_stepped
from tests.render.browser import Browser, program

np = pytest.importorskip("numpy")

STEPS = 50
BOUND = 300_000
"""The most bytes of a page of 50 steps and 32 units."""

GATES = ("f", "i", "g", "o")

PAGES = ("lstm", "gru", "gru that resets before", "simple rnn")


def make_page(folder: Path, case: str) -> tuple[bytes, Trace]:
    """Return the page of a case with random weights."""
    figure = draw_case(folder, case)
    source = np.random.default_rng(4)
    units, features = RECURRENT["units"], 128
    variables = {}
    for each in figure.cell.topology.weight:
        count = len(each.parts)
        shapes = {"kernel": (features, count * units), "recurrent_kernel": (units, count * units)}
        variables[each.name] = 0.2 * source.normal(size=shapes.get(each.name, (count * units,)))
    weights = cut_weights(figure.cell, variables)
    trace = run_sequence(figure.cell, source.normal(size=(STEPS, features)), weights)
    return render_player(figure.scene, trace), trace


def find_data(page: bytes) -> dict[str, Any]:
    match = re.search(rb'<script type="application/json" id="ui-data">(.*?)</script>', page)
    assert match
    found: dict[str, Any] = json.loads(match[1])
    return found


# What it holds.


@pytest.mark.parametrize("case", PAGES)
def test_the_page_is_small_well_formed_and_by_itself(case: str, tmp_path: Path) -> None:
    page, _ = make_page(tmp_path, case)
    assert len(page) <= BOUND
    root = fromstring(page.decode())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    text = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page.decode())
    assert not re.search(r"https?://|url\(|@import|src=", text)


@pytest.mark.parametrize("case", PAGES)
def test_every_part_of_the_picture_belongs_to_a_phase(case: str, tmp_path: Path) -> None:
    cell = draw_case(tmp_path, case).cell
    told = [id for phase in cell.topology.phase for id in phase.nodes]
    drawn = [item.id for item in (*cell.topology.node, *cell.topology.port)]
    assert sorted(told) == sorted(drawn)


@pytest.mark.parametrize("case", PAGES)
def test_symbols_of_the_texts_are_those_of_the_equations(case: str, tmp_path: Path) -> None:
    cell = draw_case(tmp_path, case).cell
    symbols = {item.symbol for item in (*cell.topology.node, *cell.topology.port)}
    for phase in cell.topology.phase:
        for formula in re.findall(r"\{((?:[^{}]|\{[^{}]*\})*)\}", phase.text):
            assert formula in symbols


def test_the_same_sequence_gives_the_same_bytes(tmp_path: Path) -> None:
    assert make_page(tmp_path, "gru")[0] == make_page(tmp_path, "gru")[0]


def test_a_hostile_name_is_not_obeyed(tmp_path: Path) -> None:
    figure = draw_case(tmp_path, "lstm")
    _, trace = make_page(tmp_path, "lstm")
    evil = "a</script><script>alert(1)</script>\"'&<b>"
    signals = tuple(replace(each, name=evil) for each in trace.signals)
    page = render_player(replace(figure.scene, title=evil), replace(trace, signals=signals))
    assert b"<script>alert" not in page
    fromstring(page.decode())


# What it does.


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if program() is None:
        pytest.skip("needs Chromium")
    made = Browser()
    yield made
    made.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[tuple[Browser, Trace]]:
    page, trace = make_page(tmp_path, "lstm")
    path = tmp_path / "cell.html"
    path.write_bytes(page)
    browser.open(path)
    yield browser, trace
    assert browser.complaints() == []


def title(browser: Browser) -> str:
    found: str = browser.run("document.getElementById('ui-title').textContent")
    return found


def test_keys_go_by_parts_and_by_steps(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    assert title(browser) == "Step 1 of 50, part 1 of 4: Receive"
    browser.press("ArrowRight")
    assert title(browser) == "Step 1 of 50, part 2 of 4: Gates"
    browser.press("ArrowRight", shift=True)
    assert title(browser) == "Step 2 of 50, part 1 of 4: Receive"
    browser.press("ArrowLeft")
    assert title(browser) == "Step 1 of 50, part 4 of 4: Output"
    browser.press("ArrowLeft", shift=True)
    assert title(browser) == "Step 1 of 50, part 1 of 4: Receive"


def test_what_takes_part_is_highlighted(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    browser.press("ArrowRight")
    active = browser.run(
        "[...document.querySelectorAll('.glyph.active')].map(e => e.id).sort().join(' ')"
    )
    assert active == "f g i o"
    browser.press("ArrowRight")
    active = browser.run(
        "[...document.querySelectorAll('.glyph.active')].map(e => e.id).sort().join(' ')"
    )
    assert active == "c fc ig"


def test_strips_show_the_numbers(opened: tuple[Browser, Trace]) -> None:
    browser, trace = opened
    browser.press("ArrowRight")
    for signal in trace.signals:
        if signal.id in GATES:
            label = browser.run(
                f"document.querySelector('[data-signal={signal.id}]').getAttribute('aria-label')"
            )
            low, high = map(float, re.findall(r"-?\d+\.\d+", label))
            assert abs(low - signal.values[0].min()) < 2e-3
            assert abs(high - signal.values[0].max()) < 2e-3


def test_the_state_of_a_first_step_is_zero_then_that_of_the_step_before(
    opened: tuple[Browser, Trace],
) -> None:
    browser, trace = opened
    find = "document.querySelector('[data-signal=h0]').getAttribute('aria-label')"
    assert browser.run(find).endswith("from 0.000 to 0.000")
    browser.press("ArrowRight", shift=True)
    (states,) = [each.values for each in trace.signals if each.id == "h"]
    low, high = map(float, re.findall(r"-?\d+\.\d+", browser.run(find)))
    assert abs(low - states[0].min()) < 2e-3
    assert abs(high - states[0].max()) < 2e-3


def test_it_plays_and_stops(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    browser.run("document.getElementById('ui-speed').value = 5")
    browser.press(" ")
    assert browser.run("document.body.classList.contains('playing')")
    browser.wait("document.getElementById('ui-title').textContent.startsWith('Step 2')")
    browser.press(" ")
    assert not browser.run("document.body.classList.contains('playing')")
    assert browser.run("document.getElementById('ui-play').getAttribute('aria-pressed')") == "false"


def test_the_end_stops_it(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    browser.press("End")
    assert title(browser) == "Step 50 of 50, part 4 of 4: Output"
    assert browser.run("document.getElementById('ui-on').disabled")
    browser.press("Home")
    assert browser.run("document.getElementById('ui-back').disabled")


def test_a_click_on_the_sequence_goes_there(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    browser.run("document.getElementById('ui-time').scrollIntoView()")
    browser.click("#ui-time figure:first-child canvas")
    assert title(browser).startswith("Step 26 of 50, part 1")


def test_a_reader_who_wants_rest_sees_no_motion(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "cell.html"
    path.write_bytes(make_page(tmp_path, "lstm")[0])
    animation = "getComputedStyle(document.querySelector('.edge.active > path')).animationName"
    for choice, wanted in (("reduce", "none"), ("no-preference", "flow")):
        feature = {"name": "prefers-reduced-motion", "value": choice}
        browser.ask("Emulation.setEmulatedMedia", features=[feature])
        browser.open(path)
        browser.press(" ")
        assert browser.run(animation) == wanted
    browser.ask("Emulation.setEmulatedMedia", features=[])


def test_a_part_of_the_cell_tells_of_itself(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    find = "document.getElementById('ui-detail').textContent"
    browser.run("document.getElementById('c').focus()")
    assert browser.run(find) == "cell state: ct = ft ◦ ct−1 + it ◦ gt"
    browser.press("Enter")
    assert title(browser) == "Step 1 of 50, part 3 of 4: State"
    browser.click("#o")
    assert title(browser) == "Step 1 of 50, part 2 of 4: Gates"
    labels = "[...document.querySelectorAll('.glyph')].every(e => e.getAttribute('aria-label'))"
    assert browser.run(labels)


def test_a_strip_tells_the_number_of_a_unit(opened: tuple[Browser, Trace]) -> None:
    browser, trace = opened
    browser.press("ArrowRight")
    browser.point("[data-signal=f]")
    told = browser.run("document.getElementById('ui-detail').textContent")
    match = re.search(r"^forget gate: ft = .*\. Unit (\d+): (-?[\d.]+)$", told)
    assert match
    (values,) = [each.values for each in trace.signals if each.id == "f"]
    assert abs(float(match[2]) - values[0, int(match[1]) - 1]) < 1e-3


def test_buttons_and_sliders_have_names(opened: tuple[Browser, Trace]) -> None:
    browser, _ = opened
    names = browser.run(
        "[...document.querySelectorAll('button, input')].map(e => e.getAttribute('aria-label')"
        " || e.textContent || e.closest('label').textContent.trim()).join(',')"
    )
    assert names == "First step,Back,Play,On,Step,Speed"


def test_only_recurrent_cases_have_pages() -> None:
    assert set(PAGES) <= set(CASES)


# Attention, both ways, maps.


@pytest.fixture(scope="module", params=STEPPED)
def stepped(request: pytest.FixtureRequest) -> tuple[bytes, CellFigure]:
    """Return the page of a layer, for the longest sequence that the bound is for."""
    model, _, x = make_stepped(request.param, steps=STEPS, features=32, units=32)
    figure = net2fig.cell(model, "it", input=x)
    return figure.to_bytes("html"), figure


@pytest.mark.keras
def test_a_page_of_another_layer_is_small_and_by_itself(
    stepped: tuple[bytes, CellFigure],
) -> None:
    page, figure = stepped
    assert len(page) <= BOUND
    root = fromstring(page.decode())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert not re.search(
        r"https?://|url\(|@import|src=", re.sub(r'xmlns(:\w+)?="[^"]*"', "", page.decode())
    )
    topology = figure.cell.topology
    told = sorted(id for phase in topology.phase for id in phase.nodes)
    assert told == sorted(item.id for item in (*topology.node, *topology.port))


@pytest.mark.keras
def test_a_page_of_another_layer_steps_by_keys(
    stepped: tuple[bytes, CellFigure], browser: Browser, tmp_path: Path
) -> None:
    page, figure = stepped
    assert figure.trace is not None
    path = tmp_path / "cell.html"
    path.write_bytes(page)
    browser.open(path)
    phases = figure.trace.phases
    for number, phase in enumerate(phases, start=1):
        part = f"Step 1 of 50, part {number} of {len(phases)}: {phase.title}"
        assert title(browser) == part
        active = browser.run(
            "[...document.querySelectorAll('.cell > .glyph.active')].map(e => e.id).join(' ')"
        )
        nodes = {node.id for node in figure.cell.topology.node if not node.is_point}
        assert set(active.split()) == nodes & set(phase.nodes)
        browser.press("ArrowRight")
    assert title(browser) == f"Step 2 of 50, part 1 of {len(phases)}: {phases[0].title}"
    browser.press("End")
    assert title(browser).startswith("Step 50 of 50")
    known = {each.id for each in figure.trace.signals}
    last = [id for id in phases[-1].nodes if id in known][-1]
    label = browser.run(
        f"document.querySelector('[data-signal={last}]').getAttribute('aria-label')"
    )
    (values,) = [each.values for each in figure.trace.signals if each.id == last]
    low, high = map(float, re.findall(r"-?\d+\.\d+", label))
    assert abs(low - values[-1].min()) < 1e-2
    assert abs(high - values[-1].max()) < 1e-2
    assert browser.complaints() == []
