"""The arguments of Keras 1 in code."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.attributes import attributes_of
from net2fig.read import read
from net2fig.read.keras.keras1 import translate_arguments

CODE = """
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Dropout, Flatten, LSTM, MaxPooling2D
from keras.constraints import maxnorm

model = Sequential()
model.add(Convolution2D(8, 5, 3, border_mode="same", init="zero", input_shape=(32, 32, 3)))
model.add(Convolution2D(nb_filter=4, nb_row=3, nb_col=3, subsample=(2, 2), activation="relu"))
model.add(Flatten())
model.add(Dropout(p=0.25))
model.add(Dense(output_dim=10, init="he_normal", W_constraint=maxnorm(3)))
"""


def test_new_arguments_are_left_alone() -> None:
    words = {"units": 3, "kernel_initializer": "zeros"}
    assert translate_arguments("Dense", (1,), words, words) == ((1,), words)
    # A name of today wins over one of Keras 1.
    assert translate_arguments("Own", (), {"p": 1}, {"p"}) == ((), {"p": 1})


def test_the_batch_of_the_input_is_left_out() -> None:
    assert translate_arguments("Dense", (1,), {"batch_input_shape": (None, 3)}, ()) == (
        (1,), {"input_shape": (3,)},
    )  # fmt: skip


@pytest.mark.parametrize("reader", ["record", pytest.param("keras", marks=pytest.mark.keras)])
def test_code_with_old_arguments_is_read(tmp_path: Path, reader: str) -> None:
    path = tmp_path / "old.py"
    path.write_text(CODE if reader == "keras" else CODE.replace("maxnorm", "MaxNorm"), "utf-8")
    network = read(path, reader=reader)
    first, second, _, drop, last = (attributes_of(each) for each in network.layers[1:])
    assert (first["kernel"], first["filters"], first["padding"]) == ([5, 3], 8, "same")
    assert first.layer(first["kernel_initializer"]).class_name == "Zeros"
    assert (second["kernel"], second["stride"], second["filters"]) == ([3, 3], [2, 2], 4)
    assert drop["rate"] == 0.25
    assert last["units"] == 10
