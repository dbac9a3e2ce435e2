"""The command `net2fig chip`: models → chips → files."""

from __future__ import annotations

from typing import Any

import click

from net2fig.chips.formats.registry import CHIP_FORMATS
from net2fig.chips.options import resolve_chip_options
from net2fig.chips.pipeline import make_chips
from net2fig.chips.strip.model import split_name
from net2fig.commands.arguments import (
    SETTINGS,
    add_config_option,
    add_file_option,
    add_model_argument,
    add_options,
    add_output_options,
    check_outputs,
    collect_options,
    write_outputs,
)
from net2fig.commands.terminal import print_lines, print_warnings
from net2fig.errors import UsageError
from net2fig.options.option import CHIP
from net2fig.spinner import disable_spinner


@click.command("chip", context_settings=SETTINGS)
@add_model_argument("models", "MODEL…")
@add_output_options("Write the chips.", "chip format")
@add_config_option("-c", "--config", text="The grouping file, for all models.")
@add_options(CHIP)
@add_file_option("--report", "FILE.json", "Write what was done.")
@click.option("--alt", is_flag=True, help="Print a description of the chips.")
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
    check_outputs(outputs, format, CHIP_FORMATS)
    pairs = [split_name(model) for model in models]
    names = [name for name, _ in pairs]
    options = resolve_chip_options(collect_options(values, CHIP), config, names, command=True)
    chips = make_chips([source for _, source in pairs], options)
    write_outputs(chips, outputs, format, report)
    if alt:
        print_lines([chips.alt])
    if not quiet:
        print_warnings(chips.warnings)
