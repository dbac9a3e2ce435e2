"""Scene → EPS: the operators of a PDF page, each defined in PostScript, with TrueType fonts.

PostScript and PDF draw with the same operators; a prologue gives them the names that they have in
PDF. Fonts are embedded with the characters in use (Type 42). The same scene gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from net2fig.errors import ModelError
from net2fig.fonts.metrics import FAMILIES, face_path, is_font_path, printable
from net2fig.render.numbers import format_number
from net2fig.render.pdf.content import write_content
from net2fig.render.pdf.typefaces import Typeface
from net2fig.scene import Image, Scene, Text

MOST_CHARACTERS = 255
"""The most characters that a font of PostScript has codes for."""

MOST_BYTES = 65_532
"""The most bytes of a string of PostScript, less those at its end."""

LINE = 100
"""How many digits a line of a font has."""

PROLOGUE = """\
/q{gsave}bind def /Q{grestore}bind def /cm{6 array astore concat}bind def
/m{moveto}bind def /l{lineto}bind def /c{curveto}bind def /h{closepath}bind def
/w{setlinewidth}bind def /d{setdash}bind def /j{setlinejoin}bind def /J{setlinecap}bind def
/rg{3 array astore /fill. exch def}bind def /RG{3 array astore /stroke. exch def}bind def
/f{gsave fill. aload pop setrgbcolor fill grestore newpath}bind def
/S{gsave stroke. aload pop setrgbcolor stroke grestore newpath}bind def
/B{gsave fill. aload pop setrgbcolor fill grestore S}bind def
/W{clip}bind def /n{newpath}bind def
/BT{gsave}bind def /ET{grestore newpath}bind def /Tf{exch findfont exch scalefont setfont}bind def
/Tm{cm 0 0 moveto}bind def /Tj{fill. aload pop setrgbcolor show}bind def
"""


class _EpsTypeface(Typeface):
    """A font whose codes are single bytes."""

    def encode(self, text: str) -> str:
        """Return the codes of a text, as a string of PostScript."""
        if self.is_postscript:
            raise ModelError(
                f"unsupported font: {self.path.name!r} in EPS (its outlines are not TrueType)",
                hint="write .pdf, or use a .ttf font",
            )
        codes = [self._code(char) for char in text]
        if len(self.codes) > MOST_CHARACTERS:
            message = f"unsupported text: more than {MOST_CHARACTERS} different characters in EPS"
            raise ModelError(message, hint="write .pdf")
        return "<" + "".join(f"{code:02X}" for code in codes) + ">"

    def write(self) -> Iterator[str]:
        """Yield the lines that define the font."""
        data = self.make_subset()
        if len(data) > MOST_BYTES:
            message = f"unsupported text: more than {MOST_BYTES} bytes of outlines in EPS"
            raise ModelError(message, hint="write .pdf")
        digits = data.hex().upper() + "00" * (1 + len(data) % 2)
        codes = range(1, len(self.codes) + 1)
        yield f"%%BeginResource: font {self.name}"
        yield "12 dict begin /FontType 42 def /FontMatrix [1 0 0 1 0 0] def /PaintType 0 def"
        yield f"/FontName /{self.name} def /FontBBox [-1 -1 2 2] def"
        yield "/Encoding 256 array 0 1 255 {1 index exch /.notdef put} for"
        yield from (f"dup {code} /g{code} put" for code in codes)
        yield "def"
        yield f"/CharStrings {len(self.codes) + 1} dict dup begin /.notdef 0 def"
        yield from (f"/g{code} {code} def" for code in codes)
        yield "end def"
        yield "/sfnts [<"
        yield from (digits[at : at + LINE] for at in range(0, len(digits), LINE))
        yield ">] def currentdict end dup /FontName get exch definefont pop"
        yield "%%EndResource"


def render_eps(scene: Scene) -> bytes:
    """Return the scene as an EPS file."""
    typefaces: dict[Path, _EpsTypeface] = {}

    def find_typeface(text: Text) -> Typeface:
        is_known = text.family in FAMILIES or is_font_path(text.family)
        path = face_path(text.family if is_known else "sans", text.bold, text.italic)
        if path not in typefaces:
            typefaces[path] = _EpsTypeface(path, f"F{len(typefaces) + 1}")
        return typefaces[path]

    content = write_content(scene, find_typeface, _refuse_picture).decode()
    width, height = scene.size.width, scene.size.height
    lines = [
        "%!PS-Adobe-3.0 EPSF-3.0",
        "%%Creator: net2fig",
        f"%%Title: {printable(scene.title).encode('ascii', 'replace').decode()}",
        f"%%BoundingBox: 0 0 {math.ceil(width)} {math.ceil(height)}",
        f"%%HiResBoundingBox: 0 0 {format_number(width)} {format_number(height)}",
        "%%LanguageLevel: 2",
        "%%Pages: 1",
        "%%EndComments",
        "%%BeginProlog",
        "30 dict begin",
        PROLOGUE.rstrip(),
        *(line for typeface in typefaces.values() for line in typeface.write()),
        "%%EndProlog",
        "%%Page: 1 1",
        content,
        "end",
        "showpage",
        "%%EOF",
    ]
    return "\n".join(lines).encode("ascii") + b"\n"


def _refuse_picture(image: Image) -> str:
    message = f"unsupported picture: {image.media_type} in EPS"
    raise ModelError(message, hint="write .pdf, or draw without --sample")
