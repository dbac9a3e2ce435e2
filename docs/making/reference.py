"""The files that are generated from the code: options, templates, Python API, and the schema.

Ensures: each file is complete; the tests compare it with the code.
"""

from __future__ import annotations

from pathlib import Path

from making.api import api_page
from making.checks import checks_page
from making.options import options_page
from making.run import DOCS
from making.templates import templates_page
from net2fig.options.schema import write_schema

SCHEMA = DOCS.parent / "grammar" / "schema" / "grouping.json"
"""The schema of the grouping file, for editors."""


def generated() -> dict[Path, str]:
    """Return the text of each generated file by its path."""
    return {
        DOCS / "options.md": options_page(),
        DOCS / "templates.md": templates_page(),
        DOCS / "api.md": api_page(),
        DOCS / "checks.md": checks_page(),
        SCHEMA: write_schema(),
    }
