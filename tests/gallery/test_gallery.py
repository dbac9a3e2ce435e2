"""The gallery is a test: its figures, its networks, its registry and its contact sheet."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from gallery import build
from net2fig.data.template import template_names
from net2fig.network import Network
from net2fig.read import load, read

ENTRIES = build.load_registry()
TABLES = build.load_tables()
NAMED_TABLES = [pytest.param(table, id=table.id) for table in TABLES]
NAMED = [pytest.param(entry, id=entry.id) for entry in ENTRIES]

SUFFIXES = {"svg", "pdf", "png", "tex"}


def frozen(entry: build.Entry) -> Network:
    return load(entry.frozen.read_text("utf-8"), entry.frozen.name)


# The registry


def test_ids_are_unique():
    ids = [entry.id for entry in ENTRIES]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("entry", NAMED)
def test_entry_says_what_it_must(entry):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.id)
    assert entry.template in template_names()
    assert entry.formats
    assert set(entry.formats) <= SUFFIXES
    assert "svg" in entry.formats, "the contact sheet shows it"
    assert entry.title
    assert entry.paper
    assert entry.shows


def test_every_model_is_registered():
    models = {path.stem for path in (build.GALLERY / "models").glob("*.py")}
    assert {entry.name for entry in ENTRIES} == models


def test_every_model_has_a_frozen_network():
    networks = {path.name for path in (build.GALLERY / "models").glob("*.json")}
    assert {entry.frozen.name for entry in ENTRIES} == networks


def test_every_grouping_is_used():
    files = {path.name for path in (build.GALLERY / "groupings").glob("*.toml")}
    assert {entry.grouping for entry in ENTRIES if entry.grouping} == files


def test_every_figure_is_registered():
    committed = {
        path for path in (build.GALLERY / "figures").iterdir() if "-changed" not in path.name
    }
    assert {path for entry in ENTRIES for path in entry.figures} == committed


def test_every_table_of_chips_is_registered():
    committed = {
        path for path in (build.GALLERY / "chips").iterdir() if "-changed" not in path.name
    }
    assert {path for table in TABLES for path in table.figures} == committed


@pytest.mark.parametrize("table", NAMED_TABLES)
def test_table_says_what_it_must(table):
    assert table.id not in {entry.id for entry in ENTRIES}
    assert {model.split(" = ")[0] for model in table.models} <= {entry.id for entry in ENTRIES}
    assert set(table.formats) <= SUFFIXES
    assert "svg" in table.formats, "the contact sheet shows it"
    assert table.title
    assert table.shows


def test_contact_sheet_is_up_to_date():
    assert build.contact_sheet(ENTRIES) == build.SHEET.read_text("utf-8")


def test_contact_sheet_links_to_files():
    links = re.findall(r"\]\(([^)]+)\)", build.SHEET.read_text("utf-8"))
    assert links
    assert [link for link in links if not (build.GALLERY / link).is_file()] == []


# The networks


@pytest.mark.parametrize("entry", NAMED)
def test_frozen_network_is_of_this_code(entry):
    digest = hashlib.sha256(entry.model.read_bytes()).hexdigest()
    assert json.loads(entry.frozen.read_text("utf-8"))["frozen"]["source_sha256"] == digest


@pytest.mark.parametrize("entry", NAMED)
def test_frozen_network_has_the_published_weights(entry):
    # A layer called twice has its weights once.
    weights = {re.sub(r"@\d+", "", layer.id): layer.params for layer in frozen(entry).layers}
    assert sum(weights.values()) == entry.params


@pytest.mark.parametrize("entry", NAMED)
def test_frozen_network_was_read_without_a_warning(entry):
    """That layers share weights is told, and no warning: these networks are made so."""
    assert {notice.code for notice in frozen(entry).notices} <= {"shared-layer"}


@pytest.mark.keras
@pytest.mark.parametrize("entry", NAMED)
def test_frozen_network_is_what_keras_builds(entry):
    import keras

    keras.backend.clear_session()
    spec = importlib.util.spec_from_file_location(entry.id, entry.model)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    now = read(module.build_model())
    then = frozen(entry)
    assert replace(then, source=now.source, reader=now.reader) == now


# The figures


@pytest.mark.parametrize("entry", [*NAMED, *NAMED_TABLES])
def test_figure_is_drawn_as_it_is_committed(entry):
    changed = build.changes(entry)
    assert changed == [], "look at what changed, then: python gallery/build.py --accept"


def test_a_difference_is_seen_and_written_beside(tmp_path, monkeypatch):
    """A figure that is not what is drawn is told, and nothing committed is touched."""
    monkeypatch.setattr(build, "GALLERY", tmp_path)
    entry = ENTRIES[0]
    plant(tmp_path, entry)
    (tmp_path / "figures" / f"{entry.id}.svg").write_bytes(b"<svg/>")
    changed = build.changes(entry)
    assert [path.name for path in changed] == [
        f"{entry.id}-changed.{suffix}" for suffix in entry.formats
    ]
    assert (tmp_path / "figures" / f"{entry.id}.svg").read_bytes() == b"<svg/>"
    accepted = build.accept(entry)
    assert accepted == list(entry.figures)
    assert build.changes(entry) == []


def plant(folder: Path, entry: build.Entry) -> None:
    """Put what an entry needs into another folder."""
    for path in (entry.model, entry.frozen):
        target = folder / path.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        original = Path(build.__file__).parent / path.relative_to(folder)
        target.write_bytes(original.read_bytes())
    (folder / "figures").mkdir()


def test_unknown_id_is_told():
    with pytest.raises(SystemExit) as caught:
        build.main(["--only", "nonesuch"])
    assert "unknown figure: nonesuch in --only (one of lenet5" in str(caught.value)


def test_registry_loads_what_the_file_says(tmp_path):
    path = tmp_path / "registry.toml"
    path.write_text(build.REGISTRY.read_text("utf-8"), "utf-8")
    assert len(tomllib.loads(path.read_text("utf-8"))["figure"]) == len(build.load_registry(path))
