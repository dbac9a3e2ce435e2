"""A dependency file for make and ninja: which files the outputs were made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from net2fig.options.sources import sources
from net2fig.options.types import Options
from net2fig.session.inputs import config_files, model_files

BREAK = " \\\n  "
"""Between two files: the line goes on."""


def all_inputs(source: Any, config: str | None, options: Options) -> list[Path]:
    """Return the files that the figure of a source was made from."""
    _, file = sources(source, config, {})
    return [*model_files(source), *config_files(source, file, options)]


def rule(outputs: Sequence[str], inputs: Sequence[Path]) -> str:
    r"""Return the rule, in the form that compilers write and that make and ninja read.

    >>> rule(["a b.pdf"], [])
    'a\\ b.pdf:\n'
    """
    targets = " ".join(escaped(output) for output in outputs)
    names = dict.fromkeys(escaped(path.as_posix()) for path in inputs if path.is_file())
    return BREAK.join([f"{targets}:", *names]) + "\n"


def escaped(name: str) -> str:
    """Return a name as it stands in a rule: blanks, '#' and '$' have a meaning there."""
    return re.sub(r"([\s#])", r"\\\1", name).replace("$", "$$")
