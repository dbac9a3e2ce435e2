"""The words after `--` are the command line of a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import run

__all__ = ["run"]


def test_words_after_two_dashes_are_the_command_line_of_a_script(run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import argparse\nfrom keras import Input, Sequential, layers\n"
        "parser = argparse.ArgumentParser()\nparser.add_argument('--units', type=int, default=3)\n"
        "args = parser.parse_args()\n"
        "model = Sequential([Input((8,)), layers.Dense(args.units)])\n"
    )
    assert run("train.py", "-o", "a.json", "--", "--units", "37").code == 0
    assert '"units": 37' in (tmp_path / "a.json").read_text()


def test_a_builder_is_called_with_the_command_line(run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import argparse\nfrom keras import Input, Model, layers\n"
        "def build_model(units):\n"
        "    image = Input((8,))\n    return Model(image, layers.Dense(units)(image))\n"
        "def main():\n"
        "    parser = argparse.ArgumentParser()\n"
        "    parser.add_argument('--units', type=int, required=True)\n"
        "    args = parser.parse_args()\n    model = build_model(args.units)\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    assert run("train.py", "-o", "a.json", "--", "--units", "37").code == 0
    assert '"units": 37' in (tmp_path / "a.json").read_text()


def test_files_beside_the_script_are_read_from_any_folder(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "config.json").write_text('{"units": 37}')
    (tmp_path / "code" / "model.py").write_text(
        "import json\nfrom keras import Input, Sequential, layers\n"
        'config = json.load(open("config.json"))\n'
        'model = Sequential([Input((8,)), layers.Dense(config["units"])])\n'
    )
    monkeypatch.chdir(tmp_path)
    assert run("code/model.py", "-o", "a.json").code == 0
    assert '"units": 37' in (tmp_path / "a.json").read_text()


def test_a_module_that_is_not_here_may_be_in_another_folder(run) -> None:
    lines = run("no_such_module_here:build", "-o", "a.svg").lines
    assert lines[0].startswith("missing module: 'no_such_module_here'")
    assert lines[1].startswith("hint: give the path of its file, or run the command in its folder")
