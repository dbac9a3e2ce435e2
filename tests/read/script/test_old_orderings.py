"""Where Keras 1 put the channels of pictures: `K.set_image_dim_ordering`."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.checks.pipeline import check
from net2fig.read import read

CODE = """
from keras import backend as K
from keras.models import Sequential
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
K.set_image_dim_ordering("{ordering}")
assert K.image_dim_ordering() == "{ordering}"
model = Sequential()
model.add(Conv2D(20, kernel_size=5, padding="same", input_shape={shape}))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(10))
"""


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize(("ordering", "shape"), [("th", "(1, 28, 28)"), ("tf", "(28, 28, 1)")])
def test_an_ordering_says_where_the_channels_are(ordering: str, shape: str, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(CODE.format(ordering=ordering, shape=shape))
    network = read(tmp_path / "net.py", reader="keras")
    pooled = next(layer for layer in network.layers if layer.op == "MaxPooling2D")
    extent = pooled.extent()
    assert extent is not None
    assert extent.features == 20
    assert network["dense"].params == 14 * 14 * 20 * 10 + 10
    assert [each for each in check(network) if each.tier == "error"] == []
