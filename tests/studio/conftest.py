"""A studio with a small network, without a server and in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from net2fig.studio import messages
from net2fig.studio.command import make_studio
from net2fig.studio.studio import Studio, Window
from tests.conftest import ROOT
from tests.render.browser import Browser
from tests.studio.page import Page

MODELS = ROOT / "gallery" / "models"


class Desk:
    """One window of a studio, without a server."""

    def __init__(self, folder: Path, name: str) -> None:
        self.model = folder / f"{name}.network.json"
        shutil.copy(MODELS / self.model.name, self.model)
        self.file = folder / "net2fig.toml"
        self.window = Window()
        self.studio: Studio = make_studio(str(self.model), None, ())
        self.drawn = self.draw()

    def draw(self) -> Any:
        """Draw, and return the message."""
        (reply,) = self.studio.draw(self.window)
        self.drawn = reply
        return reply

    @property
    def rev(self) -> str:
        return self.studio.document.revision

    def edit(self, request: Any) -> Any:
        """Make an edit and draw; return why it was not made, else the figure."""
        refused = self.studio.edit(self.window, request)
        return refused or self.draw()

    def set(self, path: str, value: Any) -> Any:
        return self.edit(messages.Set(self.rev, path.split("."), value))

    def text(self) -> str:
        return self.file.read_text() if self.file.exists() else ""


@pytest.fixture
def inception(tmp_path: Path) -> Desk:
    return Desk(tmp_path, "inceptionv3")


@pytest.fixture
def resnet(tmp_path: Path) -> Desk:
    return Desk(tmp_path, "resnet50")


@pytest.fixture
def unet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, "unet")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser(1400, 900)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    page = Page(browser, tmp_path_factory.mktemp("studio"), "resnet50")
    yield page
    page.close()


@pytest.fixture
def page(served: Page) -> Iterator[Page]:
    served.begin()
    yield served
    assert served.browser.complaints(served.base) == []
