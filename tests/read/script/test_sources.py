"""Notebooks and guards: the statements of a file."""

from __future__ import annotations

import ast

import pytest

from net2fig.read.script.sources import (
    load_code,
    parse_cell,
    resolve_main_guard,
    strip_magics,
)


def test_magics_and_shell_lines_are_left_out():
    text = (
        "%matplotlib inline\n!pip install x \\\n  y\nfiles = !ls\nif a:\n    %time f()\n    b = 3\n"
    )
    left = [ast.unparse(item) for item in parse_cell(f"{text}b?", "a cell")]
    assert [item for item in left if item != "pass"] == ["if a:\n    pass\n    b = 3"]
    assert parse_cell("%%bash\nrm -r /", "a cell") == []
    assert ast.unparse(parse_cell("%%time\nx = a % b", "a cell")[-1]) == "x = a % b"


def test_a_guard_is_dropped_or_inlined():
    body = ast.parse("a = 1\nif __name__ == '__main__':\n    b = 2\nelse:\n    c = 3").body
    assert [ast.unparse(item) for item in resolve_main_guard(body, inside=True)] == [
        "a = 1",
        "b = 2",
    ]
    assert [ast.unparse(item) for item in resolve_main_guard(body, inside=False)] == [
        "a = 1",
        "c = 3",
    ]


def test_a_traceback_names_the_cell(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "source": ["\\n", "1/0"]}]}'
    )
    code = load_code(path)
    with pytest.raises(ZeroDivisionError) as caught:
        exec(code.compile(code.statements[0]), {})  # noqa: S102  (one division)
    trace = caught.value.__traceback__.tb_next
    assert trace.tb_frame.f_code.co_filename == f"{path}, cell 2"
    assert trace.tb_lineno == 2


def test_long_lines_are_read_in_linear_time():
    # Quadratic time would be minutes.
    lines = ["%matplotlib inline", "a" * 10**6 + "?" * 10**6 + "b", " " * 10**6 + "x = 1"]
    assert strip_magics("\n".join(lines)).split("\n") == ["pass", *lines[1:]]
