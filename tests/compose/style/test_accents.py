"""The colours of groups: by their names, the same in all figures."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.compose.style.accents import assign_accents, choose_accent
from net2fig.outline import Definition, Outline
from tests.compose.figures import linked
from tests.laws.scenes import block, residual


def outline(*names: str, inside: tuple[str, ...] = ()) -> tuple[Outline, list[Definition]]:
    """Return an outline with a glyph for each name, and definitions of these and of others."""
    blocks = [block(f"g{n}", name, "group", 8, 8, 4) for n, name in enumerate(names)]
    groups = [replace(residual(), name=name) for name in dict.fromkeys((*inside, *names))]
    return replace(linked(*blocks), groups=tuple(groups)), groups


def accents(
    *names: str, inside: tuple[str, ...] = (), taken: frozenset[int] = frozenset()
) -> dict[str, int]:
    return assign_accents(*outline(*names, inside=inside), 6, set(taken))


def test_a_name_has_one_accent_in_all_figures() -> None:
    alone = accents("MBConv")["MBConv"]
    assert accents("Inverted residual", "MBConv")["MBConv"] == alone
    assert accents("MBConv", inside=("Squeeze-and-excite",))["MBConv"] == alone


def test_groups_of_a_series_follow_each_other() -> None:
    first = choose_accent("Inception A", 6)
    assert [choose_accent(f"Inception {letter}", 6) for letter in "ABC"] == [
        first, (first + 1) % 6, (first + 2) % 6,
    ]  # fmt: skip


def test_accents_differ_while_there_are_enough() -> None:
    names = [f"Name {n}" for n in range(6)]
    assert sorted(accents(*names).values()) == list(range(6))
    more = accents(*names, "Name 6", "Name 7")
    assert len(set(more.values())) == 8


def test_the_group_with_more_glyphs_keeps_its_accent() -> None:
    rival = next(
        name for n in range(99) if choose_accent(name := f"x{n}", 6) == choose_accent("MBConv", 6)
    )
    found = accents("MBConv", rival, rival)
    assert found[rival] == choose_accent(rival, 6)
    assert found["MBConv"] != found[rival]
    inside = accents("MBConv", inside=(rival,))
    assert inside["MBConv"] == choose_accent("MBConv", 6)


def test_an_accent_that_an_author_gave_away_is_not_used() -> None:
    own = choose_accent("MBConv", 6)
    assert accents("MBConv", taken=frozenset({own}))["MBConv"] != own
