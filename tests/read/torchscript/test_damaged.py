"""Archives that are damaged or made to harm: an error, in bounded time, and nothing is executed."""

from __future__ import annotations

import random
import time
import zipfile
from pathlib import Path

import pytest

from net2fig.errors import WORDS, ModelError
from net2fig.read import read
from tests.read.exported.test_files import pairs
from tests.read.onnx.test_damaged import NETWORK, mutate, try_to_read
from tests.read.torchscript.export import FILES
from tests.read.torchscript.test_reader import HEAD, LINEAR, save

SECONDS = 10.0
"""The limit of the reader; ten times what any file here takes alone on a slow machine."""

LONG = "torch.mul([0], 4611686018427387000)"


@pytest.mark.parametrize(
    "lines",
    [
        ("while True:", "  x = torch.relu(x)", "return x"),
        ("while True:", "  pass", "return x"),
        ("for i in range(4611686018427387000):", "  x = torch.relu(x)", "return x"),
        ("return (self).forward(x, )",),
        (f"y = {LONG}", "return torch.view(x, y)"),
        ("y = [0]", "for i in range(40):", "  y = torch.add(y, y)", "return torch.view(x, y)"),
        ("y = [0]", "for i in range(90):", "  y = [y, y, y]", "return torch.stack(y)"),
        ("return torch.pow(torch.pow(10, 4000000), 4000000)",),
        ("return torch.chunk(x, 4611686018427387000, 1)[0]",),
        ("return " + "torch.relu(" * 900 + "x" + ")" * 900,),
        ("return " + "(" * 90 + "x" + ")" * 90,),
        ("return " + "-" * 20_000 + "1",),
        ("y = [x]", "_0 = torch.append(y, y)", "return y"),
        ("y = [1]", "_0 = torch.append(y, y)", "return torch.eq(y, y)"),
    ],
)
def test_code_that_is_made_to_harm(tmp_path: Path, lines: tuple[str, ...]) -> None:
    start = time.process_time()
    assert try_to_read(save(tmp_path, *lines)) in {*WORDS, NETWORK}
    assert time.process_time() - start < SECONDS


def test_nothing_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = (
        '_0 = __import__("os").mkdir("made-by-code")',
        '_1 = eval("__import__(\\"os\\").mkdir(\\"made-by-code\\")")',
        '_2 = self.__class__.__init__.__globals__["os"].mkdir("made-by-code")',
        '_3 = open("made-by-code", "w")',
        LINEAR,
        "return y",
    )
    head = 'import os\nos.mkdir("made-by-code")\n' + HEAD
    network = read(save(tmp_path, *lines, head=head))
    assert len(network.layers) == 2
    assert not (tmp_path / "made-by-code").exists()


def test_modules_in_themselves(tmp_path: Path) -> None:
    state = pairs(inner=b"h\x00", training=b"\x89")
    pickle = b"c__torch__.nets\nNet\n)\x81q\x00" + state + b"b"
    assert try_to_read(save(tmp_path, LINEAR, "return y", pickle=pickle)) in {*WORDS, NETWORK}


@pytest.mark.parametrize("line", ["pass" * 7, "y = [" + "x," * 200 + "]"])
def test_too_much_code(tmp_path: Path, line: str) -> None:
    path = save(tmp_path, *[line] * (3 * 2**20 // len(line)), *["pass"] * 130_000)
    with pytest.raises(ModelError, match=r"^unsupported TorchScript archive: net\.pt \(more than"):
        read(path)


def test_an_empty_pickle(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", b"")
        archive.writestr("a/code/b.py", b"")
    with pytest.raises(ModelError, match=r"^invalid TorchScript archive: a\.pt is truncated"):
        read(path)


def rewrite(path: Path, out: Path, rng: random.Random) -> None:
    """Write an archive in which one member is changed."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    names = [name for name in members if name.endswith((".py", ".pkl"))]
    chosen = rng.choice(names)
    members[chosen] = mutate(members[chosen], rng)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("seed", range(4))
def test_mutations(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  (a test)
    for name in ("lstm.trace", "lstm.script", "generator.script", "vit.trace"):
        path = FILES / f"{name}.pt"
        out = tmp_path / "a.pt"
        for _ in range(12):
            if rng.random() < 0.3:
                out.write_bytes(mutate(path.read_bytes(), rng))
            else:
                rewrite(path, out, rng)
            assert try_to_read(out) in {*WORDS, NETWORK}
