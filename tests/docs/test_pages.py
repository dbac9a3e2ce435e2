"""Every block of the pages runs, and every picture and table is up to date."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import net2fig
from tests.conftest import ROOT
from tests.docs import conftest as _conftest  # noqa: F401  (puts docs/ on the path)

from making import api, options, reference  # isort: skip
from making.blocks import RUN, blocks_of, pictures_of  # isort: skip
from making.run import MODELS, PICTURES, changes, pages, run_page  # isort: skip

MADE = "look at what changed, then: python docs/build.py --accept"
PAGES = [pytest.param(page, id=page.stem) for page in pages()]
MOST_SKIPPED = 3
"""How many blocks of all pages may be skipped."""


@pytest.mark.parametrize("page", PAGES)
def test_every_block_runs_and_every_picture_is_up_to_date(page: Path, tmp_path: Path) -> None:
    run = run_page(page, tmp_path)
    differing = changes(page, run)
    assert run.problems == []
    assert [path.name for path in differing] == [], MADE


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any("needs keras" in b.notes for b in blocks_of(page.values[0]))],
)
def test_blocks_that_need_keras_run(page: Path, tmp_path: Path) -> None:
    assert run_page(page, tmp_path, keras=True).problems == []


def test_few_blocks_are_skipped_and_each_has_a_reason() -> None:
    left_out = [block for page in pages() for block in blocks_of(page) if block.why_not is not None]
    assert len(left_out) <= MOST_SKIPPED
    assert [block.place for block in left_out if len(block.why_not or "") < 15] == []


def test_every_block_has_a_language_that_is_run() -> None:
    text = [
        block
        for page in pages()
        for block in blocks_of(page)
        if block.language not in RUN
        and block.notes.keys().isdisjoint({"output", "file"})
        and page.name != "api.md"
    ]
    assert [block.place for block in text] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.values[0] in reference.generated()]
)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    assert page.read_text("utf-8") == reference.generated()[page], MADE


def test_every_picture_is_shown() -> None:
    shown = {name for page in pages() for name in pictures_of(page)}
    assert {path.name for path in PICTURES.glob("*.svg")} == shown


def test_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 2_300_000


def test_link_targets_exist() -> None:
    for page in pages():
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
        missing = [
            link for link in links if "://" not in link and not (page.parent / link).exists()
        ]
        assert missing == [], page.name


# Generated pages are complete


def test_every_option_of_every_command_is_documented() -> None:
    text = options.options_page()
    for name, command in options.all_commands():
        for param in command.params:
            shown = param.param_type_name == "option" and not param.hidden
            for word in param.opts if shown else ():
                assert f"`{word}`" in text, (name, word)


@pytest.mark.parametrize("schema", ["grouping", "template"])
def test_every_key_of_a_file_is_documented(schema: str) -> None:
    text = options.options_page()
    keys = [key for key, _, _ in options.keys_of(options.load_schema(schema))]
    assert len(keys) > 20
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_every_option_of_the_grouping_file_has_its_default() -> None:
    known = options.defaults()
    assert known["detail"] == '`"auto"`'
    assert known["width"] == '`"6.5in"`'
    assert known["labels.resolution"] == '`"change"`'


def test_every_public_name_is_documented() -> None:
    text = api.api_page()
    assert [name for name in net2fig.__all__ if f"## {name}\n" not in text] == []
    for words in ("### Figure.save()", "### Figure.alt", "### Network.to_networkx()"):
        assert words in text


# The models of the pages


@pytest.mark.parametrize("model", sorted(MODELS.glob("*.py")), ids=lambda path: path.stem)
def test_a_frozen_network_matches_its_code(model: Path) -> None:
    frozen = json.loads(model.with_suffix(".network.json").read_text("utf-8"))
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    assert frozen["frozen"]["source_sha256"] == digest


# Planted errors


PLANTED = {
    "a command that fails": "```sh\nnet2fig nonesuch.keras -o fig.svg\n```\n",
    "an unknown option": "```sh\nnet2fig model.keras --nonesuch -o fig.svg\n```\n",
    "a syntax error of the shell": "```sh\nnet2fig model.py:build(depth=4) -o fig.svg\n```\n",
    "an unknown program": "```sh\nnonesuch model.keras\n```\n",
    "an unknown extra": "```sh\npip install '.[nonesuch]'\n```\n",
    "code that fails": "```python\nimport net2fig\nnet2fig.nonesuch()\n```\n",
    "an unknown key": '```toml\nnonesuch = "cvpr"\n```\n',
    "a figure without a model": "<!-- file: f.toml -->\n```toml\n[[figure]]\noutput = 'a'\n```\n",
    "invalid JSON": "```json\n{,}\n```\n",
    "a failure that is missing": "<!-- fails: 2 -->\n```sh\nnet2fig model.keras -o fig.svg\n```\n",
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED)
def test_a_broken_block_is_caught(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    folder = tmp_path / "run"
    folder.mkdir()
    run = run_page(page, folder, text=f"# A page\n\n{text}")
    assert len(run.problems) == 1
    assert run.problems[0].startswith("page.md, line")


def test_a_picture_that_no_command_draws_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("![Nothing](pictures/nothing.svg)\n", "utf-8")
    folder = tmp_path / "run"
    folder.mkdir()
    run = run_page(page, folder)
    assert changes(page, run) == {}
    assert run.problems == ["page.md: missing picture: nothing.svg (no command draws it)"]


def test_an_output_that_differs_is_caught_and_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    block = "```sh\nnet2fig --version\n```\n\n<!-- output -->\n```text\n{}```\n"
    page.write_text(block.format("old\n"), "utf-8")
    folder = tmp_path / "run"
    folder.mkdir()
    made = changes(page, run_page(page, folder))
    assert made == {page: block.format(f"net2fig {net2fig.__version__}\n").encode()}


# The site


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("mkdocs"), reason="needs mkdocs: pip install '.[docs]'")
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    importlib.metadata.version("mkdocs-material")
    done = subprocess.run(
        ["mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "start" / "index.html").is_file()
    pages_of_site = "".join(p.read_text("utf-8") for p in (tmp_path / "site").rglob("*.html"))
    assert not re.search(r'(?:src|href)="https?://(?:fonts|cdn)', pages_of_site)
    assert re.findall(r'<img[^>]*src="https?://[^"]*', pages_of_site) == []


def test_build_runs_as_a_script() -> None:
    done = subprocess.run(
        [sys.executable, "docs/build.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "--accept" in done.stdout
