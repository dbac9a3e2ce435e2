"""Finds the user's fonts by name or file, without substitution.

Names are looked up with fontconfig if it is installed, else in the system's font folders. The same
file gives the same bytes, whatever else is installed.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from net2fig.data.resources import is_file
from net2fig.errors import Net2figError, UsageError, suggestion
from net2fig.fonts.metrics import (
    FAMILIES,
    OWN_SUFFIXES,
    FontNames,
    forget_if_changed,
    is_font_path,
    read_face,
    read_names,
)
from net2fig.toml import Place

FOLDERS = (
    "~/.local/share/fonts",
    "~/.fonts",
    "~/Library/Fonts",
    "/usr/local/share/fonts",
    "/usr/share/fonts",
    "/usr/share/texmf/fonts",
    "/usr/share/texlive/texmf-dist/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
"""Where fonts are looked for without fontconfig."""

REGULAR = 400
FORBIDDEN = 0x0002
"""The flag of a font that must not be embedded."""

MAX_NAMES = 3
"""How many families are named in place of one that is not installed."""

NO_FONT = "no font has this name"
"""A name that reveals which font fontconfig uses as its last resort."""

TIMEOUT = 30
"""How long fontconfig may take to make its list, which it may have to for the first time."""


FONT = Place("", "--font")
"""The place of a font without a known place."""


def font_file(name: str, folder: Path, place: Place = FONT) -> str:
    """Return the file of a font, given by its name or as a path seen from a folder.

    A family that ships is returned as it is. Ensures: the font can be measured and embedded; else a
    `UsageError` says why not.
    """
    if name in FAMILIES:
        return name
    if not is_font_path(name):
        path = find_font(name)
        if path is None:
            families = sorted(dict.fromkeys(family for family, _ in _list_installed()))
            message = f"unknown font: {name!r} in {place} ({len(families)} families are installed)"
            raise UsageError(message, hint=_hint(name, families), place=place)
        return _check_font(path, place)
    path = folder / name
    if not is_file(path):
        message = f"missing font: {name!r} in {place} (no such file)"
        raise UsageError(message, place=place)
    return _check_font(path, place)


def _hint(name: str, families: list[str]) -> str:
    """Return the nearest name; else the families that stand in for one that is not free."""
    near = suggestion(name, families)
    holding = [family for family in families if _normalize_name(name) in _normalize_name(family)]
    others = holding or _find_substitutes(name, families)
    if near or not others:
        return near or f"the file of a font may be given, one of {', '.join(OWN_SUFFIXES)}"
    return f"the nearest that is installed: {', '.join(map(repr, others[:MAX_NAMES]))}"


def _find_substitutes(name: str, families: list[str]) -> list[str]:
    """Return the families that fontconfig would take for one that is not there."""
    if not shutil.which("fc-match"):
        return []
    substitutes, default = (_order_families(each) for each in (name, NO_FONT))
    # Behind the one that is taken for want of any other, all families follow.
    end = substitutes.index(default[0]) if default and default[0] in substitutes else 0
    return [family for family in substitutes[:end] if family in families]


def _order_families(name: str) -> list[str]:
    """Return families as fontconfig prefers them for a name."""
    words = ["fc-match", "-s", "-f", "%{family[0]}\n", "--", name]
    try:
        process = subprocess.run(words, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603
    except (OSError, ValueError, subprocess.SubprocessError):
        return []
    return list(dict.fromkeys(process.stdout.decode(errors="replace").splitlines()))


def _check_font(path: Path, place: Place) -> str:
    """Return the path of a font if it can be used."""
    forget_if_changed(path)
    try:
        face, named = read_face(path), read_names(path)
    except (OSError, struct.error, KeyError, IndexError, ValueError) as error:
        reason = error if isinstance(error, OSError | ValueError) else "it is damaged"
        message = f"unsupported font: {path.name!r} in {place} ({reason})"
        raise UsageError(message, place=place) from None
    if not face.advances or face.em < 16:
        message = f"unsupported font: {path.name!r} in {place} (it is damaged)"
        raise UsageError(message, place=place)
    if named.permission & 0x000F == FORBIDDEN:
        message = f"unsupported font: {path.name!r} in {place} (it forbids to be embedded)"
        raise UsageError(message, place=place)
    return str(path)


@cache
def find_font(name: str) -> Path | None:
    """Return the regular face of a family, or a face by its full name ("Lato Light")."""
    wanted = _normalize_name(name)
    faces = [(naming_of, path) for path in _find_family(wanted) if (naming_of := _named(path))]
    whole = [path for each, path in faces if _normalize_name(each.full) == wanted]
    upright = [(each, path) for each, path in faces if not each.italic]
    mine = [(each, path) for each, path in upright if _normalize_name(each.family) == wanted]
    if mine:
        return min(mine, key=lambda face: (abs(face[0].weight - REGULAR), str(face[1])))[1]
    return min(whole, default=None)


def _normalize_name(name: str) -> str:
    """Return a name as names are compared: without case and blanks."""
    return "".join(name.lower().split())


def _named(path: Path) -> FontNames | None:
    try:
        return read_names(path)
    except (OSError, struct.error, KeyError, IndexError, ValueError, Net2figError):
        return None


def _find_family(wanted: str) -> list[Path]:
    """Return the files of which the family, or the family and the style, has a name."""
    return sorted(
        {path for family, path in _list_installed() if wanted.startswith(_normalize_name(family))}
    )


@cache
def _list_installed() -> tuple[tuple[str, Path], ...]:
    """Return the family and the file of every font that could be used."""
    return tuple(_from_fontconfig() if shutil.which("fc-list") else _from_folders())


def _from_fontconfig() -> Iterator[tuple[str, Path]]:
    words = ["fc-list", "--format", "%{file}\t%{family}\n"]
    try:
        process = subprocess.run(words, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return
    for line in sorted(process.stdout.decode(errors="replace").splitlines()):
        file, _, families = line.partition("\t")
        if is_font_path(file):
            yield from ((family.strip(), Path(file)) for family in families.split(","))


def _from_folders() -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for above, _, names in sorted(os.walk(os.path.expanduser(folder))):  # noqa: PTH111
            for path in (Path(above) / name for name in sorted(names) if is_font_path(name)):
                named = _named(path)
                if named:
                    yield named.family, path
