"""The command: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import asdict

import net2fig.cli
from net2fig.cli import main
from net2fig.data.template import length
from net2fig.errors import WORDS
from net2fig.options.table import Options
from net2fig.options.types import GroupRule, Labels
from net2fig.toml import Place
from tests.conftest import ROOT, keras_layer, keras_model
from tests.running import Said, run

__all__ = ["run"]

HEAVY = ("keras", "tensorflow", "h5py", "pypdfium2", "networkx", "numpy")


def failed(said: Said, code: int) -> str:
    """Return the first line of a failure that is well said."""
    assert said.code == code
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.split(" ", 1)[0] in WORDS
    return said.lines[0]


# Drawing


def test_every_suffix_is_a_format(run, tiny: Path, tmp_path: Path) -> None:
    outputs = [word for suffix in ("svg", "pdf", "png", "tex") for word in ("-o", f"a.{suffix}")]
    said = run(tiny, *outputs, "--output", "a.json")
    assert (said.code, said.out, said.err) == (0, "", "")
    starts = {path.suffix: path.read_bytes()[:5] for path in tmp_path.glob("a.*")}
    assert starts[".pdf"] == b"%PDF-"
    assert starts[".png"][1:4] == b"PNG"
    assert starts[".json"].startswith(b"{")
    assert b"\\begin{tikzpicture}" in (tmp_path / "a.tex").read_bytes()
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()[:200]


def test_standard_output_is_the_figure_alone(run, tiny: Path, tmp_path: Path) -> None:
    said = run(tiny, "-o", "-", "--format", "svg", "-v")
    assert run(tiny, "-o", "a.svg").code == 0
    assert said.out == (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_the_report_tells_what_was_done(run, tiny: Path, tmp_path: Path) -> None:
    assert run(tiny, "--report", "r.json", "-t", "cvpr", "--hide", "Dropout").code == 0
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert report["layers"] == 7
    assert report["template"] == "cvpr"
    assert report["hidden"]["Dropout"] == 1
    assert list(tmp_path.glob("*.svg")) == []


def test_the_alt_text_is_printed(run, tiny: Path) -> None:
    said = run(tiny, "--alt")
    assert said.code == 0
    assert said.out.startswith("A convolutional network of 7 layers")
    assert "10" in said.out


def test_verbose_says_what_was_done(run, tiny: Path) -> None:
    assert run(tiny, "-o", "a.svg", "-v").err.startswith("read 7 layers (saved), drew ")


def test_a_terminal_is_told_what_was_drawn(
    run, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net2fig.cli, "is_terminal", lambda: True)
    form = r"a\.svg, b\.tex: \d+\.\d\d × \d+\.\d\d in, \d+ glyphs, level 'layers'\n"
    assert re.fullmatch(form, run(tiny, "-o", "a.svg", "-o", "b.tex").err)
    assert run(tiny, "-o", "a.svg", "-q").err == ""


def test_warnings_are_told_unless_quiet(run, tiny: Path) -> None:
    said = run(tiny, "-o", "a.svg", "--hide", "Dropuot")
    assert said.code == 0
    assert said.err.startswith("warning: unknown layer, class or kind: 'Dropuot'")
    assert run(tiny, "-o", "a.svg", "--hide", "Dropuot", "-q").err == ""


def test_the_grouping_file_beside_the_model_is_read(run, tiny: Path, tmp_path: Path) -> None:
    (tiny.parent / "net2fig.toml").write_text("template = 'cvpr'")
    run(tiny, "--report", "a.json")
    run(tiny, "--report", "b.json", "-t", "base")
    templates = [
        json.loads((tmp_path / name).read_text())["template"] for name in ("a.json", "b.json")
    ]
    assert templates == ["cvpr", "base"]


def test_all_options_reach_the_drawing(
    run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {}

    class Figure:
        warnings = ()

        def save(self, *paths: str) -> None:
            seen["paths"] = paths

    def draw_source(source: object, options: Options) -> Figure:
        seen.update(asdict(options), source=source)
        return Figure()

    monkeypatch.setattr(net2fig.cli, "draw_source", draw_source)
    (tmp_path / "cat.png").write_bytes(b"")
    (tmp_path / "mine.toml").write_text("")
    words = (
        "-o a.svg -o b.pdf -c mine.toml --template cvpr --width 84mm --height 2in --hide :norm,A"
        " --hide B --show C --detail blocks --palette grey --mono --labels kernel,no-features"
        " --labels resolution=all --no-legend --sample image=cat.png --reader keras"
    )
    said = run(tiny, *words.split(), "--group", "Res = (Conv2D[strides=2] | .) > Add")
    assert said.err == ""
    place = Place("", "--group[0]")
    assert seen == asdict(Options()) | {
        "source": str(tiny),
        "paths": ("a.svg", "b.pdf"),
        "template": "cvpr",
        "width": length("84mm"),
        "height": 144.0,
        "hide": (":norm", "A", "B"),
        "show": ("C",),
        "detail": "blocks",
        "palette": "grey",
        "mono": True,
        "legend": False,
        "labels": Labels(resolution="all", features=False, kernel=True),
        "sample": {"image": "cat.png"},
        "reader": "keras",
        "groups": (GroupRule("Res", "(Conv2D[strides=2] | .) > Add", place=place),),
    }


def test_the_same_command_gives_the_same_bytes(run, tiny: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(tiny, "-o", f"{name}.svg", "-o", f"{name}.pdf", "-o", f"{name}.png")
    for suffix in (".svg", ".pdf", ".png"):
        first, second = ((tmp_path / name).with_suffix(suffix).read_bytes() for name in "ab")
        assert first == second


# Other commands


def test_version(run) -> None:
    assert run("--version").out == f"net2fig {net2fig.__version__}\n"


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_options_and_commands(run, option: str) -> None:
    out = run(option).out
    assert out.startswith("Usage: net2fig [OPTIONS] MODEL")
    for word in ("--template", "--report", "--version", "themes"):
        assert word in out


def test_themes_are_listed(run) -> None:
    out = run("themes").out
    for word in ("palettes", "okabe-ito", "textures", "crosshatch", "templates", "cvpr"):
        assert word in out


def test_themes_are_drawn(run, tmp_path: Path) -> None:
    assert run("themes", "-o", "t.svg", "-o", "t.pdf").code == 0
    assert "okabe-ito" in (tmp_path / "t.svg").read_text(encoding="utf-8")


def test_a_model_may_bear_the_name_of_a_command(run) -> None:
    assert failed(run("./themes", "-o", "a.svg"), 1).startswith("missing file: ")


# The command is wrong: exit code 2, before anything is read


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", "missing argument: MODEL"),
        ("m.keras", "missing option: '-o' (where the figure goes)"),
        ("explian m.keras", "unknown command: 'explian'"),
        ("m.keras n.keras -o a.svg", "unknown argument: 'n.keras' (one model at a time)"),
        ("m.keras -o a.svg --widht 3", "unknown option: '--widht'"),
        ("m.keras -o", "missing value: for the option '-o'"),
        ("m.keras -o a.svg --mono=yes", "invalid option: '--mono' takes no value"),
        ("m.keras -o a.sgv", "unknown format: '.sgv' in 'a.sgv'"),
        ("m.keras -o a", "unknown format: '' in 'a'"),
        ("m.keras -o -", "missing option: '--format' for '-o -'"),
        ("m.keras -o - --format gif", "unknown format: 'gif' in --format"),
        ("m.keras -o no/a.svg", "missing folder: 'no' in 'no/a.svg' (no such folder)"),
        ("m.keras -o a.svg --report no/r.json", "missing folder: 'no' in 'no/r.json'"),
        ("m.keras -o a.svg --width 0", "invalid length: '0' in --width"),
        ("m.keras -o a.svg --width=-3in", "invalid value: '-3in' in --width"),
        ("m.keras -o a.svg --height wide", "invalid value: 'wide' in --height"),
        ("m.keras -o a.svg -t cvrp", "unknown template: 'cvrp' in --template"),
        ("m.keras -o a.svg --palette gray", "unknown palette: 'gray' in --palette"),
        ("m.keras -o a.svg --detail all", "invalid value: 'all' in --detail"),
        ("m.keras -o a.svg --reader tf", "invalid value: 'tf' in --reader"),
        ("m.keras -o a.svg --hide :nrom", "unknown kind: ':nrom' in --hide[0]"),
        ("m.keras -o a.svg --labels kernl", "unknown key: 'kernl' in --labels"),
        ("m.keras -o a.svg --group Conv2D", "invalid value: 'Conv2D' in --group"),
        ("m.keras -o a.svg --group A=Conv2D>", "invalid pattern: 'Conv2D>' in --group[0].match"),
        ("m.keras -o a.svg --sample cat.png", "invalid value: 'cat.png' in --sample"),
        ("m.keras -o a.svg --sample x=cat.png", "missing picture: 'cat.png' in --sample.x"),
        ("m.keras -o a.svg -c no.toml", "missing grouping file: 'no.toml'"),
        ("themes -o a.sgv", "unknown format: '.sgv' in 'a.sgv'"),
        ("themes -o no/a.svg", "missing folder: 'no' in 'no/a.svg'"),
        ("themes --pdf", "unknown option: '--pdf'"),
    ],
)
def test_a_wrong_command_is_told(run, tmp_path: Path, arguments: str, expected: str) -> None:
    said = run(*arguments.split())
    assert failed(said, 2).startswith(expected)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("--widht 3", "hint: did you mean '--width'?"),
        ("-t cvrp", "hint: did you mean 'cvpr'?"),
        ("--palette gray", "hint: did you mean 'grey'?"),
        ("--hide :nrom", "hint: did you mean ':norm'?"),
        ("--labels kernl", "hint: did you mean 'kernel'?"),
        ("-o b.sgv", "hint: did you mean '.svg'?"),
        ("-o b.emf", "hint: .pdf for LaTeX, .svg for the web, .pptx for slides"),
        ("--wacth", "hint: did you mean '--watch'?"),
        ("--vertical", "hint: see net2fig --help"),
    ],
)
def test_what_was_meant_is_suggested(run, arguments: str, hint: str) -> None:
    assert run("m.keras", "-o", "a.svg", *arguments.split()).lines[-1] == hint


def test_a_command_that_is_misspelt_is_suggested(run) -> None:
    assert run("explian", "m.keras", "--json").lines[-1] == "hint: did you mean 'explain'?"


def test_a_folder_that_is_no_model_is_told_first(run) -> None:
    assert failed(run("."), 1).startswith("invalid model: ")


def test_labels_are_turned_off_in_both_ways(run, tiny: Path) -> None:
    for words in (["--labels", "features=false"], ["--labels", "no-features"]):
        said = run(tiny, "-o", "-", "--format", "svg", *words)
        assert said.code == 0
    with_them = run(tiny, "-o", "-", "--format", "svg", "--labels", "features=TRUE")
    assert (with_them.code, with_them.out == said.out) == (0, False)


def test_what_is_hidden_and_shown_is_told(run, tiny: Path) -> None:
    err = run(tiny, "--alt", "--hide", "Conv2D", "--show", "Conv2D").err
    assert err == "warning: cannot hide 'Conv2D': it is shown as well as hidden, and 'show' wins\n"


def test_all_mistakes_of_a_command_are_told_together(run) -> None:
    said = run("m.keras", "-o", "a.svg", "--width", "0", "-t", "cvrp", "--hide", ":nrom")
    starts = [line.split(":")[0] for line in said.lines if not line.startswith("hint")]
    assert starts == ["unknown template", "invalid length", "unknown kind"]


def test_the_model_is_not_overwritten(run, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text("{}")
    line = failed(run("net.json", "-o", "net.json"), 2)
    assert line == "invalid output: 'net.json' (it is the model itself)"
    assert path.read_text() == "{}"


def test_no_output_is_what_the_figure_is_made_from(run, tiny: Path, tmp_path: Path) -> None:
    picture = tmp_path / "in.png"
    picture.write_bytes(b"")
    line = failed(run(tiny, "-o", "in.png", "--sample", "input=in.png"), 2)
    assert line == "invalid output: 'in.png' (the figure is made from it)"
    assert picture.read_bytes() == b""


def test_no_two_outputs_are_one_file(run, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    line = failed(run(tiny, "-o", "a.json", "--report", "x/../a.json"), 2)
    assert line == "duplicate output: 'x/../a.json' (also 'a.json')"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_standard_output_is_told(tiny: Path) -> None:
    words = [sys.executable, "-m", "net2fig", str(tiny), "-o", "-", "--format", "svg"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            words, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT
        )
    assert done.returncode == 2
    assert done.stderr == "invalid output: '-' cannot be written (No space left on device)\n"


def test_too_little_memory_is_told(run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*arguments: object, **options: object) -> None:
        del arguments, options
        raise MemoryError

    monkeypatch.setattr(net2fig.cli, "draw_source", fill)
    line = failed(run(tiny, "-o", "a.svg"), 1)
    assert line == "unsupported model: it takes more memory than there is"


def test_sizes_of_zero_are_drawn(run, tmp_path: Path) -> None:
    layers = [
        keras_layer("InputLayer", "x", batch_shape=[None, 0]),
        keras_layer("Dense", "d", "x", units=0),
    ]
    (tmp_path / "m.json").write_text(json.dumps(keras_model(layers, "x", "d")))
    assert run("m.json", "-o", "a.svg").code == 0


def test_an_input_behind_an_input_is_drawn(run, tmp_path: Path) -> None:
    inputs = [{"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}}] * 2
    layers = [*inputs, {"class_name": "Softmax", "config": {}}]
    data = {"class_name": "Sequential", "config": {"layers": layers}}
    (tmp_path / "m.json").write_text(json.dumps(data))
    assert run("m.json", "-o", "a.svg").code == 0


def test_a_folder_is_no_output(run, tmp_path: Path) -> None:
    (tmp_path / "a.svg").mkdir()
    assert failed(run("m.keras", "-o", "a.svg"), 2) == "invalid output: 'a.svg' (it is a folder)"


# Never a traceback


def broken(*arguments: object, **options: object) -> None:
    del arguments, options
    message = "a fault"
    raise KeyError(message)


def test_a_fault_of_net2fig_is_a_message(run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net2fig.cli, "draw_source", broken)
    line = failed(run(tiny, "-o", "a.svg"), 1)
    assert line == "unsupported model: net2fig failed on it (KeyError: 'a fault')"


def test_a_fault_is_shown_to_whoever_asks(monkeypatch: pytest.MonkeyPatch, tiny: Path) -> None:
    monkeypatch.setattr(net2fig.cli, "draw_source", broken)
    monkeypatch.setenv("NET2FIG_DEBUG", "1")
    with pytest.raises(KeyError, match="a fault"):
        main([str(tiny), "-o", str(tiny.parent / "a.svg")])


def test_a_reader_that_leaves_is_no_fault(tiny: Path, root: Path) -> None:
    command = f"'{sys.executable}' -m net2fig '{tiny}' -o - --format svg | head -c 1 >/dev/null"
    done = subprocess.run(
        ["sh", "-c", command], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


# Speed


def test_a_saved_model_is_drawn_without_heavy_imports(tiny: Path, root: Path) -> None:
    out = tiny.parent / "out.svg"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "net2fig", str(tiny), "-o", str(out)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert out.is_file()
    assert "click" in imported
    assert not imported & set(HEAVY)
