"""The outlines of all networks at hand, as hashes: which of them does a change of the search touch?

The frozen networks are real ones; the random ones reach the rules that no real one at hand needs.

`pytest tests/group/test_outlines.py --accept` takes what is made now, after you have looked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from net2fig.compose.wording.notes import NoteLabels, write_all_sentences
from net2fig.group import outline
from net2fig.group.check import check_outline
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.outline import Outline
from net2fig.read import fill_open_axes, load
from tests.applications import NAMES, application
from tests.compose.figures import GRAMMAR
from tests.conftest import ROOT
from tests.group import corpus
from tests.test_goldens import outline_text

GOLDEN = ROOT / "tests" / "goldens" / "outlines.json"
LEVELS = ("blocks", "stages")
RANDOM = (*range(240), 365)
FROZEN = sorted(
    path for folder in ("gallery/models", "docs/models") for path in (ROOT / folder).glob("*.json")
)


def networks() -> Iterator[tuple[str, Network]]:
    """Yield every frozen network under its name."""
    for name in NAMES:
        yield name, application(name)
    for path in FROZEN:
        folder, name = path.parent.parent.name, path.name.split(".")[0]
        yield f"{folder}/{name}", fill_open_axes(load(path.read_text("utf-8"), path.name))
    for number in RANDOM:
        yield f"random {number}", corpus.network(number)


def hash_of(made: Outline) -> str:
    """Return a hash of what an outline draws and its legend tells."""
    brackets = [f"{' '.join(bracket.blocks)} ×{bracket.count}" for bracket in made.brackets]
    notes = write_all_sentences(made.groups, NoteLabels(GRAMMAR))
    text = "\n".join([outline_text(made), *brackets, *notes])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hashes() -> dict[str, str]:
    """Return the hash of each outline, checked, by its network and level."""
    found = {}
    for name, network in networks():
        for level in LEVELS:
            made = outline(network, GRAMMAR, Options(), level)
            check_outline(network, made)
            found[f"{name} {level}"] = hash_of(made)
    return found


def differing(golden: Path, now: dict[str, str], *, accept: bool) -> list[str]:
    """Return the names of the outlines that are others than those accepted."""
    if accept:
        golden.write_text(json.dumps(now, indent=0, sort_keys=True) + "\n", "utf-8")
    known = json.loads(golden.read_text("utf-8"))
    return [name for name in sorted({*known, *now}) if known.get(name) != now.get(name)]


def test_no_outline_changes_unseen(*, accept: bool) -> None:
    assert differing(GOLDEN, hashes(), accept=accept) == []


def test_a_changed_outline_is_named(tmp_path: Path) -> None:
    golden = tmp_path / "outlines.json"
    assert differing(golden, {"a blocks": "1", "b blocks": "2"}, accept=True) == []
    assert differing(golden, {"a blocks": "1", "b blocks": "3"}, accept=False) == ["b blocks"]
    assert differing(golden, {"a blocks": "1"}, accept=False) == ["b blocks"]


@pytest.mark.parametrize("number", [176, 365])
def test_what_is_met_once_stands_once_where_rigid_parts_are_near(number: int) -> None:
    """Two regions of cones overlapped, and a cone of both was drawn twice."""
    network = corpus.network(number)
    check_outline(network, outline(network, GRAMMAR, Options(), "stages"))


@pytest.mark.parametrize("change", ["occurrences", "layers"])
def test_a_hash_sees_how_often_a_group_is_met(change: str) -> None:
    made = outline(application("ResNet50"), GRAMMAR, Options(), "blocks")
    (group,) = made.groups
    other = replace(made, groups=(replace(group, **{change: 3}),))
    assert hash_of(other) != hash_of(made)
