"""Values of a grouping file that are no values of anything: a mistake each, never a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import run
from tests.test_cli import failed

__all__ = ["run"]

LONG = "x" * 5000


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (f"timeout = 1{'0' * 400}", "invalid value: 1000"),
        ('font = "a\\u0000b"', "invalid grouping file: "),
        (f"[[group]]\nname = 'x'\nmatch = '_*{'9' * 5000}'", "invalid pattern: '_*999"),
        (f"template = '{LONG}'", "unknown template: 'xxx"),
        (f"template = '{LONG}.toml'", "missing template: "),
        (f"[sample]\ninput = '{LONG}'", "missing picture: 'xxx"),
        (f"font = '{LONG}.ttf'", "missing font: 'xxx"),
    ],
)
def test_values_of_any_length_are_mistakes(
    run, tiny: Path, tmp_path: Path, text: str, start: str
) -> None:
    (tmp_path / "a.toml").write_text(text)
    assert failed(run(tiny, "-o", "a.svg", "-c", "a.toml"), 2).startswith(start)
