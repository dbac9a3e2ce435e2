"""Files that are damaged or made to harm: one clear error each, or a network, and nothing else."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from net2fig.errors import WORDS, ModelError
from net2fig.read import read
from tests.read.onnx import writer as w
from tests.read.onnx.export import FILES

SEEDS = [FILES / name for name in ("lstm.script.onnx", "vit.graph.onnx", "generator.graph.onnx")]


NETWORK = "network"


def try_to_read(path: Path) -> str:
    """Return "network" if a file can be read, else the first word of the error."""
    try:
        read(path)
    except ModelError as error:
        return error.message.split(" ")[0]
    return NETWORK


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with some of them changed, left out, repeated or cut off."""
    out = bytearray(data)
    gentle = rng.random() < 0.7
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(out) or 1)
        sort = 0 if gentle else rng.randrange(5)
        if sort == 0:
            out[at : at + 1] = bytes([rng.randrange(256)])
        elif sort == 1:
            del out[at:]
        elif sort == 2:
            del out[at : at + rng.randrange(40)]
        elif sort == 3:
            out[at:at] = out[at : at + rng.randrange(200)]
        else:
            out[at : at + 9] = b"\xff" * 9
    return bytes(out)


@pytest.mark.parametrize("seed", range(6))
def test_mutations(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  (not for secrets)
    path = tmp_path / "a.onnx"
    outcomes: Counter[str] = Counter()
    for _ in range(60):
        path.write_bytes(mutate(rng.choice(SEEDS).read_bytes(), rng) or b"\x08")
        outcomes[try_to_read(path)] += 1
    assert outcomes.keys() <= {NETWORK, *WORDS}
    # Both happen, so that both are tested.
    assert 3 < outcomes[NETWORK] < 57


@pytest.mark.parametrize("share", [0.0005, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_truncated_files(tmp_path: Path, seed: Path, share: float) -> None:
    path = tmp_path / "a.onnx"
    data = seed.read_bytes()
    path.write_bytes(data[: int(len(data) * share) + 1])
    with pytest.raises(ModelError, match=r"^invalid ONNX file: a\.onnx is damaged, or none"):
        read(path)


def chain(count: int, op: str = "Relu", **attributes: int) -> list[bytes]:
    names = ["x", *(f"t{number}" for number in range(count - 1)), "y"]
    return [
        w.node(op, before, after, name=f"/a/b/{after}/{op}", **attributes)
        for before, after in pairwise(names)
    ]


def long_names() -> bytes:
    name = "/".join(f"scope{number}" for number in range(5000))
    return w.model([w.node("Relu", "x", "y", name=f"/{name}/Relu")], {"x": (1, 8)}, "y")


def many_readers() -> bytes:
    nodes = [
        part
        for number in range(3000)
        for part in (
            w.node("Sigmoid", "x", f"s{number}"),
            w.node("Mul", f"x s{number}", f"m{number}"),
        )
    ]
    total = w.node("Sum", " ".join(f"m{number}" for number in range(3000)), "y")
    return w.model([*nodes, total], {"x": (1, 8)}, "y")


def lattice() -> bytes:
    names = ["x"]
    nodes = []
    for level in range(40):
        fresh = [f"n{level}_{number}" for number in range(8)]
        nodes += [w.node("Sum", " ".join(names), name) for name in fresh]
        names = fresh
    nodes.append(w.node("Transpose", names[0], "y", perm=[0, 2, 1, 3]))
    return w.model(nodes, {"x": (1, 8, 8, 8)}, "y")


def many_axes() -> bytes:
    nodes = [
        w.node("Slice", "x a b c", "m"),
        w.node("Reshape", "m to", "n"),
        w.node("Relu", "n", "y"),
    ]
    tensors = [
        *(w.tensor("a", [0]), w.tensor("b", [1]), w.tensor("c", [0])),
        w.tensor("to", [2] * 12),
    ]
    return w.model(nodes, {"x": tuple([2] * 12)}, "y", tensors)


def large_numbers() -> bytes:
    nodes = [w.node("Constant", "", "c0", value=w.tensor("", [2**40] * 4000))]
    nodes += [w.node("Mul", f"c{n} c{n}", f"c{n + 1}") for n in range(300)]
    nodes += [w.node("Add", "x c300", "y")]
    return w.model(nodes, {"x": (1, 4000)}, "y")


def deep_functions() -> bytes:
    functions = [
        w.function(f"F{n}", "d", "a", "b", [w.node(f"F{n + 1}", "a", "b", domain="d")] * 20)
        for n in range(20)
    ]
    node = w.node("F0", "x", "y", domain="d")
    return w.model([node], {"x": (1, 8)}, "y", functions=functions)


@pytest.mark.parametrize(
    "make",
    [
        lambda: w.model(chain(4000), {"x": (1, 8)}, "y"),
        lambda: w.model(chain(3000, "Transpose", perm=[1, 0]), {"x": (8, 8)}, "y"),
        *(long_names, many_readers, lattice, many_axes, large_numbers, deep_functions),
    ],
    ids=["chain", "transpositions", "names", "readers", "lattice", "axes", "numbers", "functions"],
)
def test_files_made_to_take_time(tmp_path: Path, make: object) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(make())  # type: ignore[operator]
    start = time.process_time()
    assert try_to_read(path) in (NETWORK, *WORDS)
    assert time.process_time() - start < 10
