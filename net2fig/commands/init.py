"""`net2fig init MODEL`: write a grouping file with what was found, ready to edit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from net2fig.commands.account import account
from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    arguments,
    check_folder,
    drawing_options,
    one_model,
)
from net2fig.commands.reasons import Sources
from net2fig.commands.settings import settings
from net2fig.commands.starter import Starter
from net2fig.commands.takeover import Found, found_groups, inactive
from net2fig.config import file_beside, load_options, sources
from net2fig.errors import UsageError
from net2fig.figure import DEFAULT_TEMPLATE, Figure, draw
from net2fig.grammar import load_grammar, load_palette
from net2fig.network import Network
from net2fig.read import read
from net2fig.render import write
from net2fig.resources import data_dir
from net2fig.template import load_template

FEW_STEPS = 3
"""A way that goes up further leads out of the project: what is installed is named from the root."""

CHANGED = "With the patterns of all groups the page is filled otherwise."


@click.command("init", context_settings=SETTINGS)
@click.argument("model", nargs=-1, metavar="MODEL")
@click.option("-o", "--output", metavar="FILE", help="The file (net2fig.toml beside the model).")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@drawing_options(config=())
def init_command(model: tuple[str, ...], output: str | None, force: bool, **said: Any) -> None:
    """Write a grouping file with what was found, ready to edit.

    As it is written, it changes nothing of the figure. The options given are kept in it.
    """
    source = one_model(model)
    target = output or str(file_beside(source))
    if target != STDOUT:
        check_folder(target)
        if Path(target).exists() and not force:
            message = f"invalid output: {target!r} (there is one already)"
            raise UsageError(message, hint="--force replaces it, -o names another file")
    given = arguments(said)
    folder = Path() if target == STDOUT else Path(target).parent
    text = starter(source, given, folder)
    if target == STDOUT:
        click.echo(text, nl=False)
        return
    write(Path(target), text.encode())
    click.echo(f"wrote {target}", err=True)


def starter(source: Any, given: dict[str, Any], folder: Path = Path()) -> str:
    """Return the text of the grouping file of a source, as it will stand in a folder.

    `given` holds options with the names and the values of the grouping file.
    """
    options = load_options(None, None, given, command=True)
    network = read(source, **options.reading)
    figure = draw(network, **given)
    argued, file = sources(None, None, given, command=True)
    grammar = load_grammar()
    page = load_template(options.template or DEFAULT_TEMPLATE)
    who = Sources(argued, file, grammar)
    told = settings(argued, file, options)["options"]

    def text(found: list[Found]) -> str:
        return Starter(
            figure=figure,
            told=account(figure, who),
            options={setting["key"]: setting for setting in told},
            given=_beside(given, folder),
            found=tuple(found),
            grammar=grammar,
            palette=load_palette(options.palette or page.palette),
            schema=schema_seen_from(folder),
        ).text()

    found = found_groups(figure, options, grammar)
    if not _same(figure, network, given, found):
        found = inactive(found, CHANGED)
    return text(found)


def _same(figure: Figure, network: Network, given: dict[str, Any], found: list[Found]) -> bool:
    """Tell whether the figure is the same with the active groups."""
    mine = [{"name": each.definition.name, "match": each.pattern} for each in found if each.active]
    if not mine:
        return True
    again = draw(network, **{**given, "group": [*given.get("group", ()), *mine]})
    return again.scene == figure.scene


def schema_seen_from(folder: Path) -> str:
    """Return where editors find the schema of grouping files: by a short way, or from the root."""
    schema = data_dir("grammar") / "schema" / "grouping.json"
    way = Path(os.path.relpath(schema, folder))
    return way.as_posix() if way.parts.count("..") <= FEW_STEPS else schema.as_uri()


def _beside(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return options whose paths are seen from the folder of the file."""
    seen = dict(given)
    for key in ("template", "palette", "font"):
        if str(seen.get(key, "")).endswith((".toml", ".ttf", ".otf")):
            seen[key] = _from(folder, seen[key])
    if "sample" in seen:
        seen["sample"] = {port: _from(folder, name) for port, name in seen["sample"].items()}
    return seen


def _from(folder: Path, path: str) -> str:
    """Return a path as it is seen from a folder."""
    return path if Path(path).is_absolute() else Path(os.path.relpath(path, folder)).as_posix()
