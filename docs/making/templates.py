"""The page of all templates, each with a figure at true size."""

from __future__ import annotations

from making.markdown import MADE, table
from net2fig.data.template import load_template, template_names

POINTS_PER_INCH = 72


def templates_page() -> str:
    """Return the page of all templates, each with a figure at true size."""
    parts = [
        MADE,
        "# Every template, at true size\n",
        (
            "A template is a page: how wide a figure may be there, and how small its text. The"
            " same network stands below on each of them, as large as on paper (on a screen that"
            " says its resolution truly). No figure is scaled: what has no room is told with less"
            " detail or in rows.\n"
        ),
        table(
            ("template", "page", "width", "smallest text"),
            [
                (
                    f"[`{name}`](#{name})",
                    load_template(name).label,
                    f"{inches(load_template(name).width)} in",
                    f"{load_template(name).minimum:g} pt",
                )
                for name in template_names()
            ],
        ),
        (
            "A page of your own is a file that says what differs; see"
            " [the keys](options.md#a-template).\n"
        ),
        "<!-- file: thesis.toml -->",
        '```toml title="thesis.toml"',
        'extends = "base"',
        'label = "Our thesis"',
        "",
        "[page]",
        'width = "150mm"',
        "",
        "[text]",
        'family = "serif"',
        "```\n",
        "```sh",
        "net2fig model.py -t thesis.toml -o template-own.svg",
        "```\n",
        "![The network, 150 mm wide, in a serif face](pictures/template-own.svg){ .true-size }\n",
        (
            "For one figure no template is needed: the table `page` of its grouping file, or the"
            " keyword `page` in Python, holds the keys that differ. An option is taken from the"
            " first that sets it: argument, grouping file, template, grammar. A text below the"
            " smallest that the venue accepts is an error.\n"
        ),
        "<!-- file: flat.toml -->",
        '```toml title="flat.toml"',
        'template = "cvpr"',
        "",
        "[page]",
        "glyph.height = [9, 36]      # least and greatest, in points",
        "glyph.width = [6, 30]",
        "space.gap = [8, 24]",
        "line.width = 1",
        "```\n",
        "```sh",
        "net2fig model.py -c flat.toml -o page-own.svg",
        "```\n",
        "![The network in low glyphs with strong lines](pictures/page-own.svg){ .true-size }\n",
    ]
    for name in template_names():
        template = load_template(name)
        parts += [
            f"## {name}\n",
            (
                f"{template.label}: {inches(template.width)} in wide, text from"
                f" {template.minimum:g} pt.\n"
            ),
            "```sh",
            f"net2fig model.py -t {name} -o template-{name}.svg",
            "```\n",
            f"![The network on the page of {name}](pictures/template-{name}.svg){{ .true-size }}\n",
        ]
    return "\n".join(parts)


def inches(points: float) -> str:
    """Return a length in inches."""
    return f"{points / POINTS_PER_INCH:.3f}".rstrip("0").rstrip(".")
