"""Many figures from one list."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from net2fig.commands.build.command import run_jobs
from net2fig.commands.build.jobs import load_jobs
from net2fig.figure import draw
from net2fig.options.resolve import load_options
from tests.conftest import ROOT, save_keras, tiny_model

LIST = """\
template = "cvpr"
labels = { kernel = true }

[[figure]]
model = "models/tiny.keras"
output = ["a.svg", "a.pdf"]

[[figure]]
model = "models/tiny.keras"
output = "b.svg"
config = "mine.toml"
width = "3in"
labels = { features = false }
"""


@pytest.fixture
def figures(tiny: Path) -> Path:
    """Return a list of two figures, beside the folder of the model."""
    folder = tiny.parent.parent
    (folder / "mine.toml").write_text('hide = ["Dropout"]', encoding="utf-8")
    (folder / "figures.toml").write_text(LIST, encoding="utf-8")
    return folder / "figures.toml"


def test_all_figures_are_drawn(run, figures: Path, tiny: Path) -> None:
    result = run("build", figures)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("2 drawn, 0 up to date, ")
    labels = {"kernel": True}
    expected = draw(tiny, template="cvpr", labels=labels).to_bytes("svg")
    assert figures.with_name("a.svg").read_bytes() == expected
    labels = {"kernel": True, "features": False}
    expected = draw(
        tiny, config=figures.with_name("mine.toml"), template="cvpr", width="3in", labels=labels
    )
    assert figures.with_name("b.svg").read_bytes() == expected.to_bytes("svg")
    assert figures.with_name("a.pdf").is_file()


def test_only_figures_out_of_date_are_drawn(run, figures: Path, tiny: Path) -> None:
    assert run("build", figures).code == 0
    assert run("build", figures).err.startswith("0 drawn, 2 up to date, ")
    # Times say nothing.
    os.utime(tiny, (1, 1))
    assert run("build", figures).err.startswith("0 drawn, 2 up to date, ")
    figures.with_name("mine.toml").write_text("", encoding="utf-8")
    assert run("build", figures, "--dry-run").out == "b.svg\n"
    assert run("build", figures).err.startswith("1 drawn, 1 up to date, ")
    figures.with_name("a.pdf").unlink()
    assert run("build", figures, "-n").out == "a.svg, a.pdf\n"
    figures.with_name("b.svg").write_text("spoilt", encoding="utf-8")
    assert run("build", figures).err.startswith("2 drawn, 0 up to date, ")
    model = tiny_model()
    model["config"]["layers"][1]["config"]["filters"] = 32
    save_keras(tiny, model)
    assert run("build", figures).err.startswith("2 drawn, 0 up to date, ")
    figures.write_text(LIST.replace("3in", "4in"), encoding="utf-8")
    assert run("build", figures).err.startswith("1 drawn, 1 up to date, ")
    assert run("build", figures, "--force", "-q").err == ""


def test_the_default_list_is_figures_toml(run, figures: Path, monkeypatch) -> None:
    monkeypatch.chdir(figures.parent)
    assert run("build").err.startswith("2 drawn, ")
    assert run("build").err.startswith("0 drawn, 2 up to date, ")


def test_a_damaged_state_is_ignored(run, figures: Path) -> None:
    assert run("build", figures).code == 0
    stamps = figures.with_name(".figures.stamps.json")
    assert len(json.loads(stamps.read_text(encoding="utf-8"))) == 2
    stamps.write_text("[", encoding="utf-8")
    assert run("build", figures).err.startswith("2 drawn, ")


def test_one_figure_that_fails_does_not_stop_the_others(run, figures: Path, tiny: Path) -> None:
    broken = tiny.with_name("broken.keras")
    broken.write_bytes(tiny.read_bytes()[:50])
    text = LIST.replace("models/tiny.keras", "models/broken.keras", 1)
    figures.write_text(text, encoding="utf-8")
    result = run("build", figures)
    assert result.code == 1
    first, *_, last = result.err.splitlines()
    assert first.startswith("a.svg, a.pdf: invalid ")
    assert last.startswith("1 drawn, 0 up to date, 1 failed, ")
    assert not figures.with_name("a.svg").exists()
    assert run("build", figures, "-n").out == "a.svg, a.pdf\n"


def test_figures_from_other_processes_are_the_same(figures: Path) -> None:
    jobs = load_jobs(figures)
    for workers in (1, 2):
        done = {job.name: (code, lines) for job, code, lines in run_jobs(jobs, workers)}
        assert done == {"a.svg, a.pdf": (0, []), "b.svg": (0, [])}


def test_warnings_name_their_figure(run, figures: Path) -> None:
    figures.write_text(LIST.replace('"3in"', '"3in"\nhide = ["Dropuot"]'), encoding="utf-8")
    assert "b.svg: warning: unknown layer, class or kind: 'Dropuot'" in run("build", figures).err


def test_options_of_a_figure_win_over_the_list_and_that_over_the_file(figures: Path) -> None:
    text = """
        detail = "blocks"
        [[group]]
        name = "A"
        match = "Conv2D > MaxPooling2D"
        [[group]]
        name = "B"
        match = "Conv2D > Dense"
        [[figure]]
        model = "models/tiny.keras"
        output = "a.svg"
        detail = "layers"
        group = [{ name = "A", match = "Dense" }]
    """
    figures.write_text(text, encoding="utf-8")
    (figures.parent / "models" / "net2fig.toml").write_text("detail = 'stages'\ntitle = 'T'")
    (job,) = load_jobs(figures)
    assert (job.options.detail, job.options.title) == ("layers", "T")
    patterns = {rule.name: rule.match for rule in job.options.groups}
    assert patterns == {"B": "Conv2D > Dense", "A": "Dense"}


def test_tables_of_a_figure_are_laid_over_those_of_the_list_key_by_key(figures: Path) -> None:
    text = """
        page.space.row = 20
        page.space.lane = 9
        labels.kernel = true
        [[figure]]
        model = "models/tiny.keras"
        output = "a.svg"
        page.space.lane = 8
        labels.stride = true
    """
    figures.write_text(text, encoding="utf-8")
    (job,) = load_jobs(figures)
    assert job.options.page == {"row": 20, "lane": 8}
    assert (job.options.labels.kernel, job.options.labels.stride) == (True, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "missing key: 'figure' in "),
        ("[[figure]]\nmodel = 'a.keras'", "missing key: 'output' in "),
        ("figure = []", "invalid value: [] in "),
        ("[[figure]", "invalid list: "),
        ("[[figure]]\nmodel='a.keras'\noutput='a.sgv'", "unknown format: '.sgv'"),
        ("[[figure]]\nmodel='a.keras'\noutput=['a.svg','a.svg']", "duplicate output: 'a.svg' in "),
        ("[[figure]]\nmodel='a'\nouput='a.svg'", "unknown key: 'ouput' in "),
        ("[[figures]]\nmodel='a'\noutput='a.svg'", "unknown key: 'figures' in "),
        ("tempalte='cvpr'\n[[figure]]\nmodel='a'\noutput='a.svg'", "unknown key: 'tempalte' in "),
        ("[[figure]]\nmodel='a'\noutput='a.svg'\nwidth=0", "invalid value: 0 in "),
    ],
)
def test_an_invalid_list_is_an_error_before_any_model_is_read(
    run, figures: Path, text: str, expected: str
) -> None:
    figures.write_text(text, encoding="utf-8")
    result = run("build", figures)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith(expected)
    assert "figures.toml" in result.err or "format" in expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[[figure]]\nmodel='a'\nouput='a.svg'", "did you mean 'output'?"),
        ("[[figures]]\nmodel='a'\noutput='a.svg'", "did you mean 'figure'?"),
        ("[[figure]]\nmodel='a'\noutput='a.svg'\nwdith=3", "did you mean 'width'?"),
        ("[[figure]]\nmodel=a\noutput='a.svg'", 'texts stand in quotes: "a"'),
        ("[figure]\nmodel='a'", "a list of tables is written in double brackets: [[figure]]"),
    ],
)
def test_a_misspelt_key_of_a_list_gets_a_suggestion(
    run, figures: Path, text: str, hint: str
) -> None:
    figures.write_text(text, encoding="utf-8")
    assert f"hint: {hint}" in run("build", figures).err.splitlines()


def test_an_unknown_key_of_a_list_has_its_line(run, figures: Path) -> None:
    text = "[[figure]]\nmodel='a'\noutput='a.svg'\n\nwdith=3\n\n[label]\nname=true"
    figures.write_text(text, encoding="utf-8")
    lines = run("build", figures).err.splitlines()
    assert any(f"'label' in {figures}, line 7 (one of" in line for line in lines)
    assert any(f"'wdith' in {figures}, line 5, figure[0] (one of" in line for line in lines)


def test_a_missing_folder_fails_only_its_own_figure(run, figures: Path) -> None:
    figures.write_text(LIST.replace('"b.svg"', '"no/b.svg"'), encoding="utf-8")
    result = run("build", figures)
    assert result.code == 2
    lines = result.err.splitlines()
    assert any(line.startswith("no/b.svg: missing folder: ") for line in lines)
    assert lines[-1].startswith("1 drawn, 0 up to date, 1 failed")
    assert figures.with_name("a.svg").is_file()


def test_all_errors_of_a_list_are_reported_together(run, figures: Path) -> None:
    text = LIST.replace('"3in"', "0").replace('"cvpr"', '"cvrp"').replace('"b.svg"', '"a.svg"')
    figures.write_text(text, encoding="utf-8")
    starts = [line.split(":")[0] for line in run("build", figures).err.splitlines()]
    assert sorted(starts) == ["duplicate output", "hint", "invalid value", "unknown template"]
    place = "figures.toml, line 12, figure[1].width"
    assert place in run("build", figures).err


def test_an_invalid_command_is_an_error(run, figures: Path) -> None:
    assert run("build", "no.toml").err.startswith("missing list: 'no.toml'")
    misspelt = run("build", figures.with_name("figurs.toml")).err
    assert misspelt.endswith(f"hint: did you mean '{figures}'?\n")
    assert run("build", figures, "b.toml").err.startswith("unknown argument: 'b.toml'")
    assert run("build", figures, "-j", "0").err.startswith("invalid value: 0 in --jobs")
    assert run("build", figures, "-j", "x").err.startswith("invalid ")


def test_the_options_are_those_of_the_command(figures: Path, tiny: Path) -> None:
    (job, _) = load_jobs(figures)
    assert job.options == load_options(tiny, None, {"template": "cvpr", "labels": {"kernel": True}})


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        ('model = "model.json"\noutput = "model.json"', "model.json"),
        ('model = "model.json"\noutput = "in.png"\nsample = { input = "in.png" }', "in.png"),
    ],
)
def test_nothing_that_a_figure_is_made_from_is_overwritten(
    run, tmp_path: Path, figure: str, line: str
) -> None:
    for name in ("model.json", "in.png"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "figures.toml").write_text(f"[[figure]]\n{figure}\n")
    result = run("build")
    assert result.code == 2
    assert result.err == f"invalid output: '{line}' (the figure is made from it)\n"
    assert (tmp_path / line).read_text() == "{}"


def test_two_ways_to_write_a_path_are_one_file(run, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir(exist_ok=True)
    figures = "".join(
        f"[[figure]]\nmodel = {str(tiny)!r}\noutput = {name!r}\n"
        for name in ("a.svg", "x/../a.svg")
    )
    (tmp_path / "figures.toml").write_text(figures)
    result = run("build")
    assert result.code == 2
    assert result.err.startswith("duplicate output: 'x/../a.svg' in ")


def test_files_of_one_name_in_two_folders_are_two_figures(
    run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    figures = "".join(
        f"[[figure]]\nmodel = {str(tiny)!r}\noutput = {name!r}\n" for name in ("a.svg", "out/a.svg")
    )
    (tmp_path / "figures.toml").write_text(figures)
    assert run("build").err.startswith("2 drawn, 0 up to date")
    assert run("build").err.startswith("0 drawn, 2 up to date")
    monkeypatch.chdir(tmp_path / "out")
    assert run("build", "../figures.toml").err.startswith("0 drawn, 2 up to date")


def test_a_name_with_the_character_0_is_a_mistake(run, tiny: Path, tmp_path: Path) -> None:
    text = f'[[figure]]\nmodel = {str(tiny)!r}\noutput = "a\\u0000.svg"\n'
    (tmp_path / "figures.toml").write_text(text)
    assert "not TOML: it holds the character 0" in run("build").err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_workers_end_with_the_command() -> None:
    code = (
        "from concurrent.futures import ProcessPoolExecutor as Pool\nimport os, time\n"
        "from net2fig.commands.build.command import end_with_parent\n"
        "pool = Pool(1, initializer=end_with_parent)\n"
        "print(pool.submit(os.getpid).result(), flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        worker = int(parent.stdout.readline())
        parent.kill()
        try:
            # The pipe ends when the last process that holds it has gone.
            assert parent.communicate(timeout=30) == (b"", None)
        except subprocess.TimeoutExpired:
            os.kill(worker, signal.SIGKILL)
            raise
