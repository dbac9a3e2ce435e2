"""Settings that are printed because they alone tell equal glyphs apart."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from net2fig.compose.settings import MOST, find_curves, find_names, find_settings
from net2fig.outline import Block, Definition, Outline
from tests.compose.figures import linked, of_kind
from tests.laws.scenes import block


def conv(id: str, kernel: int = 3, dilation: int = 1, features: int = 8, **rest: Any) -> Block:
    config = {"kernel_size": [kernel] * 2, "dilation_rate": [dilation] * 2}
    return of_kind(id, "conv", 8, 8, features, **config, **rest)


def settings(outline: Outline) -> dict[str, str]:
    return find_settings(outline, lambda each: each.type)


def fork(*branches: Block) -> Outline:
    """Return branches that read one tensor and are joined."""
    join = block("join", "Concatenate", "merge", 8, 8, 8)
    made = linked(of_kind("stem", "conv", 8, 8, 4), *branches, join)
    links = [link for link in made.links if link.source == "stem"][:1]
    out_of = [replace(links[0], target=each.id) for each in branches]
    into = [replace(links[0], source=each.id, target="join") for each in branches]
    return replace(made, links=(*out_of, *into))


def test_equal_branches_of_a_fork_print_in_what_they_differ() -> None:
    found = settings(fork(conv("a", 1), conv("b", 3, 6), conv("c", 3, 12)))
    assert found == {"a": "1×1", "b": "3×3 d6", "c": "3×3 d12"}


def test_branches_that_do_the_same_print_nothing() -> None:
    assert settings(fork(conv("a", 3), conv("b", 3))) == {}


def test_convolutions_of_several_windows_print_them_where_there_is_room() -> None:
    few = linked(*(conv(f"c{n}", 5 if n == 1 else 3, features=n + 1) for n in range(MOST)))
    assert settings(few) == {f"c{n}": "5×5" if n == 1 else "3×3" for n in range(MOST)}
    many = linked(*few.blocks, conv("last", 1, features=99))
    assert settings(many) == {}


def test_equal_neighbours_print_in_what_they_differ() -> None:
    made = linked(conv("a", 5), conv("b", 3), conv("c", 1), conv("d", 1, features=2))
    assert settings(made) == {"a": "5×5", "b": "3×3", "c": "1×1", "d": "1×1"}
    assert settings(linked(conv("a"), conv("b"))) == {}


def group(id: str, dilation: int) -> Block:
    return replace(conv(id, 3, dilation), type="Block", kind="group", op="")


def test_equal_groups_print_their_dilation() -> None:
    body = Outline((conv("x", 3, 1), conv("y", 3, 1)), ())
    made = replace(
        linked(group("a", 1), group("b", 2), group("c", 4)),
        groups=(Definition("Block", body, 3, 6),),
    )
    assert settings(made) == {"a": "dilation 1", "b": "dilation 2", "c": "dilation 4"}


def test_a_group_of_several_dilations_prints_none() -> None:
    body = Outline((conv("x", 3, 1), conv("y", 3, 2)), ())
    made = replace(linked(group("a", 1), group("b", 2)), groups=(Definition("Block", body, 2, 4),))
    assert settings(made) == {}


def test_equal_branches_of_a_fork_bear_the_names_that_their_author_gave() -> None:
    def named(*names: str) -> dict[str, str]:
        blocks = [replace(conv(id), name=name) for id, name in zip("abc", names, strict=False)]
        return find_names(fork(*blocks), lambda each: each.type)

    assert named("mean", "log_variance") == {"a": "mean", "b": "log variance"}
    assert named("conv2d_3", "conv2d_4") == {}
    assert named("mean", "conv2d_4") == {}
    assert named("query", "query") == {}


def test_equal_convs_of_a_gate_tell_their_activations() -> None:
    tanh, sigmoid = (
        conv(id, activation=activation) for id, activation in (("a", "tanh"), ("b", "sigmoid"))
    )
    assert find_curves(fork(tanh, sigmoid)) == {"a": "tanh", "b": "sigmoid"}
    assert find_curves(fork(tanh, replace(tanh, id="b"))) == {}


def test_the_ends_of_two_towers_bear_the_names_that_their_author_gave() -> None:
    made = fork(*(replace(conv(id), name=name) for id, name in (("a", "query"), ("b", "item"))))
    apart = tuple(link for link in made.links if link.target == "join")
    towers = replace(made, links=apart)
    assert find_names(towers, lambda each: each.type) == {"a": "query", "b": "item"}
