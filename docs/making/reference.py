"""The pages that are generated from the code: options, templates, Python API.

Ensures: each page is complete; the tests compare it with the code.
"""

from __future__ import annotations

from pathlib import Path

from making.api import api_page
from making.options import options_page
from making.run import DOCS
from making.templates import templates_page


def generated() -> dict[Path, str]:
    """Return the text of each generated page by its path."""
    return {
        DOCS / "options.md": options_page(),
        DOCS / "templates.md": templates_page(),
        DOCS / "api.md": api_page(),
    }
