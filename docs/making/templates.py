"""The page of templates, with a figure at true size for each."""

from __future__ import annotations

from making.markdown import MADE, table
from net2fig.data.template import load_template, template_names

POINTS_PER_INCH = 72


def templates_page() -> str:
    """Return the page of templates, with a figure at true size for each."""
    parts = [
        MADE,
        "# Templates\n",
        (
            "A template describes the page that a figure is for: its width and its smallest text."
            " Select one with `-t NAME`. net2fig never scales a figure. If the network has no room"
            " on the page, it draws less detail or several rows.\n"
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
            "The pictures below show the same network for each template, at the size that they have"
            " on paper. This is exact if your screen reports its resolution correctly.\n"
        ),
        "## Your own template\n",
        (
            "Write a file that extends a template and contains only what differs. Give its path to"
            " `-t`, or put it into a folder `templates` beside the grouping file or in"
            " `~/.config/net2fig` and give its name. [Options](options.md#a-template) lists the"
            " keys.\n"
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
        "## Change a template for one figure\n",
        (
            "The table `[page]` of the grouping file, or the keyword `page` in Python, changes keys"
            " of the template for one figure. An option is taken from the first that sets it:"
            " argument, grouping file, template, grammar. A text size below the minimum of the"
            " venue is an error.\n"
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
