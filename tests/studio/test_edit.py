"""Edits of grouping files: the data as wanted, every other line as it was."""

from __future__ import annotations

import copy
import random
import tomllib
from functools import cache
from typing import Any

import pytest

from net2fig.commands.init.command import write_grouping_file
from net2fig.studio.edit import EditError, append_table, rename_key, set_value, unset_value
from net2fig.studio.spans import HEADER, KEY, scan
from tests.conftest import ROOT
from tests.studio.texts import ALL, HEADER_FIRST, NESTED, PLAIN, WINDOWS

NETWORKS = sorted((ROOT / "gallery" / "models").glob("*.network.json"))
"""Saved networks: what `init` writes for each is edited."""


@cache
def init_text(number: int) -> str:
    return write_grouping_file(str(NETWORKS[number]), {})


def comments(text: str) -> list[str]:
    return [text[e.comment : e.end].strip() for e in scan(text) if e.comment is not None]


def statements(text: str) -> list[str]:
    return [text[each.start : each.end].strip() for each in scan(text) if each.kind != "blank"]


# Assertions


def test_a_statement_is_found_with_its_parts() -> None:
    kinds = [each.kind for each in scan(PLAIN)]
    assert kinds.count(HEADER) == 5
    assert kinds.count(KEY) == 11
    assert "".join(PLAIN[each.start : each.end] for each in scan(PLAIN)) == PLAIN
    assert [each.path for each in scan(PLAIN) if each.kind == HEADER] == [
        ("labels",),
        ("style",),
        ("group", 0),
        ("group", 1),
        ("sample",),
    ]


def test_a_value_is_replaced_in_its_place() -> None:
    text = set_value(PLAIN, ("width",), "84mm")
    assert text == PLAIN.replace('"3.25in"', '"84mm"')


def test_a_key_goes_behind_its_default() -> None:
    text = set_value(PLAIN, ("labels", "stride"), True)
    line = "#stride = false          # Whether a stride is printed.\n"
    assert text == PLAIN.replace(line, line + "stride = true\n")
    assert unset_value(text, ("labels", "stride")) == PLAIN


def test_a_key_that_is_removed_leaves_its_comment() -> None:
    text = unset_value(PLAIN, ("labels", "kernel"))
    assert "\n# Whether the kernel is printed.\n" in text
    assert "kernel = true" not in text


def test_a_style_is_written_as_its_neighbours_are() -> None:
    text = set_value(PLAIN, ("style", "Conv2D", "texture"), "dots")
    assert 'Conv2D = { label = "Conv", color = "conv", texture = "dots" }   # as' in text
    text = set_value(text, ("style", "Dense", "label"), "FC")
    assert 'Dense.color = "#aabbcc"\nDense.label = "FC"\n' in text


def test_a_table_that_is_missing_comes_last() -> None:
    assert set_value("", ("labels", "name"), True) == "[labels]\nname = true\n"
    text = set_value(PLAIN, ("page", "glyph", "height"), [9.0, 30.0])
    assert text == PLAIN + "\n[page]\nglyph.height = [9.0, 30.0]\n"
    assert unset_value(text, ("page", "glyph", "height")) == PLAIN


def test_a_group_stands_behind_the_last_one() -> None:
    text = append_table(PLAIN, ("group",), {"name": "C", "match": "Dense"})
    new = '\n[[group]]\nname = "C"\nmatch = "Dense"\n'
    old = 'match = "UpSampling2D > Block"\n'
    assert text == PLAIN.replace(old, old + new)
    assert unset_value(text, ("group", 2)) == PLAIN


def test_a_group_takes_its_comments_along() -> None:
    text = unset_value(PLAIN, ("group", 1))
    assert "A decoder" not in text
    assert "# Pictures.\n[sample]" in text
    assert 'color = "accent-1"   # green\n\n# Pictures.' in text


def test_a_list_keeps_the_comments_of_what_stays() -> None:
    text = set_value(NESTED, ("hide",), ["Dropout", ":activation", "Add"])
    assert tomllib.loads(text)["hide"] == ["Dropout", ":activation", "Add"]
    assert comments(text) == comments(NESTED)


def test_a_key_is_renamed_wherever_it_is_written() -> None:
    text = rename_key(PLAIN, ("style", "Dense"), "Fully connected")
    assert text == PLAIN.replace("Dense.color", '"Fully connected".color')
    text = rename_key(NESTED, ("style", "Up block"), "Up")
    assert "[style.Up]   # quoted" in text
    with pytest.raises(EditError, match="duplicate key: 'Conv2D' in style"):
        rename_key(PLAIN, ("style", "Dense"), "Conv2D")


def test_the_ends_of_lines_stay() -> None:
    text = set_value(WINDOWS, ("labels", "kernel"), True)
    assert text == WINDOWS + "kernel = true\r\n"


def test_a_comment_above_a_header_stays_there() -> None:
    text = set_value(HEADER_FIRST, ("mono",), True)
    assert text == "mono = true\n" + HEADER_FIRST


def test_what_cannot_be_said_so_is_refused() -> None:
    with pytest.raises(EditError, match="invalid path: width.x is not there"):
        set_value(PLAIN, ("width", "x"), 1)
    with pytest.raises(EditError, match=r"invalid path: group\[7\] is no table"):
        set_value(PLAIN, ("group", 7, "name"), "x")
    with pytest.raises(EditError, match="unsupported edit: labels cannot be changed"):
        set_value(PLAIN, ("labels",), {"kernel": False})


# Random edits, with tomllib as the oracle


class Editing:
    """One text on its way through random edits."""

    def __init__(self, text: str, seed: int) -> None:
        self.text, self.random = text, random.Random(seed)  # noqa: S311 - the same edits every time
        self.count = self.refused = 0

    def value(self) -> Any:
        words = ["x", "#aabbcc", 'quo"te', "# no comment", "grün\n", "a\\b", "'''"]
        simple = [True, False, 3, 2.5, *words]
        return self.random.choice([*simple, [9.0, 40.5], ["Add", ":norm"], []])

    def step(self) -> None:
        before = tomllib.loads(self.text)
        name = self.random.choice(("set", "set", "set", "unset", "append", "cut", "rename"))
        wanted = copy.deepcopy(before)
        try:
            after = getattr(self, name)(wanted)
        except EditError:
            self.refused += 1
            return
        if after is None:
            return
        self.count += 1
        assert plain(tomllib.loads(after)) == plain(wanted), name
        old, new = comments(self.text), comments(after)
        if name == "cut":
            assert is_within(new, old)
        else:
            assert new == old, name
        old, new = statements(self.text), statements(after)
        changed = [each for each in old if each not in new]
        assert len(changed) <= (12 if name == "cut" else 3), (name, changed)
        self.text = after

    def path(self) -> tuple[str, ...]:
        choose = self.random.choice
        return choose(
            [
                (choose(["width", "mono", "detail", "title", "hide"]),),
                ("labels", choose(["kernel", "name", "stride"])),
                (
                    "style",
                    choose(["Conv2D", "Up block", ":conv", "Dense"]),
                    choose(["label", "color"]),
                ),
                ("page", choose(["glyph", "space"]), choose(["height", "gap"])),
            ]
        )

    def set(self, wanted: Any) -> str:
        path, value = self.path(), self.value()
        if "group" in wanted and wanted["group"] and self.random.random() < 0.3:
            number = self.random.randrange(len(wanted["group"]))
            wanted["group"][number]["color"] = value
            return set_value(self.text, ("group", number, "color"), value)
        after = set_value(self.text, path, value)
        table = wanted
        for step in path[:-1]:
            table = table.setdefault(step, {})
        is_new = path[-1] not in table
        table[path[-1]] = value
        if is_new:
            again = unset_value(after, path)
            assert again.rstrip() == self.text.rstrip(), path
        return after

    def unset(self, wanted: Any) -> str:
        path = self.path()
        table = wanted
        for step in path[:-1]:
            table = table.get(step, {})
        table.pop(path[-1], None)
        return unset_value(self.text, path)

    def append(self, wanted: Any) -> str:
        fields = {"name": f"G{self.count}", "match": "Conv2D > Add"}
        wanted["group"] = [*wanted.get("group", ()), fields]
        return append_table(self.text, ("group",), fields)

    def cut(self, wanted: Any) -> str | None:
        groups = wanted.get("group", [])
        if len(groups) < 2:
            return None
        number = self.random.randrange(len(groups))
        del groups[number]
        return unset_value(self.text, ("group", number))

    def rename(self, wanted: Any) -> str | None:
        styles = wanted.get("style", {})
        if not styles:
            return None
        old = self.random.choice(list(styles))
        new = f"{old} {self.count}"[-20:]
        if new in styles:
            return None
        styles[new] = styles.pop(old)
        return rename_key(self.text, ("style", old), new)


def plain(data: Any) -> Any:
    """Return data without empty tables."""
    if isinstance(data, dict):
        pairs = [(key, plain(value)) for key, value in data.items()]
        return {key: value for key, value in pairs if value != {}}
    return [plain(each) for each in data] if isinstance(data, list) else data


def is_within(few: list[str], many: list[str]) -> bool:
    """Tell whether some words are among others, in their order."""
    rest = iter(many)
    return all(any(word == other for other in rest) for word in few)


def edit_at_random(text: str, seed: int, steps: int) -> Editing:
    editing = Editing(text, seed)
    for _ in range(steps):
        editing.step()
    return editing


@pytest.mark.parametrize("name", ALL)
def test_random_edits_of_texts_by_hand(name: str) -> None:
    editing = edit_at_random(ALL[name], 1, 60)
    assert editing.count > 30
    assert editing.refused < 12


def test_random_edits_of_what_init_writes() -> None:
    editing = edit_at_random(init_text(0), 2, 40)
    assert editing.count > 20


@pytest.mark.slow
def test_five_thousand_random_edits() -> None:
    count = refused = 0
    for seed in range(40):
        texts = [*ALL.values(), init_text(seed % len(NETWORKS))]
        for number, text in enumerate(texts):
            editing = edit_at_random(text, 100 * seed + number, 40)
            count, refused = count + editing.count, refused + editing.refused
    assert count >= 5_000
    assert refused < count / 10


def test_a_wrong_edit_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from net2fig.studio.text_editor import TextEditor

    monkeypatch.setattr(TextEditor, "set", lambda self, *_: self.text + "other = 1\n")
    with pytest.raises(EditError, match="unsupported edit: width cannot be changed"):
        set_value(PLAIN, ("width",), "84mm")
