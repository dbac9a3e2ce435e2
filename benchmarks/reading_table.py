"""Write what `reading.py` measured in several environments as a page of tables.

    python benchmarks/reading_table.py base=base.json TensorFlow=tensorflow.json -o READING.md

Requires: results of the same targets, as `reading.py -o` writes them.
Ensures: one row for each repository, and for each target that is not drawn the reason.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Results = Mapping[str, Mapping[str, Any]]
"""Results by their targets."""

MAX_REASON = 110
"""The longest reason that is written."""

HEAD = """# Scripts as they stand

Written by `python benchmarks/reading_table.py` from what `python benchmarks/reading.py` measured. A
target is a script or a notebook of a public repository, as it stands.
[docs/reading.md](../docs/reading.md) tells how targets were chosen.
"""


def write_page(environments: Mapping[str, Results]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield HEAD
    targets = sorted({target for results in environments.values() for target in results})
    repositories = sorted({find_repository(target) for target in targets})
    yield f"{len(targets)} targets of {len(repositories)} repositories.\n"
    yield from write_totals(environments)
    yield "\n## Why a target is not drawn\n"
    yield from write_causes(environments)
    yield "\n## Repositories\n"
    yield f"| repository | targets | {' | '.join(environments)} | not drawn |"
    yield f"|---|---|{'---|' * len(environments)}---|"
    for repository in repositories:
        own = [target for target in targets if find_repository(target) == repository]
        yield write_row(repository, own, environments)


def find_repository(target: str) -> str:
    """Return the folder of a target's repository."""
    return target.partition("/")[0]


def write_totals(environments: Mapping[str, Results]) -> Iterator[str]:
    """Yield the table of totals."""
    yield "| environment | drawn | seconds, median | longest |"
    yield "|---|---|---|---|"
    for name, results in environments.items():
        drawn = [each for each in results.values() if each["drawn"]]
        seconds = [each["seconds"] for each in results.values() if "seconds" in each] or [0.0]
        median, longest = statistics.median(seconds), max(seconds)
        count = f"{len(drawn)} of {len(results)}"
        yield f"| {name} | {count} | {median:.1f} | {longest:.0f} |"


def write_causes(environments: Mapping[str, Results]) -> Iterator[str]:
    """Yield the table of causes, the most frequent first."""
    counts = {
        name: Counter(each["cause"] for each in results.values() if not each["drawn"])
        for name, results in environments.items()
    }
    total = sum(counts.values(), Counter())
    yield f"| cause | {' | '.join(environments)} |"
    yield f"|---|{'---|' * len(environments)}"
    for cause, _ in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {cause} | {' | '.join(str(counts[name][cause]) for name in environments)} |"


def write_row(repository: str, targets: Sequence[str], environments: Mapping[str, Results]) -> str:
    """Return the row of a repository."""
    cells = []
    for results in environments.values():
        known = [results[target] for target in targets if target in results]
        cells.append(str(sum(each["drawn"] for each in known)))
    reasons = [text for target in targets for text in list_reasons(target, environments)]
    shown = escape("; ".join(reasons))
    name = repository.replace("+", "/", 1)
    return f"| {name} | {len(targets)} | {' | '.join(cells)} | {shown} |"


def list_reasons(target: str, environments: Mapping[str, Results]) -> Iterator[str]:
    """Yield why a target is not drawn, with the environments if it is so in some alone."""
    failures = {
        name: str(results[target]["message"]).partition("\n")[0]
        for name, results in environments.items()
        if target in results and not results[target]["drawn"]
    }
    if not failures:
        return
    name, reason = list(failures.items())[-1]
    where = "" if len(failures) == len(environments) else f" ({name})"
    short = reason if len(reason) <= MAX_REASON else f"{reason[:MAX_REASON]}…"
    yield f"`{target.partition('/')[2]}`{where}: {short}"


def escape(text: str) -> str:
    """Return a text for a cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("results", nargs="+", metavar="NAME=FILE")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    environments: dict[str, Results] = {}
    for each in arguments.results:
        name, _, file = each.partition("=")
        data = json.loads(Path(file).read_text("utf-8"))
        environments[name] = {result["target"]: result for result in data}
    arguments.output.write_text("\n".join(write_page(environments)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
