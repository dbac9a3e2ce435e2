"""`net2fig init MODEL`: write a grouping file with what was found, ready to edit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    arguments,
    check_folder,
    model_argument,
    one_model,
    options_of,
)
from net2fig.commands.explain.explain_data import account
from net2fig.commands.explain.reasons import Sources
from net2fig.commands.explain.settings import settings
from net2fig.commands.init.init_groups import Found, found_groups, inactive
from net2fig.commands.init.init_text import Starter
from net2fig.data.grammar import load_grammar, load_palette
from net2fig.data.resources import data_dir
from net2fig.errors import UsageError
from net2fig.figure import Figure, figure_of
from net2fig.options.option import FIGURE
from net2fig.options.resolve import resolve
from net2fig.options.sources import file_beside, sources
from net2fig.options.types import GroupRule
from net2fig.read import read
from net2fig.render.files import write_all

SCHEMA = "net2fig.schema.json"
"""The schema beside a grouping file: what editors complete and check it with."""

CHANGED = "With the patterns of all groups the page is filled otherwise."


@click.command("init", context_settings=SETTINGS)
@model_argument("model", "MODEL")
@click.option("-o", "--output", metavar="FILE", help="The file (net2fig.toml beside the model).")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@click.option("--schema", is_flag=True, help=f"Put {SCHEMA} beside it, for editors.")
@options_of(FIGURE)
def init_command(
    model: tuple[str, ...], output: str | None, force: bool, schema: bool, **values: Any
) -> None:
    """Write a grouping file with what was found, ready to edit.

    As it is written, it changes nothing of the figure. The options given are kept in it.
    """
    source = one_model(model)
    target = output or str(file_beside(source))
    if target == STDOUT and schema:
        message = "unsupported option: '--schema' with '-o -' (beside which file?)"
        raise UsageError(message)
    if target != STDOUT:
        check_folder(target)
        if Path(target).exists() and not force:
            message = f"invalid output: {target!r} (there is one already)"
            raise UsageError(message, hint="--force replaces it, -o names another file")
    given = arguments(values)
    folder = Path() if target == STDOUT else Path(target).parent
    text = starter(source, given, folder, f"./{SCHEMA}" if schema else schema_seen_from(folder))
    if target == STDOUT:
        click.echo(text, nl=False)
        return
    files = [(Path(target), text.encode())]
    if schema:
        files.append((folder / SCHEMA, schema_file().read_bytes()))
    write_all(files)
    for path, _ in files:
        click.echo(f"wrote {path}", err=True)


def starter(source: Any, given: dict[str, Any], folder: Path = Path(), schema: str = "") -> str:
    """Return the text of the grouping file of a source, as it will stand in a folder.

    `given` holds options with the names and the values of the grouping file, `schema` is where
    editors find what they complete it with.
    """
    argued, file = sources(None, None, given, command=True)
    options = resolve(argued, file)
    network = read(source, **options.reading)
    figure = figure_of(network, options)
    grammar = load_grammar()
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
            palette=load_palette(figure.page.palette),
            schema=schema,
        ).text()

    found = found_groups(figure, options, grammar)
    if not _same(figure, found):
        found = inactive(found, CHANGED)
    return text(found)


def _same(figure: Figure, found: list[Found]) -> bool:
    """Tell whether the figure is the same with the active groups."""
    mine = [GroupRule(each.definition.name, each.patterns) for each in found if each.active]
    if not mine:
        return True
    options = replace(figure.options, groups=(*figure.options.groups, *mine))
    return figure_of(figure.network, options).scene == figure.scene


def schema_file() -> Path:
    """Return the schema of grouping files that ships."""
    return data_dir("grammar") / "schema" / "grouping.json"


def schema_seen_from(folder: Path) -> str:
    """Return the way to the schema that ships, where a folder lies in one project with it.

    Elsewhere there is none: where net2fig is installed is another place on each machine, and the
    file is made to be shared.
    """
    folder, schema = folder.resolve(), schema_file().resolve()
    if not folder.is_relative_to(schema.parents[2]):
        return ""
    return Path(os.path.relpath(schema, folder)).as_posix()


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
    """Return a path as it is seen from a folder; from another drive it is seen from its root."""
    if Path(path).is_absolute():
        return path
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return Path(path).absolute().as_posix()
