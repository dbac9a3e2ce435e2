"""What the studio does, without a server: requests of a window to replies.

One worker calls it: nothing here is done by two threads at once.
"""

from __future__ import annotations

import platform
import shlex
import time
import tomllib
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

import net2fig
from net2fig.commands.explain.reasons import OptionSources
from net2fig.commands.explain.settings import list_settings
from net2fig.commands.internal_errors import convert_error
from net2fig.commands.latex import write_snippet
from net2fig.compose.style.contrast import LEAST, measure_seen_difference
from net2fig.data.grammar import load_grammar, load_palette, palette_names, texture_names
from net2fig.data.template import load_template, template_names
from net2fig.errors import Net2figError, UsageError, UsageProblemsError
from net2fig.figure import Figure
from net2fig.options.resolve import resolve
from net2fig.options.schema import build_grouping_schema
from net2fig.options.sources import Source, locate_grouping_file
from net2fig.options.types import LEVELS
from net2fig.options.values import is_colour
from net2fig.session.session import Session
from net2fig.studio import messages, replies
from net2fig.studio.document import ConflictError, Document
from net2fig.studio.drawn import describe_figure, flatten_settings, list_entries
from net2fig.studio.exports import Outputs
from net2fig.studio.gestures import Gesture, make_gesture, write_rules
from net2fig.studio.offers import explain_glyph, make_offers, take_over
from net2fig.toml import Place, to_toml

EDITS = (
    messages.Set,
    messages.Style,
    messages.Group,
    messages.TakeOver,
    messages.Ungroup,
    messages.Activate,
    messages.Rename,
    messages.Hide,
    messages.Annotate,
    messages.Amend,
    messages.Erase,
)


AUTO = "auto"

LARGE = 400
"""A network of so many layers is drawn at the level of the last figure first."""


class Window(Struct):
    """What one window of the page shows, and the conflict that it has to decide."""

    level: str = ""
    opened: tuple[str, ...] = ()
    figure: Figure | None = None
    conflict: Any = None


class Studio:
    """A model, its grouping file, the outputs, and perhaps a model to compare it with."""

    def __init__(
        self, session: Session, document: Document, outputs: Outputs, other: str = ""
    ) -> None:
        self.session, self.document, self.outputs = session, document, outputs
        self.other = other
        self.files = session.files(None)

    # What the page is told

    def welcome(self) -> replies.Welcome:
        """Return what does not change."""
        templates = [load_template(name) for name in template_names()]
        catalogue = {
            "templates": [[each.id, each.label, each.width] for each in templates],
            "palettes": palette_names(),
            "textures": texture_names(),
            "levels": ["auto", *LEVELS],
            "schema": build_grouping_schema(),
        }
        return replies.Welcome(
            version=net2fig.__version__,
            model=str(self.session.source),
            file=str(self.document.path),
            outputs=list(self.outputs.last),
            other=self.other,
            catalogue=catalogue,
        )

    def file(self) -> replies.File:
        """Return the text of the grouping file."""
        document = self.document
        version = document.version
        following = document.versions[document.at + 1] if document.can_redo else None
        return replies.File(
            rev=document.revision,
            text=document.text,
            label=version.label,
            by=version.by,
            undo=version.label if document.can_undo else None,
            redo=following.label if following else None,
        )

    def draw(self, window: Window) -> list[replies.Reply]:
        """Return the figure of a window, or why there is none."""
        start = time.perf_counter()
        revision = self.document.revision
        # The window may look elsewhere before the figure is drawn.
        level, opened = window.level, window.opened
        try:
            self.document.refresh()
            revision = self.document.revision
            options = self.session.options()
            shown = replace(options, detail=level) if level else options
            figure = self.session.figure(shown, opened)
            self.files = self.session.files(options)
            window.figure = figure
            seconds = time.perf_counter() - start
            drawn = describe_figure(figure, revision, level, list(opened), round(1000 * seconds, 1))
        except Exception as error:  # noqa: BLE001 - the studio goes on after any error
            return [replies.Fault(revision, self.list_problems(convert_error(error)))]
        return [drawn]

    def preview(self, window: Window) -> replies.FigureDrawn | None:
        """Return a figure at the level of the last one, if it is there sooner than the right one.

        At the level `auto`, the outlines of several levels are made and compared. The preview needs
        one. It has no revision, and nothing is asked of it.
        """
        last = window.figure
        if last is None or window.level or window.opened or len(last.network.layers) < LARGE:
            return None
        start = time.perf_counter()
        try:
            self.document.refresh()
            options = self.session.options()
            pinned = replace(options, detail=last.outline.level)
            if options.detail != AUTO or last.outlines.has(pinned.detail, pinned):
                return None
            figure = self.session.figure(pinned)
        except Exception:  # noqa: BLE001 - what is wrong is told with the figure
            return None
        milliseconds = round(1000 * (time.perf_counter() - start), 1)
        return describe_figure(figure, "", "", [], milliseconds)

    def settings(self) -> replies.Settings | None:
        """Return the options in effect, and what sets each; none if the file is wrong by now."""
        try:
            arguments, file = self.session.sources()
            settings = list_settings(arguments, file, resolve(arguments, file))
        except Net2figError:
            return None
        return replies.Settings(self.document.revision, flatten_settings(settings))

    def list_problems(self, error: Net2figError) -> list[replies.Problem]:
        """Return the problems of an error with their lines in the grouping file."""
        errors = error.problems if isinstance(error, UsageProblemsError) else (error,)
        return [
            replies.Problem(each.message, each.hint or "", self._find_line(each.place))
            for each in errors
        ]

    def _find_line(self, place: Place | None) -> int | None:
        is_mine = place is not None and Path(place.file) == self.document.path
        return place.line if place and is_mine else None

    # Files

    def list_files(self) -> list[Path]:
        """Return the files to watch."""
        return list(self.files)

    def take_in(self, changed: Collection[Path]) -> bool:
        """Take in files that changed; tell whether the figure may be another."""
        if any(self.files.get(path) for path in changed):
            self.session.forget()
        with suppress(Net2figError):
            self.document.refresh()
        return True

    # Edits

    def edit(self, window: Window, request: Any) -> replies.Reply | None:
        """Make an edit; return why it was not made, if it was not."""
        try:
            if isinstance(request, messages.WriteText):
                self.document.replace(request.text, request.rev)
            elif isinstance(request, messages.Undo):
                self.document.undo()
            elif isinstance(request, messages.Redo):
                self.document.redo()
            else:
                self._make(window, request)
        except ConflictError as error:
            window.conflict = request
            return replies.Conflict(_show_path(error.path), _show(error.mine), _show(error.theirs))
        except Net2figError as error:
            problem = self.list_problems(error)[0]
            return replies.Refused(problem.text, problem.hint)
        return None

    def resolve(self, window: Window, choice: str) -> replies.Reply | None:
        """Decide a conflict: make the edit all the same, or forget it."""
        request, window.conflict = window.conflict, None
        if request is None or choice != "mine":
            return None
        return self.edit(window, replace(request, rev=self.document.revision))

    def _make(self, window: Window, request: Any) -> None:
        gesture = self._find_gesture(window, request)

        def change(text: str) -> str:
            try:
                tomllib.loads(text)
            except (tomllib.TOMLDecodeError, RecursionError) as error:
                message = f"invalid grouping file: {str(self.document.path)!r} (not TOML: {error})"
                raise UsageError(message, hint="mend its text, or undo") from None
            after = gesture.change(text)
            self._check(after)
            return after

        self.document.apply(gesture.label, change, revision=request.rev, paths=gesture.paths)

    def _find_gesture(self, window: Window, request: Any) -> Gesture:
        figure = window.figure
        if figure is None:
            raise UsageError("unsupported gesture: there is no figure yet")
        if isinstance(request, messages.TakeOver):
            return write_rules(take_over(figure, request.names))
        return make_gesture(request, figure.outline.because, figure.network, load_grammar())

    def _check(self, text: str) -> None:
        """Raise if the options of a text are wrong, so that no gesture breaks the file."""
        path = self.document.path
        arguments, _ = self.session.sources()
        resolve(arguments, Source(tomllib.loads(text), str(path), "", path.parent))

    # Questions

    def answer(self, window: Window, request: Any) -> replies.Reply | None:
        """Return the answer to a question about the figure of a window."""
        figure = window.figure
        if figure is None:
            return replies.Refused("unsupported question: there is no figure yet", "")
        match request:
            case messages.Try():
                return make_offers(figure, request.layers)
            case messages.Why():
                sources = OptionSources(*self.session.sources(), load_grammar())
                reasons = explain_glyph(figure, request.id, sources, self.document.text)
                return replies.Reasons(request.id, reasons)
            case messages.Check():
                return self._check_colour(figure, request)
            case messages.Copy():
                return replies.Copied(request.what, self._write_copy(figure, request.what))
            case messages.Compare():
                return self._compare(figure)
            case messages.Export():
                return self._export(request)
        return None

    def _compare(self, figure: Figure) -> replies.Reply:
        """Return the comparison with the other model, with the options of the file."""
        if not self.other:
            return replies.Refused("missing model: none to compare with", "start with --compare")
        from net2fig.comparison.pipeline import make_comparison

        try:
            result = make_comparison(figure.network, self.other, self.session.options())
        except Exception as error:  # noqa: BLE001 - the studio goes on after any error
            problem = self.list_problems(convert_error(error))[0]
            return replies.Refused(problem.text, problem.hint)
        svg = result.to_bytes("svg").decode()
        return replies.Compared(result.names, svg, list(result.words), result.alt)

    def _check_colour(self, figure: Figure, request: messages.Check) -> replies.Checked:
        """Return the entries of the legend that look like a colour, to some reader."""
        palette = load_palette(figure.page.palette)
        accents = {f"accent-{n + 1}": colour for n, colour in enumerate(palette.groups)}
        color = {**palette.roles, **accents}.get(request.color, request.color)
        others = [each for each in list_entries(figure) if each.name != request.name]
        alike = [
            each.label
            for each in others
            if is_colour(color) and measure_seen_difference(color, each.color) < LEAST
        ]
        return replies.Checked(request.name, request.color, alike)

    def _write_copy(self, figure: Figure, what: str) -> str:
        outputs = list(self.outputs.last)
        if what == "snippet":
            return write_snippet(figure, outputs)
        if what == "alt":
            return figure.alt
        if what == "report":
            return self._write_report(figure)
        source, file = str(self.session.source), self.document.path
        words = ["net2fig", source]
        words += ["-c", str(file)] if file != locate_grouping_file(source) else []
        words += [word for output in outputs for word in ("-o", output)]
        return shlex.join(words)

    def _write_report(self, figure: Figure) -> str:
        """Return what helps to find a mistake of net2fig; nothing of the model is in it."""
        done = figure.report
        system = f"Python {platform.python_version()} on {platform.system()}"
        lines = [
            f"net2fig {net2fig.__version__}, {system}",
            f"reader {done['reader']}, {done['layers']} layers, {done['drawn']} glyphs",
            f"level {done['detail']}, template {done['template']}",
            f"{done['width_pt']} × {done['height_pt']} pt",
            *(f"warning: {each['code']}" for each in done["warnings"]),
            "",
            self.document.text,
        ]
        return "\n".join(lines)

    def _export(self, request: messages.Export) -> replies.Reply:
        names = request.paths or list(self.outputs.last)
        if not names:
            return replies.Refused("missing output: name a file such as 'figure.pdf'", "")
        try:
            foreign = [] if request.replace else self.outputs.list_foreign(names)
            if foreign:
                return replies.Exists(foreign)
            figure = self.session.figure(self.session.options())
            return replies.Written(self.outputs.write(figure, names))
        except Net2figError as error:
            return replies.Refused(error.message, error.hint or "")


def _show_path(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path))


def _show(value: Any) -> str:
    if isinstance(value, str) and "\n" in value:
        return value
    return "not set" if value is None else to_toml(value)
