"""A CSV file → its lines, as spreadsheets and training loops write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from net2fig.data.resources import is_file
from net2fig.errors import UsageError

MAX_BYTES = 16_000_000
"""A file of numbers is no larger, in bytes."""

SEPARATORS = ",;\t"


def read_csv(path: Path, option: str) -> list[list[str]]:
    """Return the lines of a file that an option names, without empty ones.

    Spreadsheets and `CSVLogger(separator=…)` may write other separators than commas: the one in the
    headings is used.
    """
    check_file(path, option)
    try:
        text = path.read_text(encoding="utf-8-sig")
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        lines = csv.reader(io.StringIO(text), delimiter=separator)
        return [line for line in lines if any(map(str.strip, line))]
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"invalid file: {path.name!r} in {option} (not CSV: {error})"
        raise UsageError(message) from None


def check_file(path: Path, option: str, limit: int | None = MAX_BYTES) -> None:
    """Raise an error unless there is a file, no larger than a number of bytes."""
    if not is_file(path):
        message = f"missing file: {str(path)!r} in {option}"
        raise UsageError(message)
    if limit is not None and path.stat().st_size > limit:
        size = limit // 1_000_000
        message = f"unsupported file: {path.name!r} in {option} (larger than {size} MB)"
        raise UsageError(message)
