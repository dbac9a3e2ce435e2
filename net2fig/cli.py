"""The command: arguments → `draw` → files, messages and an exit code.

Exit codes: 0 drawn, 1 this model cannot be read or drawn, 2 the command or the grouping file is
wrong. Standard output carries only what was asked for; messages go to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import net2fig
from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    add_config_option,
    add_file_option,
    add_options,
    add_output_options,
    check_folder,
    check_one_model,
    check_overwriting,
    collect_options,
    write_outputs,
)
from net2fig.commands.completion import VARIABLE
from net2fig.commands.depfile import find_inputs
from net2fig.commands.terminal import is_terminal, print_lines, print_message, print_warnings
from net2fig.errors import Net2figError, UsageError, is_traceback_wanted, suggestion
from net2fig.figure import draw_source, list_formats
from net2fig.gc_tuning import collect_rarely
from net2fig.options.formats import check_stdout_format, find_format
from net2fig.options.option import FIGURE
from net2fig.options.resolve import load_options
from net2fig.render import FORMATS, render, write

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from net2fig.figure import Figure
    from net2fig.options.table import Options
    from net2fig.session.session import Session

DEFAULT_COMMAND = "draw"
ALIKE = 0.75
"""How alike an option must be to one that is unknown: all begin with two dashes."""
COMMAND_MODULES = {
    "build": ("net2fig.commands.build.command", "build_command"),
    "cell": ("net2fig.commands.cell", "cell_command"),
    "check": ("net2fig.commands.check", "check_command"),
    "chip": ("net2fig.commands.chip", "chip_command"),
    "completion": ("net2fig.commands.shell_scripts", "completion_command"),
    "compare": ("net2fig.commands.compare", "compare_command"),
    "explain": ("net2fig.commands.explain.command", "explain_command"),
    "init": ("net2fig.commands.init.command", "init_command"),
    "page": ("net2fig.views.command", "page_command"),
    "studio": ("net2fig.studio.command", "studio_command"),
}
"""The modules of the other commands; each is imported when it runs."""
VERSION = "net2fig %(version)s"


class CommandGroup(click.Group):
    """A group of commands with a default command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before arguments that begin with no other."""
        args = pass_script_arguments(args)
        group_options = {"--version", *ctx.help_option_names}
        if not args or args[0] not in {*self.list_commands(ctx), *group_options}:
            self.check_command(ctx, args)
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def check_command(self, ctx: click.Context, args: list[str]) -> None:
        """Raise where the first word is no model, but nearly the name of a command."""
        if ctx.resilient_parsing or not args or not args[0].isalpha() or Path(args[0]).exists():
            return
        hint = suggestion(args[0], self.list_commands(ctx))
        if hint:
            raise UsageError(f"unknown command: {args[0]!r}", hint=hint)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *COMMAND_MODULES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in COMMAND_MODULES:
            return super().get_command(ctx, cmd_name)
        module, name = COMMAND_MODULES[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the help of the default command, then the names of the others."""
        command = self.commands[DEFAULT_COMMAND]
        settings = command.context_settings
        with click.Context(command, info_name=ctx.info_name, **settings) as context:
            command.format_help(context, formatter)
        self.format_commands(ctx, formatter)


def pass_script_arguments(words: list[str]) -> list[str]:
    """Return a command line whose words after `--` are the command line of a script.

    >>> pass_script_arguments(["train.py", "-o", "a.pdf", "--", "--size", "512"])[3:]
    ['--argv', '--size 512']
    """
    at = words.index("--") if "--" in words else len(words)
    rest = words[at + 1 :]
    if not rest or not rest[0].startswith("-") or Path(rest[0]).exists():
        return words
    from shlex import join

    return [*words[:at], "--argv", join(rest)]


def complete_model(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the completions of a model: files and, for the first word, commands."""
    from click.shell_completion import CompletionItem

    items = [CompletionItem(typed, type="file")]
    root = ctx.find_root()
    if root.args or ctx.params.get("model") or not isinstance(root.command, CommandGroup):
        return items
    group = root.command
    commands_by_name = [(name, group.get_command(root, name)) for name in group.list_commands(root)]
    return items + [
        CompletionItem(name, help=command.get_short_help_str(80))
        for name, command in commands_by_name
        if command and not command.hidden and name.startswith(typed)
    ]


@click.group(cls=CommandGroup, context_settings=SETTINGS)
@click.version_option(net2fig.__version__, message=VERSION)
def commands() -> None:
    """Draw neural networks for papers."""


@commands.command(DEFAULT_COMMAND, hidden=True, context_settings=SETTINGS)
@click.argument("model", nargs=-1, metavar="MODEL", shell_complete=complete_model)
@add_output_options("Write the figure.", "format")
@add_config_option("-c", "--config")
@add_options(FIGURE)
@add_file_option("--report", "FILE.json", "Write what was done.")
@click.option("--alt", is_flag=True, help="Print a description of the figure.")
@click.option("--latex-snippet", is_flag=True, help="Print the figure environment for LaTeX.")
@add_file_option("--depfile", "FILE", "Write what was read, for make and ninja.")
@click.option("--list", "only_list", is_flag=True, help="List the models of MODEL.")
@click.option("--watch", "follow", is_flag=True, help="Draw again on every save.")
@click.option("-q", "--quiet", is_flag=True, help="No warnings.")
@click.option("-v", "--verbose", is_flag=True, help="Print what was done.")
@click.version_option(net2fig.__version__, message=VERSION)
def draw_command(
    model: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    config: str | None,
    report: str | None,
    alt: bool,
    latex_snippet: bool,
    depfile: str | None,
    only_list: bool,
    follow: bool,
    quiet: bool,
    verbose: bool,
    **values: Any,
) -> None:
    """Draw the figure of a model.

    MODEL is a saved model, a file of code (model.py, model.py:name, model.py:build(depth=4)), or
    package.module:build(…). The suffix of OUT says the format; -o may be given several times.
    """
    source = check_one_model(model)
    if quiet:
        from net2fig.spinner import disable_spinner

        disable_spinner()
    set_options = collect_options(values)
    options = load_options(source, config, set_options, command=True)
    if only_list:
        _print_models(source, options)
        return
    files = _check_outputs(
        source, outputs, format, report, depfile, output_is_optional=alt or latex_snippet
    )
    written = [*files, *(path for path in (report, depfile) if path)]
    inputs = find_inputs(source, config, options)
    check_overwriting(written, inputs)
    if follow:
        if STDOUT in outputs:
            raise UsageError("unsupported option: '--watch' with '-o -' (files only)")
        from net2fig.session.session import Session

        session = Session(source, config=config, command=True, **set_options)
        _follow(session, files, report)
        return
    figure = draw_source(source, options)
    write_outputs(figure, outputs, format, report)
    if depfile:
        from net2fig.commands.depfile import write_rule

        write(Path(depfile), write_rule((*files, *([report] if report else [])), inputs).encode())
    if alt:
        print_lines([figure.alt])
    if latex_snippet:
        from net2fig.commands.latex import write_snippet

        print_lines(write_snippet(figure, files).splitlines())
    if not quiet:
        print_warnings(figure.warnings)
    _print_summary(figure, files, quiet=quiet, verbose=verbose)


def _print_summary(figure: Figure, files: Sequence[str], *, quiet: bool, verbose: bool) -> None:
    """Print what was done, or on a terminal what was drawn."""
    if verbose:
        print_message(_summarize(figure.report))
    elif files and not quiet and is_terminal():
        print_message(_describe_files(files, figure.report))


def _follow(session: Session, files: Sequence[str], report: str | None) -> None:
    """Draw the figure again on every save."""
    from net2fig.commands.watch import FigureWatcher, watch

    watch(
        FigureWatcher(session, lambda each: write_outputs(each, files, None, report)), print_message
    )


def _print_models(source: str, options: Options) -> None:
    """Print the models that a source holds."""
    from net2fig.commands.list_models import format_models
    from net2fig.read.listing import list_source

    print_lines(format_models(list_source(source, options)))


@commands.command("themes", context_settings=SETTINGS)
@click.option("-o", "--output", "outputs", multiple=True, metavar="OUT", help="Draw them.")
def themes_command(outputs: tuple[str, ...]) -> None:
    """The palettes, textures and templates."""
    from net2fig.commands.themes import describe_themes, draw_themes

    if not outputs:
        print_lines(describe_themes().splitlines())
        return
    for output in outputs:
        check_folder(output)
    scene = draw_themes()
    files = [(Path(output), render(scene, find_format(output, FORMATS))) for output in outputs]
    for path, data in files:
        write(path, data)


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code; show a traceback only if `NET2FIG_DEBUG` is 1."""
    collect_rarely()
    if VARIABLE in os.environ:
        from net2fig.commands.shell_scripts import load_shells

        load_shells()
    try:
        code = commands.main(words, prog_name="net2fig", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except Net2figError as error:
        fail(error)
    except click.ClickException as error:
        fail(translate_click_error(error))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read standard output has left; Python shall not write there while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # the last guard: a message in place of a traceback
        from net2fig.commands.internal_errors import convert_error

        if is_traceback_wanted():
            raise
        fail(convert_error(error))


def fail(error: Net2figError) -> NoReturn:
    """Show an error and leave with its exit code."""
    for line in error.lines(line_numbers=True):
        print_message(line)
    sys.exit(error.exit_code)


def translate_click_error(error: click.ClickException) -> UsageError:
    """Return an error of click as an error of net2fig."""
    by_flag = {name: param for param in _find_parameters(error) for name in param.opts}
    if isinstance(error, click.NoSuchOption):
        names = [name for name in by_flag if name.startswith("--")]
        hint = suggestion(error.option_name, names, likeness=ALIKE) or "see net2fig --help"
        return UsageError(f"unknown option: {error.option_name!r}", hint=hint)
    if isinstance(error, click.BadOptionUsage):
        if getattr(by_flag.get(error.option_name), "is_flag", False):
            return UsageError(f"invalid option: {error.option_name!r} takes no value")
        return UsageError(f"missing value: for the option {error.option_name!r}")
    message = error.format_message().rstrip(".")
    return UsageError(f"invalid command: {message}", hint="see net2fig --help")


def _find_parameters(error: click.ClickException) -> list[click.Parameter]:
    """Return the options of the command that an error is about, else those of all commands."""
    context = getattr(error, "ctx", None)
    if context is not None:
        return list(context.command.params)
    with click.Context(commands) as context:
        all_commands = [
            commands.get_command(context, name) for name in commands.list_commands(context)
        ]
    return [param for command in all_commands if command for param in command.params]


def _check_outputs(
    source: str,
    outputs: tuple[str, ...],
    format: str | None,
    report: str | None,
    depfile: str | None,
    *,
    output_is_optional: bool,
) -> tuple[str, ...]:
    """Check all outputs before anything is read; return those that are files."""
    if not (outputs or report or output_is_optional):
        if Path(source).is_dir():
            # That a folder is no model is reported before what is missing beside it.
            from net2fig.read import read

            read(source)
        message = "missing option: '-o' (where the figure goes)"
        raise UsageError(message, hint=f"net2fig {source} -o figure.pdf")
    files = tuple(dict.fromkeys(output for output in outputs if output != STDOUT))
    for output in files:
        find_format(output, list_formats())
    if depfile and not (files or report):
        message = "missing option: '-o' (the target of --depfile)"
        raise UsageError(message, hint=f"net2fig {source} -o figure.pdf --depfile {depfile}")
    for output in (*files, *(path for path in (report, depfile) if path)):
        check_folder(output)
        if _is_same_file(output, source):
            message = f"invalid output: {output!r} (it is the model itself)"
            raise UsageError(message)
    if STDOUT in outputs:
        check_stdout_format(format, list_formats())
    return files


def _is_same_file(output: str, source: str) -> bool:
    """Tell whether an output would overwrite the model."""
    return Path(output).exists() and Path(source).exists() and Path(output).samefile(source)


def _describe_files(files: Sequence[str], report: Mapping[str, Any]) -> str:
    """Return what was drawn, in one line: who waits for a figure wants to know its level."""
    width, height = report["width_pt"] / 72, report["height_pt"] / 72
    return (
        f"{', '.join(files)}: {width:.2f} × {height:.2f} in, {report['drawn']} glyphs,"
        f" level {report['detail']!r}"
    )


def _summarize(report: Mapping[str, Any]) -> str:
    """Return a summary of the report in one line."""
    return (
        f"read {report['layers']} layers ({report['reader']}), drew {report['drawn']} glyphs"
        f" at the level {report['detail']!r}, {report['width_pt']:.0f} × {report['height_pt']:.0f}"
        f" pt for {report['template']!r}, in {report['seconds']['total']:.2f} s"
    )
