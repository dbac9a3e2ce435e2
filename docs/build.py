"""Run the pages, draw their pictures, make their tables, and compare all with what is committed.

python docs/build.py             run everything and say what differs
python docs/build.py --accept    take what is made now
python docs/build.py --keras     run also what needs TensorFlow
python docs/build.py --freeze    run the models with Keras and freeze their networks
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parent
if __name__ == "__main__":
    # Beside this folder lies the package, installed or not.
    sys.path.insert(0, str(DOCS.parent))

from making.reference import generated  # noqa: E402  (after the path to it)
from making.run import MODELS, PICTURES, changes, pages, pictures_of, run_page  # noqa: E402


def differing(*, keras: bool = False) -> tuple[dict[Path, bytes], list[str]]:
    """Return what is not as it is committed, and what went wrong."""
    found = {
        path: text.encode()
        for path, text in generated().items()
        if not path.is_file() or path.read_text("utf-8") != text
    }
    problems: list[str] = []
    for page in pages():
        with tempfile.TemporaryDirectory() as folder:
            run = run_page(page, Path(folder), keras=keras)
            if page not in found:
                found |= changes(page, run)
            problems += run.problems
    return found, problems


def unused() -> list[Path]:
    """Return the committed pictures that no page shows."""
    shown = {name for page in pages() for name in pictures_of(page)}
    return [path for path in sorted(PICTURES.glob("*.svg")) if path.name not in shown]


def freeze_models() -> None:
    """Freeze the networks of the models anew."""
    from net2fig.read import freeze

    for path in sorted(MODELS.glob("*.py")):
        sys.stdout.write(f"frozen   {freeze(path).name}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code is 1 where something differs or fails."""
    parser = argparse.ArgumentParser(description="Make the pages.")
    parser.add_argument("--accept", action="store_true", help="replace what differs")
    parser.add_argument("--keras", action="store_true", help="run also what needs TensorFlow")
    parser.add_argument("--freeze", action="store_true", help="freeze the networks anew")
    options = parser.parse_args(arguments)
    if options.freeze:
        freeze_models()
    found, problems = differing(keras=options.keras)
    if options.accept and any(path.suffix == ".md" for path in found):
        # A page that was made anew has pictures of its own.
        for path, data in found.items():
            path.write_bytes(data)
        more, problems = differing(keras=options.keras)
        found |= more
    for path, data in found.items():
        sys.stdout.write(f"{'replaced' if options.accept else 'differs'}  {path.name}\n")
        if options.accept:
            path.write_bytes(data)
    for path in unused() if options.accept else ():
        path.unlink()
        sys.stdout.write(f"removed   {path.name}\n")
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return int(bool(problems) or (bool(found) and not options.accept))


if __name__ == "__main__":
    sys.exit(main())
