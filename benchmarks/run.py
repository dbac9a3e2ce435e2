"""Measure net2fig as whole processes, and compare the results with the bars.

    python benchmarks/run.py                    run all parts: a few minutes, mostly TensorFlow
    python benchmarks/run.py --rounds 9         run 9 rounds; the default is 5
    python benchmarks/run.py --only saved grows run these parts only

Prints a table. A run of all parts also writes it to benchmarks/RESULTS.md. The exit code is 1 if a
result misses its bar. Requires keras and tensorflow, and for `plot_model` also pydot and `dot`.
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

Each row compares whole processes by their CPU time (user and system, children included). The
compared processes run in turns. The first turn does not count; the result is the median of {rounds}
rounds. Only `--watch` is measured in wall-clock time. Compare the ratios rather than the seconds,
since seconds depend on the machine and its load.

Each bar must be reached. The aim is a goal beyond it.

"""


def drawn(model: Path, *options: str) -> tuple[str, ...]:
    """Return the command that draws a model into the same folder."""
    figure = str(model.with_suffix(".svg"))
    return (sys.executable, "-m", "net2fig", str(model), "-o", figure, "--quiet", *options)


def python(code: str) -> tuple[str, ...]:
    """Return the command that runs Python code."""
    return (sys.executable, "-c", code)


def saved(folder: Path, rounds: int) -> Iterator[Row]:
    """Compare drawing a saved model with `import tensorflow` and with `plot_model`."""
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
        "`ResNet50.keras` → SVG, against `keras.utils.plot_model`",
        f"{seconds(mine)} : {seconds(took['plot'])}" if plotted else "no pydot, or no `dot`",
        took["plot"] / mine if plotted else None,
        Bar(10, 20, times, least=True),
    )


def code(folder: Path, rounds: int) -> Iterator[Row]:
    """Compare reading code, recorded and run by Keras, with executing it in TensorFlow."""
    for name in ("unet", "resnet50"):
        # Copied, so that net2fig does not read its frozen network.
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
            f"`{name}.py` → SVG, run by Keras: time on top of import and build",
            f"{seconds(took['keras'])} : {seconds(took['executed'])}",
            took["keras"] / took["executed"] - 1,
            Bar(0.10, 0.03, share),
        )


def grows(folder: Path, rounds: int) -> Iterator[Row]:
    """Compare reading and drawing with ten times fewer layers."""
    paths = {layers: write_chain(folder, layers) for layers in (1_000, 10_000, 100_000)}
    everything = ("--detail", "everything")
    commands = {str(n): drawn(paths[n], *everything) for n in (1_000, 10_000)}
    took = in_turns(commands, max(1, rounds // 2))
    yield Row(
        "10 000 layers, drawn, against 1 000",
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
    """Measure the time from an edit of the grouping file to the new figure."""
    model = folder / "ResNet50.keras"
    if not model.exists():
        cpu_seconds(python(SAVE.format(path=str(model))))
    taken = edit_to_file(model, 3 * rounds)
    yield Row(
        "`--watch`, ResNet50: from saving the grouping file to the new figure (wall clock)",
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
    """Return the machine and the versions of the packages, as a Markdown list."""
    lines = [f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"]
    if hasattr(os, "getloadavg"):
        lines.append(f"load average at the end: {os.getloadavg()[1]:.1f}")
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    if shutil.which("dot"):
        line = subprocess.run(["dot", "-V"], check=False, capture_output=True, text=True).stderr
        found.append(line.removeprefix("dot - ").strip())
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
    """Measure the chosen parts and print them; return 0 if every result reaches its bar."""
    parser = argparse.ArgumentParser(
        description="Measure net2fig and compare the results with the bars."
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="number of rounds (5)")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args(words)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or PARTS:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            try:
                rows += PARTS[name](Path(folder), options.rounds)
            except MeasureError as error:
                print(f"failed: {error}", file=sys.stderr)
                return 1
    results = table(rows)
    print(results)
    if not options.only:
        text = f"{HEAD.format(rounds=options.rounds)}{results}\n{machine()}"
        RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
