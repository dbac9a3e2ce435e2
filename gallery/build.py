"""Draw the gallery from its registry, and compare it with the committed figures.

    python gallery/build.py                 draw everything and list the figures that differ
    python gallery/build.py --only unet     the same for one figure
    python gallery/build.py --accept        replace the figures that differ, and write README.md
    python gallery/build.py --freeze        run the models with Keras and freeze their networks

A figure that differs is written beside the committed one as `NAME-changed.SUFFIX`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

GALLERY = Path(__file__).resolve().parent
if __name__ == "__main__":
    # Import the package beside this folder, whether or not it is installed.
    sys.path.insert(0, str(GALLERY.parent))

from net2fig.commands.chip import chip_command  # noqa: E402  (after the change of sys.path)
from net2fig.data.template import length  # noqa: E402
from net2fig.figure import Figure, draw  # noqa: E402  (after the change of sys.path)
from net2fig.read import freeze, load  # noqa: E402

REGISTRY = GALLERY / "registry.toml"
SHEET = GALLERY / "README.md"

HEAD = """\
# Gallery

<!-- Written by `python gallery/build.py --accept` from registry.toml. -->

Each figure is the output of the command below it. Nothing is drawn or moved by hand. The template
in the command sets the width. The tests redraw each figure and compare it byte for byte.

"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure of the registry; the fields are explained there."""

    id: str
    title: str
    template: str
    formats: tuple[str, ...]
    paper: str
    params: int
    shows: str
    grouping: str | None = None
    width: str | None = None
    glyphs: str | None = None
    of: str | None = None

    @property
    def name(self) -> str:
        """The name of the model, which several figures may show."""
        return self.of or self.id

    @property
    def model(self) -> Path:
        """The code of the model."""
        return GALLERY / "models" / f"{self.name}.py"

    @property
    def frozen(self) -> Path:
        """The network that the code builds, kept so that drawing it needs no Keras."""
        return GALLERY / "models" / f"{self.name}.network.json"

    @property
    def config(self) -> Path | None:
        """The grouping file, if there is one."""
        return GALLERY / "groupings" / self.grouping if self.grouping else None

    @property
    def figures(self) -> tuple[Path, ...]:
        """The committed files, one per format."""
        return tuple(GALLERY / "figures" / f"{self.id}.{suffix}" for suffix in self.formats)

    @property
    def command(self) -> str:
        """The command that draws the figure, from the root of the repository."""
        words = ["net2fig", f"gallery/models/{self.name}.py"]
        if self.grouping:
            words += ["-c", f"gallery/groupings/{self.grouping}"]
        words += ["-t", self.template]
        if self.width:
            words += ["--width", self.width]
        if self.glyphs:
            words += ["--glyphs", self.glyphs]
        return " ".join([*words, "-o", f"{self.id}.{self.formats[-1]}"])


@dataclass(frozen=True, slots=True)
class Table:
    """A table of chips of the registry, or one chip; the fields are explained there."""

    id: str
    title: str
    models: tuple[str, ...]
    formats: tuple[str, ...]
    shows: str
    options: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Path, ...]:
        """The committed files, one per format."""
        return tuple(GALLERY / "chips" / f"{self.id}.{suffix}" for suffix in self.formats)

    @property
    def words(self) -> list[str]:
        """The words of the command without the outputs, from the root of the repository."""
        models = [f"{name}=gallery/models/{id}.py" for id, name in map(_named, self.models)]
        return ["chip", *models, *self.options]

    @property
    def command(self) -> str:
        """The command that draws it."""
        return " ".join(["net2fig", *map(_quoted, self.words), "-o", f"{self.id}.svg"])


def _named(model: str) -> tuple[str, str]:
    """Return the id of a model and the name of its row: "unet = U-Net"."""
    id, _, name = model.partition("=")
    return id.strip(), name.strip() or id.strip()


def _quoted(word: str) -> str:
    return f'"{word}"' if set(word) & set(" <>*|()") else word


def load_tables(path: Path = REGISTRY) -> tuple[Table, ...]:
    """Return the tables of chips of the registry in their order."""
    with path.open("rb") as file:
        tables = tomllib.load(file)["chips"]
    lists = ("models", "formats", "options")
    return tuple(
        Table(**{**table, **{key: tuple(table[key]) for key in lists if key in table}})
        for table in tables
    )


def load_registry(path: Path = REGISTRY) -> tuple[Entry, ...]:
    """Return the entries of the registry in their order."""
    with path.open("rb") as file:
        figures = tomllib.load(file)["figure"]
    return tuple(Entry(**{**figure, "formats": tuple(figure["formats"])}) for figure in figures)


def save(entry: Entry | Table, paths: Sequence[Path]) -> None:
    """Draw an entry to files, with the current code."""
    if isinstance(entry, Entry):
        figure(entry).save(*paths)
        return
    words = [word.replace("gallery/", f"{GALLERY.as_posix()}/", 1) for word in entry.words]
    words += ["--quiet", *(word for path in paths for word in ("-o", str(path)))]
    chip_command.main(words[1:], standalone_mode=False)


def figure(entry: Entry) -> Figure:
    """Return the figure of an entry, drawn with the current code."""
    return draw(
        entry.model,
        config=entry.config,
        template=entry.template,
        width=length(entry.width, f"registry.toml, {entry.id}.width") if entry.width else None,
        glyphs=entry.glyphs,
    )


def changes(entry: Entry | Table) -> list[Path]:
    """Draw an entry, write the files that differ beside the committed ones, return their paths."""
    found: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        drawn = [Path(folder) / path.name for path in entry.figures]
        save(entry, drawn)
        for path, now in zip(entry.figures, drawn, strict=True):
            changed = path.with_name(f"{path.stem}-changed{path.suffix}")
            if path.is_file() and path.read_bytes() == now.read_bytes():
                changed.unlink(missing_ok=True)
                continue
            changed.parent.mkdir(exist_ok=True)
            changed.write_bytes(now.read_bytes())
            found.append(changed)
    return found


def accept(entry: Entry | Table) -> list[Path]:
    """Draw an entry, replace the committed files that differ, return their paths."""
    replaced = []
    for changed in changes(entry):
        path = changed.with_name(changed.name.replace("-changed.", "."))
        replaced.append(changed.replace(path))
    return replaced


def contact_sheet(entries: Sequence[Entry], tables: Sequence[Table] | None = None) -> str:
    """Return the text of gallery/README.md."""
    chips = load_tables() if tables is None else tables
    sections = [*map(section, entries), *map(table_section, chips)]
    return HEAD + "\n".join(sections)


def table_section(table: Table) -> str:
    """Return the section of the contact sheet for one table of chips."""
    links = " · ".join(
        f"[{path.name}]({path.relative_to(GALLERY).as_posix()})" for path in table.figures
    )
    picture = f"![{table.title}](chips/{table.id}.svg)"
    parts = [f"## {table.title}", picture, f"Shows {table.shows}.", f"`{table.command}`", links]
    return "\n\n".join(parts) + "\n"


def section(entry: Entry) -> str:
    """Return the section of the contact sheet for one figure."""
    network = load(entry.frozen.read_text("utf-8"), entry.frozen.name)
    files = [entry.model, *([entry.config] if entry.config else []), *entry.figures]
    links = " · ".join(f"[{path.name}]({path.relative_to(GALLERY).as_posix()})" for path in files)
    return "\n".join(
        [
            f"## {entry.title}",
            "",
            f"![{entry.title}](figures/{entry.id}.svg)",
            "",
            f"{entry.paper}; {len(network.layers)} layers, {entry.params:,} weights.",
            f"Shows {entry.shows}.",
            "",
            f"`{entry.command}`",
            "",
            links,
            "",
        ]
    )


def chosen(entries: Sequence[Entry | Table], only: Sequence[str]) -> list[Entry | Table]:
    """Return the entries with the given ids, or all entries if there are none."""
    unknown = sorted(set(only) - {entry.id for entry in entries})
    if unknown:
        names = ", ".join(entry.id for entry in entries)
        raise SystemExit(f"unknown figure: {', '.join(unknown)} in --only (one of {names})")
    return [entry for entry in entries if not only or entry.id in only]


def say(what: str, path: Path) -> None:
    """Write one line of progress."""
    sys.stdout.write(f"{what:<8} {path.name}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code is 1 where a figure differs."""
    parser = argparse.ArgumentParser(description="Draw the gallery.")
    parser.add_argument("--accept", action="store_true", help="replace what differs")
    parser.add_argument("--freeze", action="store_true", help="freeze the networks anew")
    parser.add_argument("--only", metavar="ID", action="append", default=[], help="may repeat")
    options = parser.parse_args(arguments)
    entries = load_registry()
    differing = 0
    for entry in chosen([*entries, *load_tables()], options.only):
        if options.freeze:
            if isinstance(entry, Entry):
                say("frozen", freeze(entry.model))
            continue
        paths = accept(entry) if options.accept else changes(entry)
        differing += len(paths)
        for path in paths:
            say("replaced" if options.accept else "differs", path)
    if options.accept:
        SHEET.write_text(contact_sheet(entries), "utf-8", newline="\n")
    return int(differing > 0 and not options.accept)


if __name__ == "__main__":
    sys.exit(main())
