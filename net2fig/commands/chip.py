"""The command `net2fig chip`: models → chips → files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from net2fig.chips.formats.registry import CHIP_FORMATS
from net2fig.chips.options import chip_options
from net2fig.chips.pipeline import chips_of
from net2fig.chips.result import Chips
from net2fig.chips.strip.model import split_name
from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    arguments,
    config_option,
    file_option,
    model_argument,
    options_of,
    output_options,
)
from net2fig.errors import UsageError
from net2fig.options.formats import format_of, stdout_format
from net2fig.options.option import CHIP
from net2fig.render import write
from net2fig.spinner import disable_spinner


@click.command("chip", context_settings=SETTINGS)
@model_argument("models", "MODEL…")
@output_options("Write the chips.", "chip format")
@config_option("-c", "--config", text="The grouping file, for all models.")
@options_of(CHIP)
@file_option("--report", "FILE.json", "Write what was done.")
@click.option("--alt", is_flag=True, help="Print the chips in prose.")
@click.option("-q", "--quiet", is_flag=True, help="No warnings.")
def chip_command(
    models: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    config: str | None,
    report: str | None,
    alt: bool,
    quiet: bool,
    **values: Any,
) -> None:
    """Draw a model as a chip, several models as a table of chips.

    MODEL is what `net2fig MODEL` takes; write NAME=MODEL to give its row a name.
    """
    if quiet:
        disable_spinner()
    if not models:
        message = "missing argument: MODEL"
        raise UsageError(message, hint="net2fig chip model.keras -o chip.svg")
    if not (outputs or report or alt):
        message = "missing option: '-o' (where the chips go)"
        raise UsageError(message, hint=f"net2fig chip {models[0]} -o chip.svg")
    _check(outputs, format)
    pairs = [split_name(model) for model in models]
    names = [name for name, _ in pairs]
    options = chip_options(arguments(values, CHIP), config, names, command=True)
    made = chips_of([source for _, source in pairs], options)
    _write(made, outputs, format, report)
    if alt:
        click.echo(made.alt)
    if not quiet:
        for notice in made.warnings:
            click.echo(f"warning: {notice.numbered}", err=True)


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
