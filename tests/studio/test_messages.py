"""The messages of the server and the types of the page are the same."""

from __future__ import annotations

import re

import msgspec
import pytest

from net2fig.studio import messages, replies
from tests.conftest import ROOT

SOURCES = {path.name: path.read_text("utf-8") for path in (ROOT / "web" / "src").glob("*.ts*")}
NAMES = {
    "Figure": replies.FigureDrawn,
    "Glyph": replies.Glyph,
    "Entry": replies.Entry,
    "ClassRow": replies.ClassRow,
    "GroupRow": replies.GroupRow,
    "Rule": messages.Rule,
    "Rung": replies.Rung,
    "Offers": replies.Offers,
    "Welcome": replies.Welcome,
    "File": replies.File,
    "Problem": replies.Problem,
}


def tag_of(message: type[msgspec.Struct]) -> str:
    return str(message.__struct_config__.tag)


def leaves(base: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    return base.__subclasses__()


@pytest.mark.parametrize("name", NAMES)
def test_a_type_has_the_fields_of_its_message(name: str) -> None:
    body = re.search(rf"export interface {name} {{\n(.*?)\n}}", SOURCES["wire.ts"], re.DOTALL)
    assert body
    fields = set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE)) - {"op"}
    assert fields == set(NAMES[name].__struct_fields__)


def test_every_reply_is_known_to_the_page() -> None:
    known = set(re.findall(r'op: "(\w+)"', SOURCES["wire.ts"]))
    assert known == {tag_of(each) for each in leaves(replies.Reply)}
    handled = set(re.findall(r'case "(\w+)":', SOURCES["state.ts"]))
    assert handled == known


def test_every_request_is_made_by_the_page() -> None:
    text = "".join(SOURCES.values())
    made = set(re.findall(r'\b(?:send|edit)\("(\w+)"', text))
    assert made == {tag_of(each) for each in leaves(messages.Message)}
