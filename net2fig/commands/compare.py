"""The command `net2fig compare`: two models → what differs, in words, and a figure of both."""

from __future__ import annotations

from typing import Any

import click

from net2fig.chips.strip.model import split_name
from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    add_config_option,
    add_file_option,
    add_model_argument,
    add_options,
    add_output_options,
    check_outputs,
    collect_options,
    to_json,
    write_outputs,
)
from net2fig.commands.terminal import print_lines, print_warnings
from net2fig.comparison.pipeline import make_comparison
from net2fig.errors import UsageError
from net2fig.options.option import FIGURE
from net2fig.options.resolve import load_options
from net2fig.render import FORMATS


@click.command("compare", context_settings=SETTINGS)
@add_model_argument("models", "A B")
@add_output_options("Draw both.", "format")
@add_config_option("-c", "--config")
@add_options(FIGURE)
@click.option("--json", "as_json", is_flag=True, help="Print the differences for scripts.")
@add_file_option("--report", "FILE.json", "Write what was found and done.")
@click.option("-q", "--quiet", is_flag=True, help="No warnings.")
def compare_command(
    models: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    config: str | None,
    as_json: bool,
    report: str | None,
    quiet: bool,
    **values: Any,
) -> None:
    """Say in what two models differ, and draw both, one above the other.

    A and B are what `net2fig MODEL` takes; write NAME=MODEL to name one in the figure.
    """
    pairs = [split_name(model) for model in _check_two_models(models)]
    options = load_options(pairs[0][1], config, collect_options(values, FIGURE), command=True)
    check_outputs(outputs, format, FORMATS, report)
    names = [name for name, _ in pairs]
    (_, first), (_, second) = pairs
    comparison = make_comparison(first, second, options, names)
    write_outputs(comparison, outputs, format, report)
    if as_json and STDOUT not in outputs:
        print_lines(to_json(comparison.report).splitlines())
    elif STDOUT not in outputs:
        print_lines(comparison.words)
    if not quiet:
        print_warnings(comparison.warnings if outputs else comparison.model_warnings)


def _check_two_models(models: tuple[str, ...]) -> tuple[str, ...]:
    """Return the two models that were named."""
    if len(models) < 2:
        message = f"missing argument: {'a second model' if models else 'two models'}"
        raise UsageError(message, hint="net2fig compare a.keras b.keras -o diff.pdf")
    if len(models) > 2:
        message = f"unknown argument: {models[2]!r} (two models are compared)"
        raise UsageError(message, hint="outputs are named with -o")
    return models
