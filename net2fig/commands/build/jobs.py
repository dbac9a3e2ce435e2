"""A list of figures → what is to be drawn, all of it checked before anything is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.schema import find_problems, load_schema
from net2fig.errors import Net2figError, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.figure import formats
from net2fig.options.formats import format_of
from net2fig.options.resolve import Parsed, parse_source, resolve
from net2fig.options.sources import Source, sources, unquoted
from net2fig.options.table import by_name
from net2fig.options.types import Options
from net2fig.read.target import parse_target
from net2fig.session.inputs import config_files, model_files
from net2fig.toml import Place

OWN = ("model", "output", "config")
"""The keys of a figure that are no options."""

Data = dict[str, Any]


class Job(Struct, frozen=True):
    """One figure: from which model, with which options, to which files; `inputs` are all it reads.

    `data` is all that the list holds of it.
    """

    name: str
    model: str
    outputs: tuple[Path, ...]
    options: Options
    inputs: tuple[Path, ...]
    data: Data


def jobs_of(path: Path) -> list[Job]:
    """Return the figures of a list.

    Ensures: every problem of the list and of the grouping files is reported at once; no two figures
    write the same file.
    """
    data = _parsed(path)
    found: list[Net2figError] = list(_unknown_keys(data, path))
    found += find_problems(data, load_schema("figures"), str(path))
    if found:
        raise UsageProblemsError(found)
    figures = data.pop("figure")
    shared = parse_source(Source(data, str(path), "", path.parent))
    found += shared.problems
    jobs: list[Job] = []
    outputs: dict[Path, Place] = {}
    for number, fields in enumerate(figures):
        data = {key: value for key, value in fields.items() if key not in OWN}
        own = parse_source(replace(shared.source, data=data, path=f"figure[{number}]."))
        wrong = [*own.problems, *_outputs_wrong(fields, own.source, outputs)]
        found += wrong
        if not wrong and not found:
            try:
                jobs.append(_job(fields, own, shared))
            except UsageError as error:
                found.append(error)
    if found:
        raise UsageProblemsError(found)
    return jobs


def _unknown_keys(data: Data, path: Path) -> Iterator[UsageError]:
    """Yield the errors about keys that neither a figure has nor a grouping file."""
    options = by_name()
    figures = data.get("figure")
    spots: list[tuple[str, Any, tuple[str, ...]]] = [("", data, ("figure",))]
    for number, fields in enumerate(figures if isinstance(figures, list) else ()):
        spots.append((f", figure[{number}]", fields, OWN))
    for place, fields, own in spots:
        known = sorted({*options, *own})
        for key in fields if isinstance(fields, dict) else ():
            if key not in known:
                message = f"unknown key: {key!r} in {path}{place} {one_of(known)}"
                yield UsageError(message, hint=suggestion(key, known))


def _parsed(path: Path) -> Data:
    """Read the list."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = "net2fig build figures.toml"
        raise UsageError(f"missing list: {str(path)!r} (no such file)", hint=hint) from None
    except OSError as error:
        raise UsageError(f"invalid list: {str(path)!r} ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"invalid list: {str(path)!r} (not TOML: {error})"
        raise UsageError(message, hint=unquoted(path, error)) from None


def _outputs(fields: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    """Return the files of a figure."""
    output = fields["output"]
    return tuple(folder / name for name in ([output] if isinstance(output, str) else output))


def _outputs_wrong(fields: Data, source: Source, written: dict[Path, Place]) -> list[Net2figError]:
    """Return what is wrong with where a figure goes; note the files that it writes."""
    wrong: list[Net2figError] = []
    for path in _outputs(fields, source.folder):
        place = source.place("output")
        try:
            format_of(path, formats())
        except UsageError as error:
            wrong.append(error)
        if path in written:
            other = written[path]
            message = f"duplicate output: {path.name!r} in {place} and in {other}"
            wrong.append(UsageError(message, place=(place, other)))
        written[path] = place
    return wrong


def _job(fields: Data, own: Parsed, shared: Parsed) -> Job:
    """Return one figure; its own options are laid over those of the list."""
    folder = own.source.folder
    model = _from(folder, fields["model"])
    config = str(folder / fields["config"]) if "config" in fields else None
    _, file = sources(model, config, {})
    options = resolve(own, shared, file)
    inputs = (*model_files(model), *config_files(model, file, options))
    outputs = _outputs(fields, folder)
    name = ", ".join(path.name for path in outputs)
    return Job(name, model, outputs, options, inputs, {"list": shared.source.data, **fields})


def _from(folder: Path, model: str) -> str:
    """Return a model as it is seen from here; a module is looked for where Python looks."""
    if folder == Path() or Path(model).is_absolute() or parse_target(model).path is None:
        return model
    return f"{folder.as_posix()}/{model}"
