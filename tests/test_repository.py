"""What stands beside the code agrees with it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

import net2fig
from net2fig.commands.build.jobs import load_jobs
from net2fig.data.schema import validate
from net2fig.options.resolve import load_options
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEST_LINE = "pip install '.[test]' && pytest"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_the_first_screen_of_the_readme_shows_the_figure_and_the_two_lines() -> None:
    screen = "\n".join(README.splitlines()[:30])
    picture = re.search(r"^!\[.+\]\((.+)\)$", screen, re.MULTILINE)
    assert picture
    assert (ROOT / picture[1]).is_file()
    assert "```sh\npip install . && net2fig gallery/models/unet.py -o unet.pdf\n```" in screen


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_three_lines_stand_in_the_readme() -> None:
    first, torch, second, *_ = (block.strip() for block in blocks("sh"))
    assert first == "pip install . && net2fig gallery/models/unet.py -o unet.pdf"
    assert torch == "net2fig segmenter.py -o unet.pdf"
    assert (ROOT / "docs/models/segmenter.py").is_file()
    assert second == TEST_LINE
    assert (ROOT / "gallery/models/unet.py").is_file()


def test_the_checks_run_the_line_of_the_readme() -> None:
    """`.ci/run` does not repeat the line: it takes it out of the README, by this pattern."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = re.search(r'sed -n "/(.+)\\\$/p" README\.md', script)
    assert found
    pattern = found[1].replace("\\$", "$") + "$"
    lines = [line for line in README.splitlines() if re.search(pattern, line)]
    assert lines == [TEST_LINE]


def test_the_grouping_file_of_the_readme_can_be_used(tmp_path: Path) -> None:
    _, example = blocks("toml")
    (tmp_path / "net2fig.toml").write_text(example, encoding="utf-8")
    options = load_options(tmp_path / "model.keras", None, {})
    assert options.groups[0].name == "Residual block"
    validate(tomllib.loads(example), "grouping", "README.md")


def test_the_list_of_figures_of_the_readme_can_be_used(tmp_path: Path) -> None:
    example, _ = blocks("toml")
    (tmp_path / "figures.toml").write_text(example, encoding="utf-8")
    names = [job.name for job in load_jobs(tmp_path / "figures.toml")]
    assert names == ["unet.pdf, unet.svg", "resnet.pdf"]


def test_every_extra_that_is_told_exists() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    told = {
        extra
        for text in texts
        for extras in re.findall(r"pip install (?:-e )?'\.\[(.+?)\]'", text)
        for extra in extras.split(",")
    }
    assert told <= set(PROJECT["project"]["optional-dependencies"])


def test_every_exception_of_the_linter_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rules = re.findall(r'^    "[A-Z]+\d*",.*$', text, re.MULTILINE)
    assert rules
    assert [rule for rule in rules if not re.search(r"#\s+\S", rule)] == []


def test_the_version_is_said_once() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", net2fig.__version__)


def test_schemas_can_be_used_by_editors() -> None:
    for path in (ROOT / "grammar" / "schema").glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", path.name
