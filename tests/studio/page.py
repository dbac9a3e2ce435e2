"""The page of a studio in Chromium."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from net2fig.figure import draw
from net2fig.studio.command import make_studio
from net2fig.studio.document import digest
from net2fig.studio.server import make_server
from tests.conftest import ROOT
from tests.render.browser import Browser

RESIDUAL = "(Conv2D > Conv2D > Conv2D | .) > Add"
BLOCK = f'[[group]]\nname = "Block"\nmatch = "{RESIDUAL}"\n'

TOKEN = "a-token-of-the-tests"  # noqa: S105 - opens nothing


class Page:
    """A studio of a network in a folder, served to a browser."""

    def __init__(self, browser: Browser, folder: Path, name: str) -> None:
        self.browser = browser
        self.model = folder / f"{name}.network.json"
        shutil.copy(ROOT / "gallery" / "models" / self.model.name, self.model)
        self.file = folder / "net2fig.toml"
        self.studio = make_studio(str(self.model), None, ())
        self.studio.outputs.folder = folder
        self.server, listener = make_server(self.studio, TOKEN, 0)
        self.base = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        self.thread = threading.Thread(target=self.server.run, args=([listener],), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """End the server."""
        self.browser.open("about:blank#")
        self.server.should_exit = True
        self.thread.join(10)

    def begin(self, text: str = "") -> None:
        """Load the page with a text in the grouping file."""
        self.file.write_text(text)
        self.browser.open("about:blank#")
        self.browser.open(f"{self.base}#k={TOKEN}")
        self.settle(text)

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode() if self.file.exists() else ""

    def settle(self, text: str | None = None, look: str = "") -> None:
        """Wait until the file holds a text and the page shows the figure of it."""
        if text is not None:
            self.browser.wait_for(lambda: self.text == text, lambda: self.text)
        state = f"{digest(self.text)} {look}"
        script = (
            "(i => i && `${i.dataset.rev} ${i.dataset.look}`)(document.querySelector('.figure'))"
        )
        self.browser.wait(f"{script} === {json.dumps(state)}")

    def svg(self) -> bytes:
        """Return the bytes of the figure that is shown."""
        source: str = self.browser.run("document.querySelector('.figure').src")
        return unquote(source.partition(",")[2]).encode()

    def has(self, selector: str) -> bool:
        return bool(self.browser.run(f"!!document.querySelector({json.dumps(selector)})"))

    def wait(self, selector: str) -> None:
        """Wait until something is there."""
        self.browser.wait(f"!!document.querySelector({json.dumps(selector)})")

    def words(self, selector: str) -> str:
        """Return the text of an element."""
        text: str = self.browser.run(f"document.querySelector({json.dumps(selector)}).textContent")
        return text

    def selected(self) -> list[str]:
        found: list[str] = self.browser.run(
            "[...document.querySelectorAll('.hit.on')].map(e => e.dataset.id)"
        )
        return found

    def glyph(self, id: str, **how: Any) -> None:
        """Click a glyph."""
        self.browser.click(f".hit[data-id={json.dumps(id)}]", **how)

    def focus(self, selector: str) -> None:
        self.browser.run(f"document.querySelector({json.dumps(selector)}).focus()")

    def fill(self, selector: str, value: str) -> None:
        """Put a value into a field as typing it does, and leave the field by Enter."""
        self.browser.run(
            f"(e => {{ e.focus(); e.select(); }})(document.querySelector({json.dumps(selector)}))"
        )
        self.browser.type(value)
        self.browser.press("Enter")

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list."""
        self.browser.run(
            f"(e => {{ e.value = {json.dumps(value)};"
            " e.dispatchEvent(new Event('change', {bubbles: true})); })"
            f"(document.querySelector({json.dumps(selector)}))"
        )


def check(page: Page) -> None:
    """The page shows what the command draws from the file, to the byte."""
    assert page.svg() == draw(str(page.model)).to_bytes("svg")


def pane(page: Page, number: int) -> None:
    """Open a pane by its keys."""
    page.browser.press(str(number), alt=True)
