"""The record of a studio: replayed, it gives the same grouping file."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from net2fig.cli import commands
from net2fig.errors import Net2figError
from net2fig.studio import messages
from net2fig.studio.command import make_studio
from net2fig.studio.record import RecordedStudio
from net2fig.studio.studio import Studio, Window
from tests.conftest import ROOT

MODEL = ROOT / "gallery" / "models" / "resnet50.network.json"
RESIDUAL = "(Conv2D > Conv2D > Conv2D | .) > Add"


class Desk:
    """A recorded studio in a folder, with two windows."""

    def __init__(self, folder: Path, text: str | None = None) -> None:
        self.model = Path(shutil.copy(MODEL, folder))
        self.file = folder / "net2fig.toml"
        if text is not None:
            self.file.write_text(text)
        self.record = io.StringIO()
        self.studio = RecordedStudio.record(make_studio(str(self.model), None, ()), self.record)
        self.windows = [Window(), Window()]
        for window in self.windows:
            self.studio.draw(window)

    @property
    def rev(self) -> str:
        return self.studio.document.revision

    def do(self, step: str, window: Window, stale: str) -> None:
        """Do one of the things that can be done."""
        studio, rev = self.studio, self.rev
        requests = {
            "set": messages.Set(rev, ["width"], "5in"),
            "other": messages.Set(rev, ["width"], "3.25in"),
            "stale": messages.Set(stale, ["width"], "6in"),
            "style": messages.Style(rev, "Conv2D", "label", "Faltung"),
            "group": messages.Group(rev, messages.Rule("Block", RESIDUAL)),
            "take": messages.TakeOver(rev, []),
            "rename": messages.Rename(rev, "Block", "Unit"),
            "off": messages.Activate(rev, "Unit", on=False),
            "hide": messages.Hide(rev, "Add", on=True),
            "show": messages.Hide(rev, "BatchNormalization", on=False),
            "note": messages.Annotate(rev, "note", {"text": "stem", "at": "conv1_conv"}),
            "amend": messages.Amend(rev, "note", 0, "text", "the stem"),
            "erase": messages.Erase(rev, "note", 0),
            "ungroup": messages.Ungroup(rev, "Unit"),
            "text": messages.WriteText(rev, "# mine\nmono = true\n"),
            "wrong": messages.WriteText(rev, "mono = \n"),
            "undo": messages.Undo(),
            "redo": messages.Redo(),
        }
        match step:
            case "disk":
                self.file.write_text('# theirs\nwidth = "4in"\n')
            case "delete":
                self.file.unlink(missing_ok=True)
            case "mine":
                studio.resolve(window, "mine")
            case "look":
                window.level, window.opened = "stages", ()
                studio.draw(window)
            case "draw":
                studio.draw(window)
            case "ask":
                studio.answer(window, messages.Try(["conv1_conv", "pool1_pool"]))
            case _:
                studio.edit(window, requests[step])

    def text(self) -> str | None:
        return self.file.read_text() if self.file.exists() else None


STEPS = (
    *("set", "other", "stale", "style", "group", "take", "rename", "off", "hide", "show"),
    *("ungroup", "text", "wrong", "undo", "redo", "delete", "disk", "stale", "mine", "look"),
    *("note", "amend", "note", "erase", "ask", "draw", "style"),
)


def replayed(record: str, folder: Path, name: str = "again") -> str | None:
    """Return the grouping file that a record gives, beside a copy of the model."""
    place = folder / name
    place.mkdir()
    model = shutil.copy(MODEL, place)
    (place / "study.jsonl").write_text(record)
    words = ["studio", str(model), "--replay", str(place / "study.jsonl")]
    result = CliRunner().invoke(commands, words)
    assert result.exception is None, result.exception
    file = place / "net2fig.toml"
    return file.read_text() if file.exists() else None


def test_every_gesture_is_done_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "# a comment\nmono = false\n")
    for step in STEPS:
        desk.do(step, desk.windows[0], desk.rev)
        desk.do("draw", desk.windows[0], desk.rev)
    assert desk.text()
    assert replayed(desk.record.getvalue(), tmp_path) == desk.text()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1)), max_size=12),
    begins=st.sampled_from([None, "", '[[group]]\nname = "Unit"\nmatch = "Conv2D > Add"\n']),
)
def test_a_record_gives_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]], begins: str | None
) -> None:
    folder = tmp_path_factory.mktemp("study")
    desk = Desk(folder, begins)
    stale = desk.rev
    for step, number in steps:
        desk.do(step, desk.windows[number], stale)
    desk.studio.document.refresh()
    # A file that is empty and one that is not there are the same to the studio.
    assert (replayed(desk.record.getvalue(), folder) or "") == (desk.text() or "")


def test_a_record_tells_when_what_was_asked_and_no_more_of_the_model_than_names(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    desk.do("ask", desk.windows[1], "")
    desk.do("group", desk.windows[0], "")
    lines = [json.loads(line) for line in desk.record.getvalue().splitlines()]
    assert [line["type"] for line in lines] == ["start", "drawn", "drawn", "asked", "asked"]
    assert [line["window"] for line in lines[1:]] == [0, 1, 1, 0]
    assert lines[3]["request"] == {"op": "try", "layers": ["conv1_conv", "pool1_pool"]}
    assert [line["at"] for line in lines[1:]] == sorted(line["at"] for line in lines[1:])
    assert "params" not in desk.record.getvalue()


def test_what_is_broken_off_is_replayed_as_far_as_it_goes(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.do("set", desk.windows[0], "")
    text = desk.text()
    desk.do("group", desk.windows[0], "")
    assert replayed(desk.record.getvalue()[:-20], tmp_path) == text


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("", "invalid record: 'study.jsonl' (it is empty)"),
        ("[]\n[]\n", "invalid record: 'study.jsonl', line 1"),
        ('{"type":"written","at":1,"text":""}\n', "invalid record: 'study.jsonl' (no beginning)"),
        ('{"type":"start","version":"1","model":"m","text":"a = 1"}\n',
         "(it begins with another text of net2fig.toml)"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(MODEL, "m.network.json")
    Path("net2fig.toml").write_text("mono = true\n")
    Path("study.jsonl").write_text(record)
    result = CliRunner().invoke(
        commands, ["studio", "m.network.json", "--replay", "study.jsonl"]
    )  # fmt: skip
    assert isinstance(result.exception, Net2figError)
    assert message in str(result.exception)
    assert Path("net2fig.toml").read_text() == "mono = true\n"


def test_a_record_replaces_no_file(tmp_path: Path) -> None:
    model, record = Path(shutil.copy(MODEL, tmp_path)), tmp_path / "study.jsonl"
    record.write_text("mine")
    result = CliRunner().invoke(
        commands, ["studio", str(model), "--no-browser", "--record", str(record)]
    )
    assert "there is such a file" in str(result.exception)
    assert record.read_text() == "mine"


def test_a_studio_without_a_record_is_the_plain_one(tmp_path: Path) -> None:
    assert type(make_studio(shutil.copy(MODEL, tmp_path), None, ())) is Studio
