"""Pages that are made from the code: every option with its default, the templates, the API.

Ensures: `generated` returns the text of each such page; what the code has is on it.
"""

from __future__ import annotations

from pathlib import Path

from making.api import api_page
from making.options import options_page
from making.run import DOCS
from making.templates import templates_page


def generated() -> dict[Path, str]:
    """Return the pages that are made from the code, by their path."""
    return {
        DOCS / "options.md": options_page(),
        DOCS / "templates.md": templates_page(),
        DOCS / "api.md": api_page(),
    }
