"""The files that a figure is made from, and the rule for make and ninja."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from net2fig.commands.depfile import escape_name, write_rule
from net2fig.options.resolve import resolve
from net2fig.options.sources import load_sources
from net2fig.session.inputs import find_config_files, find_model_files


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Return a file of code that imports others, some of which are not there."""
    files = {
        "model.py": "import numpy\nfrom blocks import conv\nfrom parts import head\nimport far.off",
        "blocks.py": "import model",
        "parts/__init__.py": "from .deep import nothing",
        "parts/head.py": "from ..blocks import conv\nfrom . import deep",
        "parts/deep.py": "",
        "other.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "model.py"


def names(paths: list[Path], folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in paths}


@pytest.mark.parametrize("pick", ["", ":build(depth=4)"])
def test_the_inputs_of_code_include_its_imports(code: Path, pick: str) -> None:
    assert names(find_model_files(f"{code}{pick}"), code.parent) == {
        "model.py",
        "model.network.json",
        "blocks.py",
        "parts/__init__.py",
        "parts/head.py",
        "parts/deep.py",
    }


def test_a_module_is_a_file(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(code.parent)
    assert Path("parts/head.py") in find_model_files("parts.head:build()")


def test_a_broken_file_imports_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import b\nclass", encoding="utf-8")
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert names(find_model_files(tmp_path / "a.py"), tmp_path) == {"a.py", "a.network.json"}


def test_a_saved_model_is_its_own_input(tiny: Path) -> None:
    assert find_model_files(str(tiny)) == [tiny]
    assert find_model_files(object()) == []


def test_templates_and_the_grouping_file_are_inputs(tiny: Path) -> None:
    folder = tiny.parent
    (folder / "net2fig.toml").write_text("template = 'mine.toml'", encoding="utf-8")
    (folder / "mine.toml").write_text('extends = "cvpr"\nlabel = "Mine"', encoding="utf-8")
    argued, file = load_sources(str(tiny), None, {})
    files = find_config_files(str(tiny), file, resolve(argued, file))
    own = folder / "tiny.net2fig.toml"
    assert files == [own, folder / "net2fig.toml", folder / "mine.toml"]


def test_a_grouping_file_is_an_input_before_it_exists(tiny: Path) -> None:
    argued, file = load_sources(str(tiny), None, {})
    files = find_config_files(str(tiny), file, resolve(argued, file))
    assert files == [tiny.parent / "tiny.net2fig.toml", tiny.parent / "net2fig.toml"]


# The rule


def test_a_rule_names_outputs_and_inputs(tiny: Path) -> None:
    name = tiny.as_posix()
    assert write_rule(["a.pdf", "b c.svg"], [tiny, tiny, Path("none")]) == (
        f"a.pdf b\\ c.svg: \\\n  {name}\n"
    )


def test_signs_with_a_meaning_are_escaped() -> None:
    assert escape_name("a b#c$d") == "a\\ b\\#c$$d"
    assert escape_name("a:b%c|d;e") == "a\\:b%c\\|d;e"


def test_the_command_writes_the_rule(run, tiny: Path, tmp_path: Path) -> None:
    (tiny.parent / "net2fig.toml").write_text("", encoding="utf-8")
    options = ("-o", "a.svg", "--report", "a.json", "--depfile", "a.d")
    assert run(tiny, *options).code == 0
    folder = tiny.parent.as_posix()
    assert (tmp_path / "a.d").read_text(encoding="utf-8") == (
        f"a.svg a.json: \\\n  {tiny.as_posix()} \\\n  {folder}/net2fig.toml\n"
        f"{folder}/net2fig.toml:\n"
    )


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_reads_the_rule(run, tiny: Path, tmp_path: Path) -> None:
    spaced = tmp_path / "a model.keras"
    spaced.write_bytes(tiny.read_bytes())
    assert run(spaced, "-o", "a.svg", "--depfile", "a.d").code == 0
    (tmp_path / "Makefile").write_text("a.svg: ; @echo drawn\ninclude a.d\n", encoding="utf-8")

    def made() -> str:
        done = subprocess.run(["make", "a.svg"], capture_output=True, text=True, check=True)
        return done.stdout

    assert "up to date" in made()
    later = (tmp_path / "a.svg").stat().st_mtime + 10
    os.utime(spaced, (later, later))
    assert made() == "drawn\n"


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_a_file_that_has_gone_is_a_reason_to_draw(run, tiny: Path, tmp_path: Path) -> None:
    config = tiny.parent / "net2fig.toml"
    config.write_text("", encoding="utf-8")
    assert run(tiny, "-o", "a.svg", "--depfile", "a.d").code == 0
    (tmp_path / "Makefile").write_text("a.svg: ; @echo drawn\ninclude a.d\n", encoding="utf-8")
    config.unlink()
    done = subprocess.run(["make", "a.svg"], capture_output=True, text=True, check=True)
    assert done.stdout == "drawn\n"


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
@pytest.mark.parametrize("name", ["a:b.keras", "a%b.keras", "a|b.keras", "a#$b.keras"])
def test_make_reads_names_with_its_signs(run, tiny: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(tiny.read_bytes())
    assert run(tmp_path / name, "-o", "a.svg", "--depfile", "a.d").code == 0
    (tmp_path / "Makefile").write_text("a.svg: ; @echo drawn\ninclude a.d\n", encoding="utf-8")
    done = subprocess.run(["make", "a.svg"], capture_output=True, text=True, check=True)
    assert "up to date" in done.stdout


def test_a_rule_needs_an_output(run, tiny: Path) -> None:
    result = run(tiny, "--alt", "--depfile", "a.d")
    assert result.code == 2
    assert result.err.startswith("missing option: '-o'")
