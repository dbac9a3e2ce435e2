"""Running a page from top to bottom, in its own folder with the models of the pages.

`net2fig` runs in this process. Programs that are not installed are skipped.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
import shlex
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from making.blocks import Block, blocks_of, pictures_of

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
MODELS = DOCS / "models"
PICTURES = DOCS / "pictures"
APPLICATIONS = ("EfficientNetB0", "EfficientNetB1")
"""Networks of `keras.applications` that the pages use."""
PROGRAMS = ("pdflatex", "make")
"""Programs that a page may call besides net2fig. If one is missing, its commands are skipped."""

Problem = str


@dataclass(slots=True)
class Run:
    """The state of a page: its folder, the output of the last command, the problems."""

    folder: Path
    output: str = ""
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    outputs: list[tuple[Block, str]] = field(default_factory=list)


def furnish(folder: Path) -> None:
    """Put the models of the pages into a folder, as code and as saved files, and the gallery."""
    for path in MODELS.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    for path in (MODELS / "saved").glob("*.json"):
        # The format of Keras 3, without weights.
        with zipfile.ZipFile(folder / f"{path.stem}.keras", "w") as archive:
            archive.writestr("metadata.json", json.dumps({"keras_version": "3.11.0"}))
            archive.writestr("config.json", path.read_text("utf-8"))
    for name in APPLICATIONS:
        packed = ROOT / "tests" / "data" / "applications" / f"{name}.json.gz"
        (folder / f"{name}.json").write_bytes(gzip.decompress(packed.read_bytes()))
    (folder / "results.csv").write_text("model,top1\nA,71.3\nB,74.9\n", "utf-8")
    (folder / "logs").mkdir()
    (folder / "logs" / "A.csv").write_text("epoch,loss,val_loss\n0,2,2.1\n1,1,1.4\n", "utf-8")
    (folder / "gallery").symlink_to(ROOT / "gallery", target_is_directory=True)


def run_page(page: Path, folder: Path, *, keras: bool = False, text: str | None = None) -> Run:
    """Run the blocks of a page in a folder. Without `keras`, skip the blocks that need it."""
    furnish(folder)
    run = Run(folder)
    with contextlib.chdir(folder):
        for block in blocks_of(page, text):
            if block.why_not is not None or ("needs keras" in block.notes and not keras):
                continue
            try:
                _run(block, run)
            except Exception as error:  # noqa: BLE001  (all problems of a page are reported at once)
                run.problems.append(f"{block.place}: {type(error).__name__}: {error}")
    return run


def _run(block: Block, run: Run) -> None:
    """Run one block."""
    if "output" in block.notes:
        run.outputs.append((block, run.output))
        return
    if name := block.notes.get("file"):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
    if block.language == "sh":
        _run_sh(block, run)
    elif block.language == "python" and "file" not in block.notes:
        code = compile("\n" * block.line + block.text, str(block.page), "exec")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(code, run.names)  # noqa: S102  (the page is ours)
        run.output = output.getvalue()
    elif block.language == "toml":
        _check_toml(block)
    elif block.language == "json":
        json.loads(block.text)


def _check_toml(block: Block) -> None:
    """Raise if a block of TOML is not valid. Without a name it must be a grouping file."""
    from net2fig.commands.build.jobs import load_jobs
    from net2fig.data.template import load_template
    from net2fig.options.resolve import load_options
    from net2fig.views.view_list import load_view_list

    name = block.notes.get("file", "")
    data = tomllib.loads(block.text)
    if "view" in data:
        load_view_list(Path(name))
    elif "figure" in data:
        load_jobs(Path(name))
    elif "extends" in data:
        load_template(str(Path(name)))
    elif "role" not in data:
        path = Path(name or ".checked.toml")
        path.write_text(block.text, "utf-8")
        load_options(None, path, {})


def _run_sh(block: Block, run: Run) -> None:
    """Run the commands of a block. Each must succeed, or fail as the block states."""
    checked = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True)
    if checked.returncode:
        raise ValueError(checked.stderr.strip())
    lines = list(commands(block.text))
    output = ""
    for number, words in enumerate(lines):
        words, file = (words[:-2], words[-1]) if words[-2:-1] == [">"] else (words, "")
        expected = int(block.notes.get("fails", 0)) if number == len(lines) - 1 else 0
        code, out, err = call(words)
        output += "" if file else out
        if file:
            Path(file).write_text(out, "utf-8")
        if code != expected:
            run.problems.append(f"{block.place}: {shlex.join(words)}: exit code {code}: {err}")
        if expected:
            output += err
    run.output = output


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command. `a && b` is two commands; a backslash joins lines."""
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        words: list[str] = []
        for word in shlex.split(line, comments=True):
            if word == "&&":
                yield words
                words = []
            else:
                words.append(word)
        if words:
            yield words


def call(words: Sequence[str]) -> tuple[int, str, str]:
    """Run one command. Return its exit code, its output and its messages."""
    program, *arguments = words
    if words[:2] == ["pip", "install"]:
        return _check_install(words[2:])
    if words[:3] == ["python", "-m", "net2fig"]:
        program, arguments = "net2fig", list(words[3:])
    if program == "net2fig":
        # Without --watch it ends after one figure; tests/commands/test_watch.py tests the option.
        return _net2fig([word for word in arguments if word != "--watch"])
    if program in ("cd", "mkdir", "cp", "ls"):
        done = subprocess.run(list(words), capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr
    if program not in PROGRAMS:
        raise ValueError(f"unknown program: {program!r} (one of net2fig, {', '.join(PROGRAMS)})")
    if not shutil.which(program):
        return 0, "", ""
    done = subprocess.run(list(words), capture_output=True, text=True)
    return done.returncode, done.stdout, done.stdout[-500:] + done.stderr


def _check_install(packages: Sequence[str]) -> tuple[int, str, str]:
    """Check that pip would install this project, with extras that exist."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for word in packages:
        found = re.fullmatch(r"(?:-e|[\w./]*?)(?:\[([\w,]+)\])?", word)
        extras = set((found[1] or "").split(",")) - {""} if found else {word}
        if unknown := extras - set(project["optional-dependencies"]):
            return 1, "", f"unknown extra: {unknown}"
    return 0, "", ""


def _net2fig(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run the command in this process."""
    from net2fig.cli import main

    buffers = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(buffer, "utf-8", write_through=True) for buffer in buffers)
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(arguments))
        except SystemExit as left:
            code = int(left.code or 0)
    output, messages = (buffer.getvalue().decode() for buffer in buffers)
    return code, output, messages


# The pictures and outputs of a page


def changes(page: Path, run: Run) -> dict[Path, bytes]:
    """Return the committed files that differ: pictures, and the page if an output differs."""
    found: dict[Path, bytes] = {}
    for name in pictures_of(page):
        made = run.folder / name
        if not made.is_file():
            run.problems.append(f"{page.name}: missing picture: {name} (no command draws it)")
            continue
        committed = PICTURES / name
        if not committed.is_file() or committed.read_bytes() != made.read_bytes():
            found[committed] = made.read_bytes()
    text = page.read_text("utf-8")
    for block, output in reversed(run.outputs):
        if block.text != output:
            text = text[: block.start] + output + text[block.end :]
    if run.outputs and text != page.read_text("utf-8"):
        found[page] = text.encode()
    return found


def pages() -> list[Path]:
    """Return the pages whose blocks are run: the documentation and the README."""
    return [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]
