"""Files appear whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from net2fig.errors import UsageError
from net2fig.render import write
from net2fig.render.files import write_all


def test_a_new_file_has_the_permissions_of_new_files(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    write(tmp_path / "a.svg", b"drawing")
    assert (tmp_path / "a.svg").read_bytes() == b"drawing"
    assert (tmp_path / "a.svg").stat().st_mode == plain.stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.svg", "plain"]


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write(str(target), b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "a.svg", tmp_path / "link.svg"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_device_is_written_to() -> None:
    write(os.devnull, b"new")
    assert not Path(os.devnull).is_file()


def test_a_missing_folder(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    with pytest.raises(UsageError) as caught:
        write(folder / "a.svg", b"")
    assert caught.value.exit_code == 2
    assert caught.value.lines() == [
        f"missing folder: {str(folder)!r} (to write 'a.svg' in)",
        "hint: make the folder first, or choose another",
    ]


def test_a_folder_of_that_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write(tmp_path, b"")
    assert caught.value.message == f"invalid output: {str(tmp_path)!r} (a folder has this name)"


def test_a_name_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write(tmp_path / ("x" * 300), b"")
    assert caught.value.message.startswith("invalid output: ")
    assert caught.value.message.endswith("cannot be written (File name too long)")
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_where_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    target.write_bytes(b"old")
    with pytest.raises(TypeError):
        write(target, "not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_where_one_of_several_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(b"old")
    with pytest.raises(UsageError, match="File name too long"):
        write_all([(tmp_path / "a.svg", b"new"), (tmp_path / ("x" * 300), b"")])
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]
    assert (tmp_path / "a.svg").read_bytes() == b"old"


def test_where_one_of_several_has_no_place_none_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing folder"):
        write_all([(tmp_path / "a.svg", b"a"), (tmp_path / "nowhere" / "b.svg", b"b")])
    assert list(tmp_path.iterdir()) == []
    write_all([(tmp_path / "a.svg", b"a"), (str(tmp_path / "b.svg"), b"b")])
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"a", b"b"]
