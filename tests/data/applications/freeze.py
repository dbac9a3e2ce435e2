"""Write the architectures of all `keras.applications` beside this file, and what Keras counts.

    python tests/data/applications/freeze.py [NAME ...]

Needs TensorFlow and a few minutes. The files are what `model.to_json()` says, packed;
parameters.json has `count_params()` of each, and how many parameters are trained.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
COUNTS = FOLDER / "parameters.json"


def main(names: list[str]) -> None:
    """Freeze the models named, or all that can be built."""
    import keras

    makers = {
        name: make
        for name, make in vars(keras.applications).items()
        if name[0].isupper() and callable(make)
    }
    counts = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    for name in names or sorted(makers):
        keras.backend.clear_session()
        model = makers[name](weights=None)
        packed = gzip.compress(model.to_json().encode(), mtime=0)
        trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
        counts[name] = [model.count_params(), trained]
        (FOLDER / f"{name}.json.gz").write_bytes(packed)
        sys.stdout.write(f"{name}: {len(packed)} bytes\n")
    lines = (f'  "{name}": {json.dumps(counts[name])}' for name in sorted(counts))
    COUNTS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
