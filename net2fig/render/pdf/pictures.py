"""Pictures in a PDF: a JPEG as it is, any other as its pixels, what is transparent as a mask."""

from __future__ import annotations

from net2fig.render.pdf.objects import Objects, refer
from net2fig.render.pixels import load_picture
from net2fig.scene import Image

COLOUR_SPACES = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}
"""The colour spaces of PDF for the modes of Pillow."""

JPEG = "image/jpeg"
OPAQUE = 255


def add_picture(objects: Objects, image: Image) -> int:
    """Add a picture and return the number of its object."""
    picture = load_picture(image)
    entries = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": str(picture.width),
        "Height": str(picture.height),
        "BitsPerComponent": "8",
    }
    if image.media_type == JPEG and picture.mode in COLOUR_SPACES:
        entries |= {"ColorSpace": COLOUR_SPACES[picture.mode], "Filter": "/DCTDecode"}
        return objects.add_stream(image.data, entries, packed=True)
    pixels = picture.convert("RGBA")
    mask = pixels.getchannel("A")
    if mask.getextrema()[0] < OPAQUE:
        number = objects.add_stream(mask.tobytes(), {**entries, "ColorSpace": "/DeviceGray"})
        entries["SMask"] = refer(number)
    entries["ColorSpace"] = "/DeviceRGB"
    return objects.add_stream(pixels.convert("RGB").tobytes(), entries)
