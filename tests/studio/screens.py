"""Take the pictures of docs/studio.md: `python -m tests.studio.screens`, from the top folder.

The walk is that of the page: the decoder of a U-Net becomes a group, with a name and a colour.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image

from tests.conftest import ROOT
from tests.render.browser import Browser
from tests.studio.page import Page, pane

SCREENS = ROOT / "docs" / "screens"
WIDE = 900
PAUSE = 1800
"""The width of the moving picture, and for how many milliseconds each frame stands."""

COLORS = 96
"""A screen is flat: few colours make a small file."""


def take(page: Page, name: str) -> None:
    """Write the window as a picture."""
    page.browser.run("document.querySelector('.toast')?.classList.remove('on')")
    page.browser.run("new Promise(done => setTimeout(done, 300))")
    with Image.open(io.BytesIO(page.browser.picture())) as image:
        small = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        small.save(SCREENS / f"{name}.png", optimize=True)


def move(frames: list[bytes]) -> None:
    """Write windows as one moving picture."""
    images = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
    size = (WIDE, round(images[0].height * WIDE / images[0].width))
    small = [image.resize(size, Image.Resampling.LANCZOS) for image in images]
    path = SCREENS / "studio-walk.webp"
    small[0].save(path, save_all=True, append_images=small[1:], duration=PAUSE, loop=0, quality=60)


def walk(page: Page) -> None:
    """Adjust the figure of a U-Net, and take a picture at each step."""
    page.begin()
    frames = [page.browser.picture()]
    take(page, "studio-first")
    page.glyph("up_sampling2d")
    page.glyph("conv2d_12", shift=True)
    page.wait("#group-name")
    frames.append(page.browser.picture())
    page.browser.press("g")
    page.browser.wait("document.activeElement.id === 'group-name'")
    page.browser.type("Decoder step")
    take(page, "studio-group")
    page.browser.press("Enter")
    page.browser.wait_for(lambda: page.text, lambda: "no group")
    page.settle()
    frames.append(page.browser.picture())
    page.browser.click('.hit.entry[data-entry="Decoder step"]')
    page.browser.press("c")
    page.wait(".swatches")
    take(page, "studio-colour")
    frames.append(page.browser.picture())
    page.choose("#template", "cvpr-column")
    page.browser.wait_for(lambda: "cvpr" in page.text, lambda: "no template")
    page.settle()
    frames.append(page.browser.picture())
    page.browser.press("z", ctrl=True)
    page.browser.wait_for(lambda: "cvpr" not in page.text, lambda: "not undone")
    page.settle()
    move(frames)
    pane(page, 4)
    page.browser.wait("!!document.querySelector('.editor').shadowRoot?.querySelector('.cm-line')")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.browser.ask("Emulation.setEmulatedMedia", features=features)
    take(page, "studio-dark")


def main() -> None:
    """Take all pictures."""
    browser = Browser(1240, 760)
    with tempfile.TemporaryDirectory() as folder:
        page = Page(browser, Path(folder), "unet")
        walk(page)
        page.close()
    browser.close()


if __name__ == "__main__":
    main()
