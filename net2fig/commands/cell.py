"""The command `net2fig cell`: a model and one of its layers → the figure of the layer's inside."""

from __future__ import annotations

from typing import Any

import click
from msgspec.structs import replace

from net2fig.cells.pipeline import draw_layer
from net2fig.cells.player.trace import make_trace
from net2fig.cells.result import CELL_FORMATS
from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    add_config_option,
    add_file_option,
    add_model_argument,
    add_options,
    add_output_options,
    check_one_model,
    check_outputs,
    collect_options,
    write_outputs,
)
from net2fig.commands.terminal import print_lines, print_warnings
from net2fig.options.option import FIGURE
from net2fig.options.resolve import load_options
from net2fig.read import read


@click.command("cell", context_settings=SETTINGS)
@add_model_argument("model", "MODEL:LAYER")
@add_output_options("Draw the cell.", "format")
@add_config_option("-c", "--config")
@add_options(FIGURE)
@add_file_option(
    "--input", "SEQ.npy", "The sequence, or .npz of several, that the page steps through."
)
@add_file_option("--report", "FILE.json", "Write what was done.")
@click.option("-q", "--quiet", is_flag=True, help="No warnings.")
def cell_command(
    model: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    config: str | None,
    input: str | None,
    report: str | None,
    quiet: bool,
    **values: Any,
) -> None:
    """Draw the inside of a recurrent layer or an attention; without -o, print its equations.

    With --input, a page (.html) steps through a sequence with the weights of the model.

    MODEL is what `net2fig MODEL` takes, LAYER the name of the layer. It may be left out if the
    model has only one such layer.
    """
    source, name = split_layer(check_one_model(model, "cell model.keras:lstm_1 -o cell.pdf"))
    check_outputs(outputs, format, CELL_FORMATS, report)
    options = load_options(source, config, collect_options(values), command=True)
    figure = draw_layer(read(source, **options.reading), name, options)
    if input is not None:
        figure = replace(figure, trace=make_trace(figure.cell, source, input))
    write_outputs(figure, outputs, format, report)
    if not outputs:
        print_lines(figure.equations)
    if not quiet and STDOUT not in outputs:
        print_warnings((*figure.network.notices, *figure.warnings))


def split_layer(text: str) -> tuple[str, str]:
    """Return the model and the layer of an argument; the layer is "" where none is named.

    >>> split_layer("model.keras:lstm_1"), split_layer("model.py:build(depth=4):encoder/gru")
    (('model.keras', 'lstm_1'), ('model.py:build(depth=4)', 'encoder/gru'))
    >>> split_layer("model.keras"), split_layer("models:build()")
    (('model.keras', ''), ('models:build()', ''))
    """
    model, mark, layer = text.rpartition(":")
    if not mark or layer.endswith(")") or layer.startswith(("/", "\\")):
        return text, ""
    return model, layer
