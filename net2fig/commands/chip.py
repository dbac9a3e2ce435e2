"""The command `net2fig chip`: models → chips → files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from net2fig.chips.formats.registry import CHIP_FORMATS
from net2fig.chips.pipeline import chip
from net2fig.chips.result import Chips
from net2fig.chips.strip.model import split_name
from net2fig.data.template import length
from net2fig.errors import UsageError
from net2fig.options.resolve import format_of, load_options, stdout_format
from net2fig.render import write
from net2fig.spinner import silent

STDOUT = "-"
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.command("chip", context_settings=SETTINGS)
@click.argument("models", nargs=-1, metavar="MODEL…")
@click.option("-o", "--output", "outputs", multiple=True, metavar="OUT", help="Write the chips.")
@click.option("--format", "format", metavar="FORMAT", help="The format of '-o -'.")
@click.option("-t", "--template", metavar="NAME|FILE", help="The page that the chips are for.")
@click.option("--width", metavar="LENGTH", help="The greatest width: 3.25in, 84mm, 234pt.")
@click.option("--size", metavar="SIZE", help="Of the cells: xs, s, m, l or auto.")
@click.option("-c", "--config", metavar="FILE", help="The grouping file, for all models.")
@click.option("--hide", multiple=True, metavar="WHAT", help="Leave out a :kind, Class or name.")
@click.option("--show", multiple=True, metavar="WHAT", help="Draw what would be left out.")
@click.option("--group", multiple=True, metavar='"NAME = PATTERN"', help="Name a group.")
@click.option("--input-shape", multiple=True, metavar="[NAME=]224x224x3", help="What goes in.")
@click.option("--timeout", metavar="SECONDS", help="How long code may run (300).")
@click.option("--vertical", is_flag=True, default=None, help="Chips go down the page.")
@click.option("--align", is_flag=True, default=None, help="The same stage under the same stage.")
@click.option("--emphasis/--no-emphasis", default=None, help="Pale what the reference has too.")
@click.option("--detail", metavar="LEVEL", help="everything, layers, blocks or stages.")
@click.option("--scale", metavar="1e3:1e7", help="The numbers of least and greatest height.")
@click.option("--palette", metavar="NAME", help="The colours; see `net2fig themes`.")
@click.option("--mono", is_flag=True, default=None, help="Greys in place of colours.")
@click.option("--legend/--no-legend", default=None, help="With or without the legend.")
@click.option("--columns", metavar="NAME,…", help="params, delta, macs, depth, receptive, …")
@click.option("--metrics", metavar="FILE.csv", help="More columns; the first names the model.")
@click.option("--reference", metavar="NAME", help="The model that others are compared with.")
@click.option("--sort", metavar="COLUMN", help="Rows by a column; -COLUMN: greatest first.")
@click.option(
    "--keep", multiple=True, metavar='"params<10M"', help="Only rows of which it is true."
)
@click.option("--pareto", metavar="METRIC", help="Bold: no smaller model is better in it; -LOSS.")
@click.option("--curve", multiple=True, metavar="NAME=LOG.csv", help="A training curve of a row.")
@click.option("--curves", metavar="FOLDER|GLOB", help="Training curves, called as the rows are.")
@click.option("--curve-column", metavar="NAME", help="What curves show: val_loss, or another.")
@click.option("--title", metavar="TEXT", help="Of the file; not drawn.")
@click.option("--reader", metavar="NAME", help="What reads code: auto, record or keras.")
@click.option("--report", metavar="FILE.json", help="Write what was done.")
@click.option("--alt", is_flag=True, help="Print the chips in prose.")
@click.option("-q", "--quiet", is_flag=True, help="No warnings.")
def chip_command(
    models: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    report: str | None,
    alt: bool,
    quiet: bool,
    width: str | None,
    columns: str | None,
    **said: Any,
) -> None:
    """Draw a model as a chip, several models as a table of chips.

    MODEL is what `net2fig MODEL` takes; write NAME=MODEL to give its row a name.
    """
    if quiet:
        silent()
    if not models:
        message = "missing argument: MODEL"
        raise UsageError(message, hint="net2fig chip model.keras -o chip.svg")
    if not (outputs or report or alt):
        message = "missing option: '-o' (where the chips go)"
        raise UsageError(message, hint=f"net2fig chip {models[0]} -o chip.svg")
    _check(outputs, format)
    pairs = [split_name(model) for model in models]
    asked = _of_models(said)
    # Mistakes are told under the names of the options, before any model is read.
    load_options(None, None, asked, command=True)
    arguments = {**asked, **{k: v for k, v in said.items() if v not in (None, ())}}
    if columns is not None:
        arguments["columns"] = [name.strip() for name in columns.split(",") if name.strip()]
    if width is not None:
        arguments["width"] = length(width)
    made = chip([source for _, source in pairs], names=[name for name, _ in pairs], **arguments)
    _write(made, outputs, format, report)
    if alt:
        click.echo(made.alt)
    if not quiet:
        for notice in made.warnings:
            click.echo(f"warning: {notice.text}", err=True)


def _of_models(said: dict[str, Any]) -> dict[str, Any]:
    """Take out what is asked of each model, and return it as a grouping file says it."""
    found: dict[str, Any] = {}
    for key in ("hide", "show"):
        words = [word.strip() for text in said.pop(key) for word in text.split(",")]
        found[key] = [word for word in words if word]
    found["group"] = [_group(text) for text in said.pop("group")]
    shapes = said.pop("input_shape")
    found["input_shape"] = shapes[0] if len(shapes) == 1 else list(shapes)
    return {key: value for key, value in found.items() if value}


def _group(text: str) -> dict[str, str]:
    """Return the group that "NAME = PATTERN" names."""
    name, mark, match = (part.strip() for part in text.partition("="))
    if not (name and mark and match):
        message = f"invalid value: {text!r} in --group (must be 'NAME = PATTERN')"
        raise UsageError(message)
    return {"name": name, "match": match}


def _check(outputs: tuple[str, ...], format: str | None) -> None:
    """Raise where the chips cannot be written, before anything is read."""
    for output in outputs:
        if output != STDOUT:
            format_of(output, CHIP_FORMATS)
            if not Path(output).parent.is_dir():
                message = f"missing folder: {str(Path(output).parent)!r} in {output!r}"
                raise UsageError(message, hint="make the folder first")
        else:
            stdout_format(format, CHIP_FORMATS)


def _write(made: Chips, outputs: tuple[str, ...], format: str | None, report: str | None) -> None:
    """Write the chips to where they go."""
    made.save(*dict.fromkeys(output for output in outputs if output != STDOUT))
    if report:
        text = json.dumps(made.report, indent=2, ensure_ascii=False)
        write(Path(report), f"{text}\n".encode())
    if STDOUT in outputs and format:
        sys.stdout.buffer.write(made.to_bytes(format))
        sys.stdout.buffer.flush()
