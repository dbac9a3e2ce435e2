"""Scene → PPTX: one slide of native shapes, the same bytes on every run.

The slide is 16:9; a drawing that is larger has a slide of its own size. Office scales the shapes
with their group, letters not: the drawing keeps its size, in the middle of the slide.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from net2fig.fonts.metrics import printable
from net2fig.geometry import Point, Size
from net2fig.render.pptx.shapes import EMU, ShapeWriter
from net2fig.scene import Scene, transformed

SLIDE = Size(960.0, 540.0)
"""The size of a slide, in points."""

DATE = (1980, 1, 1, 0, 0, 0)
"""The date of the members of the archive: the first that it can hold."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BASE = "http://schemas.openxmlformats.org"
KINDS = f"{BASE}/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:a="{BASE}/drawingml/2006/main" xmlns:r="{KINDS}"'
    f' xmlns:p="{BASE}/presentationml/2006/main"'
)
TYPES = "application/vnd.openxmlformats-officedocument"
PARTS = {
    "ppt/presentation.xml": f"{TYPES}.presentationml.presentation.main+xml",
    "ppt/slides/slide1.xml": f"{TYPES}.presentationml.slide+xml",
    "ppt/slideLayouts/slideLayout1.xml": f"{TYPES}.presentationml.slideLayout+xml",
    "ppt/slideMasters/slideMaster1.xml": f"{TYPES}.presentationml.slideMaster+xml",
    "ppt/theme/theme1.xml": f"{TYPES}.theme+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}
SUFFIXES = {"image/png": "png", "image/jpeg": "jpeg"}

COLOURS = (
    *(("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "333333"), ("lt2", "EEEEEE")),
    *(("accent1", "4472C4"), ("accent2", "ED7D31"), ("accent3", "A5A5A5"), ("accent4", "FFC000")),
    *(("accent5", "5B9BD5"), ("accent6", "70AD47"), ("hlink", "0563C1"), ("folHlink", "954F72")),
)
"""The colours of the theme, which no shape uses."""

TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>'
    '<a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/>'
    '<a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
"""The root of the shapes of a slide."""


def render_pptx(scene: Scene) -> bytes:
    """Return the scene as a presentation with one slide."""
    size = scene.size
    is_small = size.width <= SLIDE.width and size.height <= SLIDE.height
    slide = SLIDE if is_small else size
    at = Point((slide.width - size.width) / 2, (slide.height - size.height) / 2)
    ground = scene.ground
    items = [
        transformed(i, dx=at.x, dy=at.y) for i in (*([ground] if ground else ()), *scene.items)
    ]
    writer = ShapeWriter()
    shapes = "".join(xml for xml, _ in writer.write_all(items))
    media = {
        f"ppt/media/picture{n}.{SUFFIXES[image.media_type]}": image.data
        for n, image in enumerate(writer.pictures, 1)
    }
    pictures = {
        f"rIdPicture{n}": ("image", f"../media/{name.rpartition('/')[2]}")
        for n, name in enumerate(media, 1)
    }
    layout = ("slideLayout", "../slideLayouts/slideLayout1.xml")
    texts = {
        "[Content_Types].xml": _write_types(),
        "_rels/.rels": _write_relations(
            {
                "rId1": ("officeDocument", "ppt/presentation.xml"),
                "rId2": ("metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "docProps/core.xml": _write_properties(scene),
        "ppt/presentation.xml": _write_presentation(slide),
        "ppt/_rels/presentation.xml.rels": _write_relations(
            {
                "rId1": ("slideMaster", "slideMasters/slideMaster1.xml"),
                "rId2": ("slide", "slides/slide1.xml"),
                "rId3": ("theme", "theme/theme1.xml"),
            }
        ),
        "ppt/slides/slide1.xml": _write_sheet("sld", f"{TREE}{shapes}", MAPPED),
        "ppt/slides/_rels/slide1.xml.rels": _write_relations({"rId1": layout, **pictures}),
        "ppt/slideLayouts/slideLayout1.xml": _write_sheet("sldLayout", TREE, MAPPED),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _write_relations(
            {"rId1": ("slideMaster", "../slideMasters/slideMaster1.xml")}
        ),
        "ppt/slideMasters/slideMaster1.xml": _write_sheet("sldMaster", TREE, MASTER),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _write_relations(
            {"rId1": layout, "rId2": ("theme", "../theme/theme1.xml")}
        ),
        "ppt/theme/theme1.xml": _write_theme(),
    }
    return _pack({**{name: text.encode() for name, text in texts.items()}, **media})


def _pack(members: Mapping[str, bytes]) -> bytes:
    """Return files as an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            archive.writestr(member, data)
    return stream.getvalue()


MAPPED = "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>"
MASTER = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2"'
    ' accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink"'
    ' folHlink="folHlink"/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/>'
    "</p:sldLayoutIdLst>"
)
"""What follows the shapes of a slide or a layout, and those of the master."""


def _write_sheet(name: str, shapes: str, rest: str) -> str:
    kind = ' type="blank"' if name == "sldLayout" else ""
    return (
        f"{DECLARATION}<p:{name} {SPACES}{kind}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        f"{rest}</p:{name}>"
    )


def _write_presentation(slide: Size) -> str:
    width, height = round(slide.width * EMU), round(slide.height * EMU)
    return (
        f"{DECLARATION}<p:presentation {SPACES}>"
        '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        '<p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst>'
        f'<p:sldSz cx="{width}" cy="{height}"/><p:notesSz cx="{height}" cy="{width}"/>'
        "</p:presentation>"
    )


def _write_types() -> str:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        **{suffix: media for media, suffix in SUFFIXES.items()},
    }
    return (
        f'{DECLARATION}<Types xmlns="{BASE}/package/2006/content-types">'
        + "".join(
            f'<Default Extension="{suffix}" ContentType="{kind}"/>'
            for suffix, kind in defaults.items()
        )
        + "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in PARTS.items()
        )
        + "</Types>"
    )


def _write_relations(relations: Mapping[str, tuple[str, str]]) -> str:
    package = f"{BASE}/package/2006/relationships"
    lines = "".join(
        f'<Relationship Id="{id}" Type="{package if "/" in kind else KINDS}/{kind}"'
        f" Target={quoteattr(target)}/>"
        for id, (kind, target) in relations.items()
    )
    return f'{DECLARATION}<Relationships xmlns="{package}">{lines}</Relationships>'


def _write_properties(scene: Scene) -> str:
    spaces = (
        f'xmlns:cp="{BASE}/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    title, text = (escape(printable(each)) for each in (scene.title, scene.description))
    return (
        f"{DECLARATION}<cp:coreProperties {spaces}><dc:title>{title}</dc:title>"
        f"<dc:description>{text}</dc:description></cp:coreProperties>"
    )


def _write_theme() -> str:
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in COLOURS)
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{DECLARATION}<a:theme xmlns:a="{BASE}/drawingml/2006/main" name="net2fig">'
        f'<a:themeElements><a:clrScheme name="net2fig">{colours}</a:clrScheme>'
        f'<a:fontScheme name="net2fig"><a:majorFont>{font}</a:majorFont>'
        f'<a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name="net2fig">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
