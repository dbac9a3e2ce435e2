"""Options and checks that several commands share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from net2fig.commands.completion import FILES, make_completer
from net2fig.commands.terminal import escape_json
from net2fig.errors import Net2figError, UsageError, UsageProblemsError
from net2fig.options.formats import check_stdout_format, find_format
from net2fig.options.option import FIGURE, FLAG, LABELS, PIN_LIST, SWITCH, VALUE, WORDS, Option
from net2fig.options.rows import list_options
from net2fig.options.signature import convert_value
from net2fig.render.files import write

if TYPE_CHECKING:
    from net2fig.cells.result import CellFigure
    from net2fig.chips.result import Chips
    from net2fig.comparison.result import Comparison
    from net2fig.figure import Figure

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
STDOUT = "-"
ONE_MODEL_HINT = "outputs are named with -o; several words of an option are joined: --hide A,B"
FROZEN = ".network.json"
"""The end of the name of a network that stands beside its code."""

Command = TypeVar("Command", bound=Callable[..., Any])


def make_click_option(option: Option) -> Any:
    """Return the click option for a row of the table."""
    more: dict[str, Any] = {}
    if option.form in (FLAG, SWITCH):
        more = {"is_flag": True, "default": None} if option.form == FLAG else {"default": None}
    else:
        more = {"metavar": option.metavar, "multiple": option.form not in (VALUE, PIN_LIST)}
    return click.option(
        *option.flags,
        option.name,
        help=option.help,
        shell_complete=make_completer(
            option.values,
            choices=option.schema.get("enum", ()),
            comma_separated=option.form in (WORDS, LABELS),
        ),
        **more,
    )


def add_options(scope: str) -> Callable[[Command], Command]:
    """Give a command the options of figures or chips; `collect_options` reads them."""

    def decorate(command: Command) -> Command:
        for option in reversed(list_options(scope)):
            if option.flags:
                command = make_click_option(option)(command)
        return command

    return decorate


def add_config_option(
    *names: str, text: str = "The grouping file."
) -> Callable[[Command], Command]:
    """Give a command the option that names the grouping file."""
    return click.option(
        *names, "config", metavar="FILE", help=text, shell_complete=make_completer(FILES)
    )


def add_file_option(name: str, metavar: str, text: str) -> Callable[[Command], Command]:
    """Return an option whose value is a file."""
    return click.option(name, metavar=metavar, help=text, shell_complete=make_completer(FILES))


def add_output_options(text: str, formats: str) -> Callable[[Command], Command]:
    """Give a command `-o`, which may be repeated, and `--format` for standard output."""

    def decorate(command: Command) -> Command:
        format = click.option(
            "--format",
            metavar="FORMAT",
            help="The format of '-o -'.",
            shell_complete=make_completer((formats,)),
        )
        output = click.option(
            *("-o", "--output", "outputs"),
            multiple=True,
            metavar="OUT",
            help=text,
            shell_complete=make_completer(FILES),
        )
        return output(format(command))

    return decorate


def add_model_argument(name: str, metavar: str) -> Callable[[Command], Command]:
    """Return the argument that names models."""
    return click.argument(name, nargs=-1, metavar=metavar, shell_complete=make_completer(FILES))


def check_one_model(models: tuple[str, ...], usage: str = "model.py -o figure.pdf") -> str:
    """Return the model of a command; `usage` are arguments for the hint if there is none."""
    if not models:
        message = "missing argument: MODEL"
        raise UsageError(message, hint=f"net2fig {usage}")
    if len(models) > 1:
        message = f"unknown argument: {models[1]!r} (one model at a time)"
        raise UsageError(message, hint=ONE_MODEL_HINT)
    return models[0]


def collect_options(values: Mapping[str, Any], scope: str = FIGURE) -> dict[str, Any]:
    """Return the options of a command under the names of the table, with the values of a file.

    Ensures: options that are not set are left out; all values without NAME=VALUE are reported
    together.
    """
    problems: list[Net2figError] = []
    values_by_name: dict[str, Any] = {}
    for option in list_options(scope):
        value = values.get(option.name)
        if value not in (None, ()):
            values_by_name[option.name] = convert_value(option, value, problems)
    if problems:
        raise UsageProblemsError(problems)
    return {name: value for name, value in values_by_name.items() if value not in ([], {})}


def check_folder(output: str) -> None:
    """Raise if a file cannot be written because of its folder."""
    folder = Path(output).parent
    if not folder.is_dir():
        message = f"missing folder: {str(folder)!r} in {output!r} (no such folder)"
        raise UsageError(message, hint="make the folder first")
    if Path(output).is_dir():
        message = f"invalid output: {output!r} (it is a folder)"
        raise UsageError(message)


def check_outputs(
    outputs: Sequence[str], format: str | None, formats: Sequence[str], report: str | None = None
) -> None:
    """Raise if an output or the report cannot be written, before anything is read."""
    for output in outputs:
        if output != STDOUT:
            find_format(output, formats)
            check_folder(output)
        else:
            check_stdout_format(format, formats)
    if report:
        check_folder(report)


def check_overwriting(outputs: Iterable[str | Path], inputs: Iterable[Path]) -> None:
    """Raise if two outputs are one file, or an output is a file that the figure is made from."""
    # A frozen network is read beside its code, and it is also what one may want to write.
    kept = {os.path.realpath(path) for path in inputs if not path.name.endswith(FROZEN)}
    seen: dict[str, str | Path] = {}
    for output in outputs:
        path = os.path.realpath(output)
        if path in kept:
            message = f"invalid output: {str(output)!r} (the figure is made from it)"
            raise UsageError(message)
        if path in seen:
            raise UsageError(f"duplicate output: {str(output)!r} (also {str(seen[path])!r})")
        seen[path] = output


def write_outputs(
    result: Figure | Chips | Comparison | CellFigure,
    outputs: Sequence[str],
    format: str | None,
    report: str | None,
) -> None:
    """Write a result to its files, its report, and to standard output in a format."""
    result.save(*dict.fromkeys(output for output in outputs if output != STDOUT))
    if report:
        write(Path(report), f"{to_json(result.report)}\n".encode())
    if STDOUT in outputs and format:
        write_stdout(result.to_bytes(format))


def write_stdout(data: bytes) -> None:
    """Write a figure to standard output."""
    if sys.stdout is None:
        raise UsageError("invalid output: '-' (standard output is closed)")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"invalid output: '-' cannot be written ({reason})") from error


def to_json(data: Any) -> str:
    """Return data as JSON for scripts; characters that are no text are escaped."""
    return escape_json(json.dumps(data, indent=2, ensure_ascii=False))
