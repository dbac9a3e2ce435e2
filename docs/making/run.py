"""A page is run from top to bottom, in a folder of its own where the models of the pages lie.

`net2fig` runs in this process, as the command would; programs that are not installed are left out.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
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
"""Networks of `keras.applications` that pages speak of."""
PROGRAMS = ("pdflatex", "make")
"""Programs besides net2fig that a page may call; without them the command is left out."""

Problem = str


@dataclass(slots=True)
class Run:
    """What a page has done: where, what its last command said, what went wrong."""

    folder: Path
    said: str = ""
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    outputs: list[tuple[Block, str]] = field(default_factory=list)


def furnish(folder: Path) -> None:
    """Put what the pages speak of into a folder: models as code, as saved files, the gallery."""
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
    """Run the blocks of a page in a folder; where `keras` is false, those that need it are not."""
    furnish(folder)
    run = Run(folder)
    with contextlib.chdir(folder):
        for block in blocks_of(page, text):
            if block.why_not is not None or ("needs keras" in block.notes and not keras):
                continue
            try:
                _run(block, run)
            except Exception as error:  # noqa: BLE001  (all that is wrong with a page is told at once)
                run.problems.append(f"{block.place}: {type(error).__name__}: {error}")
    return run


def _run(block: Block, run: Run) -> None:
    """Run one block."""
    if "output" in block.notes:
        run.outputs.append((block, run.said))
        return
    if name := block.notes.get("file"):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
    if block.language == "sh":
        _run_sh(block, run)
    elif block.language == "python" and "file" not in block.notes:
        code = compile("\n" * block.line + block.text, str(block.page), "exec")
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(code, run.names)  # noqa: S102  (the page is ours)
        run.said = said.getvalue()
    elif block.language == "toml":
        _check_toml(block)
    elif block.language == "json":
        json.loads(block.text)


def _check_toml(block: Block) -> None:
    """Raise where a block of TOML is not what it says: a grouping file, where it says nothing."""
    from net2fig.commands.build.jobs import jobs_of
    from net2fig.data.template import load_template
    from net2fig.options.resolve import load_options

    name = block.notes.get("file", "")
    data = tomllib.loads(block.text)
    if "figure" in data:
        jobs_of(Path(name))
    elif "extends" in data:
        load_template(str(Path(name)))
    elif "role" not in data:
        path = Path(name or ".checked.toml")
        path.write_text(block.text, "utf-8")
        load_options(None, path, {})


def _run_sh(block: Block, run: Run) -> None:
    """Run the commands of a block, each of which must do well, or as the block says."""
    checked = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True)
    if checked.returncode:
        raise ValueError(checked.stderr.strip())
    lines = list(commands(block.text))
    said = ""
    for number, words in enumerate(lines):
        words, file = (words[:-2], words[-1]) if words[-2:-1] == [">"] else (words, "")
        wanted = int(block.notes.get("fails", 0)) if number == len(lines) - 1 else 0
        code, out, err = call(words)
        said += "" if file else out
        if file:
            Path(file).write_text(out, "utf-8")
        if code != wanted:
            run.problems.append(f"{block.place}: {shlex.join(words)} left with {code}: {err}")
        if wanted:
            said += err
    run.said = said


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command; `a && b` are two, a backslash joins lines."""
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
    """Run one command; return its exit code and what it said."""
    program, *arguments = words
    if words[:2] == ["pip", "install"]:
        return _installed(words[2:])
    if words[:3] == ["python", "-m", "net2fig"]:
        program, arguments = "net2fig", list(words[3:])
    if program == "net2fig":
        # What goes on for ever is done once; tests/commands/test_watch.py follows the saves.
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


def _installed(what: Sequence[str]) -> tuple[int, str, str]:
    """Check that what pip would install is this project, with extras that it has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for word in what:
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
    said, told = (buffer.getvalue().decode() for buffer in buffers)
    return code, said, told


# What a page shows


def changes(page: Path, run: Run) -> dict[Path, bytes]:
    """Return what differs from what is committed, by path: pictures, and outputs in the page."""
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
    for block, said in reversed(run.outputs):
        if block.text != said:
            text = text[: block.start] + said + text[block.end :]
    if run.outputs and text != page.read_text("utf-8"):
        found[page] = text.encode()
    return found


def pages() -> list[Path]:
    """Return the pages whose blocks are run: those of the documentation, and the README."""
    return [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]


def here() -> str:
    """Return the folder that Python must know to import what makes the pages."""
    return os.fspath(DOCS)
