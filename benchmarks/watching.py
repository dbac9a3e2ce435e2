"""What `net2fig.Watch` costs a training: whole processes with and without it, in pairs.

    python benchmarks/watching.py [--pairs 5] [--epochs 6]

Each process imports Keras, trains the same model on the same data and ends; one of each pair has
the callback. The order changes from pair to pair, so that what warms up or slows down the machine
meets both. Times are those that the system counts, of the whole process. A line tells the share of
an epoch: the median difference of the pairs, by the epochs. The weights must be the same.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measuring import surroundings

WATCHED, PLAIN = "watched", "plain"
SAMPLES = 30000


def train(kind: str, epochs: int, folder: Path) -> None:
    """Train once, and print the seconds of an epoch and a digest of the weights."""
    import hashlib

    import keras
    import numpy as np

    callbacks = []
    keras.utils.set_random_seed(1)
    draw = np.random.default_rng(0)
    x, y = draw.random((SAMPLES, 16, 16, 3), dtype="float32"), draw.integers(0, 10, SAMPLES)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((16, 16, 3)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    if kind == WATCHED:
        import net2fig

        callbacks = [net2fig.Watch(folder / "run.jsonl", probe=x[:64], labels=y, quiet=True)]
    start = time.perf_counter()
    model.fit(x, y, epochs=epochs, batch_size=64, verbose=0, callbacks=callbacks)
    digest = hashlib.sha256(b"".join(each.tobytes() for each in model.get_weights())).hexdigest()
    print(f"{(time.perf_counter() - start) / epochs:.3f} {digest}")


def measure(kind: str, epochs: int) -> tuple[float, float, float, str]:
    """Return the wall time and the CPU time of a process, its epoch, and the digest of weights."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--train", kind, "--epochs", str(epochs), folder]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        ended = subprocess.run(
            command, env=surroundings(), capture_output=True, text=True, check=True
        )
        wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    epoch, digest = ended.stdout.split()[-2:]
    return wall, cpu, float(epoch), digest


def main() -> None:
    """Measure pairs, and print a table."""
    parser = argparse.ArgumentParser(description="Measure what the callback costs.")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--train", choices=(WATCHED, PLAIN))
    parser.add_argument("folder", nargs="?", type=Path)
    asked = parser.parse_args()
    if asked.train:
        train(asked.train, asked.epochs, asked.folder)
        sys.stdout.flush()
        os._exit(0)
    rows: dict[str, list[tuple[float, float, float, str]]] = {PLAIN: [], WATCHED: []}
    for kind in (PLAIN, WATCHED):
        measure(kind, 1)
    print("| pair | plain, wall | watched, wall | plain, CPU | watched, CPU | epoch |")
    print("|---|---|---|---|---|---|")
    for pair in range(asked.pairs):
        order = (PLAIN, WATCHED) if pair % 2 == 0 else (WATCHED, PLAIN)
        for kind in order:
            rows[kind].append(measure(kind, asked.epochs))
        one, two = rows[PLAIN][-1], rows[WATCHED][-1]
        cells = [one[0], two[0], one[1], two[1], one[2]]
        print(f"| {pair + 1} | " + " | ".join(f"{each:.2f} s" for each in cells) + " |", flush=True)
    epoch = median(row[2] for row in rows[PLAIN])
    for number, name in enumerate(("wall", "CPU")):
        pairs = zip(rows[PLAIN], rows[WATCHED], strict=True)
        more = median(two[number] - one[number] for one, two in pairs)  # type: ignore[operator]
        whole = median(row[number] for row in rows[PLAIN])  # type: ignore[type-var]
        print(f"{name}: {more:+.2f} s, {more / whole:+.1%} of the process, ", end="")  # type: ignore[operator]
        print(f"{more / asked.epochs * 1000:+.0f} ms for each epoch of {epoch:.2f} s")
    digests = {row[3] for each in rows.values() for row in each}
    print("weights: the same in all" if len(digests) == 1 else "weights: DIFFER")


if __name__ == "__main__":
    main()
