"""`net2fig page figures.toml -o report.html`: views as one file."""

from __future__ import annotations

from pathlib import Path

import click

from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    add_model_argument,
    check_outputs,
    check_overwriting,
    write_stdout,
)
from net2fig.commands.terminal import print_warnings
from net2fig.errors import UsageError
from net2fig.spinner import disable_spinner
from net2fig.views.page import FORMATS, MAX_COLUMNS
from net2fig.views.view_list import (
    check_view_list,
    list_inputs,
    list_models_as_views,
    load_view_list,
    make_page,
)

LIST = ".toml"
"""The suffix of a list of views."""


@click.command("page", context_settings=SETTINGS)
@add_model_argument("sources", "[figures.toml | MODEL…]")
@click.option("-o", "--output", metavar="OUT.html", help="Write the page.")
@click.option("--title", metavar="TEXT", help="The title of the page.")
@click.option(
    "--columns",
    type=click.IntRange(1, MAX_COLUMNS),
    metavar="N",
    help="How many views stand side by side.",
)
@click.option("-q", "--quiet", is_flag=True, help="No warnings.")
def page_command(
    sources: tuple[str, ...],
    output: str | None,
    title: str | None,
    columns: int | None,
    quiet: bool,
) -> None:
    """Write figures, tables and chips that share a selection as one page, which works offline.

    The list has a table [[view]] for each view. Of MODEL, the figure and the table of layers are
    shown; of several, their chips as well.
    """
    if quiet:
        disable_spinner()
    if not sources:
        message = "missing argument: a list of views or a model"
        raise UsageError(message, hint="net2fig page figures.toml -o report.html")
    if not output:
        message = "missing option: '-o' (where the page goes)"
        raise UsageError(message, hint=f"net2fig page {sources[0]} -o report.html")
    if output != STDOUT:
        check_outputs([output], None, FORMATS)
    if sources[0].endswith(LIST):
        if len(sources) > 1:
            raise UsageError(f"unknown argument: {sources[1]!r} (one list at a time)")
        views = load_view_list(Path(sources[0]))
    else:
        views = check_view_list(list_models_as_views(sources), Path())
    check_overwriting([output], [Path(sources[0]), *list_inputs(views.entries)])
    page = make_page(views, title, columns)
    if output == STDOUT:
        write_stdout(page.to_bytes())
    else:
        page.save(output)
    if not quiet:
        print_warnings(page.warnings)
