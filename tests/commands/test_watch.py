"""Drawing again on every save."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import net2fig.session.session
from net2fig.commands.watch import FigureWatcher, read_stamps, wait_for_changes, watch
from net2fig.figure import Figure
from net2fig.session.session import Session
from tests.conftest import save_keras, tiny_model

STEM = '[[group]]\nname = "Stem"\nmatch = "Conv2D > MaxPooling2D"\n'
TIMES = itertools.count(1)


def save(path: Path, text: str) -> None:
    """Write a file at a time of its own, however fast the test is."""
    path.write_text(text, encoding="utf-8")
    touch(path)


def touch(path: Path) -> None:
    now = next(TIMES)
    os.utime(path, (now, now))


def ticking(*steps: Callable[[], object]) -> Iterator[None]:
    """Yield ticks: before each pair of them, one step is made."""
    for step in steps:
        step()
        yield None
        yield None


class Followed:
    """A watched model, with what was said and what was written."""

    def __init__(self, model: Path, **options: object) -> None:
        self.said: list[str] = []
        self.figures: list[Figure] = []
        # Each look at this clock takes a hundredth of a second.
        clock = (tick / 100 for tick in itertools.count())
        self.watch = FigureWatcher(
            Session(str(model), command=True, **options), self.figures.append, lambda: next(clock)
        )

    def run(self, *steps: Callable[[], object]) -> list[str]:
        watch(self.watch, self.said.append, ticking(*steps))
        return self.said


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the models that are read, as they are read."""
    sources: list[str] = []
    read = net2fig.session.session.read

    def noted(source: str, **how: Any) -> object:
        sources.append(source)
        return read(source, **how)

    monkeypatch.setattr(net2fig.session.session, "read", noted)
    return sources


def test_a_new_group_is_reported_and_the_network_is_kept(tiny: Path, reads: list[str]) -> None:
    file = tiny.parent / "net2fig.toml"
    followed = Followed(tiny)
    result = followed.run(lambda: save(file, STEM), lambda: save(file, ""))
    assert result[0] == "5 glyphs, 0.01 s"
    assert result[1].startswith("+ group Stem, 5 → 4 glyphs, ")
    assert result[2].startswith("- group Stem, 4 → 5 glyphs, ")
    assert len(followed.figures) == 3
    assert reads == [str(tiny)]


def test_a_hidden_class_is_reported(tiny: Path) -> None:
    file = tiny.parent / "net2fig.toml"
    result = Followed(tiny).run(lambda: save(file, 'hide = ["MaxPooling2D"]'))
    assert result[1].startswith("+ hidden 1 MaxPooling2D, ")


def test_the_template_and_the_level_are_reported(tiny: Path) -> None:
    file = tiny.parent / "net2fig.toml"
    result = Followed(tiny).run(lambda: save(file, 'template = "cvpr"\ndetail = "everything"'))
    assert "detail layers → everything, template base → cvpr, " in result[1]


def test_a_model_that_is_saved_is_read_again(tiny: Path, reads: list[str]) -> None:
    model = tiny_model()
    model["config"]["layers"][1]["config"]["filters"] = 32

    def replace() -> None:
        save_keras(tiny, model)
        touch(tiny)

    followed = Followed(tiny)
    assert followed.run(replace)[1].startswith("5 glyphs, ")
    assert len(reads) == 2
    assert len(followed.figures) == 2


def test_a_save_without_a_change_writes_nothing(tiny: Path) -> None:
    followed = Followed(tiny)
    result = followed.run(lambda: save(tiny.parent / "net2fig.toml", "# a comment"))
    assert result[1].startswith("nothing changed, 5 glyphs, ")
    assert len(followed.figures) == 1


def test_an_error_keeps_the_last_good_figure(tiny: Path, reads: list[str]) -> None:
    file, good = tiny.parent / "net2fig.toml", tiny.read_bytes()

    def spoil() -> None:
        tiny.write_bytes(good[:40])
        touch(tiny)

    def mend() -> None:
        tiny.write_bytes(good)
        touch(tiny)

    followed = Followed(tiny)
    result = followed.run(
        lambda: save(file, "hide = [3]"),
        spoil,
        lambda: save(file, STEM),
        mend,
        lambda: save(file, ""),
    )
    assert result[1].startswith("invalid value: 3 in ")
    assert result[2] == result[1]
    # The model was spoilt while nobody read it, and is found so once the grouping file is mended.
    assert result[3].startswith("invalid ")
    assert "tiny.keras" in result[3]
    assert result[4].startswith("hint: ")
    assert result[5].startswith("+ group Stem, 5 → 4 glyphs, ")
    assert result[6].startswith("- group Stem, 4 → 5 glyphs, ")
    assert len(followed.figures) == 3
    assert len(reads) == 3


def test_a_warning_is_reported_once(tiny: Path) -> None:
    file = tiny.parent / "net2fig.toml"
    wrong = '[[group]]\nname = "A"\nmatch = "Conv2D > LSTM"\n'
    result = Followed(tiny).run(lambda: save(file, wrong), lambda: save(file, wrong + STEM))
    warnings = [line for line in result if line.startswith("warning: ")]
    assert len(warnings) == 1
    assert result[1].startswith("warning: unknown group: 'A' in ")


def test_a_file_that_is_still_being_written_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    save(path, "1")
    steps = iter(("12", "123", None, None))

    def ticks() -> Iterator[None]:
        for step in steps:
            if step:
                save(path, step)
            yield None

    changes = wait_for_changes(lambda: [path], read_stamps([path]), ticks())
    read = [(changed, path.read_text(encoding="utf-8")) for changed in changes]
    assert read == [(frozenset({path}), "123")]


def test_a_file_that_appears_and_one_that_goes_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    ticks = ticking(lambda: save(path, "1"), path.unlink)
    changes = list(wait_for_changes(lambda: [path], read_stamps([path]), ticks))
    assert changes == [frozenset({path})] * 2


def test_a_save_during_drawing_is_drawn_too(tmp_path: Path) -> None:
    path = tmp_path / "a"
    save(path, "1")
    seen = read_stamps([path])
    save(path, "2")
    assert list(wait_for_changes(lambda: [path], seen, ticking(lambda: None))) == [
        frozenset({path})
    ]


def test_an_interruption_ends_the_loop(tiny: Path) -> None:
    def ticks() -> Iterator[None]:
        yield None
        raise KeyboardInterrupt

    followed = Followed(tiny)
    watch(followed.watch, followed.said.append, ticks())
    assert len(followed.said) == 1


def test_the_command_watches(run, tiny: Path, tmp_path: Path, monkeypatch) -> None:
    file = tiny.parent / "net2fig.toml"
    steps = ticking(lambda: save(file, STEM))
    monkeypatch.setattr(net2fig.commands.watch, "tick_forever", lambda: steps)
    result = run(tiny, "-o", "a.svg", "--watch")
    assert (result.code, result.out) == (0, "")
    assert "+ group Stem, 5 → 4 glyphs" in result.err
    assert b"Stem" in (tmp_path / "a.svg").read_bytes()


def test_standard_output_cannot_be_watched(run, tiny: Path) -> None:
    result = run(tiny, "-o", "-", "--format", "svg", "--watch")
    assert result.code == 2
    assert result.err.startswith("unsupported option: '--watch' with '-o -'")
