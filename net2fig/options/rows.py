"""The rows of the tables of options, each with its name and its default."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from net2fig.options.option import CHIP, SWITCH, Option
from net2fig.options.table import Options


def list_rows(table: type[Struct]) -> tuple[Option, ...]:
    """Return the rows that stand in the annotations of a table."""
    defaults = zip(table.__struct_fields__, table.__struct_defaults__, strict=True)
    return tuple(
        _complete_row(table.__annotations__[field].__metadata__[0], field, default)
        for field, default in defaults
    )


def _complete_row(row: Option, field: str, value: object) -> Option:
    """Return a row with its names, its flags, and the default of its field if it has none."""
    name = row.name or field
    flag = f"--{name.replace('_', '-')}"
    if row.form == SWITCH:
        flag += f"/--no-{name}"
    default = value if isinstance(value, str | int | float) else None
    return replace(
        row,
        name=name,
        field=field,
        flags=row.flags or ((flag,) if row.help else ()),
        default=row.default or default,
    )


OPTIONS = list_rows(Options)
"""The options of figures and comparisons: the keys of a grouping file, in its order."""


def list_options(scope: str) -> tuple[Option, ...]:
    """Return the options of figures, which comparisons have too, or of chips, in their order."""
    if scope != CHIP:
        return OPTIONS
    from net2fig.options.chip_table import SHARED_AS, OwnChipOptions

    own = {option.name: option for option in list_rows(OwnChipOptions)}
    shared = [
        own.pop(option.name)
        if option.name in own
        else replace(option, **SHARED_AS.get(option.name, {}))
        for option in OPTIONS
        if option.role or option.name in own
    ]
    return (*shared, *own.values())


def list_names(role: str) -> tuple[str, ...]:
    """Return the options of chips that belong to each model, to the page, or to a table."""
    return tuple(option.name for option in list_options(CHIP) if option.role == role)


@cache
def index_options() -> Mapping[str, Option]:
    """Return the options of a grouping file by their names."""
    return {option.name: option for option in OPTIONS}
