"""Draw scripts and notebooks of other people, and count what came out.

    python benchmarks/reading.py FOLDER                  every repository is a folder in FOLDER
    python benchmarks/reading.py FOLDER --sample 3       three targets of each, chosen by a digest
    python benchmarks/reading.py FOLDER --python PATH    run net2fig with another interpreter
    python benchmarks/reading.py FOLDER --plain PATH     also run each target plainly (plain_run.py)

A target is a script or a notebook that imports Keras or PyTorch and names a model: `Sequential(`,
`Model(`, `Module)`. Prints one line per target and tables by cause; `-o results.json` keeps all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FRAMEWORK = re.compile(r"^\W*(?:import|from)\s+(keras|tensorflow|tf_keras|torch)\b", re.MULTILINE)
LOSS = re.compile(r"^class \w*(?:Loss|Criterion)\(.*\):.*\n", re.MULTILINE)
"""Classes that compute a loss, which are no models."""

MODEL = re.compile(r"\b(?:Sequential|Model|Functional)\s*\(|\bModule\)\s*:|\bModel\)\s*:")
SKIPPED = re.compile(
    r"(?:^|/)(?:tests?|\.git|venv|docs/api)(?:/|$)|(?:^|[/_])(?:test_|conftest|setup)"
)

CAUSES = (
    ("several models", r"ambiguous model"),
    ("no model built", r"missing model"),
    ("arguments without a value", r"missing argument"),
    ("never called", r"never called|not built|has no layers|was not built"),
    ("the recorder declined", r"the recorder does not know"),
    ("missing module", r"missing module|No module named"),
    ("missing data", r"missing file|missing data|FileNotFound|opens no connection"),
    ("time limit", r"ran longer|did not end"),
    ("earlier Keras or Python", r"earlier Keras|no longer has|invalid Python"),
    ("error in the code", r"invalid code"),
)
"""Causes of refusals, by what their messages say; the first that matches counts."""


def find_targets(folder: Path) -> list[Path]:
    """Return the scripts and notebooks of a repository that name a model."""
    paths = (p for p in folder.rglob("*") if p.suffix in (".py", ".ipynb") and p.is_file())
    return sorted(p for p in paths if names_model(p, folder))


def names_model(path: Path, folder: Path) -> bool:
    """Tell whether a file imports a framework and names a model."""
    if SKIPPED.search(path.relative_to(folder).as_posix()):
        return False
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    models = MODEL.search(LOSS.sub("", text))
    return bool(FRAMEWORK.search(text.replace('"', " ")) and models)


def choose(paths: Sequence[Path], count: int, seed: str) -> list[Path]:
    """Return some paths, chosen by a digest of their names."""

    def digest(path: Path) -> str:
        return hashlib.sha256(f"{seed}{path.name}".encode()).hexdigest()

    return sorted(sorted(paths, key=digest)[:count]) if count else list(paths)


def draw(path: Path, python: str, seconds: float) -> dict[str, Any]:
    """Draw a target; return what came out."""
    with tempfile.TemporaryDirectory() as place:
        out, report = Path(place, "figure.svg"), Path(place, "report.json")
        command = [python, "-m", "net2fig", path.name, "-o", str(out), "--report", str(report)]
        start = time.perf_counter()
        try:
            run = subprocess.run(
                [*command, "--timeout", str(seconds)],
                cwd=path.parent,
                env=surroundings(place),
                capture_output=True,
                text=True,
                timeout=seconds * 3,
                check=False,
            )
            errors, code = run.stderr.strip(), run.returncode
        except subprocess.TimeoutExpired:
            errors, code = "did not end", 124
        took = round(time.perf_counter() - start, 2)
        if code == 0 and out.is_file():
            data = json.loads(report.read_text("utf-8"))
            kept = {key: data[key] for key in ("layers", "params", "reader", "warnings")}
            parts = data.get("parts", [])
            return {"drawn": True, "seconds": took, **kept, "parts": parts}
        return {"drawn": False, "seconds": took, "code": code, "message": errors[-1200:]}


def surroundings(place: str) -> dict[str, str]:
    """Return the environment of a run: nothing of the user's, and this checkout's net2fig."""
    import os

    keep = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return {**keep, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "HOME": place}


def run_plainly(path: Path, python: str, seconds: float) -> list[dict[str, Any]] | None:
    """Return the models that a plain run builds; None if it does not end."""
    with tempfile.TemporaryDirectory() as place:
        try:
            run = subprocess.run(
                [python, str(HERE / "plain_run.py"), str(path)],
                cwd=place,
                env=surroundings(place),
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
            models: list[dict[str, Any]] = json.loads(run.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            return None
        return models


def find_cause(message: str) -> str:
    """Return the cause of a refusal."""
    return next((name for name, text in CAUSES if re.search(text, message)), "other")


def measure(path: Path, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the result of a target."""
    result = {"target": path.relative_to(folder).as_posix()}
    result |= draw(path, arguments.python, arguments.timeout)
    if arguments.plain:
        result["plain"] = run_plainly(path, arguments.plain, 3 * arguments.timeout)
    if not result["drawn"]:
        result["cause"] = find_cause(str(result["message"]))
    return result


def write_tables(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the tables."""
    drawn = [each for each in results if each["drawn"]]
    yield f"\n{len(drawn)} of {len(results)} drawn"
    if any("plain" in each for each in results):
        buildable = [each for each in results if each.get("plain")]
        both = sum(each["drawn"] for each in buildable)
        yield f"a plain run builds a model: {len(buildable)}, of these drawn: {both}"
        known = [each for each in drawn if each.get("plain") and each["params"] is not None]
        unlike = [each["target"] for each in known if not agrees(each)]
        yield f"parameters compared: {len(known)}, other than in the plain run: {len(unlike)}"
        yield from (f"  {target}" for target in unlike)
    for cause, count in Counter(e["cause"] for e in results if not e["drawn"]).most_common():
        yield f"| {cause} | {count} |"


def agrees(result: dict[str, Any]) -> bool:
    """Tell whether the plain run has the models that were drawn, by their parameters."""
    counts = {model["params"] for model in result["plain"]}
    parts = [part["params"] for part in result["parts"]] or [result["params"]]
    return all(part in counts for part in parts) or None in counts


def main() -> None:
    """Measure the targets of a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="repositories, by a part of the name")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", default="")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--plain", default="")
    parser.add_argument("--timeout", type=float, default=60.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--targets", type=Path, help="a file with one target per line")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if arguments.targets:
        targets = [folder / line for line in arguments.targets.read_text().split("\n") if line]
    else:
        names = [p for p in sorted(folder.iterdir()) if p.is_dir()]
        wanted = [
            p for p in names if not arguments.only or any(o in p.name for o in arguments.only)
        ]
        targets = [
            path
            for repository in wanted
            for path in choose(find_targets(repository), arguments.sample, arguments.seed)
        ]
    results = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for result in pool.map(lambda path: measure(path, folder, arguments), targets):
            results.append(result)
            first = str(result.get("message", "")).partition("\n")[0]
            print("drawn" if result["drawn"] else "-----", result["target"], first, flush=True)
            if arguments.output:
                # Written each time, so that an interrupted measurement is not lost.
                arguments.output.write_text(json.dumps(results, indent=1), "utf-8")
    print("\n".join(write_tables(results)))


if __name__ == "__main__":
    main()
