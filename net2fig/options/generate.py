"""Write the schema and the signatures from the table of options.

`python -m net2fig.options.generate` writes them; a test compares them.
"""

from __future__ import annotations

import json
from pathlib import Path

from net2fig.data.resources import PACKAGE, data_dir
from net2fig.options.option import CHIP, COMPARISON, FIGURE, Option
from net2fig.options.schema import build_grouping_schema
from net2fig.options.table import list_options

SCHEMA = Path("schema") / "grouping.json"

SIGNATURES = {
    FIGURE: Path("figure.py"),
    CHIP: Path("chips") / "pipeline.py",
    COMPARISON: Path("comparison") / "pipeline.py",
}
"""The files in which the options of a scope are the arguments of a function."""

BEFORE_OPTIONS = "    config: str | os.PathLike[str] | None = None,\n"
"""The line of a signature before the options."""
AFTER_OPTIONS = "\n) -> "
"""The text after the options."""


def write_schema() -> str:
    """Return the text of `grammar/schema/grouping.json`."""
    return json.dumps(build_grouping_schema(), indent=2, ensure_ascii=False) + "\n"


def write_argument(option: Option) -> str:
    """Return an option as an argument: one that may be None is None where it is not set."""
    default = None if "None" in option.type else option.default
    return f"    {option.name}: {option.type} = {default!r},".replace("'", '"')


def replace_signature(text: str, scope: str) -> str:
    """Return the text of a module with the arguments that the table has."""
    begin = text.index(BEFORE_OPTIONS) + len(BEFORE_OPTIONS)
    end = text.index(AFTER_OPTIONS, begin)
    return text[:begin] + "\n".join(map(write_argument, list_options(scope))) + text[end:]


def main() -> None:
    """Write the schema and the signatures."""
    (data_dir("grammar") / SCHEMA).write_text(write_schema(), encoding="utf-8")
    for scope, name in SIGNATURES.items():
        path = PACKAGE / name
        path.write_text(
            replace_signature(path.read_text(encoding="utf-8"), scope), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
