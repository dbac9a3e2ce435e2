"""Settings that decide what all layers do are followed, by whatever name code reaches them."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.read import read

SCRIPT = """
from keras import backend as K
from keras import layers, models
{setting}
model = models.Sequential(
    [layers.Input((3, 32, 64)), layers.Conv2D(16, 3, padding='same'), layers.Flatten()]
)
"""


@pytest.mark.parametrize(
    ("setting", "params"),
    [
        ("K.set_image_data_format('channels_first')", 3 * 9 * 16 + 16),
        ("", 64 * 9 * 16 + 16),
    ],
)
def test_the_place_of_channels_is_that_of_the_code(
    tmp_path: Path, setting: str, params: int
) -> None:
    path = tmp_path / "model.py"
    path.write_text(SCRIPT.format(setting=setting), "utf-8")
    assert read(path).params == params
