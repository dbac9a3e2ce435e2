"""A browser for pages of views, and models to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.render.browser import Browser, program

MODELS = ROOT / "gallery" / "models"
LENET, RESNET, UNET, ALEXNET = (
    str(MODELS / f"{name}.network.json") for name in ("lenet5", "resnet50", "unet", "alexnet")
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if program() is None:
        pytest.skip("needs Chromium: apt install chromium")
    window = Browser(1200, 1000)
    yield window
    window.close()
