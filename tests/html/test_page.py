"""The page of a figure: what it holds, and what it does under a pointer and under keys."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from net2fig.figure import Figure, draw, draw_network
from net2fig.group.check import check_outline
from net2fig.html import MAX_BYTES, MAX_STATES
from net2fig.html.defaults import format_value, load_defaults
from tests.conftest import ROOT, keras_layer, keras_model, save_keras
from tests.render.browser import Browser, program

MODELS = ROOT / "gallery" / "models"
NAMES = ("lenet5", "resnet50", "unet", "siamese")
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "a</script><script>alert(1)</script>\"'&<b onload=x>]]>"

PARTS = re.compile(
    r"<style>(?P<style>.*?)</style>.*?<script>(?P<script>.*)</script>\n</body>", re.DOTALL
)


@cache
def figure(name: str) -> Figure:
    return draw(MODELS / f"{name}.network.json", template="cvpr")


@cache
def page(name: str) -> str:
    return figure(name).to_bytes("html").decode()


def data(text: str) -> dict:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert match
    content = json.loads(match[1])
    return content["views"][0] | {"models": content["models"]}


def drawings(text: str) -> list[Any]:
    return list(fromstring(text).iter(f"{SVG}svg"))


# What it holds


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_well_formed_and_ids_are_unique(name: str) -> None:
    root = fromstring(page(name))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    # What leads into the body of a group begins at no element.
    lines = [
        line for part in root.iter(f"{SVG}g") if part.get("class") == "network" for line in part
    ]
    referred = [element.get(key) for key in ("data-from", "data-to") for element in lines]
    referred += [e.get(f"aria-{key}") for key in ("describedby", "labelledby") for e in root.iter()]
    assert {id for id in referred if id} <= set(ids)


@pytest.mark.parametrize("name", ["resnet50", "unet"])
def test_the_page_refers_to_no_other_file(name: str) -> None:
    text = page(name)
    names = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"}
    assert set(re.findall(r"\w+://[^\s\"']*", text)) <= {*names, "http://www.w3.org/1999/xlink"}
    for element in fromstring(text).iter():
        for key, value in element.items():
            assert not key.endswith("src")
            assert not key.endswith("href") or value.startswith(("#", "data:"))


def test_the_policy_allows_only_the_style_and_the_script_of_the_page() -> None:
    text = page("lenet5")
    match = PARTS.search(text)
    assert match
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    for part in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(match[part].encode()).digest()).decode()
        assert f"{part}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert " style=" not in text
    assert not re.search(r"\son\w+=", text.split("<script")[0])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_contains_the_svg_of_the_figure(name: str) -> None:
    drawn = figure(name)
    plain = fromstring(drawn.to_bytes("svg"))
    shown = drawings(page(name))[0]
    for tag in ("path", "text"):
        mine, theirs = ([e.attrib for e in root.iter(f"{SVG}{tag}")] for root in (shown, plain))
        assert mine == theirs
    assert shown.find(f"{SVG}desc").text == drawn.alt


@pytest.mark.parametrize("name", NAMES)
def test_every_glyph_has_a_card_and_every_group_a_state(name: str) -> None:
    text = page(name)
    content, shown = data(text), drawings(text)
    assert len(content["states"]) == len(shown) <= MAX_STATES
    for root in shown:
        network = root.find(f"{SVG}g[@class='network']")
        for element in network:
            names = element.get("class").split()
            if "glyph" in names or "placeholder" in names:
                assert int(element.get("data-card")) < len(content["cards"])
                assert element.get("aria-label")
                assert element.get("tabindex") == "0"
            if element.get("data-open"):
                assert "group" in names
                assert element.get("role") == "button"
                assert 0 < int(element.get("data-open")) < len(shown)
    reached = {e.get("data-open") for root in shown for e in root.iter() if e.get("data-open")}
    assert reached == {str(number) for number in range(1, len(shown))}
    assert len(text) < 1.5 * MAX_BYTES


def test_the_hint_about_groups_is_shown_only_with_groups() -> None:
    assert "Click a group" in page("resnet50")
    assert "Click a group" not in page("lenet5")


def test_a_page_is_the_same_every_time() -> None:
    again = draw(MODELS / "resnet50.network.json", template="cvpr")
    assert again.to_bytes("html").decode() == page("resnet50")


def test_a_card_lists_the_differences_from_the_defaults() -> None:
    cards = data(page("resnet50"))["cards"]
    first = next(card for card in cards if card["names"] == "conv1_conv")
    assert first["rows"] == [
        ["shape", "224×224×3 → 112×112×64"],
        ["parameters", "9,472"],
        ["filters", "64"],
        ["kernel size", "7×7"],
        ["strides", "2×2"],
    ]
    block = next(card for card in cards if card["title"] == "Residual block ×3")
    assert dict(block["rows"])["layers"] == "10 Conv2D, 3 Add"


def test_names_are_escaped_for_html(tmp_path: Path) -> None:
    layers = [
        keras_layer("InputLayer", "image", batch_shape=[None, 8, 8, 3]),
        keras_layer(HOSTILE, "odd", "image", note=HOSTILE),
        keras_layer("Conv2D", HOSTILE, "odd", filters=4, kernel_size=[3, 3]),
    ]
    model = save_keras(tmp_path / "x.keras", keras_model(layers, "image", HOSTILE))
    text = draw(model, title=HOSTILE).to_bytes("html").decode()
    root = fromstring(text)
    assert [e.tag for e in root.iter() if e.tag == f"{HTML}b"] == []
    assert len(list(root.iter(f"{HTML}script"))) == 2
    assert text.count("<script") == text.count("</script") == 2
    assert root.find(f"{HTML}head/{HTML}title").text == HOSTILE
    assert HOSTILE in {value for card in data(text)["cards"] for _, value in card["rows"]}


@pytest.mark.parametrize("name", ["resnet50", "inceptionv3", "vit"])
def test_an_open_group_holds_the_same_layers(name: str) -> None:
    one_figure = figure(name)
    before = sorted(id for block in one_figure.outline.blocks for id in block.layers)
    for block in one_figure.outline.blocks:
        if not block.is_group:
            continue
        path = (block.layers[0],)
        opened = draw_network(one_figure.network, one_figure.options, opened=path).outline
        check_outline(one_figure.network, opened)
        if opened.level == one_figure.outline.level:
            assert sorted(id for each in opened.blocks for id in each.layers) == before
            assert len(opened.blocks) > len(one_figure.outline.blocks)


# Defaults


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([3, 3], "3×3"),
        ([[1, 1], [0, 0]], "1×1, 0×0"),
        (True, "yes"),
        (0.5, "0.5"),
        ({"class_name": "L2", "config": {"l2": 0.0001}}, "L2 (l2 0.0001)"),
        ({"class_name": "HeNormal", "config": {"seed": None}}, "HeNormal"),
        ({"class_name": "DTypePolicy", "config": {"name": "float16"}}, "float16"),
        ("x" * 90, "x" * 79 + "…"),
    ],
)
def test_values_are_written_in_words(value: object, expected: str) -> None:
    assert format_value(value) == expected


def test_usual_values_are_not_listed() -> None:
    config = {
        "name": "pool",
        "pool_size": [2, 2],
        "strides": [2, 2],
        "padding": "valid",
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
        "bias_regularizer": None,
    }
    assert list(load_defaults().find_changed("MaxPooling2D", config)) == [("pool size", "2×2")]


@pytest.mark.keras
def test_a_layer_with_defaults_lists_nothing() -> None:
    from keras import layers

    keras_layers = [
        layers.Conv2D(4, 3),
        layers.Dense(4),
        layers.BatchNormalization(),
        layers.LSTM(4),
        layers.GRU(4),
        layers.MultiHeadAttention(2, 8),
        layers.SeparableConv2D(4, 3),
        layers.Conv2DTranspose(4, 3),
        layers.MaxPooling2D(),
        layers.UpSampling2D(),
        layers.LayerNormalization(),
        layers.Embedding(10, 4),
        layers.Concatenate(),
        layers.LeakyReLU(),
        layers.GlobalAveragePooling2D(),
    ]
    required = {"filters", "kernel size", "units", "num heads", "key dim", "pool size", "size"}
    required |= {"input dim", "output dim", "axis"}
    for layer in keras_layers:
        changed = dict(load_defaults().find_changed(type(layer).__name__, layer.get_config()))
        assert set(changed) <= required, type(layer).__name__


# What it does


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if program() is None:
        pytest.skip("needs Chromium: apt install chromium")
    window = Browser()
    yield window
    window.close()


@pytest.fixture
def resnet(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    path = tmp_path / "resnet50.html"
    path.write_text(page("resnet50"), encoding="utf-8")
    browser.open(path)
    yield browser
    assert browser.complaints() == []


def is_shown(browser: Browser, selector: str) -> bool:
    return browser.run(
        "(found => !!found && getComputedStyle(found).display !== 'none')"
        f"(document.querySelector('{selector}'))"
    )


def test_pointing_at_a_glyph_shows_its_card(resnet: Browser) -> None:
    assert not is_shown(resnet, "#card")
    resnet.point("#conv1_conv")
    assert is_shown(resnet, "#card")
    text = resnet.run("document.querySelector('#card').innerText")
    assert text.split()[:2] == ["Conv2D", "conv1_conv"]
    assert "7×7" in text
    assert resnet.run("document.querySelector('#conv1_conv').getAttribute('aria-describedby')")
    resnet.point("h1")
    assert not is_shown(resnet, "#card")


def test_a_click_opens_a_group_in_place_and_escape_closes_it(resnet: Browser) -> None:
    before = resnet.run("document.querySelectorAll('#sheet .network > .glyph').length")
    resnet.click("#conv3_block4_add")
    after = resnet.run("document.querySelectorAll('#sheet .network > .glyph').length")
    assert after == before + 5
    assert resnet.run("document.querySelectorAll('#sheet .opened').length") == 6
    assert (
        resnet.run("document.querySelector('#trail').textContent") == "Whole figure›Residual block"
    )
    resnet.press("Escape")
    assert resnet.run("document.querySelectorAll('#sheet .network > .glyph').length") == before
    assert resnet.run("document.activeElement.id") == "conv3_block4_add"
    assert resnet.run("document.querySelector('#trail').textContent") == ""


def test_the_way_back_is_a_button(resnet: Browser) -> None:
    resnet.click("#conv3_block4_add")
    resnet.click("#trail button")
    assert resnet.run("document.querySelectorAll('#sheet .opened').length") == 0


def test_an_entry_of_the_legend_shows_its_glyphs(resnet: Browser) -> None:
    conv = '.entry[aria-label="Show where: Conv"]'
    lit = "[...document.querySelectorAll('.lit .network > .on')].map(e => e.id).join()"
    resnet.point(conv)
    assert resnet.run(lit) == "conv1_conv"
    resnet.point("h1")
    assert resnet.run(lit) == ""
    resnet.click(conv)
    resnet.point("h1")
    assert resnet.run(lit) == "conv1_conv"
    assert resnet.run(f"document.querySelector('{conv}').getAttribute('aria-pressed')") == "true"
    resnet.press("Escape")
    assert resnet.run(lit) == ""


def test_an_entry_only_in_groups_highlights_the_groups(resnet: Browser) -> None:
    resnet.point('.entry[aria-label="Show where: Residual block"]')
    lit = "document.querySelectorAll('.lit .network > .on.group').length"
    assert resnet.run(lit) == 4


def test_all_actions_work_with_the_keyboard(resnet: Browser) -> None:
    focus = "document.activeElement.id || document.activeElement.getAttribute('aria-label')"
    order = []
    for _ in range(12):
        resnet.press("Tab")
        order.append(resnet.run(focus))
    assert order[:4] == ["input_layer", "conv1_conv", "pool1_pool", "conv2_block3_add"]
    assert order[9:11] == ["Show where: Conv", "Show where: Max pooling"]
    for _ in range(4):
        resnet.press("Tab")
    resnet.run("document.querySelector('#pool1_pool').focus()")
    resnet.press("ArrowRight")
    assert resnet.run(focus) == "conv2_block3_add"
    ring = "getComputedStyle(document.activeElement.querySelector('.ring')).stroke"
    assert resnet.run(ring) == "rgb(31, 111, 209)"
    assert is_shown(resnet, "#card")
    resnet.press("Enter")
    assert resnet.run("document.activeElement.classList.contains('opened')")
    assert "is open" in resnet.run("document.querySelector('#spoken').textContent")
    resnet.press("Escape")
    assert resnet.run(focus) == "conv2_block3_add"
    resnet.press(" ")
    assert resnet.run("document.querySelectorAll('#sheet .opened').length") > 0


def test_reduced_motion_is_respected(resnet: Browser) -> None:
    duration = "getComputedStyle(document.querySelector('.glyph')).transitionDuration"
    assert resnet.run(duration) == "0.12s"
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    resnet.ask("Emulation.setEmulatedMedia", features=features)
    assert resnet.run(duration) == "0s"
    resnet.ask("Emulation.setEmulatedMedia", features=[])


def test_printing_shows_only_the_figure(resnet: Browser) -> None:
    resnet.ask("Emulation.setEmulatedMedia", media="print")
    assert [is_shown(resnet, part) for part in ("header", "footer", "#card")] == [False] * 3
    width = resnet.run("document.querySelector('#sheet svg').getBoundingClientRect().width")
    resnet.ask("Emulation.setEmulatedMedia", media="")
    assert width * 0.75 == pytest.approx(figure("resnet50").report["width_pt"], abs=0.1)
    assert resnet.printed().startswith(b"%PDF")


def test_a_hostile_name_runs_no_script(browser: Browser, tmp_path: Path) -> None:
    layers = [
        keras_layer("InputLayer", "image", batch_shape=[None, 8, 8, 3]),
        keras_layer(HOSTILE, HOSTILE, "image", note=HOSTILE),
    ]
    model = save_keras(tmp_path / "x.keras", keras_model(layers, "image", HOSTILE))
    path = tmp_path / "x.html"
    path.write_bytes(draw(model, title=HOSTILE).to_bytes("html"))
    browser.open(path)
    assert browser.run("document.title") == HOSTILE
    browser.press("Tab", "ArrowRight")
    assert HOSTILE in browser.run("document.querySelector('#card').innerText")
    assert browser.complaints() == []
