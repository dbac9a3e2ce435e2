"""What several commands share: the options of drawing, and the check of where files go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from net2fig.errors import Net2figError, UsageError, UsageProblemsError

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
STDOUT = "-"

Command = TypeVar("Command", bound=Callable[..., Any])

CONFIG = ("-c", "--config")

TRUTHS = {"true": True, "false": False}
"""What is said of a label by words of TOML."""

READING = (
    click.option("--reader", metavar="NAME", help="What reads code: auto, record or keras."),
    click.option(
        "--input-shape",
        multiple=True,
        metavar="[NAME=]224x224x3",
        help="What goes in, where the model leaves it open.",
    ),
    click.option("--timeout", metavar="SECONDS", help="How long code may run (300)."),
)
"""The options that say how a model is read."""

OPTIONS = (
    click.option("-t", "--template", metavar="NAME|FILE", help="The page that the figure is for."),
    click.option("--width", metavar="LENGTH", help="The greatest width: 3.25in, 84mm, 234pt."),
    click.option("--height", metavar="LENGTH", help="The height to aim at."),
    click.option("--hide", multiple=True, metavar="WHAT", help="Leave out a :kind, Class or name."),
    click.option("--show", multiple=True, metavar="WHAT", help="Draw what would be left out."),
    click.option(
        "--group", "groups", multiple=True, metavar='"NAME = PATTERN"', help="Name a group."
    ),
    click.option("--detail", metavar="LEVEL", help="auto, everything, layers, blocks or stages."),
    click.option("--match", metavar="WHAT", help="What repeats share: type, config or shape."),
    click.option("--palette", metavar="NAME", help="The colours; see `net2fig themes`."),
    click.option("--font", metavar="NAME|FILE", help="The letters: a family, a .ttf or .otf file."),
    click.option("--mono", is_flag=True, default=None, help="Textures in place of colours."),
    click.option("--labels", multiple=True, metavar="WHAT", help="name, kernel, no-features, …"),
    click.option("--legend/--no-legend", default=None, help="With or without the legend."),
    click.option("--sample", "samples", multiple=True, metavar="PORT=IMAGE", help="Show a sample."),
    *READING,
)
"""The options that say how a figure is drawn, in the order of the help."""


def drawing_options(config: Sequence[str] = CONFIG) -> Callable[[Command], Command]:
    """Give a command the options that say how a figure is drawn; `arguments` reads them.

    `config` are the words that name the grouping file; without them it cannot be named.
    """

    def given(command: Command) -> Command:
        for option in reversed(OPTIONS):
            command = option(command)
        if not config:
            return command
        file = click.option(*config, "config", metavar="FILE", help="The grouping file.")
        return file(command)

    return given


def one_model(models: tuple[str, ...]) -> str:
    """Return the model that was named."""
    if not models:
        message = "missing argument: MODEL"
        raise UsageError(message, hint="net2fig model.py -o figure.pdf")
    if len(models) > 1:
        message = f"unknown argument: {models[1]!r} (one model at a time)"
        raise UsageError(message, hint="outputs are named with -o")
    return models[0]


def arguments(said: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a command under the names of the grouping file."""
    problems: list[Net2figError] = []
    said = dict(said)
    hide, show = (_listed(said.pop(name)) for name in ("hide", "show"))
    groups = [_pair(text, "--group", "NAME = PATTERN", problems) for text in said.pop("groups")]
    samples = [_pair(text, "--sample", "PORT=IMAGE", problems) for text in said.pop("samples")]
    labels = [_label(word) for word in _listed(said.pop("labels")) or ()]
    if problems:
        raise UsageProblemsError(problems)
    said |= {"hide": hide, "show": show}
    said["group"] = [{"name": name, "match": match} for name, match in groups] or None
    said["sample"] = dict(samples) or None
    said["labels"] = dict(labels) or None
    shapes = said.pop("input_shape", ())
    said["input_shape"] = (shapes[0] if len(shapes) == 1 else list(shapes)) or None
    return {key: value for key, value in said.items() if value is not None}


def _listed(values: tuple[str, ...]) -> list[str] | None:
    """Return the words of an option that may be repeated, or hold several with commas between."""
    words = [word.strip() for value in values for word in value.split(",")]
    return [word for word in words if word] or None


def _pair(text: str, option: str, form: str, problems: list[Net2figError]) -> tuple[str, str]:
    """Split a text at its first "="; a problem is noted and told with the others."""
    name, mark, value = (part.strip() for part in text.partition("="))
    if not (name and mark and value):
        problems.append(UsageError(f"invalid value: {text!r} in {option} (must be '{form}')"))
    return name, value


def _label(word: str) -> tuple[str, bool | str]:
    """Return what one word of --labels says: "kernel", "no-features", "resolution=all"."""
    name, mark, value = word.partition("=")
    if mark:
        value = value.strip()
        return name.strip(), TRUTHS.get(value.lower(), value)
    return word.removeprefix("no-"), not word.startswith("no-")


def check_folder(output: str) -> None:
    """Raise where a file cannot be written because of its folder."""
    folder = Path(output).parent
    if not folder.is_dir():
        message = f"missing folder: {str(folder)!r} in {output!r} (no such folder)"
        raise UsageError(message, hint="make the folder first")
    if Path(output).is_dir():
        message = f"invalid output: {output!r} (it is a folder)"
        raise UsageError(message)
