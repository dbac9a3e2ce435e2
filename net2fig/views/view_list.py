"""A list of views → views, all of the list checked before any model is read.

title = "Networks of the paper"
template = "cvpr"               # options for all

[[view]]
show = "figure"
model = "unet.py"

[[view]]
show = "table"
model = "unet.py"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.options import ChipOptions, resolve_chip_options
from net2fig.chips.pipeline import make_chips
from net2fig.commands.build.jobs import load_list, locate_model
from net2fig.comparison.pipeline import make_comparison
from net2fig.data.schema import bare_or_quoted, find_problems, load_schema
from net2fig.errors import Net2figError, Notice, UsageError, UsageProblemsError, one_of, suggestion
from net2fig.figure import draw_network
from net2fig.options.option import CHIP
from net2fig.options.resolve import ParsedSource, parse_source, resolve
from net2fig.options.rows import index_options, list_options
from net2fig.options.sources import Source, load_sources
from net2fig.options.table import Options
from net2fig.read import read
from net2fig.session.inputs import find_model_files
from net2fig.toml import Place
from net2fig.views import api
from net2fig.views.page import ViewPage, page
from net2fig.views.view import ROOM, Content, View

LIST_KEYS = ("title", "columns", "view", "figure")
"""The keys of a list that are no options of its views."""

VIEW_KEYS = ("show", "model", "room", "wide", "names", "config", "text", "x", "y")
"""The keys of a view that are no options."""

FIGURE_KEYS = ("model", "output", "config")
"""The keys of a figure of `net2fig build` that are no options."""

SEVERAL = ("chips", "metrics")
"""The views of any number of models."""

Data = dict[str, Any]


class Entry(Struct, frozen=True):
    """One view of a list; chips have options of their own."""

    show: str
    fields: Data
    models: tuple[str, ...] = ()
    options: Options = Options()
    chip_options: ChipOptions | None = None
    metrics: str | None = None


class ViewList(Struct, frozen=True):
    """The views of a list, checked, and the page that they are for."""

    title: str
    columns: int
    entries: tuple[Entry, ...]


def list_models_as_views(models: Sequence[str]) -> Data:
    """Return the list of views of some models: chips of all, then figure and table of each."""
    several: list[Data] = (
        [{"show": "chips", "model": list(models), "wide": True}] if len(models) > 1 else []
    )
    views = [{"show": show, "model": each} for each in models for show in ("figure", "table")]
    return {"view": [*several, *views]}


def load_view_list(path: Path) -> ViewList:
    """Return a list of views from its file."""
    return check_view_list(load_list(path), path)


def check_view_list(data: Data, path: Path) -> ViewList:
    """Return a list of views.

    Ensures: every problem of the list and of the grouping files is reported at once.
    """
    errors: list[Net2figError] = [
        *_find_unknown_keys(data, path),
        *find_problems(data, load_schema("page"), str(path)),
    ]
    if not errors and not (data.get("view") or data.get("figure")):
        message = f"missing views: in {path}"
        errors.append(UsageError(message, hint="a list has a table [[view]] for each view"))
    if errors:
        raise UsageProblemsError(errors)
    common = {key: value for key, value in data.items() if key not in LIST_KEYS}
    common_options = parse_source(Source(common, str(path), "", path.parent))
    errors += common_options.problems
    entries: list[Entry] = []
    for place, fields in _list_fields(data):
        try:
            entries.append(_make_entry(fields, place, common_options))
        except UsageProblemsError as error:
            errors += error.problems
        except UsageError as error:
            errors.append(error)
    if errors:
        raise UsageProblemsError(errors)
    return ViewList(data.get("title", ""), data.get("columns", 1), tuple(entries))


def _list_fields(data: Data) -> Iterator[tuple[str, Data]]:
    """Yield the views with their places: those that are listed, else the figures."""
    for number, fields in enumerate(data.get("view", ())):
        yield f"view[{number}].", fields
    if "view" not in data:
        for number, fields in enumerate(data.get("figure", ())):
            own = {key: value for key, value in fields.items() if key != "output"}
            yield f"figure[{number}].", {"show": "figure", **own}


def _find_unknown_keys(data: Data, path: Path) -> Iterator[UsageError]:
    """Yield the errors about keys that neither the list nor a view nor a grouping file has."""
    options = index_options()
    chip_names = [option.name for option in list_options(CHIP)]
    spots: list[tuple[str, Any, Sequence[str]]] = [("", data, (*options, *LIST_KEYS))]
    for key, keys in (("view", VIEW_KEYS), ("figure", FIGURE_KEYS)):
        tables = data.get(key)
        for number, fields in enumerate(tables if isinstance(tables, list) else ()):
            is_chips = isinstance(fields, dict) and fields.get("show") == "chips"
            own = chip_names if is_chips else (*options, "metrics")
            spots.append((f"{key}[{number}]", fields, (*keys, *own)))
    for table, fields, known in spots:
        for key in fields if isinstance(fields, dict) else ():
            if key not in known:
                place = Place(str(path), table, f"{table}.{bare_or_quoted(key)}".lstrip("."))
                message = f"unknown key: {key!r} in {place} {one_of(sorted(set(known)))}"
                yield UsageError(message, hint=suggestion(key, list(known)), place=place)


def _make_entry(fields: Data, path: str, common_options: ParsedSource) -> Entry:
    """Return one view; its own options are laid over those of the list."""
    show, folder = fields["show"], common_options.source.folder
    model = fields.get("model", [])
    models = tuple(locate_model(folder, m) for m in ([model] if isinstance(model, str) else model))
    source = replace(common_options.source, data={}, path=path)
    _check_count(show, models, source)
    if show == "text":
        if "text" not in fields:
            raise UsageError(f"missing key: 'text' in {source.place('text')}")
        return Entry(show, fields)
    config = str(folder / fields["config"]) if "config" in fields else None
    own = {key: value for key, value in fields.items() if key not in VIEW_KEYS}
    metrics = str(folder / own["metrics"]) if isinstance(own.get("metrics"), str) else None
    if show == "chips":
        own |= {"metrics": metrics} if metrics else {}
        names = {option.name for option in list_options(CHIP)}
        common = {key: value for key, value in common_options.source.data.items() if key in names}
        chip_options = resolve_chip_options({**common, **own}, config, fields.get("names", ()))
        return Entry(show, fields, models, chip_options=chip_options)
    own.pop("metrics", None)
    _, file = load_sources(models[0], config, {})
    options = resolve(parse_source(replace(source, data=own)), common_options, file)
    return Entry(show, fields, models, options, metrics=metrics)


def _check_count(show: str, models: tuple[str, ...], source: Source) -> None:
    """Raise if a view has too few models, or too many."""
    wanted = {"text": 0, "compare": 2}.get(show, 1)
    is_right = len(models) >= 1 if show in SEVERAL else len(models) == wanted
    if not is_right:
        number = "one or more" if show in SEVERAL else str(wanted)
        message = f"invalid model: {len(models)} in {source.place('model')} ({show} needs {number})"
        raise UsageError(message)


# Models are read now


def make_views(entries: Sequence[Entry]) -> tuple[list[View], list[Notice]]:
    """Return the views of a list, and the warnings about them."""
    views: list[View] = []
    notices: dict[Notice, None] = {}
    for entry in entries:
        content, more = _make_content(entry)
        notices.update(dict.fromkeys(more))
        room = None if entry.show == "text" else entry.fields.get("room", ROOM)
        views.append(View(content, room, wide=bool(entry.fields.get("wide"))))
    return views, list(notices)


def _make_content(entry: Entry) -> tuple[Content, Sequence[Notice]]:
    """Return the content of a view, and the warnings about it."""
    options, models = entry.options, entry.models
    names: Sequence[str] = entry.fields.get("names", ())
    match entry.show:
        case "text":
            title = entry.fields.get("title", "")
            return api.make_text_content(entry.fields["text"], title), ()
        case "chips":
            assert entry.chip_options is not None
            chips = make_chips(list(models), entry.chip_options)
            return api.make_chips_content(chips), chips.warnings
        case "compare":
            comparison = make_comparison(models[0], models[1], options, names)
            return api.make_comparison_content(comparison), comparison.warnings
        case "table":
            shown = api.load_shown(models[0], options)
            return api.make_table_content(shown), shown.network.notices
        case "metrics":
            loaded = [api.load_shown(each, replace(options, title=None)) for each in models]
            named = api.name_models(loaded, names)
            x, y = entry.fields.get("x"), entry.fields.get("y")
            content = api.make_metrics_content(named, entry.metrics, x, y, options)
            return content, [n for each in loaded for n in each.network.notices]
        case _:
            figure = draw_network(read(models[0], **options.reading), options)
            return api.make_figure_content(figure), figure.warnings


def make_page(views: ViewList, title: str | None, columns: int | None) -> ViewPage:
    """Return the page of a list; title and columns of the command win over those of the list."""
    made, notices = make_views(views.entries)
    made_page = page(made, title=title or views.title, columns=columns or views.columns)
    return replace(made_page, warnings=tuple(notices))


def list_inputs(entries: Sequence[Entry]) -> list[Path]:
    """Return the files of the models of some views."""
    models = dict.fromkeys(model for entry in entries for model in entry.models)
    return [path for model in models for path in find_model_files(model)]
