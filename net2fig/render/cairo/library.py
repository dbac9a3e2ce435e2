"""Load cairo and its fonts from the wheel of pygraphviz and from net2fig, not from the
machine.

cairocffi asks `ctypes.util.find_library` for cairo while it is imported; it is answered with the
one that pygraphviz's wheel carries. fontconfig is given a configuration made in memory, of the
shipped fonts and nothing else; no file of the machine is read, no environment variable touched.
"""

from __future__ import annotations

import base64
import ctypes
import ctypes.util
import importlib.util
import io
import os
import sys
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.errors import ModelError, Net2figError

BUNDLES = ("../pygraphviz.libs", ".dylibs")
"""Where a wheel keeps the libraries it carries, seen from the package: on Linux, on macOS."""

_importing = Lock()


def load_cairo(fonts: tuple[Path, ...] = ()) -> tuple[Any, Any]:
    """Return cairosvg and cairocffi, ready to draw with the shipped fonts and those given."""
    with _importing:
        modules = _import_cairo()
        _use_fonts(fonts)
    return modules


def render_surface(surface_type: type, svg: bytes, **options: Any) -> bytes:
    """Render an SVG file with a surface type of cairosvg.

    A CSS pixel is 1/96 inch, so that a point is one.
    """
    import cairocffi
    import cairosvg.surface

    output = io.BytesIO()
    try:
        tree = cairosvg.surface.Tree(bytestring=svg, url_fetcher=fetch_own)
        surface_type(tree, output, dpi=96, **options).finish()
    except (OSError, MemoryError, ValueError, SyntaxError, cairocffi.CairoError) as error:
        message = f"unsupported drawing: {error}"
        hint = "is a picture in it damaged, or very large?" if b"<image" in svg else None
        raise ModelError(message, hint=hint) from error
    return output.getvalue()


def fetch_own(url: str, kind: str) -> bytes:
    """Stand in for cairosvg's fetcher: give what an address itself holds, and nothing else."""
    head, _, data = url.partition(";base64,")
    if not head.startswith("data:") or not data:
        message = f"unsupported {kind} in a drawing: {url[:60]!r} (only what the file holds itself)"
        raise ModelError(message)
    return base64.b64decode(data)


@cache
def find_bundled_cairo() -> Path | None:
    """Return the cairo that pygraphviz's wheel carries, if there is one."""
    spec = importlib.util.find_spec("pygraphviz")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    paths = [
        path for folder in BUNDLES for path in sorted((package / folder).glob("libcairo[-.]*"))
    ]
    return paths[0].resolve() if paths else None


@cache
def _find_library() -> str | None:
    """Return the cairo to use: the wheel's; the machine's where that is missing, or where somebody
    has imported cairocffi before.
    """
    bundled = None if "cairocffi" in sys.modules else find_bundled_cairo()
    return str(bundled) if bundled else ctypes.util.find_library("cairo")


def _import_cairo() -> tuple[Any, Any]:
    """Import cairosvg and cairocffi, with that cairo."""
    library: str | None = _find_library()
    find = ctypes.util.find_library

    def answer(name: str) -> str | None:
        return library if name == "cairo" else find(name)

    try:
        ctypes.util.find_library = answer
        import cairocffi
        import cairosvg.surface
    except OSError as error:
        message = "missing library: 'cairo' (neither in pygraphviz's wheel nor on this machine)"
        raise Net2figError(message, hint="install pygraphviz from its wheel") from error
    finally:
        ctypes.util.find_library = find
    return cairosvg, cairocffi


@cache
def _load_fontconfig() -> Any:
    """Return the fontconfig that cairo was linked with, or None where it uses another.

    A symbol is looked up in a library and in those that it needs: through cairo, the very
    fontconfig is found that cairo calls.
    """
    library = ctypes.CDLL(_find_library())
    if not hasattr(library, "FcConfigCreate"):
        return None
    library.FcConfigCreate.restype = ctypes.c_void_p
    library.FcConfigAppFontAddFile.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    library.FcConfigSetCurrent.argtypes = (ctypes.c_void_p,)
    return library


@cache
def _make_configuration(fonts: tuple[Path, ...]) -> int:
    """Return a configuration that knows the shipped fonts and some files, and nothing else."""
    library = _load_fontconfig()
    configuration: int = library.FcConfigCreate()
    for path in (*sorted((data_dir("grammar") / "fonts").glob("*.ttf")), *fonts):
        if not library.FcConfigAppFontAddFile(configuration, os.fsencode(path)):
            message = f"invalid font: {path.name!r} (it cannot be read)"
            hint = None if path in fonts else "install net2fig again"
            raise Net2figError(message, hint=hint)
    return configuration


def _use_fonts(fonts: tuple[Path, ...]) -> None:
    """Make these the fonts that cairo finds, whoever has set fontconfig up before."""
    library = _load_fontconfig()
    if library is not None:
        library.FcConfigSetCurrent(_make_configuration(fonts))
