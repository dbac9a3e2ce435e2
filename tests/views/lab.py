"""JupyterLab with a notebook of views, in Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

from tests.conftest import ROOT
from tests.render.browser import Browser

MODELS = ROOT / "gallery" / "models"
TOKEN = "a-token-of-the-tests"  # noqa: S105 - opens nothing
PATIENCE = 60

ROOTS = (
    "[...document.querySelectorAll('[data-lm-suppress-shortcuts]')]"
    ".map(e => e.shadowRoot).filter(Boolean)"
)
SELECTED = (
    f"{ROOTS}.map(r => [...r.querySelectorAll('.view .selected')]"
    ".map(e => e.cells ? e.cells[0].textContent : e.id).join())"
)


@contextmanager
def start(
    folder: Path, cells: Sequence[str], models: Sequence[str], size: tuple[int, int]
) -> Iterator[tuple[Browser, str]]:
    """Start JupyterLab with a notebook, and a browser that shows it; yield its address as well."""
    _write_notebook(folder, cells)
    for name in models:
        shutil.copy(MODELS / f"{name}.network.json", folder)
    with create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    base = f"http://127.0.0.1:{port}/"
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        env[name] = str(folder.with_name(f"{folder.name}-lab") / name.lower())
    words = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *(f"--IdentityProvider.token={TOKEN}", f"--notebook-dir={folder}"),
        "--LabApp.news_url=None",
    ]
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, cwd=folder
    )
    try:
        _wait_for_server(f"{base}api/status")
        browser = Browser(*size)
        browser.open(f"{base}doc/tree/views.ipynb?token={TOKEN}&reset")
        idle = "!!document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]')"
        wait(browser, idle)
        yield browser, base
        browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.terminate()
        process.wait(30)


def _write_notebook(folder: Path, sources: Sequence[str]) -> None:
    cells = [
        {
            "cell_type": "code", "id": f"c{number}", "metadata": {}, "source": text,
            "outputs": [], "execution_count": None,
        }
        for number, text in enumerate(sources)
    ]  # fmt: skip
    notebook = {
        "cells": cells, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (folder / "views.ipynb").write_text(json.dumps(notebook))


def ask(address: str, method: str = "GET") -> Any:
    """Ask the server of JupyterLab."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        address, method=method, headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
        return json.loads(answer.read() or b"null")


def _wait_for_server(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            ask(address)
        except OSError:
            assert time.monotonic() < end, "JupyterLab does not answer"
            time.sleep(0.1)
        else:
            return


def wait(browser: Browser, script: str) -> None:
    end = time.monotonic() + PATIENCE
    while not browser.run(script):
        assert time.monotonic() < end, f"never true: {script}"
        time.sleep(0.05)


def click(browser: Browser, number: int, selector: str) -> None:
    """Click in one of the views."""
    box = browser.run(
        f"(e => {{ e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
        f" return [b.x + b.width / 2, b.y + b.height / 2]; }})({ROOTS}[{number}]"
        f".querySelector({json.dumps(selector)}))"
    )
    for type in ("mousePressed", "mouseReleased"):
        browser.ask("Input.dispatchMouseEvent", type=type, x=box[0], y=box[1], button="left",
                    clickCount=1)  # fmt: skip


def run_cell(browser: Browser, number: int) -> None:
    """Run a cell, as often as JupyterLab is not ready to hear it."""
    cell = f".jp-CodeCell[data-windowed-list-index='{number}']"
    ran = f"document.querySelector({json.dumps(cell)})?.innerText.match(/^\\[(\\*|\\d+)\\]/)"
    end = time.monotonic() + PATIENCE
    while not browser.run(f"!!{ran}"):
        assert time.monotonic() < end, f"cell {number} does not run"
        if browser.run(f"!!document.querySelector({json.dumps(f'{cell} .cm-content')})"):
            browser.run(f"document.querySelector({json.dumps(cell)}).scrollIntoView()")
            browser.click(f"{cell} .cm-content")
            browser.press("Enter", shift=True)
            time.sleep(1)
