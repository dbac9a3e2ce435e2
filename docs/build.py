"""Run the pages, draw their pictures, generate their tables, and compare all with the commit.

python docs/build.py             run everything and list the files that differ
python docs/build.py --accept    replace the files that differ
python docs/build.py --keras     also run the blocks that need TensorFlow
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
    # Import the package beside this folder, whether or not it is installed.
    sys.path.insert(0, str(DOCS.parent))

from making.reference import generated  # noqa: E402  (after the change of sys.path)
from making.run import MODELS, PICTURES, changes, pages, pictures_of, run_page  # noqa: E402


def differing(*, keras: bool = False) -> tuple[dict[Path, bytes], list[str]]:
    """Return the contents of the files that differ, and the problems."""
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
    """Run the models and freeze their networks."""
    from net2fig.read import freeze

    for path in sorted(MODELS.glob("*.py")):
        sys.stdout.write(f"frozen   {freeze(path).name}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. The exit code is 1 if something differs or fails."""
    parser = argparse.ArgumentParser(description="Run the pages of the documentation.")
    parser.add_argument("--accept", action="store_true", help="replace the files that differ")
    parser.add_argument(
        "--keras", action="store_true", help="also run the blocks that need TensorFlow"
    )
    parser.add_argument(
        "--freeze", action="store_true", help="run the models and freeze their networks"
    )
    options = parser.parse_args(arguments)
    if options.freeze:
        freeze_models()
    found, problems = differing(keras=options.keras)
    if options.accept and any(path.suffix == ".md" for path in found):
        # A page that changed can show other pictures.
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
