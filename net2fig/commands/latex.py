r"""The figure environment for a paper: `net2fig MODEL --latex-snippet`.

Ensures: the figure stands at its own size, which is final; the caption tells what is shown and what
is not; `\Description` is there for venues that demand it, and harmless elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from net2fig.compose.wording import words
from net2fig.compose.wording.hidden import describe_hidden
from net2fig.data.grammar import load_grammar
from net2fig.data.template import load_template, template_names
from net2fig.figure import Figure
from net2fig.render.svg.ids import make_token
from net2fig.render.tex.escape import FALLBACK, TIMES, escape_tex

SUFFIXES = (".pdf", ".tex", ".png")
"""The suffixes of files that a paper can include, the best first."""

POINTS = 72.0
"""Points of a scene in an inch."""

SPOKEN_TIMES = "x"
"""The sign of multiplication in a description, which is read aloud and never set."""

FALLBACK_DEFINITION = (
    rf"\providecommand{{{FALLBACK}}}[1]{{\ifdefined\Umathcode\char\"#1\relax\else?\fi}}"
    "% for characters that the engine may not know"
)
"""The definition for characters without a command, which only Unicode engines can set."""

TAKES = " takes "
"""The part of a description after the kind of network and its size."""

COLUMN = "-column"
"""The end of the name of a template for one column of a page that has two."""


def write_snippet(figure: Figure, outputs: Sequence[str]) -> str:
    """Return the environment that includes the figure, from the best of the outputs."""
    path = _choose_path(figure, outputs)
    star = "*" if is_wide(figure) else ""
    label = re.sub(r"[^a-z0-9]+", "-", PurePath(path).stem.lower()).strip("-") or "network"
    width = f"{figure.scene.size.width / POINTS:.3f}".rstrip("0").rstrip(".")
    drawing = (
        f"\\input{{{path}}}"
        if path.endswith(".tex")
        else f"\\includegraphics[width={width}in]{{{path}}}"
    )
    caption, description = (
        escape_text(write_caption(figure)),
        escape_text(figure.alt.replace(words.TIMES, SPOKEN_TIMES)),
    )
    needs_fallback = FALLBACK in caption + description
    lines = [
        *([FALLBACK_DEFINITION] if needs_fallback else []),
        r"\providecommand{\Description}[2][]{}% for classes that have none of their own",
        f"\\begin{{figure{star}}}",
        r"  \centering",
        f"  {drawing}",
        f"  \\caption{{{caption}}}",
        f"  \\Description{{{description}}}",
        f"  \\label{{fig:{label}}}",
        f"\\end{{figure{star}}}",
    ]
    return "\n".join(lines)


def write_caption(figure: Figure) -> str:
    """Return the caption: the content, how to read it, and the hidden layers."""
    outline = figure.outline
    name = figure.scene.title.replace("_", " ").strip()
    name = name[:1].upper() + name[1:]
    kind = figure.alt.split(TAKES)[0].rstrip(".")
    sentences = [f"{name}: {kind[:1].lower()}{kind[1:]}." if name else f"{kind}."]
    if any(block.output and block.output.spatial for block in outline.blocks):
        sentences.append("Height is resolution, width is the number of features.")
    else:
        sentences.append("Height is the number of features.")
    groups = {block.type for block in outline.blocks if block.is_group}
    groups |= {
        block.type
        for definition in outline.groups
        for block in definition.body.blocks
        if block.is_group
    }
    group_texts = [
        f"{each.name} ({words.format_times(each.occurrences)})"
        for each in outline.groups
        if each.name in groups
    ]
    if group_texts:
        sentences.append(f"Groups: {words.join_names(group_texts)}.")
    sentences.append(describe_hidden(outline.left_out, load_grammar()))
    return " ".join(sentence for sentence in sentences if sentence)


def escape_text(string: str) -> str:
    """Return a text for a paper, which need not know the commands of a drawing."""
    return escape_tex(string).replace(f"{TIMES}{{}}", r"\ensuremath{\times}")


def is_wide(figure: Figure) -> bool:
    """Tell whether a figure is wider than one column of a page that has two."""
    column = f"{figure.report['template']}{COLUMN}"
    if column not in template_names():
        return False
    return figure.scene.size.width > load_template(column).width


def _choose_path(figure: Figure, outputs: Sequence[str]) -> str:
    """Return the path to include."""
    for suffix in SUFFIXES:
        for output in outputs:
            if output.lower().endswith(suffix):
                return PurePath(output).as_posix()
    # Without a file that LaTeX reads, the snippet includes the usual one.
    if outputs:
        return PurePath(outputs[0]).with_suffix(SUFFIXES[0]).as_posix()
    # The name of a network is no path, and may hold commands of LaTeX.
    return (make_token(figure.network.name).strip("_") or "network") + SUFFIXES[0]
