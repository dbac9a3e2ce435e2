"""Check faulty programs of other people and their corrected twins, and count what is told.

    python benchmarks/faults.py FOLDER                every pair is a folder in FOLDER
    python benchmarks/faults.py FOLDER --python PATH  run net2fig with another interpreter

A pair is a folder with `faulty/` and `fixed/`; in both, a file `MAIN` names the program, or a model
in it as the command does: `net.py:Net(10)`. A pair
counts if the program names a model of Keras or PyTorch and net2fig reads it. A faulty program is
flagged if an error or a warning is told that its twin does not have: what both have is not the
fault. For twins, errors and warnings are counted: an error there is false, or a second fault.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from reading import names_model, surroundings

SIDES = ("faulty", "fixed")

OF_TRAINING = ("rate", "few-epochs")
"""The checks that are told at the last layer, whose name may differ."""


def find_pairs(folder: Path) -> list[Path]:
    """Return the folders of pairs whose programs name a model."""
    return [
        pair
        for pair in sorted(folder.iterdir())
        if all((pair / side / "MAIN").is_file() for side in SIDES)
        and all(names_model(find_program(pair, side), folder) for side in SIDES)
    ]


def find_program(pair: Path, side: str) -> Path:
    """Return the program of a side."""
    return pair / side / read_main(pair, side).partition(":")[0]


def read_main(pair: Path, side: str) -> str:
    """Return what is checked of a side: a program, or a model in it."""
    return (pair / side / "MAIN").read_text("utf-8").strip()


def run_net2fig(words: list[str], path: Path, python: str, seconds: float) -> tuple[int, str, str]:
    """Return the exit code, the output and the errors of a command in the folder of a program."""
    with tempfile.TemporaryDirectory() as place:
        try:
            run = subprocess.run(
                [python, "-m", "net2fig", *words, "--timeout", str(seconds)],
                cwd=path.parent,
                env=surroundings(place),
                capture_output=True,
                text=True,
                timeout=seconds * 3,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 124, "", "did not end"
        return run.returncode, run.stdout, run.stderr.strip()


def check(pair: Path, side: str, python: str, seconds: float) -> dict[str, Any]:
    """Return the findings of a program; a message if net2fig does not read it."""
    path = find_program(pair, side)
    _, colon, model = read_main(pair, side).partition(":")
    words = ["check", path.name + colon + model, "--json"]
    _, out, errors = run_net2fig(words, path, python, seconds)
    try:
        return {"read": True, "findings": json.loads(out)["findings"], "message": ""}
    except json.JSONDecodeError:
        return {"read": False, "findings": [], "message": errors[-600:]}


def measure(pair: Path, python: str, seconds: float) -> dict[str, Any]:
    """Return the findings for a pair of programs."""
    sides = {side: check(pair, side, python, seconds) for side in SIDES}
    here, twin = ({sign(each) for each in sides[side]["findings"]} for side in SIDES)
    fatal = [each["code"] for each in sides["fixed"]["findings"] if each["tier"] == "error"]
    return {
        "name": pair.name,
        "read": bool(sides["faulty"]["read"] and sides["fixed"]["read"]),
        "told": sorted(here),
        "kept": sorted(here & twin),
        "flagged": bool(here - twin),
        "errors of the twin": sorted(fatal),
        "warnings of the twin": sorted(twin),
        "messages": {side: sides[side].get("message", "") for side in SIDES},
    }


def sign(finding: dict[str, Any]) -> str:
    """Return what makes a finding the same in both programs: of a training, not the layer."""
    layer = "" if finding["code"] in OF_TRAINING else finding["layer"]
    return "/".join((finding["code"], finding["case"], layer))


def write_table(results: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each pair, and the sums."""
    for each in results:
        read = "read" if each["read"] else "not read"
        mark = "flagged" if each["flagged"] else "told" if each["told"] else "-"
        yield f"{each['name']:<44}{read:<10}{mark:<9}{' '.join(each['told'])}"
        if each["errors of the twin"]:
            yield f"{'':<44}TWIN: error {' '.join(each['errors of the twin'])}"
    readable = [each for each in results if each["read"]]
    yield f"pairs: {len(results)}, read: {len(readable)}"
    for word in ("told", "flagged", "warnings of the twin", "errors of the twin"):
        count = sum(bool(each[word]) for each in readable)
        yield f"{word}: {count} of {len(readable)}"


def main() -> None:
    """Measure a folder of pairs."""
    parser = argparse.ArgumentParser(description="Check faulty programs and their twins.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("-o", "--out", type=Path)
    asked = parser.parse_args()
    pairs = find_pairs(asked.folder)
    with ThreadPoolExecutor(asked.workers) as pool:
        results = list(pool.map(lambda pair: measure(pair, asked.python, asked.seconds), pairs))
    print("\n".join(write_table(results)))
    if asked.out is not None:
        asked.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
