"""`net2fig studio`: the address, Ctrl-C, and the message where it cannot begin."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from net2fig.cli import commands
from net2fig.errors import UsageError
from net2fig.studio import command
from net2fig.studio.command import check_packages, make_studio


def test_the_address_is_printed_and_ctrl_c_ends_it(tiny: Path) -> None:
    words = [sys.executable, "-m", "net2fig", "studio", str(tiny), "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+/)#k=[\w-]{32}", address)
        assert found
        assert process.stdout.readline() == "Ctrl-C ends the studio.\n"
        with urllib.request.urlopen(found[1], timeout=20) as page:  # noqa: S310 - our own address
            assert b"net2fig studio" in page.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_package_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "uvicorn" else name)
    with pytest.raises(UsageError) as caught:
        check_packages()
    assert caught.value.lines() == [
        "missing package: 'uvicorn' (net2fig studio needs it)",
        "hint: pip install 'net2fig[studio]'",
    ]


def test_a_table_of_a_project_is_not_written(tiny: Path) -> None:
    (tiny.parent / "pyproject.toml").write_text("[tool.net2fig]\nmono = true\n")
    with pytest.raises(UsageError, match="unsupported grouping file: .*pyproject.toml"):
        make_studio(str(tiny), None, ())
    (tiny.parent / "net2fig.toml").write_text("")
    assert make_studio(str(tiny), None, ()).document.text == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-c", "none.toml"], "missing grouping file: 'none.toml' (no such file)"),
        (["-o", "-"], "unsupported output: '-' (the studio writes files only)"),
        (["-o", "x.exe"], "unknown format: '.exe' in 'x.exe'"),
    ],
)
def test_what_cannot_begin_is_told(tiny: Path, words: list[str], message: str) -> None:
    result = CliRunner().invoke(commands, ["studio", str(tiny), "--no-browser", *words])
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)


def test_the_command_alone_loads_no_server() -> None:
    script = "import sys, net2fig.cli, net2fig.studio.command; print('starlette' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout == "False\n"
