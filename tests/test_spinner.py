"""The line that moves: on a terminal alone, and gone when it is over."""

from __future__ import annotations

import io

import pytest

from net2fig import spinner


class Screen(io.StringIO):
    """A terminal."""

    encoding = "UTF-8"

    def isatty(self) -> bool:
        return True


def test_the_line_moves_and_goes():
    screen = Screen()
    answers = iter([False, False, False, True])
    spinner.spin("Keras reads net.py", screen, lambda _: next(answers))
    erase, frames = spinner.ERASE, spinner.FRAMES
    lines = [f"{erase}{frame} Keras reads net.py, 0 s" for frame in frames[:3]]
    assert screen.getvalue() == "".join(lines) + erase


def test_what_is_soon_done_needs_none():
    screen = Screen()
    spinner.spin("Keras reads net.py", screen, lambda _: True)
    assert screen.getvalue() == ""


def test_a_terminal_without_letters_of_its_own():
    screen = Screen()
    screen.encoding = "ascii"
    answers = iter([False, True])
    spinner.spin("x", screen, lambda _: next(answers))
    assert screen.getvalue().isascii()


@pytest.mark.parametrize("quiet", [False, True])
def test_nothing_where_nobody_looks(monkeypatch, quiet):
    monkeypatch.setattr(spinner.Terminal, "quiet", quiet)
    monkeypatch.setattr(spinner, "DELAY", 0.0)
    out = Screen() if quiet else io.StringIO()
    with spinner.waiting("x", out):
        pass
    assert out.getvalue() == ""
    spinner.silent()
    assert spinner.Terminal.quiet


def test_an_error_ends_it():
    screen = Screen()
    with pytest.raises(KeyError), spinner.waiting("x", screen):
        raise KeyError
    assert screen.getvalue() == ""
