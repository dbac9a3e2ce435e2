"""Write the architectures of all `keras.applications` beside this file, without weights.

    python tests/data/applications/freeze.py [NAME ...]

Needs TensorFlow and a few minutes. The files are what `model.to_json()` says, packed.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main(names: list[str]) -> None:
    """Freeze the models named, or all that can be built."""
    import keras

    makers = {
        name: make
        for name, make in vars(keras.applications).items()
        if name[0].isupper() and callable(make)
    }
    for name in names or sorted(makers):
        keras.backend.clear_session()
        text = makers[name](weights=None).to_json()
        packed = gzip.compress(text.encode(), mtime=0)
        (FOLDER / f"{name}.json.gz").write_bytes(packed)
        sys.stdout.write(f"{name}: {len(packed)} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
