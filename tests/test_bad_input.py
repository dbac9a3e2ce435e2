"""Bad input, by the command: its own message, its exit code, and no file left behind."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from net2fig.cli import main
from net2fig.errors import WORDS
from tests.conftest import keras_layer, keras_model, save_keras, tiny_model

BUILD = """
import keras


def build(units):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
"""


def no_file(folder: Path) -> Path:
    save_keras(folder / "model.keras", tiny_model())
    return folder / "modle.keras"


def empty_file(folder: Path) -> Path:
    path = folder / "model.keras"
    path.touch()
    return path


def foreign_zip(folder: Path) -> Path:
    path = folder / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing to draw")
    return path


def truncated(folder: Path) -> Path:
    path = save_keras(folder / "model.keras", tiny_model())
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def no_inbound_layer(folder: Path) -> Path:
    layers = [
        keras_layer("InputLayer", "image", batch_shape=[None, 8]),
        keras_layer("Dense", "out", "nowhere", units=3),
    ]
    path = folder / "model.json"
    path.write_text(json.dumps(keras_model(layers, "image", "out")))
    return path


def cycle(folder: Path) -> Path:
    layers = [
        keras_layer("InputLayer", "image", batch_shape=[None, 8]),
        keras_layer("Add", "one", "image", "two"),
        keras_layer("Dense", "two", "one", units=8),
    ]
    return save_keras(folder / "model.keras", keras_model(layers, "image", "two"))


def code(text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "model.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(capfd: pytest.CaptureFixture[str], arguments: list[str], exit_code: int) -> list[str]:
    """Run the command, which must refuse, and return what it says."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    out, err = capfd.readouterr()
    assert caught.value.code == exit_code
    assert out == ""
    assert "Traceback" not in err
    assert err.split(" ", 1)[0] in WORDS
    return err.splitlines()


def draw_nothing(
    capfd: pytest.CaptureFixture[str], folder: Path, source: Path, exit_code: int, *more: str
) -> list[str]:
    """Check that a refusal leaves no file behind, whole or half, and return what it says."""
    before = sorted(folder.rglob("*"))
    outputs = [word for name in ("a.svg", "a.pdf") for word in ("-o", str(folder / name))]
    report = ["--report", str(folder / "report.json")]
    lines = refused(capfd, [str(source), *outputs, *report, *more], exit_code)
    left = [path for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts]
    assert left == before
    return lines


@pytest.mark.parametrize(
    ("make", "first", "last"),
    [
        (no_file, "missing file: ", "hint: did you mean '{folder}/model.keras'?"),
        (empty_file, "invalid file: model.keras is empty", ""),
        (foreign_zip, "invalid Keras file: model.keras (a zip archive without config.json)", ""),
        (truncated, "invalid Keras file: model.keras is truncated or damaged", ""),
        (no_inbound_layer, "missing layer: 'nowhere'", ""),
        (cycle, "invalid ", ""),
    ],
)
def test_a_model_that_cannot_be_read(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    make: Callable[[Path], Path],
    first: str,
    last: str,
) -> None:
    lines = draw_nothing(capfd, tmp_path, make(tmp_path), 1)
    assert lines[0].startswith(first)
    assert lines[-1].startswith(last.format(folder=tmp_path))


def test_code_with_a_syntax_error(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = draw_nothing(capfd, tmp_path, code("import keras\n\ndef f(:\n")(tmp_path), 1)
    assert lines[0].startswith("invalid ")
    assert "model.py" in lines[0]
    assert "line 3" in lines[0] or "model.py:3" in lines[0]


@pytest.mark.keras
@pytest.mark.parametrize(
    ("text", "first", "inside"),
    [
        ("import keras\n\nraise RuntimeError('no data')\n", "", ["no data", "RuntimeError"]),
        ("import keras\n\nx = 3\n", "missing model", []),
        (
            f"{BUILD}\n" + "".join(f"m{n} = build({n})\n" for n in range(1, 8)),
            "ambiguous model",
            ["m1", "m2", "m7", "--list"],
        ),
    ],
)
def test_code_that_gives_no_one_model(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, text: str, first: str, inside: list[str]
) -> None:
    lines = draw_nothing(capfd, tmp_path, code(text)(tmp_path), 1)
    assert lines[0].startswith(first)
    for word in inside:
        assert word in "\n".join(lines)


@pytest.mark.keras
def test_an_error_in_code_is_told_with_its_own_line(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "import keras\n\n\ndef f():\n    return 1 / 0\n\n\nmodel = f()\n"
    said = "\n".join(draw_nothing(capfd, tmp_path, code(text)(tmp_path), 1))
    assert "model.py" in said
    assert "5" in said
    assert "ZeroDivisionError" in said


def test_a_grouping_file_with_four_mistakes(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = tmp_path / "snac.toml"
    config.write_text(
        """
        hide = [":nrom"]
        palete = "grey"
        [labels]
        features = 0
        [[group]]
        name = "Block"
        match = "(Conv2D > Add"
        """,
        encoding="utf-8",
    )
    model = save_keras(tmp_path / "model.keras", tiny_model())
    lines = draw_nothing(capfd, tmp_path, model, 2, "-c", str(config))
    problems = [line for line in lines if not line.startswith("hint: ")]
    assert [line.split(": ")[0] for line in problems] == [
        "unknown key",
        "invalid value",
        "unknown kind",
        "invalid pattern",
    ]
    for line in problems:
        assert f" in {config}" in line
    assert "hint: did you mean ':norm'?" in lines
    assert "hint: did you mean 'palette'?" in lines


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["-t", "cvrp"], "unknown template: 'cvrp' in --template"),
        (["-o", "no/such/folder/a.svg"], "missing folder: 'no/such/folder'"),
        (["--width", "0"], "invalid length: '0' in --width"),
    ],
)
def test_a_wrong_command(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, more: list[str], expected: str
) -> None:
    model = save_keras(tmp_path / "model.keras", tiny_model())
    assert draw_nothing(capfd, tmp_path, model, 2, *more)[0].startswith(expected)


def test_a_wrong_command_is_told_before_the_model_is_read(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = draw_nothing(capfd, tmp_path, truncated(tmp_path), 2, "-o", "no/such/folder/a.svg")
    assert lines[0].startswith("missing folder: ")
