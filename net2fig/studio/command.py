"""`net2fig studio MODEL`: the figure in the browser, adjusted by hand."""

from __future__ import annotations

import os
import sys
import webbrowser
from importlib.util import find_spec
from pathlib import Path

import click

from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    add_config_option,
    add_file_option,
    add_model_argument,
    check_one_model,
    check_outputs,
    check_overwriting,
)
from net2fig.commands.terminal import print_message
from net2fig.errors import UsageError
from net2fig.figure import list_formats
from net2fig.options.sources import PROJECT, load_sources, locate_grouping_file
from net2fig.session.session import Session
from net2fig.studio.document import Document
from net2fig.studio.exports import Outputs
from net2fig.studio.guard import make_token
from net2fig.studio.studio import Studio

PACKAGES = ("starlette", "uvicorn", "websockets")

MAX_PORT = 65_535


@click.command("studio", context_settings=SETTINGS)
@add_model_argument("model", "MODEL")
@add_config_option("-c", "--config", text="The grouping file (net2fig.toml beside the model).")
@click.option("-o", "--output", "outputs", multiple=True, metavar="OUT", help="What is exported.")
@click.option("--port", type=click.IntRange(0, MAX_PORT), default=0, help="The port (a free one).")
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@add_file_option("--compare", "OTHER", "A second model, compared in the page.")
@add_file_option("--record", "FILE", "Record what is done, line by line, in a new file.")
@add_file_option("--replay", "FILE", "Do what a record says, without a browser.")
def studio_command(
    model: tuple[str, ...],
    config: str | None,
    outputs: tuple[str, ...],
    port: int,
    no_browser: bool,
    compare: str | None,
    record: str | None,
    replay: str | None,
) -> None:
    """Adjust a figure by hand, in the browser.

    Every change is written to the grouping file; net2fig MODEL -o OUT draws the same figure.
    """
    source = check_one_model(model, "studio model.py")
    if replay:
        replay_record(make_studio(source, config, outputs), replay)
        return
    check_packages()
    studio = make_studio(source, config, outputs, compare or "")
    if record:
        from net2fig.studio.record import RecordedStudio, open_record

        studio = RecordedStudio.record(studio, open_record(record))
    from net2fig.studio.server import serve

    token = make_token()

    def announce(number: int) -> None:
        address = f"http://127.0.0.1:{number}/#k={token}"
        click.echo(f"{address}\nCtrl-C ends the studio.")
        sys.stdout.flush()
        if not no_browser:
            webbrowser.open(address)

    try:
        serve(studio, token, port, announce)
    except OSError as error:
        message = f"invalid port: {port} cannot be used ({error.strerror})"
        raise UsageError(message) from None


def replay_record(studio: Studio, path: str) -> None:
    """Do what a record says, and tell how many edits that were."""
    from net2fig.studio.record import replay

    edits = replay(studio, path)
    print_message(f"{studio.document.path}: {edits} edits done again")


def check_packages() -> None:
    """Raise if a package of the extra `studio` is missing."""
    for name in PACKAGES:
        if find_spec(name) is None:
            message = f"missing package: {name!r} (net2fig studio needs it)"
            raise UsageError(message, hint="pip install 'net2fig[studio]'")


def make_studio(
    source: str, config: str | None, outputs: tuple[str, ...], other: str = ""
) -> Studio:
    """Return the studio of a model; `other` is one to compare it with."""
    if STDOUT in outputs:
        message = "unsupported output: '-' (the studio writes files only)"
        raise UsageError(message)
    check_outputs(outputs, None, list_formats())
    path = Path(config) if config else locate_grouping_file(source)
    if config is None:
        _check_project(source)
    elif not path.is_file():
        raise UsageError(f"missing grouping file: {config!r} (no such file)")
    session = Session(source, config=config, command=True)
    inputs = list(session.files(None))
    check_overwriting(outputs, inputs)
    return Studio(session, Document(path), Outputs(Path(os.curdir), outputs, inputs), other)


def _check_project(source: str) -> None:
    """Raise if the options stand in a pyproject.toml, which the studio does not write."""
    _, file = load_sources(source, None, {})
    if Path(file.file).name == PROJECT:
        message = f"unsupported grouping file: {file.file!r} (the studio writes net2fig.toml)"
        hint = f"move the table [{file.path.rstrip('.')}] to net2fig.toml, or name a file with -c"
        raise UsageError(message, hint=hint)
