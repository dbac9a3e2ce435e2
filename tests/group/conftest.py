"""What the tests of this stage share."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar, load_grammar


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    """The grammar that ships with net2fig."""
    return load_grammar()
