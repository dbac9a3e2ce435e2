"""The recorder against Keras: the same network, to the last field, or no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.record.readers import assert_alike, executed, recorded

ROOT = Path(__file__).resolve().parents[3]
GALLERY = sorted(map(str, (ROOT / "gallery" / "models").glob("*.py")))
CODE = sorted(map(str, (ROOT / "tests" / "models" / "recorded").glob("*.py")))


OPENED = {"transformer"}
"""Models with layers of their own that hold others: where these are looked into, Keras has to."""


@pytest.fixture(scope="module")
def pairs():
    """What both readers answer, by target."""
    targets = [*GALLERY, *CODE]
    first, second = recorded(targets), executed(targets)
    return {target: (first[target], second[target]) for target in targets}


@pytest.mark.keras
@pytest.mark.parametrize("target", [*GALLERY, *CODE], ids=lambda path: Path(path).stem)
def test_the_same_network(pairs, target):
    one, other = pairs[target]
    if Path(target).stem in OPENED and "declined" in one:
        assert "that holds others" in one["declined"]
    else:
        assert_alike(one, other)
