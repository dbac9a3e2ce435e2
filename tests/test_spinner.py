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


def test_the_line_moves_and_is_erased():
    screen = Screen()
    answers = iter([False, False, False, True])
    spinner.spin("Keras reads net.py", screen, lambda _: next(answers))
    erase, frames = spinner.ERASE, spinner.FRAMES
    lines = [f"{erase}{frame} Keras reads net.py, 0 s" for frame in frames[:3]]
    assert screen.getvalue() == "".join(lines) + erase


def test_a_fast_task_shows_no_line():
    screen = Screen()
    spinner.spin("Keras reads net.py", screen, lambda _: True)
    assert screen.getvalue() == ""


def test_a_terminal_without_unicode():
    screen = Screen()
    screen.encoding = "ascii"
    answers = iter([False, True])
    spinner.spin("x", screen, lambda _: next(answers))
    assert screen.getvalue().isascii()


@pytest.mark.parametrize("quiet", [False, True])
def test_nothing_is_shown_without_a_terminal(monkeypatch, quiet):
    monkeypatch.setattr(spinner.Terminal, "is_disabled", quiet)
    monkeypatch.setattr(spinner, "DELAY", 0.0)
    out = Screen() if quiet else io.StringIO()
    with spinner.show_spinner("x", out):
        pass
    assert out.getvalue() == ""
    spinner.disable_spinner()
    assert spinner.Terminal.is_disabled


def test_an_error_ends_it():
    screen = Screen()
    with pytest.raises(KeyError), spinner.show_spinner("x", screen):
        raise KeyError
    assert screen.getvalue() == ""
