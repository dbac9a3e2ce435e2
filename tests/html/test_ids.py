"""Names of layers and ids of the page do not meet."""

from __future__ import annotations

import itertools
from pathlib import Path

from defusedxml.ElementTree import fromstring

from net2fig.figure import draw
from tests.conftest import keras_layer, keras_model, save_keras

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"

OWN_IDS = ["title", "trail", "sheet", "hint", "card", "spoken", "data", "desc", "s1-x", "state-1"]


def test_a_layer_may_be_called_as_a_part_of_the_page(tmp_path: Path) -> None:
    layers = [keras_layer("InputLayer", "data", batch_shape=[None, 8])]
    for source, name in itertools.pairwise(["data", *OWN_IDS[:6], *OWN_IDS[7:], "glyph-data"]):
        layers.append(keras_layer("Dense", name, source, units=len(layers)))
    model = save_keras(tmp_path / "x.keras", keras_model(layers, "data", "glyph-data"))
    text = draw(model, detail="everything").to_bytes("html").decode()
    root = fromstring(text)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    # The first element with the id is the one that the script asks for.
    (script,) = [e for e in root.iter() if e.get("id") == "data"]
    assert script.tag == f"{HTML}script"
    lines = [e.get(key) for e in root.iter() for key in ("data-from", "data-to") if e.get(key)]
    assert lines
    assert set(lines) <= set(ids)
