"""The pixels of a picture, for formats that hold no file of another kind."""

from __future__ import annotations

import io
from typing import Any

from msgspec import Struct

from net2fig.errors import ModelError
from net2fig.scene import Image

MAX_PER_INCH = 300.0
"""The most pixels to the inch that are kept: what printers show."""

MAX_SIDE = 600
"""The most pixels of a side, however large it is drawn: six letters of text to the pixel."""

PAPER = (255, 255, 255)
"""The background of a transparent picture."""


class Pixels(Struct, frozen=True):
    """Rows of red, green and blue, a byte each, from the top left on."""

    width: int
    height: int
    data: bytes


def load_picture(image: Image) -> Any:
    """Return a picture that is complete, as Pillow holds it."""
    from PIL import Image as Pictures

    too_large = (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning)
    try:
        with Pictures.open(io.BytesIO(image.data), formats=("PNG", "JPEG")) as picture:
            picture.load()
            return picture.copy()
    except (OSError, ValueError, SyntaxError, *too_large) as error:
        message = f"unsupported drawing: {error}"
        raise ModelError(message, hint="is a picture in it damaged, or very large?") from error


def read_pixels(image: Image) -> Pixels:
    """Return the pixels of a picture at the size at which it is drawn."""
    from PIL import Image as Pictures

    whole = load_picture(image).convert("RGBA")
    ground = Pictures.new("RGBA", whole.size, (*PAPER, 255))
    drawn = Pictures.alpha_composite(ground, whole).convert("RGB")
    limits = (image.box.width, image.box.height)
    limits_px = [max(1, min(MAX_SIDE, round(side * MAX_PER_INCH / 72))) for side in limits]
    width, height = (min(size, limit) for size, limit in zip(drawn.size, limits_px, strict=True))
    if (width, height) != drawn.size:
        drawn = drawn.resize((width, height), Pictures.Resampling.LANCZOS)
    return Pixels(width, height, drawn.tobytes())
