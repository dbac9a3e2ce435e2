"""A dependency file for make and ninja: which files the outputs were made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from net2fig.options.sources import load_sources
from net2fig.options.table import Options
from net2fig.session.inputs import find_config_files, find_model_files

UNSAFE = {"%", ";"}
"""Signs with a meaning in a target that have no escape."""

BREAK = " \\\n  "
"""Between two files: the line goes on."""


def find_inputs(source: Any, config: str | None, options: Options) -> list[Path]:
    """Return the files that the figure of a source was made from."""
    _, file = load_sources(source, config, {})
    return [*find_model_files(source), *find_config_files(source, file, options)]


def write_rule(outputs: Sequence[str], inputs: Sequence[Path]) -> str:
    r"""Return the rule, in the form that compilers write and that make and ninja read.

    >>> write_rule(["a b.pdf"], [])
    'a\\ b.pdf:\n'
    """
    targets = " ".join(escape_name(output) for output in outputs)
    names = [*dict.fromkeys(escape_name(path.as_posix()) for path in inputs if path.is_file())]
    # A file that has gone since is no error but a reason to draw again; the model is needed.
    others = [f"{name}:\n" for name in names[1:] if not UNSAFE & set(name)]
    return BREAK.join([f"{targets}:", *names]) + "\n" + "".join(others)


def escape_name(name: str) -> str:
    """Return a name for a rule, with the signs of make escaped; there is no escape for ';'."""
    return re.sub(r"([\s#:|])", r"\\\1", name).replace("$", "$$")
