"""What the recorder does not know it declines; then Keras answers, or the reason is told."""

from __future__ import annotations

import pytest

from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.script import code

START = "import keras\nimport tensorflow as tf\nfrom keras import layers, ops\n"
MODEL = "inputs = keras.Input((8, 8, 3))\nx = {}\nmodel = keras.Model(inputs, x)\n"

UNKNOWN = {
    "layers.STFTSpectrogram()(inputs)": "keras.layers.STFTSpectrogram",
    "layers.Lambda(lambda x: x, mask=lambda x, m: m)(inputs)": "a Lambda with a mask",
    "layers.Lambda(lambda x: tf.roll(x, 1, 1))(inputs)": "tensorflow.roll",
    "tf.image.resize(inputs, (inputs, 4))": "of images",
    "tf.scan(abs, inputs)": "tensorflow.scan",
    "keras.activations.mish(inputs)": "keras.activations.mish called by itself",
    "layers.EinsumDense('abcd,de->abce', (7, 8, 4))(inputs)": "an EinsumDense by",
    "tf.constant(inputs)": "of anything but numbers",
    "keras.Model.from_config({})": "Model.from_config",
    "tf.Variable(1.0) + inputs": "tensorflow.Variable",
    "ops.unravel_index(inputs, (2, 2))": "keras.ops.unravel_index",
    "layers.Conv2D(3.5, 3)(inputs)": "filters=3.5 of Conv2D",
    "layers.Conv2D(3, 3, kernel_initializer=lambda s, dtype: 0)(inputs)": "initializers <function",
    "layers.Conv2D(3, 9)(inputs)": "the shape of what a Conv2D returns",
    "layers.Dense(3, units=4)(inputs)": "argument 'units' of Dense",
    "layers.Dense(3)(keras.Input((2,)))": "is not led to by its inputs",
    "layers.Add()([inputs, keras.Input((7, 8, 3))])": "the shape of what a Add returns",
    "layers.LSTM(3)(inputs)": "a LSTM called on tensors of the shapes",
    "layers.Dense(3)(1.0)": "a Dense called on values that are no tensors of Keras",
    "inputs[ops.ones((2,))]": "the shape of what a GetItem returns",
    "layers.Dense(int(inputs))(inputs)": "__int__() of a symbolic tensor",
    "keras.models.load_model(__file__)": "keras.models.load_model",
    "layers.NoSuchLayer()(inputs)": "keras.layers.NoSuchLayer",
}


@pytest.fixture
def without_keras(monkeypatch):
    monkeypatch.setattr(code, "is_keras_available", lambda: False)


def write(folder, text):
    path = folder / "net.py"
    path.write_text(START + text)
    return path


def refusal(path, **options):
    with pytest.raises(ModelError) as caught:
        read(path, **options)
    return caught.value.lines()


@pytest.mark.parametrize("expression", [*UNKNOWN][::3])
def test_an_unknown_name_is_reported_with_its_line(tmp_path, expression):
    message, hint = refusal(write(tmp_path, MODEL.format(expression)), reader="record")
    assert message.startswith("unsupported code: net.py cannot be recorded: ")
    assert UNKNOWN[expression] in message
    assert message.endswith(("net.py, line 5", "net.py, line 6"))
    assert hint == "hint: --reader auto lets Keras run what cannot be recorded"


@pytest.mark.slow
@pytest.mark.parametrize("expression", UNKNOWN)
def test_everything_unknown_is_declined(tmp_path, expression):
    message = refusal(write(tmp_path, MODEL.format(expression)), reader="record")[0]
    assert UNKNOWN[expression] in message


@pytest.mark.usefixtures("without_keras")
def test_without_keras_the_error_names_the_reason(tmp_path):
    message, hint = refusal(write(tmp_path, MODEL.format("layers.Dense(3)(1.0)")))
    why = "the recorder does not know a Dense called on values that are no tensors of Keras"
    assert message == (
        f"missing module: TensorFlow, which net.py needs to run: {why}, in net.py, line 5"
    )
    assert hint == "hint: pip install 'net2fig[tensorflow]'"


def test_a_handler_of_the_code_does_not_stop_declining(tmp_path):
    text = (
        "inputs = keras.Input((8,))\ntry:\n    x = layers.STFTSpectrogram()(inputs)\nexcept:\n"
        "    x = layers.Dense(3)(inputs)\nmodel = keras.Model(inputs, x)\n"
    )
    path = write(tmp_path, text)
    assert "keras.layers.STFTSpectrogram" in refusal(path, reader="record")[0]


@pytest.mark.usefixtures("without_keras")
def test_an_error_in_the_code_is_reported_unchanged(tmp_path):
    path = write(tmp_path, MODEL.format("layers.Dense(3)(inputs) + 1 / 0"))
    message = "invalid code: ZeroDivisionError: division by zero\n  in net.py, line 5"
    assert refusal(path)[0] == message


def test_a_library_that_asks_for_keras_is_declined(tmp_path):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "helping.py").write_text("from keras import layers\nmade = layers.Dense(2)\n")
    text = f"import sys\nsys.path.append({str(folder)!r})\nimport helping\n"
    path = write(tmp_path, text + MODEL.format("helping.made(inputs)"))
    assert "keras.layers, asked for by the library 'helping'" in refusal(path, reader="record")[0]


@pytest.mark.usefixtures("without_keras")
def test_another_backend_is_left_to_keras(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    path = write(tmp_path, MODEL.format("layers.Dense(3)(inputs)"))
    assert "the backend 'jax' of Keras" in refusal(path)[0]


@pytest.mark.keras
def test_keras_reads_the_code_that_the_recorder_declines(tmp_path):
    path = write(tmp_path, MODEL.format("layers.Lambda(lambda x: tf.roll(x, 1, 1))(inputs)"))
    network = read(path)
    assert network.reader == "keras"
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Lambda"]


@pytest.mark.usefixtures("without_keras")
def test_recorded_code_needs_no_keras(tmp_path):
    network = read(write(tmp_path, MODEL.format("layers.Dense(3)(inputs)")))
    assert network.reader == "record"
    assert [layer.params for layer in network.layers] == [0, 12]
