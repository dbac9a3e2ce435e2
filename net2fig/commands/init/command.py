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
    add_model_argument,
    add_options,
    check_folder,
    check_one_model,
    collect_options,
)
from net2fig.commands.explain.explain_data import explain_figure
from net2fig.commands.explain.reasons import OptionSources
from net2fig.commands.explain.settings import list_settings
from net2fig.commands.init.init_groups import FoundGroup, deactivate, find_groups
from net2fig.commands.init.init_text import GroupingFileWriter
from net2fig.commands.terminal import print_message
from net2fig.data.grammar import load_grammar, load_palette
from net2fig.data.resources import data_dir
from net2fig.errors import UsageError
from net2fig.figure import Figure, draw_network
from net2fig.options.option import FIGURE
from net2fig.options.resolve import resolve
from net2fig.options.sources import (
    list_grouping_files,
    load_sources,
    locate_grouping_file,
)
from net2fig.options.types import GroupRule
from net2fig.read import read
from net2fig.render.files import write_all

SCHEMA = "net2fig.schema.json"
"""The schema beside a grouping file: what editors complete and check it with."""

CHANGED = "With the patterns of all groups the page is filled otherwise."


@click.command("init", context_settings=SETTINGS)
@add_model_argument("model", "MODEL")
@click.option("-o", "--output", metavar="FILE", help="The file (net2fig.toml beside the model).")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@click.option("--schema", is_flag=True, help=f"Put {SCHEMA} beside it, for editors.")
@add_options(FIGURE)
def init_command(
    model: tuple[str, ...], output: str | None, force: bool, schema: bool, **values: Any
) -> None:
    """Write a grouping file with what was found, ready to edit.

    As it is written, it changes nothing of the figure. The options given are kept in it.
    """
    source = check_one_model(model, "init model.py")
    target = output or str(locate_grouping_file(source))
    if target == STDOUT and schema:
        message = "unsupported option: '--schema' with '-o -' (beside which file?)"
        raise UsageError(message)
    if target != STDOUT:
        check_folder(target)
        if Path(target).exists() and not force:
            message = f"invalid output: {target!r} (there is one already)"
            own = list_grouping_files(source)[0].name
            raise UsageError(message, hint=f"--force replaces it, -o {own} is for this model alone")
    set_options = collect_options(values)
    folder = Path() if target == STDOUT else Path(target).parent
    text = write_grouping_file(
        source, set_options, folder, f"./{SCHEMA}" if schema else find_relative_schema(folder)
    )
    if target == STDOUT:
        click.echo(text, nl=False)
        return
    files = [(Path(target), text.encode())]
    if schema:
        files.append((folder / SCHEMA, find_schema().read_bytes()))
    write_all(files)
    for path, _ in files:
        print_message(f"wrote {path}")


def write_grouping_file(
    source: Any, set_options: dict[str, Any], folder: Path = Path(), schema: str = ""
) -> str:
    """Return the text of the grouping file of a source, as it will stand in a folder.

    `given` holds options with the names and the values of the grouping file, `schema` is where
    editors find what they complete it with.
    """
    arguments, file = load_sources(None, None, set_options, command=True)
    options = resolve(arguments, file)
    network = read(source, **options.reading)
    figure = draw_network(network, options)
    grammar = load_grammar()
    option_sources = OptionSources(arguments, file, grammar)
    effective = list_settings(arguments, file, options)

    def write_text(groups: list[FoundGroup]) -> str:
        return GroupingFileWriter(
            figure=figure,
            account=explain_figure(figure, option_sources),
            options={setting["key"]: setting for setting in effective["options"]},
            page={setting["key"]: setting for setting in effective["template"]},
            arguments=_make_paths_relative(set_options, folder),
            groups=tuple(groups),
            grammar=grammar,
            palette=load_palette(figure.page.palette),
            schema=schema,
        ).write()

    groups = find_groups(figure, options, grammar)
    if not _is_same_figure(figure, groups):
        groups = deactivate(groups, CHANGED)
    return write_text(groups)


def _is_same_figure(figure: Figure, groups: list[FoundGroup]) -> bool:
    """Tell whether the figure is the same with the active groups."""
    rules = [GroupRule(each.definition.name, each.patterns) for each in groups if each.active]
    if not rules:
        return True
    options = replace(figure.options, groups=(*figure.options.groups, *rules))
    return draw_network(figure.network, options).scene == figure.scene


def find_schema() -> Path:
    """Return the schema of grouping files that ships."""
    return data_dir("grammar") / "schema" / "grouping.json"


def find_relative_schema(folder: Path) -> str:
    """Return the relative path of the schema, for a folder in the project of net2fig.

    It is empty for other folders: net2fig is installed elsewhere on each machine, and the file is
    made to be shared.
    """
    folder, schema = folder.resolve(), find_schema().resolve()
    if not folder.is_relative_to(schema.parents[2]):
        return ""
    return Path(os.path.relpath(schema, folder)).as_posix()


def _make_paths_relative(set_options: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return options whose paths are seen from the folder of the file."""
    relative = dict(set_options)
    for key in ("template", "palette", "font"):
        if str(relative.get(key, "")).endswith((".toml", ".ttf", ".otf")):
            relative[key] = _make_relative(folder, relative[key])
    if "sample" in relative:
        relative["sample"] = {
            port: _make_relative(folder, name) for port, name in relative["sample"].items()
        }
    return relative


def _make_relative(folder: Path, path: str) -> str:
    """Return a path as it is seen from a folder; from another drive it is seen from its root."""
    if Path(path).is_absolute():
        return path
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return Path(path).absolute().as_posix()
