"""Chromium without a window, driven through its pipe by its own protocol: nothing to be installed.

Commands are JSON, each ended by a zero byte; answers bear the number of their command, all else is
an event.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    " ": (32, " "),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
    "F2": (113, ""),
}
"""The code of a key, and what it types."""


def program() -> str | None:
    """Return where Chromium is, if it is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


PATIENCE = 20.0
"""How many seconds are waited for what does not happen."""

POLL = 0.01

START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One window of Chromium."""

    def __init__(self, width: int = 1200, height: int = 800) -> None:
        path = program()
        assert path
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        near, self.writing = os.pipe()
        self.reading, far = os.pipe()
        # Chromium reads from 3 and writes to 4: what is passed to it shall be neither.
        reads, writes = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (near, far))
        flags = (
            "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run"
            f" --remote-debugging-pipe --user-data-dir={self.profile.name}"
            f" --window-size={width},{height} about:blank"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, str(reads), str(writes), path, *flags.split()],
            pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (near, far, reads, writes):
            os.close(end)
        self.number = 0
        self.rest = b""
        self.session: str | None = None
        self.told: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        found = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = found["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def close(self) -> None:
        """End the browser that was started."""
        self.session = None
        self.ask("Browser.close")
        self.process.wait(10)
        os.close(self.reading)
        os.close(self.writing)
        self.profile.cleanup()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its answer."""
        self.number += 1
        said: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if self.session:
            said["sessionId"] = self.session
        os.write(self.writing, json.dumps(said).encode() + b"\0")
        while True:
            heard = self.hear()
            if heard.get("id") == self.number:
                assert "error" not in heard, heard["error"]
                result: dict[str, Any] = heard["result"]
                return result
            self.told.append(heard)

    def hear(self) -> dict[str, Any]:
        """Return the next thing that Chromium says."""
        while b"\0" not in self.rest:
            part = os.read(self.reading, 1 << 16)
            assert part, "Chromium has ended"
            self.rest += part
        said, _, self.rest = self.rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(said)
        return heard

    def open(self, path: Path | str) -> None:
        """Load a file or an address, to its end."""
        self.told.clear()
        self.ask("Page.navigate", url=path if isinstance(path, str) else path.as_uri())
        end = time.monotonic() + 20
        while self.run("document.readyState") != "complete" or self.run("location.href") == (
            "about:blank"
        ):
            assert time.monotonic() < end

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, *keys: str, shift: bool = False, ctrl: bool = False, alt: bool = False) -> None:
        """Press keys, one after the other: names, or letters."""
        for key in keys:
            code, text = KEYS.get(key) or (ord(key.upper()), "" if ctrl or alt else key)
            common = {
                "key": key,
                "code": {" ": "Space"}.get(key, key),
                "windowsVirtualKeyCode": code,
                "modifiers": (8 if shift else 0) + (2 if ctrl else 0) + (1 if alt else 0),
            }
            typed = {"text": text} if text else {}
            self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **typed)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def point(self, selector: str) -> None:
        """Move the pointer to the middle of an element."""
        x, y = self.middle(selector)
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(
        self, selector: str, *, shift: bool = False, ctrl: bool = False, times: int = 1
    ) -> None:
        """Point at an element and click, once or twice."""
        self.point(selector)
        x, y = self.middle(selector)
        for count in range(1, times + 1):
            for type in ("mousePressed", "mouseReleased"):
                self.ask(
                    "Input.dispatchMouseEvent",
                    type=type,
                    x=x,
                    y=y,
                    button="left",
                    clickCount=count,
                    modifiers=(8 if shift else 0) + (2 if ctrl else 0),
                )

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one point of the window to another."""
        steps = (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end))
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=start[0], y=start[1])
        for type, (x, y) in steps:
            self.ask(
                "Input.dispatchMouseEvent", type=type, x=x, y=y, button="left", buttons=1,
                clickCount=1,
            )  # fmt: skip

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.ask("Input.insertText", text=text)

    def wait(self, script: str) -> Any:
        """Return the value of an expression of the page as soon as it is true."""
        return self.wait_for(lambda: self.run(script), lambda: script)

    def wait_for(self, test: Callable[[], Any], describe: Callable[[], str]) -> Any:
        """Return the value of a test as soon as it is true; `describe` tells what was not."""
        end = time.monotonic() + PATIENCE
        while not (found := test()):
            assert time.monotonic() < end, f"never true: {describe()}"
            time.sleep(POLL)
        return found

    def middle(self, selector: str) -> tuple[float, float]:
        """Return the middle of an element in the window."""
        box = self.run(
            f"(b => [b.x + b.width / 2, b.y + b.height / 2])"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        return box[0], box[1]

    def picture(self) -> bytes:
        """Return the window as a PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def printed(self) -> bytes:
        """Return the page as it is printed, as a PDF."""
        found = self.ask("Page.printToPDF", preferCSSPageSize=True)
        return base64.b64decode(found["data"])

    def complaints(self, base: str = "file:") -> list[str]:
        """Return errors and warnings of the page, and what it asked for beside itself.

        `base` is the beginning of its own addresses.
        """
        found = []
        for heard in self.told:
            params = heard.get("params", {})
            match heard.get("method"):
                case "Runtime.exceptionThrown":
                    found.append(str(params["exceptionDetails"]))
                case "Log.entryAdded" if params["entry"]["level"] in ("error", "warning"):
                    found.append(params["entry"]["text"])
                case "Network.requestWillBeSent":
                    url = params["request"]["url"]
                    if not url.startswith((base, "data:")):
                        found.append(url)
        return found
