from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from net2fig.render.svg.ids import Ids, make_token


def test_the_second_of_a_name_gets_a_number() -> None:
    ids = Ids(["texture-dots"])
    assert [ids.claim(name) for name in ("a", "a", "a-2", "a", "texture-dots")] == [
        "a",
        "a-2",
        "a-2-2",
        "a-3",
        "texture-dots-2",
    ]


def test_references_lead_to_the_first_of_a_name() -> None:
    ids = Ids()
    assert ids.claim("conv/1") == "conv-1"
    assert ids.claim("conv/1") == "conv-1-2"
    assert ids.of("conv/1") == "conv-1"
    assert ids.of("never claimed") == "never claimed"


@given(st.lists(st.text(max_size=6), max_size=20))
def test_ids_are_valid_unique_and_the_same_again(names: list[str]) -> None:
    ids, again = Ids(), Ids()
    claimed = [ids.claim(name) for name in names]
    assert len(set(claimed)) == len(names)
    assert claimed == [again.claim(name) for name in names]
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", id) for id in claimed)


@given(st.text())
def test_token_is_idempotent(name: str) -> None:
    assert make_token(make_token(name)) == make_token(name)
