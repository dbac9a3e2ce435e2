"""Take the pictures of docs/notebook.md: `python -m tests.views.screens`, from the top folder.

That of JupyterLab is taken where JupyterLab is installed.
"""

from __future__ import annotations

import io
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

import net2fig
from tests.conftest import ROOT
from tests.render.browser import Browser
from tests.views import lab

SCREENS = ROOT / "docs" / "screens"
COLORS = 96
"""A screen is flat: few colours make a small file."""

MODELS = ROOT / "gallery" / "models"

CELLS = (
    'import net2fig\n\nfigure = net2fig.view("unet.network.json", template="cvpr")\nfigure',
    'table = net2fig.view.table("unet.network.json")\ntable',
)


def take(browser: Browser, name: str) -> None:
    """Write the window as a picture."""
    with Image.open(io.BytesIO(browser.picture())) as image:
        small = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        small.save(SCREENS / f"{name}.png", optimize=True)


def take_page(folder: Path) -> None:
    """Take the picture of a page on which a group is selected."""
    unet, resnet = (str(MODELS / f"{name}.network.json") for name in ("unet", "resnet50"))
    view = net2fig.view
    views = [view(resnet, template="cvpr"), view.table(resnet), view.metrics(resnet)]
    views.append(view.chips([resnet, unet, str(MODELS / "lenet5.network.json")]))
    path = folder / "page.html"
    net2fig.page(views, title="ResNet-50", columns=2).save(path)
    browser = Browser(1240, 860)
    browser.open(path)
    browser.click("#v0-conv3_block4_add", ctrl=True)
    browser.point("h1")
    take(browser, "views-page")
    browser.close()


def take_lab(folder: Path) -> None:
    """Take the picture of JupyterLab."""
    with lab.start(folder, CELLS, ["unet"], (1240, 1020)) as (browser, _):
        for number in range(len(CELLS)):
            lab.run_cell(browser, number)
            lab.wait(browser, f"{lab.ROOTS}.length === {number + 1}")
        browser.run("document.querySelector('.jp-toastContainer')?.remove()")
        lab.click(browser, 0, "#v0-conv2d_9")
        lab.wait(browser, f"{lab.SELECTED}.every(Boolean)")
        browser.point(".jp-NotebookPanel-toolbar")
        take(browser, "views-lab")


def main() -> None:
    """Take all pictures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        take_page(Path(folder))
        if find_spec("jupyterlab"):
            os.environ.setdefault("CI", "1")
            take_lab(Path(folder))


if __name__ == "__main__":
    main()
