"""A list of figures → jobs, all checked before any model is read."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.commands.arguments import check_overwriting
from net2fig.data.schema import bare_or_quoted, find_problems, load_schema
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.figure import list_formats
from net2fig.options.formats import find_format
from net2fig.options.resolve import ParsedSource, parse_source, resolve
from net2fig.options.rows import index_options
from net2fig.options.sources import Source, load_sources, suggest_quotes
from net2fig.options.table import Options
from net2fig.read.target import parse_target
from net2fig.session.inputs import find_config_files, find_model_files
from net2fig.toml import Place, parse_toml

FIGURE_KEYS = ("model", "output", "config")
"""The keys of a figure that are no options."""

VIEWS = "view"
"""The key of the views of `net2fig page`, which may stand in the same list."""

LIST_HINT = "a list has a table [[figure]] with model and output for each figure"
"""The hint where no list is near."""

Data = dict[str, Any]


class Job(Struct, frozen=True):
    """One figure: from which model, with which options, to which files; `inputs` are all it reads.

    `name` is what the list calls its files.

    `data` is all that the list holds of it.
    """

    name: str
    model: str
    outputs: tuple[Path, ...]
    options: Options
    inputs: tuple[Path, ...]
    data: Data


def load_jobs(path: Path) -> list[Job]:
    """Return the figures of a list.

    Ensures: every problem of the list and of the grouping files is reported at once; no two figures
    write the same file.
    """
    data = load_list(path)
    errors: list[Net2figError] = list(_find_unknown_keys(data, path))
    errors += find_problems(data, load_schema("figures"), str(path))
    if errors:
        raise UsageProblemsError(errors)
    figures = data.pop("figure")
    data.pop(VIEWS, None)
    list_options = parse_source(Source(data, str(path), "", path.parent))
    errors += list_options.problems
    jobs: list[Job] = []
    outputs: dict[Path, Place] = {}
    for number, fields in enumerate(figures):
        data = {key: value for key, value in fields.items() if key not in FIGURE_KEYS}
        figure_options = parse_source(
            replace(list_options.source, data=data, path=f"figure[{number}].")
        )
        figure_errors = [
            *figure_options.problems,
            *_check_outputs(fields, figure_options.source, outputs),
        ]
        errors += figure_errors
        if not figure_errors and not errors:
            try:
                jobs.append(_make_job(fields, figure_options, list_options))
            except UsageError as error:
                errors.append(error)
    if errors:
        raise UsageProblemsError(errors)
    return jobs


def _find_unknown_keys(data: Data, path: Path) -> Iterator[UsageError]:
    """Yield the errors about keys that neither a figure has nor a grouping file."""
    options = index_options()
    figures = data.get("figure")
    spots: list[tuple[str, Any, tuple[str, ...]]] = [("", data, ("figure", VIEWS))]
    for number, fields in enumerate(figures if isinstance(figures, list) else ()):
        spots.append((f"figure[{number}]", fields, FIGURE_KEYS))
    for table, fields, extra_keys in spots:
        known_keys = sorted({*options, *extra_keys})
        for key in fields if isinstance(fields, dict) else ():
            if key not in known_keys:
                line_path = f"{table}.{bare_or_quoted(key)}".lstrip(".")
                place = Place(str(path), table, line_path)
                message = f"unknown key: {key!r} in {place} {one_of(known_keys)}"
                yield UsageError(message, hint=suggestion(key, known_keys), place=place)


def load_list(path: Path) -> Data:
    """Read the list."""
    try:
        return parse_toml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        names = [each.name for each in path.parent.glob("*.toml")]
        hint = suggestion(path.name, names, path.parent) or LIST_HINT
        raise UsageError(f"missing list: {str(path)!r} (no such file)", hint=hint) from None
    except OSError as error:
        raise UsageError(f"invalid list: {str(path)!r} ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"invalid list: {str(path)!r} (not TOML: {error})"
        raise UsageError(message, hint=suggest_quotes(path, error)) from None


def _list_names(fields: Mapping[str, Any]) -> list[str]:
    """Return the files of a figure as the list names them."""
    output = fields["output"]
    return [output] if isinstance(output, str) else list(output)


def _list_outputs(fields: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    """Return the files of a figure."""
    return tuple(folder / name for name in _list_names(fields))


def _check_outputs(fields: Data, source: Source, written: dict[Path, Place]) -> list[Net2figError]:
    """Return the errors of the outputs of a figure; add its files to `written`."""
    errors: list[Net2figError] = []
    for name, path in zip(_list_names(fields), _list_outputs(fields, source.folder), strict=True):
        place = source.place("output")
        try:
            find_format(path, list_formats())
        except UsageError as error:
            errors.append(error)
        file = Path(os.path.realpath(path))
        if file in written:
            other = written[file]
            message = f"duplicate output: {name!r} in {place} and in {other}"
            errors.append(UsageError(message, place=(place, other)))
        written[file] = place
    return errors


def _make_job(fields: Data, figure_options: ParsedSource, list_options: ParsedSource) -> Job:
    """Return one figure; its own options are laid over those of the list."""
    folder = figure_options.source.folder
    model = locate_model(folder, fields["model"])
    config = str(folder / fields["config"]) if "config" in fields else None
    _, file = load_sources(model, config, {})
    options = resolve(figure_options, list_options, file)
    inputs = (*find_model_files(model), *find_config_files(model, file, options))
    outputs = _list_outputs(fields, folder)
    check_overwriting(outputs, inputs)
    name = ", ".join(_list_names(fields))
    return Job(name, model, outputs, options, inputs, {"list": list_options.source.data, **fields})


def locate_model(folder: Path, model: str) -> str:
    """Return a model as it is seen from here; a module is looked for where Python looks."""
    if folder == Path() or Path(model).is_absolute() or parse_target(model).path is None:
        return model
    return f"{folder.as_posix()}/{model}"
