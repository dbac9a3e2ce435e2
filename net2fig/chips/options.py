"""What is asked of each model: how it is read, what is hidden, grouped and called otherwise.

A grouping file beside a model says what is hidden, grouped and named in it; what it says of the
page is for its figure. A file that is named for all says that of the chips, too. Options of the
command, or of Python, win over both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from net2fig.options.resolve import load_options

OF_MODELS = (
    "hide", "show", "group", "repeats", "split", "style", "reader", "input_shape", "timeout",
)  # fmt: skip
"""The options that are asked of each model, by their names in the grouping file."""

OF_PAGE = ("template", "width", "palette", "mono", "legend", "title")
"""What a file that is named says of the chips."""


def page_of(config: str | Path | None) -> dict[str, Any]:
    """Return what a grouping file that was named says of the page."""
    if config is None:
        return {}
    said = load_options(None, config, {})
    return {name: value for name in OF_PAGE if (value := getattr(said, name)) is not None}
