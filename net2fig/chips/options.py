"""The options of chips, resolved: of the page, of the table, and of each model.

A grouping file beside a model sets what is hidden, grouped and named in this model; its options of
the page are for the figure of the model. A grouping file that is named for all models also sets the
page of the chips. Arguments win over both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from net2fig.errors import Net2figError, UsageProblemsError
from net2fig.options.chip_table import OwnChipOptions
from net2fig.options.option import CHIP, MODEL, PAGE, TABLE
from net2fig.options.page import Page, resolve_page
from net2fig.options.resolve import (
    check_option,
    load_options,
    make_unknown_key_error,
    resolve,
)
from net2fig.options.rows import list_names, list_options
from net2fig.options.sources import Source, load_sources
from net2fig.options.table import Options

GREY = "grey"


class ChipOptions(OwnChipOptions, frozen=True, kw_only=True):
    """The resolved options of chips.

    `page` is resolved, `palette` is decided, `names` are the names of the rows, `models` the
    arguments for each model.
    """

    page: Page
    palette: str
    legend: bool | None = None
    title: str | None = None
    names: Sequence[str | None] = ()
    config: str | os.PathLike[str] | None = None
    models: Mapping[str, Any] = {}

    def for_model(self, source: Any) -> Options:
        """Return the options with which one model is read and put in a row."""
        return load_options(source, self.config, self.models)

    @property
    def table_only(self) -> list[str]:
        """The options in effect that need a table."""
        return [name for name in list_names(TABLE) if getattr(self, name) not in (None, ())]


def resolve_chip_options(
    arguments: Mapping[str, Any],
    config: str | os.PathLike[str] | None = None,
    names: Sequence[str | None] = (),
    *,
    command: bool = False,
) -> ChipOptions:
    """Return the options of chips: the arguments, then those of a named grouping file.

    Ensures: every problem of both is in one `UsageProblemsError`.
    """
    options_by_name = {option.name: option for option in list_options(CHIP)}
    shared = {*list_names(MODEL), *list_names(PAGE)}
    template = str(options_by_name["template"].default)
    set_arguments, file = load_sources(None, config, arguments, command=command)
    errors: list[Net2figError] = []
    for name, value in set_arguments.data.items():
        if name not in options_by_name:
            errors.append(make_unknown_key_error(set_arguments, name, sorted(options_by_name)))
        elif name not in shared:
            errors += check_option(options_by_name[name], value, set_arguments)
    data = {name: value for name, value in set_arguments.data.items() if name in shared}
    try:
        source = Source(data, "", set_arguments.path, Path())
        common = resolve(source, file, template=template)
    except UsageProblemsError as error:
        errors = [*error.problems, *errors]
    if errors:
        raise UsageProblemsError(errors)
    page = resolve_page(common, template)
    return ChipOptions(
        page=page,
        palette=common.palette or (GREY if page.mono else page.palette),
        legend=common.legend,
        title=common.title,
        names=names,
        config=config,
        models={name: data[name] for name in list_names(MODEL) if name in data},
        **{name: arguments[name] for name in set_arguments.data if name not in data},
    )
