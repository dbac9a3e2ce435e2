"""The grouping file has one truth: nothing that anybody writes is lost."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from net2fig.errors import UsageError
from net2fig.studio.document import ConflictError, Document
from net2fig.studio.edit import set_value

BEGIN = "# mine\nwidth = 300\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "net2fig.toml"
    path.write_text(BEGIN)
    return path


def set_in(document: Document, key: str, value: object, revision: str | None = None) -> bool:
    return document.apply(
        f"{key} = {value}",
        lambda text: set_value(text, (key,), value),
        revision=revision,
        paths=((key,),),
    )


def test_an_edit_is_written_at_once(path: Path) -> None:
    document = Document(path)
    assert set_in(document, "mono", True)
    assert path.read_text() == BEGIN + "mono = true\n" == document.text
    assert not set_in(document, "mono", True)


def test_undo_and_redo_give_the_same_bytes(path: Path) -> None:
    document = Document(path)
    set_in(document, "mono", True)
    set_in(document, "width", 200)
    last = path.read_bytes()
    assert document.undo()
    assert document.undo()
    assert path.read_text() == BEGIN
    assert not document.undo()
    assert document.redo()
    assert document.redo()
    assert path.read_bytes() == last
    assert not document.redo()


def test_a_file_that_is_not_there_is_written_by_the_first_edit(tmp_path: Path) -> None:
    path = tmp_path / "net2fig.toml"
    document = Document(path)
    assert not path.exists()
    set_in(document, "mono", True)
    assert path.read_text() == "mono = true\n"


def test_what_another_program_writes_is_a_version(path: Path) -> None:
    document = Document(path)
    path.write_text("# theirs\n" + BEGIN)
    set_in(document, "mono", True)
    assert path.read_text() == "# theirs\n" + BEGIN + "mono = true\n"
    assert [each.by for each in document.versions] == ["start", "disk", "page"]
    document.undo()
    document.undo()
    assert path.read_text() == BEGIN


def test_a_file_that_is_deleted_comes_back_with_undo(path: Path) -> None:
    document = Document(path)
    path.unlink()
    assert document.refresh()
    assert document.version.label == "deleted on disk"
    document.undo()
    assert path.read_text() == BEGIN


def test_the_same_key_changed_by_both_is_asked(path: Path) -> None:
    document = Document(path)
    revision = document.revision
    path.write_text(BEGIN.replace("300", "250"))
    with pytest.raises(ConflictError) as caught:
        set_in(document, "width", 200, revision)
    assert (caught.value.mine, caught.value.theirs) == (200, 250)
    assert set_in(document, "mono", True, revision)
    assert tomllib.loads(path.read_text()) == {"width": 250, "mono": True}


def test_a_text_made_from_another_is_asked(path: Path) -> None:
    document = Document(path)
    revision = document.revision
    path.write_text("# theirs\n")
    with pytest.raises(ConflictError):
        document.replace("# typed\n", revision)
    assert path.read_text() == "# theirs\n"
    assert document.replace("# typed\n", document.revision)


def test_a_file_with_a_mistake_is_edited_as_text_only(path: Path) -> None:
    document = Document(path)
    path.write_text("<<<<<<< mine\nwidth = 1\n")
    with pytest.raises(tomllib.TOMLDecodeError):
        set_in(document, "mono", True)
    assert path.read_text() == "<<<<<<< mine\nwidth = 1\n"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="invalid grouping file"):
        document.refresh()


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_nothing_is_lost_in_random_interleavings(tmp_path: Path, count: int) -> None:
    """The page and an editor change the file in turn; the page does not always know of it."""
    for seed in range(count):
        chance = random.Random(seed)  # noqa: S311 - the same edits every time
        path = tmp_path / f"{seed}.toml"
        path.write_text("".join(f"k{n} = 0\n" for n in range(6)))
        document = Document(path)
        revision, known = document.revision, path.read_text()
        wanted = {f"k{n}": 0 for n in range(6)}
        for number in range(1, 13):
            key = f"k{chance.randrange(6)}"
            if chance.random() < 0.5:
                conflict = None
                try:
                    set_in(document, key, number, revision)
                    wanted[key] = number
                except ConflictError as error:
                    conflict = error
                if conflict:
                    assert conflict.theirs == wanted[key] != tomllib.loads(known)[key]
            else:
                path.write_text(set_value(path.read_text(), (key,), number))
                wanted[key] = number
                if chance.random() < 0.5:
                    document.refresh()
            if chance.random() < 0.6:
                revision, known = document.revision, document.text
            assert tomllib.loads(path.read_text()) == wanted
        document.refresh()
        while document.undo():
            pass
        assert tomllib.loads(path.read_text()) == {f"k{n}": 0 for n in range(6)}
