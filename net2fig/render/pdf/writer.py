"""Scenes → one PDF with a page for each: vectors, embedded fonts, the same bytes on every run."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from net2fig.fonts.metrics import FAMILIES, face_path, is_font_path, printable
from net2fig.render.numbers import format_number
from net2fig.render.pdf.content import write_content
from net2fig.render.pdf.objects import Objects, format_dictionary, format_string, refer
from net2fig.render.pdf.pictures import add_picture
from net2fig.render.pdf.typefaces import Typeface
from net2fig.scene import Image, Scene, Text

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The date a PDF bears where SOURCE_DATE_EPOCH does not say another."""

CREATOR = "net2fig"


def render_pdf(scenes: Sequence[Scene]) -> bytes:
    """Return scenes as the pages of a PDF, each of its own size; the first gives the title."""
    return _PdfWriter(scenes).write()


class _PdfWriter:
    """One file on its way; fonts and pictures are shared by its pages."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self.scenes = scenes
        self.objects = Objects()
        self.typefaces: dict[Path, Typeface] = {}
        self.pictures: dict[bytes, tuple[str, int]] = {}

    def write(self) -> bytes:
        """Return the finished file."""
        objects = self.objects
        root, tree, resources = objects.reserve(), objects.reserve(), objects.reserve()
        pages = [self._add_page(scene, tree, resources) for scene in self.scenes]
        kids = " ".join(map(refer, pages))
        entries = {"Type": "/Pages", "Kids": f"[{kids}]", "Count": str(len(pages))}
        objects.set(tree, format_dictionary(entries))
        fonts = " ".join(f"/{t.name} {refer(t.add(objects))}" for t in self.typefaces.values())
        images = " ".join(f"/{name} {refer(number)}" for name, number in self.pictures.values())
        held = {"Font": f"<< {fonts} >>", "XObject": f"<< {images} >>"}
        objects.set(resources, format_dictionary(held))
        objects.set(root, format_dictionary({"Type": "/Catalog", "Pages": refer(tree)}))
        return objects.write(root, self._add_information())

    def _add_page(self, scene: Scene, tree: int, resources: int) -> int:
        content = write_content(scene, self._find_typeface, self._name_picture)
        number = self.objects.add_stream(content)
        sides = f"{format_number(scene.size.width)} {format_number(scene.size.height)}"
        return self.objects.add(
            {
                "Type": "/Page",
                "Parent": refer(tree),
                "MediaBox": f"[0 0 {sides}]",
                "Contents": refer(number),
                "Resources": refer(resources),
            }
        )

    def _add_information(self) -> int:
        first = self.scenes[0]
        texts = {"Title": printable(first.title), "Subject": printable(first.description)}
        texts |= {"Creator": CREATOR, "CreationDate": f"{read_creation_date():D:%Y%m%d%H%M%SZ}"}
        return self.objects.add({key: format_string(text) for key, text in texts.items() if text})

    def _find_typeface(self, text: Text) -> Typeface:
        """Return the font of a text; a family that is not there means the sans."""
        is_known = text.family in FAMILIES or is_font_path(text.family)
        path = face_path(text.family if is_known else "sans", text.bold, text.italic)
        if path not in self.typefaces:
            self.typefaces[path] = Typeface(path, f"F{len(self.typefaces) + 1}")
        return self.typefaces[path]

    def _name_picture(self, image: Image) -> str:
        if image.data not in self.pictures:
            name = f"I{len(self.pictures) + 1}"
            self.pictures[image.data] = (name, add_picture(self.objects, image))
        return self.pictures[image.data][0]


def read_creation_date() -> datetime:
    """Return the date that SOURCE_DATE_EPOCH gives, in seconds since 1970, or a fixed one."""
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    if re.fullmatch(r"\d{1,11}", value):
        return datetime.fromtimestamp(int(value), UTC)
    return EPOCH
