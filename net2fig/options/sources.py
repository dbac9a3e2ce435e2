"""The sources of options: arguments of the command or of Python, and the grouping file.

Nothing is checked here but that a file is TOML.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from net2fig.errors import UsageError
from net2fig.toml import Place, parse_toml

FILE = "net2fig.toml"
"""The grouping file that is used by default, beside the model. One with the name of the model
before its own, `unet.net2fig.toml`, is used in its place for `unet.py`."""

PROJECT = "pyproject.toml"
"""The file whose table `[tool.net2fig]` applies to all models below it."""

GLYPHS = "glyphs"
"""The option that a style is which is a word."""

MAX_BYTES = 1_000_000
"""A grouping file of more bytes than this is not one."""

Data = dict[str, Any]


class Source(Struct, frozen=True):
    """The options of one source, and the places in it.

    `file` and `path` begin the place of each key: ("net2fig.toml", ""), or ("", "--") for the
    options of the command. Paths in `data` are relative to `folder`; templates and palettes of
    one's own are also looked for in the folder `beside`. `style = "boxes"` is read as `glyphs`; as
    a table, `style` says how classes look. `glyphs_key` is the key that the author wrote.
    """

    data: Data
    file: str
    path: str
    folder: Path
    beside: Path | None = None
    glyphs_key: str = GLYPHS

    def __post_init__(self) -> None:
        """Read a style that is a word as what layers are drawn as."""
        if isinstance(self.data.get("style"), str):
            data = {GLYPHS if key == "style" else key: value for key, value in self.data.items()}
            force_setattr(self, "data", data)
            force_setattr(self, "glyphs_key", "style")

    @property
    def near(self) -> tuple[Path, ...]:
        """The folders in which something is found by its name, the nearest first."""
        return (self.folder,) if self.beside is None else (self.folder, self.beside)

    def place(self, path: str) -> Place:
        """Return the place of a key path, as its author wrote it."""
        path = self.glyphs_key if path == GLYPHS else path
        return Place(self.file, self.path + path)


def load_sources(
    source: object,
    config: str | os.PathLike[str] | None,
    arguments: Mapping[str, Any],
    *,
    command: bool = False,
) -> tuple[Source, Source]:
    """Return the arguments and the grouping file of a model, neither of them checked."""
    data = {key: to_toml_value(value) for key, value in arguments.items() if value is not None}
    file = _find_file(source, config)
    return Source(data, "", "--" if command else "argument ", Path(), file.folder), file


def to_toml_value(value: Any) -> Any:
    """Return a value of Python as TOML would give it."""
    if isinstance(value, Mapping):
        return {str(key): to_toml_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_toml_value(each) for each in value]
    return os.fspath(value) if isinstance(value, os.PathLike) else value


# Finding the file


def _find_file(source: object, config: str | os.PathLike[str] | None) -> Source:
    """Return the named grouping file, or else the one beside the model."""
    if config is not None:
        return _load_grouping_file(Path(config))
    folder = _find_folder(source)
    if folder is None:
        return Source({}, "", "", Path())
    for path in list_grouping_files(source):
        if path.is_file():
            return _load_grouping_file(path)
    return _load_project_table(folder) or Source({}, "", "", folder)


def locate_grouping_file(source: object) -> Path:
    """Return the path of the default grouping file of a model: the first that is there."""
    paths = list_grouping_files(source)
    return next((path for path in paths if path.is_file()), paths[-1])


def list_grouping_files(source: object) -> list[Path]:
    """Return the paths of the default grouping files of a model: its own, that of its folder."""
    folder = _find_folder(source)
    if folder is None:
        return [Path(FILE)]
    name = _find_model_file(source).name
    stems = dict.fromkeys((name.partition(".")[0], Path(name).stem))
    return [*(folder / f"{stem}.{FILE}" for stem in stems if stem), folder / FILE]


def _find_model_file(source: Any) -> Path:
    text = str(os.fspath(source))
    code = re.fullmatch(r"(.+\.(?:py|ipynb)):.*", text, re.DOTALL)
    return Path(code[1] if code else text)


def _find_folder(source: object) -> Path | None:
    """Return the folder of a model that is a file; that of a module is the current one."""
    if not isinstance(source, str | os.PathLike):
        return None
    folder = _find_model_file(source).parent
    return folder if folder.is_dir() else None


def _load_grouping_file(path: Path) -> Source:
    """Read a grouping file."""
    return Source(_load_toml(path), str(path), "", path.parent)


def _load_project_table(folder: Path) -> Source | None:
    """Return the table of the nearest pyproject.toml that has one, in the folder or above."""
    for above in (folder.resolve(), *folder.resolve().parents):
        path = above / PROJECT
        # Other people's files are not read as TOML unless they speak of us.
        if path.is_file() and b"tool.net2fig" in path.read_bytes():
            table = _load_toml(path).get("tool", {}).get("net2fig")
            if isinstance(table, dict):
                return Source(table, str(path), "tool.net2fig.", above)
    return None


def _load_toml(path: Path) -> Data:
    """Read a file of TOML, or raise an error with its mistake."""
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"invalid grouping file: {str(path)!r} (larger than {MAX_BYTES} bytes)"
            raise UsageError(message)
        return parse_toml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"missing grouping file: {str(path)!r} (no such file)"
        raise UsageError(message) from None
    except OSError as error:
        message = f"invalid grouping file: {str(path)!r} ({error.strerror})"
        raise UsageError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"invalid grouping file: {str(path)!r} (not TOML: {error})"
        raise UsageError(message, hint=suggest_quotes(path, error)) from None


def suggest_quotes(path: Path, error: Exception) -> str | None:
    """Return a hint if a text without quotes makes the file invalid TOML."""
    where = re.search(r"Invalid value \(at line (\d+), column (\d+)\)", str(error))
    if not where:
        return None
    line = path.read_text(encoding="utf-8").split("\n")[int(where[1]) - 1]
    word = re.match(r"[^\W\d][^#,\]}\"']*|:\w+", line[int(where[2]) - 1 :])
    # Before it is the key, or the beginning of a list.
    return f'texts stand in quotes: "{word[0].strip()}"' if word else None
