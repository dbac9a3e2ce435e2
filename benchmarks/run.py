"""Measure net2fig as whole processes, side by side, and hold it against the bars.

    python benchmarks/run.py                    everything: some minutes, most of them TensorFlow's
    python benchmarks/run.py --rounds 9         with more rounds than 5
    python benchmarks/run.py --only saved grows only what is named so

Prints a table; the whole of it is written to benchmarks/RESULTS.md. The exit code is 1 where a bar
is not reached. Needs keras and tensorflow; for `plot_model` pydot and Graphviz' `dot` too.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from following import edit_to_file
from measuring import ROOT, MeasureError, cpu_seconds, in_turns
from models import SAVE, write_chain
from table import Bar, Row, seconds, share, table, times

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
MODELS = ROOT / "gallery" / "models"
PACKAGES = ("keras", "tensorflow", "tensorflow-cpu", "svgwrite", "pygraphviz", "click", "pydot")

PLOT = "import keras; keras.utils.plot_model(keras.models.load_model({path!r}), {out!r})"
BUILD = "import runpy; runpy.run_path({path!r})['build_model']()"
READ = "from net2fig.read import read; read({path!r})"

HEAD = """\
# Benchmarks

<!-- Written by `python benchmarks/run.py`. -->

Whole processes, measured by the processor's time of the user and of the system, of a process and
its children; those that are compared ran in turns, after one turn each that does not count; medians
of {rounds} rounds. `--watch` alone is measured by the clock. Ratios say more than seconds: those
depend on the machine and on what else it does.

"""


def drawn(model: Path, *options: str) -> tuple[str, ...]:
    """Return the command that draws a model beside it."""
    figure = str(model.with_suffix(".svg"))
    return (sys.executable, "-m", "net2fig", str(model), "-o", figure, "--quiet", *options)


def python(code: str) -> tuple[str, ...]:
    """Return the command that runs a piece of Python."""
    return (sys.executable, "-c", code)


def saved(folder: Path, rounds: int) -> Iterator[Row]:
    """A saved model, against importing TensorFlow, and against drawing it with Keras."""
    model = folder / "ResNet50.keras"
    cpu_seconds(python(SAVE.format(path=str(model))))
    commands = {"net2fig": drawn(model), "import": python("import tensorflow")}
    plotted = bool(importlib.util.find_spec("pydot") and shutil.which("dot"))
    if plotted:
        out = str(folder / "plotted.png")
        commands["plot"] = python(PLOT.format(path=str(model), out=out))
    took = in_turns(commands, rounds)
    mine = took["net2fig"]
    yield Row(
        "`ResNet50.keras` → SVG, against `import tensorflow`",
        f"{seconds(mine)} : {seconds(took['import'])}",
        mine / took["import"],
        Bar(0.10, 0.05, share),
    )
    yield Row(
        "the same, against `keras.utils.plot_model` of the same file",
        f"{seconds(mine)} : {seconds(took['plot'])}" if plotted else "no pydot, or no `dot`",
        took["plot"] / mine if plotted else None,
        Bar(10, 20, times, least=True),
    )


def code(folder: Path, rounds: int) -> Iterator[Row]:
    """Code that is recorded, against executing it with TensorFlow; and what Keras' reader adds."""
    for name in ("unet", "resnet50"):
        # Away from its frozen network, which would be read instead.
        model = folder / f"{name}.py"
        shutil.copyfile(MODELS / model.name, model)
        commands = {
            "recorded": drawn(model, "--reader", "record"),
            "executed": python(BUILD.format(path=str(model))),
            "keras": drawn(model, "--reader", "keras"),
        }
        took = in_turns(commands, rounds)
        yield Row(
            f"`{name}.py` → SVG, recorded, against executing it with TensorFlow",
            f"{seconds(took['recorded'])} : {seconds(took['executed'])}",
            took["executed"] / took["recorded"],
            Bar(8, 20, times, least=True),
        )
        yield Row(
            f"`{name}.py` → SVG, run by Keras: what comes on top of import and build",
            f"{seconds(took['keras'])} : {seconds(took['executed'])}",
            took["keras"] / took["executed"] - 1,
            Bar(0.10, 0.03, share),
        )


def grows(folder: Path, rounds: int) -> Iterator[Row]:
    """Ten times the layers, read and drawn."""
    paths = {layers: write_chain(folder, layers) for layers in (1_000, 10_000, 100_000)}
    everything = ("--detail", "everything")
    commands = {str(n): drawn(paths[n], *everything) for n in (1_000, 10_000)}
    took = in_turns(commands, max(1, rounds // 2))
    yield Row(
        "10 000 layers, all drawn, against 1 000",
        f"{seconds(took['10000'])} : {seconds(took['1000'])}",
        took["10000"] / took["1000"],
        Bar(12, 10, times),
    )
    commands = {str(n): python(READ.format(path=str(path))) for n, path in paths.items()}
    took = in_turns(commands, max(1, rounds // 2))
    for many, few in ((10_000, 1_000), (100_000, 10_000)):
        yield Row(
            f"{many:_} layers, read, against {few:_}".replace("_", " "),
            f"{seconds(took[str(many)])} : {seconds(took[str(few)])}",
            took[str(many)] / took[str(few)],
            Bar(12, 10, times),
        )


def follows(folder: Path, rounds: int) -> Iterator[Row]:
    """From an edit of the grouping file to the new figure."""
    model = folder / "ResNet50.keras"
    if not model.exists():
        cpu_seconds(python(SAVE.format(path=str(model))))
    taken = edit_to_file(model, 3 * rounds)
    yield Row(
        "`--watch`: from an edit of the grouping file to the new file, ResNet50, by the clock",
        f"{taken:.3f} s",
        taken,
        Bar(0.3, 0.1, seconds),
    )


PARTS: dict[str, Callable[[Path, int], Iterator[Row]]] = {
    "saved": saved,
    "code": code,
    "grows": grows,
    "follows": follows,
}


def machine() -> str:
    """Return what the measurement ran on and with, as a list of Markdown."""
    lines = [f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"]
    if hasattr(os, "getloadavg"):
        lines.append(f"load of the machine when it ended: {os.getloadavg()[1]:.1f}")
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    if shutil.which("dot"):
        said = subprocess.run(["dot", "-V"], check=False, capture_output=True, text=True).stderr
        found.append(said.removeprefix("dot - ").strip())
    lines.append(", ".join(found))
    if "SOURCE_DATE_EPOCH" in os.environ:
        moment = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
        lines.append(f"{moment:%Y-%m-%d}")
    return "".join(f"- {line}\n" for line in lines)


def processor() -> str:
    """Return the name of the processor."""
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked for, print it, and tell whether every bar is reached."""
    parser = argparse.ArgumentParser(description="Measure net2fig and hold it against its bars.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often (5)")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    asked = parser.parse_args(words)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.only or PARTS:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            try:
                rows += PARTS[name](Path(folder), asked.rounds)
            except MeasureError as error:
                print(f"failed: {error}", file=sys.stderr)
                return 1
    told = table(rows)
    print(told)
    if not asked.only:
        text = f"{HEAD.format(rounds=asked.rounds)}{told}\n{machine()}"
        RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
