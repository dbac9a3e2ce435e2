"""What shells complete, asked directly and in the shells themselves."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete, split_arg_string

from net2fig.cli import commands
from net2fig.commands.completion import VARIABLE
from net2fig.commands.shell_scripts import PROGRAM, SHELLS, load_shells
from net2fig.data.grammar import palette_names
from tests.conftest import ROOT


def words(line: str) -> list[str]:
    """Return what is offered at the end of a line."""
    args = split_arg_string(line)[1:]
    typed = "" if line.endswith(" ") else args.pop()
    items = ShellComplete(commands, {}, PROGRAM, VARIABLE).get_completions(args, typed)
    return ["<file>" if item.type == "file" else item.value for item in items]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("net2fig ", ["<file>", "build", "chip"]),
        ("net2fig ex", ["<file>", "explain"]),
        ("net2fig m.keras --pal", ["--palette"]),
        ("net2fig m.keras --leg", ["--legend", "--legend-side"]),
        ("net2fig m.keras -t cvpr-", ["<file>", "cvpr-column"]),
        ("net2fig m.keras --template=cvpr-", ["<file>", "cvpr-column"]),
        ("net2fig m.keras --palette ", palette_names()),
        ("net2fig m.keras --hide :nor", [":norm"]),
        ("net2fig m.keras --hide Dropout,:nor", ["Dropout,:norm"]),
        ("net2fig m.keras --labels no-k", ["no-kernel"]),
        ("net2fig m.keras --detail b", ["blocks"]),
        ("net2fig m.keras -o ", ["<file>"]),
        ("net2fig m.keras --width ", []),
        ("net2fig m.py:build -t snac --no-l", ["--no-legend"]),
        ("net2fig explain m.keras --che", ["--check"]),
        ("net2fig chip --pal", ["--palette"]),
        ("net2fig completion f", ["fish"]),
        ("net2fig 'my net.keras' --format h", ["html"]),
    ],
)
def test_completions(line: str, expected: list[str]) -> None:
    offered = words(line)
    assert [word for word in offered if word in expected] == expected
    assert len(offered) == len(expected) or line == "net2fig "


def test_an_option_that_is_set_is_not_offered_again() -> None:
    assert "--palette" not in words("net2fig m.keras --palette grey --")
    assert "--output" in words("net2fig m.keras --output a.svg --")


def test_every_option_of_every_command_is_offered() -> None:
    names = {word for word in words("net2fig m.keras --") if word.startswith("--")}
    command = commands.commands["draw"]
    assert names - {"--help"} == {
        name
        for param in command.params
        for name in (*param.opts, *param.secondary_opts)
        if name.startswith("--")
    }


def test_the_script_is_printed(run) -> None:
    for shell in SHELLS:
        result = run("completion", shell)
        assert (result.code, result.err) == (0, "")
        assert VARIABLE in result.out
    assert run("completion", "csh").err.startswith("unknown shell: 'csh' (one of 'bash', ")
    assert run("completion").err.startswith("missing argument: a shell (one of 'bash', ")


# In the shells themselves


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the command in it, a model and the scripts."""
    program = tmp_path / "bin" / "net2fig"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m net2fig "$@"\n')
    program.chmod(0o755)
    (tmp_path / "mine.keras").touch()
    for shell in SHELLS:
        script = load_shells()[shell](commands, {}, PROGRAM, VARIABLE).source()
        (tmp_path / f"net2fig.{shell}").write_text(script, encoding="utf-8")
    return tmp_path


def typed(home: Path, command: list[str], line: str) -> str:
    """Return what a line has become when the key that completes was pressed at its end.

    The line is made into the arguments of echo and run: Ctrl-A goes to where it begins.
    """
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    env = {"PATH": f"{home / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "TERM": "dumb"}
    main, end = pty.openpty()
    with subprocess.Popen(
        command, stdin=end, stdout=end, stderr=end, cwd=home, env=env, start_new_session=True
    ) as shell:
        os.close(end)
        os.write(main, b"echo READ''Y\n")
        until(main, r"^READY")
        os.write(main, f"net2fig {line}\t\x01echo GO''T \n".encode())
        shown = until(main, r"^GOT (.*?)\s*$")
        shell.kill()
    os.close(main)
    return shown.removeprefix("net2fig ")


def until(end: int, mark: str) -> str:
    """Read what a shell shows as far as a mark, and return what the mark holds."""
    shown, limit = "", time.monotonic() + 20
    while not (match := re.search(f"{mark}\r?\n", shown.replace("\r", ""), re.MULTILINE)):
        assert time.monotonic() < limit, shown
        shown += os.read(end, 4096).decode(errors="replace")
    return match[1] if match.groups() else ""


BASH = ["bash", "--rcfile", "net2fig.bash", "--noprofile", "-i"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("m.keras --pal", "m.keras --palette"),
        ("m.keras -t icml-", "m.keras -t icml-column"),
        ("m.keras --hide :nor", "m.keras --hide :norm"),
        ("m.py:build --template=icml-", "m.py:build --template=icml-column"),
        ("mi", "mine.keras"),
        ("m.keras --hide Dropout,:nor", "m.keras --hide Dropout,:norm"),
        ("compl", "completion"),
    ],
)
def test_bash_completes(home: Path, line: str, expected: str) -> None:
    assert typed(home, BASH, line) == expected


def test_zsh_completes(home: Path) -> None:
    start = "PS1=\nautoload -U compinit\ncompinit -u -D\nsource ./net2fig.zsh\n"
    (home / ".zshrc").write_text(start, encoding="utf-8")
    assert typed(home, ["zsh", "-i"], "m.keras -t icml-") == "m.keras -t icml-column"


def test_fish_completes(home: Path) -> None:
    if shutil.which("fish") is None:
        pytest.skip("needs fish")
    env = {"PATH": f"{home / 'bin'}:{os.environ['PATH']}", "HOME": str(home)}
    ask = "source net2fig.fish; complete -C 'net2fig m.keras -t icml-'; complete -C 'net2fig expl'"
    process = subprocess.run(
        ["fish", "--no-config", "-c", ask], capture_output=True, cwd=home, env=env, check=True
    )
    first, second = process.stdout.decode().splitlines()
    assert first.strip() == "icml-column"
    assert second.split("\t")[0] == "explain"
