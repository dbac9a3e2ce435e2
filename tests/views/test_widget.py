"""Views as widgets: in Python, and as a notebook runs them in a browser.

The notebook is played by the test: each widget evaluates a copy of the script of its own, as in
JupyterLab, and talks to Python only where the test passes messages on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

import net2fig
from net2fig.errors import Net2figWarning, UsageError
from net2fig.views import widget
from net2fig.views.view import View
from tests.conftest import ROOT, keras_layer, keras_model, save_keras
from tests.render.browser import Browser
from tests.views.conftest import ALEXNET, LENET, RESNET, UNET

pytest.importorskip("anywidget", reason="needs anywidget: pip install '.[notebook]'")

WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"

NOTEBOOK = """<!DOCTYPE html>
<meta charset="utf-8">
<title>Notebook</title>
<body>
<script>
class Model extends EventTarget {
  constructor(traits) { super(); this.traits = traits; this.calls = new Map(); this.sent = []; }
  get(name) { return this.traits[name]; }
  set(name, value) { this.traits[name] = value; }
  on(name, call) { this.calls.set(call, name); }
  off(name, call) { this.calls.delete(call); }
  save_changes() { this.sent.push(JSON.stringify(this.traits.state)); }
  receive(name, value) {
    this.traits[name] = value;
    for (const [call, each] of [...this.calls]) if (each === `change:${name}`) call();
  }
}
const models = [];
const ends = [];
async function show(number, source, traits) {
  const module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const model = new Model(traits);
  const el = document.createElement("div");
  el.id = `cell-${number}`;
  document.body.append(el);
  models[number] = model;
  ends[number] = module.default.render({model, el});
  return number;
}
const root = (number) => document.querySelector(`#cell-${number} > div`).shadowRoot;
const selected = (number) => [...root(number).querySelectorAll(".selected")]
  .map((e) => e.id || e.cells?.[0].textContent || e.getAttribute("aria-label"));
</script>
"""


class Notebook:
    """Views in a browser, with Python in reach or not."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.views: list[View] = []
        path = folder / "notebook.html"
        path.write_text(NOTEBOOK, encoding="utf-8")
        browser.open("about:blank#")
        browser.open(path)

    def show(self, *views: View) -> None:
        for view in views:
            traits = {name: getattr(view.widget, name) for name in ("content", "room", "state")}
            words = (len(self.views), widget.write_module(), traits)
            script = f"show({', '.join(json.dumps(each) for each in words)})"
            found = self.browser.ask(
                "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
            )
            assert "exceptionDetails" not in found, found["exceptionDetails"]
            self.views.append(view)

    def selected(self, number: int) -> list[str]:
        return self.browser.run(f"selected({number})")

    def click(self, number: int, selector: str, **how: bool) -> None:
        """Click in a view, as a mouse does."""
        box = self.browser.run(
            f"(e => {{ e.scrollIntoView({{block: 'center'}});"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2];"
            f" }})(root({number}).querySelector({json.dumps(selector)}))"
        )
        for type in ("mousePressed", "mouseReleased"):
            self.browser.ask(
                "Input.dispatchMouseEvent", type=type, x=box[0], y=box[1], button="left",
                clickCount=1, modifiers=2 if how.get("ctrl") else 0,
            )  # fmt: skip

    def tell_python(self) -> None:
        """Pass what the views have sent on to Python, in its order."""
        for number, view in enumerate(self.views):
            for text in self.browser.run(f"models[{number}].sent.splice(0)"):
                view.widget.set_state({"state": json.loads(text)})

    def tell_browser(self) -> None:
        """Pass what Python has changed on to the views."""
        for number, view in enumerate(self.views):
            value = json.dumps(view.widget.state)
            self.browser.run(f"models[{number}].receive('state', {value})")


@pytest.fixture
def notebook(browser: Browser, tmp_path: Path) -> Iterator[Notebook]:
    notebook = Notebook(browser, tmp_path)
    yield notebook
    complaints = [each for each in browser.complaints() if not each.startswith("blob:")]
    assert complaints == []


@pytest.fixture(autouse=True)
def new_rooms() -> None:
    from net2fig.views import room

    room._ROOMS.clear()


# In Python


def test_views_of_a_room_share_their_state() -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    figure.selection = ["conv2d", "dense"]
    assert table.selection == ["conv2d", "dense"]
    assert [layer.class_name for layer in table.selected_layers] == ["Conv2D", "Dense"]
    table.filter, table.group = "params>1k", "kind"
    assert (figure.filter, figure.group) == ("params>1k", "kind")
    assert figure.widget.state == table.widget.state == figure.room.state.to_data()


def test_two_rooms_are_independent() -> None:
    one, other = net2fig.view(LENET, room="a"), net2fig.view(LENET, room="b")
    alone = [net2fig.view.table(LENET, room=None) for _ in range(2)]
    one.selection = ["conv2d"]
    assert [each.selection for each in (one, other, *alone)] == [["conv2d"], [], [], []]
    assert len({each.room.address for each in (one, other, *alone)}) == 4


def test_layers_of_several_models_have_the_name_of_their_model() -> None:
    chips = net2fig.view.chips([LENET, UNET])
    table = net2fig.view.table(UNET)
    table.selection = ["conv2d_1"]
    assert chips.selection == ["unet/conv2d_1"]
    chips.selection = ["lenet5/conv2d", "unet/conv2d"]
    assert table.selection == ["conv2d"]
    chips.models = ["lenet5"]
    assert (chips.models, table.models) == (["lenet5"], [])
    # What is selected in a view leaves that of models that it does not show.
    table.selection = []
    assert chips.selection == ["lenet5/conv2d"]


def test_a_function_is_called_after_each_change() -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    heard: list[list[str]] = []
    end = table.on_change(lambda view: heard.append(view.selection))
    figure.selection = ["conv2d"]
    figure.widget.set_state({"state": {**figure.widget.state, "selection": {}, "clock": 9}})
    end()
    figure.selection = ["dense"]
    assert heard == [["conv2d"], []]


def test_of_two_states_the_later_wins() -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    key = figure._keys[0]
    late = {"clock": 6, "selection": {key: ["dense"]}, "filter": "", "group": "", "models": []}
    early = {**late, "clock": 5, "selection": {key: ["conv2d"]}}
    for each, state in ((figure, late), (table, early)):
        each.widget.set_state({"state": state})
    assert figure.selection == table.selection == ["dense"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("selection", ["conv2"], "unknown layer: 'conv2' in the selection of a view"),
        ("group", "kinds", "unknown grouping: 'kinds'"),
        ("models", ["x"], "unknown model: 'x' in a view"),
    ],
)
def test_what_cannot_be_set_is_told(name: str, value: Any, message: str) -> None:
    figure = net2fig.view(LENET)
    with pytest.raises(UsageError) as caught:
        setattr(figure, name, value)
    assert message in str(caught.value)
    assert figure.room.state.clock == 0


def test_a_view_is_a_widget_and_a_drawing_for_readers_without_a_script() -> None:
    data, about = net2fig.view(LENET)._repr_mimebundle_()
    assert {WIDGET, SVG, "image/png"} <= set(data)
    assert data[SVG].encode() == net2fig.draw(LENET).to_bytes("svg")
    assert about["image/png"]["width"] > 0
    for view in (net2fig.view.chips([LENET, UNET]), net2fig.view.compare(LENET, UNET)):
        assert fromstring(view._repr_mimebundle_()[0][SVG]).tag.endswith("svg")
    table, _ = net2fig.view.table(LENET)._repr_mimebundle_()
    assert set(table) == {WIDGET, "text/html"}
    assert table["text/html"].count("<tr") == 10
    assert set(net2fig.view.metrics(LENET)._repr_mimebundle_(include=[SVG])[0]) == {WIDGET, SVG}


def test_without_the_package_a_view_is_static(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widget, "find_spec", lambda _: None)
    view = net2fig.view(LENET)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data, _ = view._repr_mimebundle_()
    assert WIDGET not in data
    assert SVG in data
    assert [each.category for each in caught] == [Net2figWarning]
    widget._make_class.cache_clear()
    with pytest.raises(UsageError) as error:
        _ = view.widget
    assert error.value.lines() == [
        "missing package: 'anywidget' (views in a notebook need it)",
        "hint: pip install 'net2fig[notebook]'",
    ]


def test_views_and_pages_are_made_without_the_packages_of_notebooks() -> None:
    script = (
        "import sys, net2fig\n"
        f"view = net2fig.view.table({LENET!r})\n"
        "view.selection = ['dense']\n"
        "net2fig.page([view]).to_bytes()\n"
        "print([n for n in ('anywidget', 'traitlets', 'IPython') if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert result.stdout == "[]\n"


def test_marimo_is_given_the_widget() -> None:
    view = net2fig.view(LENET)
    assert view._display_() is view.widget


# In a browser


def test_views_are_linked_without_python(notebook: Notebook) -> None:
    view = net2fig.view
    notebook.show(view(RESNET, template="cvpr"), view.table(RESNET), view.chips([RESNET, LENET]))
    notebook.show(view.table(RESNET, room="other"), view.compare(LENET, ALEXNET))
    notebook.click(0, "#v0-conv1_conv")
    assert notebook.selected(0) == ["v0-conv1_conv"]
    assert notebook.selected(1) == ["conv1_conv"]
    assert notebook.selected(2) == ["Conv2D, conv1_conv, 112×112×64"]
    assert notebook.selected(3) == notebook.selected(4) == []
    notebook.click(1, "tr[data-at='6']")
    assert notebook.selected(0) == ["v0-pool1_pool"]
    # Nothing was passed on to Python, which knows nothing of it.
    assert notebook.views[0].selection == []


def test_python_sees_and_sets_what_is_selected(notebook: Notebook) -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    notebook.show(figure, table)
    notebook.tell_python()
    notebook.click(0, "#v0-conv2d_1")
    notebook.click(0, "#v0-dense", ctrl=True)
    notebook.tell_python()
    assert figure.selection == table.selection == ["conv2d_1", "dense"]
    table.selection = ["dense_1"]
    notebook.tell_browser()
    assert notebook.selected(0) == ["v0-dense_1"]
    assert notebook.selected(1) == ["dense_1"]
    figure.filter = ":conv"
    notebook.tell_browser()
    rows = "[...root(1).querySelectorAll('tbody tr')].map(e => e.cells[0].textContent)"
    assert notebook.browser.run(rows) == ["conv2d", "conv2d_1", "conv2d_2"]
    # What Python hears of its own change makes no other.
    clock = figure.room.state.clock
    notebook.tell_python()
    assert figure.room.state.clock == clock


def test_messages_that_cross_end_in_one_state(notebook: Notebook) -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    notebook.show(figure, table)
    notebook.click(0, "#v0-conv2d_1")
    notebook.click(0, "#v0-dense")
    table.filter = "conv"
    for _ in range(3):
        notebook.tell_python()
        notebook.tell_browser()
    states = [notebook.browser.run(f"models[{number}].get('state')") for number in (0, 1)]
    assert states == [figure.room.state.to_data()] * 2
    assert notebook.selected(0) == ["v0-dense"]


def test_a_view_that_is_shown_later_has_the_state_of_its_room(notebook: Notebook) -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    notebook.show(figure)
    notebook.click(0, "#v0-conv2d_1")
    notebook.show(table)
    assert notebook.selected(1) == ["conv2d_1"]
    notebook.tell_python()
    assert table.selection == ["conv2d_1"]


def test_a_table_has_a_toolbar(notebook: Notebook) -> None:
    notebook.show(net2fig.view(LENET), net2fig.view.table(LENET))
    notebook.browser.run("root(1).querySelector('.toolbar input').focus()")
    notebook.browser.type(":dense")
    lit = "[...root(0).querySelectorAll('.network > [data-at]:not(.out)')].map(e => e.id)"
    assert notebook.browser.run(lit) == ["v0-dense", "v0-dense_1"]
    assert notebook.browser.run("root(0).querySelector('.toolbar')") is None


def test_cards_and_keys_work_within_a_view(notebook: Notebook) -> None:
    notebook.show(net2fig.view(RESNET, template="cvpr"))
    run = notebook.browser.run
    run("window.heard = []; document.body.addEventListener('keydown', e => heard.push(e.key))")
    run("root(0).querySelector('#v0-conv2_block3_add').focus()")
    notebook.browser.press("Enter")
    assert run("root(0).querySelector('.trail').textContent") == "Whole figure›Residual block"
    assert run("root(0).querySelectorAll('.opened').length") > 0
    notebook.browser.press("Escape")
    assert run("root(0).querySelector('.trail').textContent") == ""
    assert run("root(0).activeElement.id") == "v0-conv2_block3_add"
    assert run("heard") == []
    assert run("document.getElementById('card')") is None


def test_a_hostile_name_is_only_shown(notebook: Notebook, tmp_path: Path) -> None:
    hostile = "a</script><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>]]>"
    layers = [
        keras_layer("InputLayer", "image", batch_shape=[None, 8, 8, 3]),
        keras_layer("Conv2D", hostile, "image", filters=4, kernel_size=[3, 3]),
    ]
    model = str(save_keras(tmp_path / "x.keras", keras_model(layers, "image", hostile)))
    notebook.show(net2fig.view(model), net2fig.view.table(model))
    notebook.click(1, "tr[data-at='1']")
    assert notebook.selected(1) == [hostile]
    found = "[0, 1].map(n => root(n).querySelectorAll('script, img, [onerror]').length)"
    assert notebook.browser.run(found) == [0, 0]
    notebook.browser.run("root(1).querySelectorAll('.actions button')[1].click()")


def test_a_view_that_is_gone_hears_nothing(notebook: Notebook) -> None:
    figure, table = net2fig.view(LENET), net2fig.view.table(LENET)
    notebook.show(figure, table)
    notebook.tell_python()
    notebook.browser.run("ends[1](); models[1].sent.splice(0)")
    notebook.click(0, "#v0-conv2d_1")
    assert notebook.browser.run("models[1].sent") == []
    assert notebook.selected(1) == []
