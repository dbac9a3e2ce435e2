r"""Chips → a LaTeX package: `\snac{resnet50}` sets a chip as high as the letters around it.

Ensures: the file is ASCII and needs nothing but TikZ; a chip stands on the line of the text, its
highest cell as high as a capital letter at any size; an unknown name is an error that lists the
known ones.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from net2fig.chips.formats.latex import define_picture, merge_scenes
from net2fig.chips.formats.sheet import ChipPicture, InlineChip
from net2fig.render.tex.escape import escape_comment
from net2fig.render.tex.writer import (
    render_tikz,
    write_commands,
    write_settings,
    write_sign_codes,
)

HEADER = r"""
Chips of networks for running text, drawn by net2fig. With this file beside the paper:
  \usepackage{chips}                 (its name without .sty)
  \snac{KEY}                         a chip as high as a capital letter
  \snac[1.5]{KEY}                    half as high again
The keys are:
"""

BODY = r"""
\newcommand\nettofig@snac[2][1]{%
  \ifcsname nettofig picture \detokenize{#2}\endcsname
    \leavevmode
    \begingroup
      \nettofig@settings
      \dimen0=\fontcharht\font`X\relax
      \ifdim\dimen0=0pt \dimen0=1.6ex\relax\fi
      \dimen0=#1\dimen0
      \setbox0\hbox{\csname nettofig picture \detokenize{#2}\endcsname}%
      \resizebox{!}{\dimen0}{\box0}%
    \endgroup
  \else
    \PackageError{\nettofig@name}{Unknown chip '\detokenize{#2}' (one of \nettofig@keys)}%
      {The keys are the names of the models as net2fig was given them.}%
  \fi}
\DeclareRobustCommand\snac{\nettofig@snac}
"""


def write_package(chips: Sequence[InlineChip]) -> bytes:
    """Return a package with a chip for each name, and for each other word that means a model."""
    by_key = dict(assign_keys([(each.name, each.chip) for each in chips]))
    aliases = dict(find_aliases(list(zip(by_key, [each.aliases for each in chips], strict=True))))
    pictures = list(by_key.values())
    merged = merge_scenes(pictures)
    drawings = [line for picture in pictures for line in render_tikz(picture.scene, picture.base)]
    key_list = ", ".join(by_key)
    lines = [
        *(f"% {line}" for line in HEADER.strip().splitlines()),
        *(
            f"%   {key:<20} {escape_comment(picture.scene.title)}"
            for key, picture in by_key.items()
        ),
        *(f"%   {word:<20} as {key}" for word, key in aliases.items()),
        r"\NeedsTeXFormat{LaTeX2e}",
        r"\ProvidesPackage{\@currname}[2000/01/01 chips of networks, drawn by net2fig]",
        r"\RequirePackage{tikz}",
        r"\edef\nettofig@name{\@currname}",
        *textwrap.wrap(rf"\def\nettofig@keys{{{key_list}}}", 98, break_on_hyphens=False),
        *write_commands(merged, drawings),
        r"\begingroup",
        *write_sign_codes(),
        r"\expandafter\gdef\csname nettofig@settings\endcsname{%",
        *write_settings(merged),
        "}%",
        *(
            line
            for key, picture in by_key.items()
            for line in define_picture(key, picture, define=r"\gdef")
        ),
        *(line for word, key in aliases.items() for line in define_alias(word, key)),
        *define_lowercase([*by_key, *aliases]),
        r"\endgroup",
        *BODY.strip().splitlines(),
        r"\endinput",
    ]
    return "\n".join(lines).encode("ascii") + b"\n"


def assign_keys(chips: Sequence[tuple[str, ChipPicture]]) -> Iterator[tuple[str, ChipPicture]]:
    """Yield each chip under the key that it has in TeX; no two alike."""
    used: set[str] = set()
    for name, picture in chips:
        base = make_key(name)
        key, number = base, 2
        while key in used:
            key, number = f"{base}-{number}", number + 1
        used.add(key)
        yield key, picture


def define_lowercase(keys: Sequence[str]) -> Iterator[str]:
    """Yield definitions that let a key be written in lower case, if that is no other key."""
    used = set(keys)
    for key in keys:
        lowercase = key.lower()
        if lowercase not in used:
            used.add(lowercase)
            yield from define_alias(lowercase, key)


def define_alias(word: str, key: str) -> Iterator[str]:
    """Yield the definition of a word as an alias of a key."""
    yield rf"\expandafter\gdef\csname nettofig picture {word}\endcsname{{%"
    yield rf"  \csname nettofig picture {key}\endcsname}}%"


def find_aliases(words_by_key: Sequence[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """Yield the other words by which a chip may be set, with its key: no two words are alike."""
    used = {key for key, _ in words_by_key}
    for key, words in words_by_key:
        for word in words:
            # Folders are those of this machine.
            if word not in used and make_key(word) == word and "/" not in word:
                used.add(word)
                yield word, key


def make_key(name: str) -> str:
    r"""Return a name as a key: letters, digits and the signs that a name of a command may have.

    >>> make_key("ResNet50"), make_key("U-Net, 4 levels"), make_key("my_net#1")
    ('ResNet50', 'U-Net-4-levels', 'my_net-1')
    """
    return re.sub(r"[^A-Za-z0-9._+:/-]+", "-", escape_comment(name)).strip("-") or "chip"
