"""A page of views: one file, the same every time, that no name can do harm to."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

import net2fig
from net2fig.errors import UsageError
from tests.conftest import keras_layer, keras_model, save_keras
from tests.views.conftest import ALEXNET, LENET, RESNET, UNET

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "a</script><script>alert(1)</script>\"'&<b onload=x>]]>"

PARTS = re.compile(
    r"<style>(?P<style>.*?)</style>.*?<script>(?P<script>.*)</script>\n</body>", re.DOTALL
)


def make_page() -> net2fig.views.page.ViewPage:
    view = net2fig.view
    return net2fig.page(
        [
            view.text("# Nets\n\nOne **is** `small`."),
            view(RESNET, template="cvpr"),
            view.table(RESNET),
            view.metrics(RESNET),
            view.chips([RESNET, LENET]),
            view.metrics([RESNET, LENET, UNET], metrics={"accuracy": [0.76, 0.99, 0.8]}),
            view.compare(LENET, ALEXNET),
        ],
        title="Report",
        columns=2,
    )


@pytest.fixture(scope="module")
def text() -> str:
    return make_page().to_bytes().decode()


def data(text: str) -> dict:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert match
    return json.loads(match[1])


def test_a_page_is_the_same_every_time(text: str) -> None:
    assert make_page().to_bytes().decode() == text


def test_the_page_is_well_formed_and_ids_are_unique(text: str) -> None:
    root = fromstring(text)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    keys = ("aria-describedby", "aria-labelledby", "data-from", "data-to")
    # What leads into the body of a group of a legend begins at no element.
    lines = [
        line for part in root.iter(f"{SVG}g") if part.get("class") == "network" for line in part
    ]
    elements = [*lines, *root.iter(f"{HTML}section"), *root.iter(f"{SVG}svg")]
    referred = {element.get(key) for element in elements for key in keys} - {None}
    assert referred <= set(ids)


def test_the_page_refers_to_no_other_file(text: str) -> None:
    names = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"}
    assert set(re.findall(r"\w+://[^\s\"'`)]*", text)) <= {*names, "http://www.w3.org/1999/xlink"}
    for element in fromstring(text).iter():
        for key, value in element.items():
            assert not key.endswith("src")
            assert not key.endswith("href") or value.startswith(("#", "data:"))


def test_the_policy_allows_only_the_style_and_the_script_of_the_page(text: str) -> None:
    match = PARTS.search(text)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert match
    assert policy
    for part in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(match[part].encode()).digest()).decode()
        assert f"{part}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert " style=" not in text.split("<script", maxsplit=1)[0]
    assert not re.search(r"\son\w+=", text.split("<script", maxsplit=1)[0])


def test_readers_without_a_script_see_every_view(text: str) -> None:
    root = fromstring(text)
    sections = [e for e in root.iter(f"{HTML}section") if "view" in e.get("class").split()]
    assert [e.get("class").split()[1] for e in sections] == [
        "text", "figure", "table", "metrics", "chips", "metrics", "compare",
    ]  # fmt: skip
    drawn = {"figure", "metrics", "chips", "compare"}
    for section in sections:
        assert (section.find(f".//{SVG}svg") is not None) == (section.get("class")[5:] in drawn)
    assert len(list(sections[2].iter(f"{HTML}tr"))) == 1 + len(net2fig.draw(RESNET).network.layers)


def test_each_network_is_held_once(text: str) -> None:
    content = data(text)
    assert [each["name"] for each in content["models"]] == ["resnet50", "lenet5", "unet", "alexnet"]
    assert [each["models"] for each in content["views"]] == [
        [], [0], [0], [0], [0, 1], [0, 1, 2], [1, 3],
    ]  # fmt: skip


def test_parts_stand_for_the_layers_that_the_network_has(text: str) -> None:
    content = data(text)
    root = fromstring(text)
    sections = [e for e in root.iter(f"{HTML}section") if "view" in e.get("class").split()]
    for section, view in zip(sections, content["views"], strict=True):
        models = [content["models"][number] for number in view["models"]]
        parts = [e for e in section.iter() if e.get("data-at")]
        assert bool(parts) == (view["kind"] != "text" and len(models) < 3)
        for part in parts:
            layers = models[int(part.get("data-of", "0"))]["layers"]
            ends = re.findall(r"\d+", part.get("data-at") + " " + part.get("data-with", ""))
            assert max(map(int, ends)) < len(layers)


def test_a_hidden_layer_goes_with_the_one_whose_data_it_passes_on(text: str) -> None:
    model = data(text)["models"][0]
    names = [layer[0] for layer in model["layers"]]
    groups = {layer[0]: model["words"][layer[5]] for layer in model["layers"]}
    assert groups["conv2_block1_1_bn"] == "Residual block"
    assert groups["conv1_bn"] == ""
    match = re.search(r'<g[^>]*id="v1-conv1_conv"[^>]*>', text)
    assert match
    carried = re.search(r'data-with="([^"]*)"', match[0])
    assert carried
    first, last = map(int, carried[1].split("-"))
    assert names[first : last + 1] == ["conv1_bn", "conv1_relu", "pool1_pad"]


def test_hostile_names_and_texts_are_only_shown(tmp_path: Path) -> None:
    layers = [
        keras_layer("InputLayer", "image", batch_shape=[None, 8, 8, 3]),
        keras_layer(HOSTILE, "odd", "image", note=HOSTILE),
        keras_layer("Conv2D", HOSTILE, "odd", filters=4, kernel_size=[3, 3]),
    ]
    model = str(save_keras(tmp_path / "x.keras", keras_model(layers, "image", HOSTILE)))
    view = net2fig.view
    views = [
        view(model),
        view.table(model),
        view.chips([model, LENET], names=[HOSTILE, "b"], width="7in"),
    ]
    views += [view.compare(model, LENET, names=[HOSTILE, "b"]), view.text(HOSTILE, title=HOSTILE)]
    text = net2fig.page(views, title=HOSTILE).to_bytes().decode()
    root = fromstring(text)
    assert [e.tag for e in root.iter() if e.tag == f"{HTML}b"] == []
    assert text.count("<script") == text.count("</script") == 2
    assert data(text)["models"][0]["layers"][2][0] == HOSTILE


def test_a_layer_may_be_called_as_a_part_of_the_page(tmp_path: Path) -> None:
    names = ["data", "title", "card", "view-0", "view-0-title", "v0-trail", "tools-view-0", "v1-x"]
    layers = [keras_layer("InputLayer", "image", batch_shape=[None, 8])]
    for number, name in enumerate(names):
        source = names[number - 1] if number else "image"
        layers.append(keras_layer("Dense", name, source, units=number + 1))
    model = str(save_keras(tmp_path / "x.keras", keras_model(layers, "image", names[-1])))
    figure = net2fig.view(model, detail="everything")
    for views in ([figure], [figure, net2fig.view(model, detail="everything")]):
        root = fromstring(net2fig.page(views).to_bytes())
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))


def test_chips_show_pins_and_a_tint() -> None:
    pins = [{"layer": "dense_1", "text": "wide"}]
    section = net2fig.view.chips(LENET, pins=pins, tint={"dense": 1.0, "dense_1": 2.0})
    markup = str(section.content.make("v"))
    assert "pin badge" in markup
    assert "tint" in markup


def test_figures_and_tables_of_chips_are_views_too() -> None:
    chips = net2fig.chip([LENET, UNET])
    page = net2fig.page([net2fig.draw(LENET), chips, net2fig.compare(LENET, UNET)])
    assert [each.content.kind for each in page.views] == ["figure", "chips", "compare"]
    assert repr(page) == "<Page 'lenet5': 3 views>"


@pytest.mark.parametrize(
    ("views", "more", "message"),
    [
        ([], {}, "missing argument: a view"),
        ([1], {}, "invalid view: int (as net2fig.view makes them)"),
        ([net2fig.view.text("a")], {"columns": 9}, "invalid columns: 9 (1 to 4)"),
    ],
)
def test_what_is_no_page_is_told(views: list, more: dict, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        net2fig.page(views, **more)
    assert str(caught.value) == message


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    page = net2fig.page([net2fig.view(LENET)])
    page.save(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == page.to_bytes()
    with pytest.raises(UsageError, match="unknown format"):
        page.save(tmp_path / "a.pdf")
