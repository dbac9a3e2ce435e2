"""Whole models of modules that are not installed are one layer each, as large as they make it."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read
from net2fig.read.script import code
from net2fig.read.script.sandbox.layer_modules import load_layer_modules

HEAD = "import keras\nimport {}\n"


@pytest.fixture(
    params=[False, pytest.param(True, marks=pytest.mark.keras)], ids=["recorder", "keras"]
)
def draw(request, monkeypatch, tmp_path):
    if not request.param:
        monkeypatch.setattr(code, "is_keras_available", lambda: False)

    def draw_code(head: str, text: str) -> Network:
        path = Path(tmp_path, "net.py")
        path.write_text(f"{HEAD.format(head)}{text}\n")
        return read(path)

    return draw_code


def told(network: Network) -> list[str]:
    return [notice.text for notice in network.notices]


def describe(network: Network):
    return [(each.class_name, each.output, each.params) for each in network.layers]


def test_a_segmentation_is_a_map_as_large_as_the_image(draw) -> None:
    network = draw(
        "segmentation_models as sm",
        "model = sm.Unet('resnet34', classes=3, input_shape=(64, 96, 3), activation='softmax')\n"
        "model.compile('adam', sm.losses.dice_loss, [sm.metrics.iou_score])",
    )
    assert describe(network)[1:] == [("Unet resnet34", (None, 64, 96, 3), None)]
    assert "segmentation_models is not installed: Unet resnet34 is drawn by its name alone" in told(
        network
    )


def test_a_base_has_features_on_a_smaller_grid(draw) -> None:
    network = draw(
        "classification_models.keras as cm",
        "net, prepare = cm.Classifiers.get('resnet18')\n"
        "base = net((224, 200, 3), weights='imagenet', include_top=False)\n"
        "x = keras.layers.GlobalAveragePooling2D()(base.output)\n"
        "model = keras.Model(base.input, keras.layers.Dense(9)(x))",
    )
    assert describe(network)[1:] == [
        ("resnet18", (None, 7, 7, 512), None),
        ("GlobalAveragePooling2D", (None, 512), 0),
        ("Dense", (None, 9), 9 * 513),
    ]


def test_what_keras_has_too_is_drawn_as_that(draw) -> None:
    network = draw(
        "efficientnet.tfkeras as efn",
        "model = efn.EfficientNetB0(input_shape=(64, 64, 3), weights='noisy-student',"
        " include_top=False, backend=keras.backend)",
    )
    assert network.params == 4_049_571
    text = "efficientnet is not installed: EfficientNetB0 is drawn as that of keras.applications"
    assert text in told(network)


@pytest.mark.keras
def test_the_features_are_those_that_keras_has() -> None:
    import keras

    (entry,) = (e for e in load_layer_modules()["models"] if e.get("chooser"))
    for names, size in entry["features"].items():
        title = {"mobilenet": "MobileNet", "mobilenetv2": "MobileNetV2"}.get(names)
        if names.startswith("densenet"):
            title = names.replace("densenet", "DenseNet")
        if title is not None:
            base = getattr(keras.applications, title)(include_top=False, weights=None)
            assert base.output_shape[-1] == size
