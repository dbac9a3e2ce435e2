"""The server: what it refuses, and that it lives on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from net2fig.studio.guard import POLICY
from net2fig.studio.server import MAX_MESSAGE, Server
from tests.studio.conftest import Desk

TOKEN = "a-token-of-the-tests"  # noqa: S105 - opens nothing
BASE = "http://127.0.0.1:8823"
ORIGIN = {"origin": BASE}


@pytest.fixture
def client(unet: Desk) -> Iterator[TestClient]:
    server = Server(unet.studio, TOKEN, 8823)
    with TestClient(server.app, base_url=BASE) as client:  # type: ignore[arg-type]
        yield client


def connect(client: TestClient, **headers: str) -> Any:
    return client.websocket_connect(f"{BASE.replace('http', 'ws')}/socket", headers=headers)


def say(socket: Any, op: str, **fields: Any) -> None:
    socket.send_text(json.dumps({"op": op, **fields}))


def hear(socket: Any, op: str) -> dict[str, Any]:
    while True:
        reply: dict[str, Any] = json.loads(socket.receive_text())
        if reply["op"] == op:
            return reply


def enter(socket: Any) -> dict[str, Any]:
    say(socket, "hello", token=TOKEN)
    return hear(socket, "figure")


def test_a_window_gets_its_figure(client: TestClient, unet: Desk) -> None:
    with connect(client, **ORIGIN) as socket:
        figure = enter(socket)
        assert figure["svg"] == unet.drawn.svg
        assert hear(socket, "settings")["options"]["detail"] == ["auto", "default"]


def test_an_edit_shows_in_all_windows(client: TestClient, unet: Desk) -> None:
    with connect(client, **ORIGIN) as one, connect(client, **ORIGIN) as other:
        figure = enter(one)
        enter(other)
        say(one, "set", rev=figure["rev"], path=["palette"], value="grey")
        for socket in (one, other):
            assert hear(socket, "file")["text"] == 'palette = "grey"\n'
            assert hear(socket, "figure")["svg"] == unet.draw().svg
        say(other, "undo")
        assert hear(one, "file")["redo"] == 'palette = "grey"'


def test_a_file_saved_by_another_program_shows(client: TestClient, unet: Desk) -> None:
    with connect(client, **ORIGIN) as socket:
        enter(socket)
        unet.file.write_text("mono = true\n")
        file = hear(socket, "file")
        assert (file["by"], file["text"]) == ("disk", "mono = true\n")
        hear(socket, "figure")
        unet.file.write_text("mono = tru\n")
        assert "not TOML" in hear(socket, "fault")["problems"][0]["text"]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:8823"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:80"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8824"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_who_comes_from_elsewhere_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), connect(client, **{**ORIGIN, **headers}):
        pass


def test_a_socket_needs_an_origin(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), connect(client):
        pass


@pytest.mark.parametrize("first", ['{"op":"hello","token":"wrong"}', '{"op":"undo"}', "x", ""])
def test_a_socket_without_the_token_learns_nothing(client: TestClient, first: str) -> None:
    with connect(client, **ORIGIN) as socket:
        socket.send_text(first)
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/server.py", "/static/../server.py", "/..%2fserver.py", "/%2e%2e/server.py", "/a"],
)
def test_other_paths_are_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_nothing_may_be_loaded_from_elsewhere(client: TestClient) -> None:
    headers = client.get("/nothing").headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def random_message(chance: random.Random) -> str:
    """Return a message that may be nearly right, or nothing like one."""
    ops = ["set", "style", "group", "rename", "hide", "try", "why", "export", "copy", "look", "x"]
    words = ["width", "../../x.svg", "/etc/passwd", "\0", "é" * 50, "", "Conv2D", "__class__"]
    values: list[Any] = [*words, None, True, -1, 1e300, [], ["a"] * 5, {"a": {}}]
    keys = ["rev", "path", "value", "name", "key", "layers", "id", "paths", "replace", "what"]
    fields = {key: chance.choice(values) for key in chance.sample(keys, chance.randrange(6))}
    text = json.dumps({"op": chance.choice(ops), **fields})
    cut = chance.randrange(len(text)) if chance.random() < 0.3 else len(text)
    return text[:cut]


def test_a_thousand_random_messages_do_no_harm(client: TestClient, unet: Desk) -> None:
    chance = random.Random(7)  # noqa: S311 - the same messages every time
    before = sorted(unet.model.parent.rglob("*"))
    with connect(client, **ORIGIN) as socket:
        enter(socket)
        for _ in range(1000):
            socket.send_text(random_message(chance))
        socket.send_text("[" * 100_000)
        socket.send_text(json.dumps({"op": "text", "rev": "", "text": "x" * MAX_MESSAGE}))
        say(socket, "copy", what="alt")
        assert hear(socket, "copied")["text"]
    assert sorted(unet.model.parent.rglob("*")) == before


def test_eight_windows_show_the_same(client: TestClient) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(connect(client, **ORIGIN)) for _ in range(8)]
        figures = [enter(socket) for socket in sockets]
        say(sockets[3], "set", rev=figures[0]["rev"], path=["mono"], value=True)
        drawn = set()
        for socket in sockets:
            hear(socket, "file")
            drawn.add(hear(socket, "figure")["svg"])
        assert len(drawn) == 1
        assert drawn != {figures[0]["svg"]}


def test_of_many_edits_the_newest_is_drawn(client: TestClient, unet: Desk) -> None:
    with connect(client, **ORIGIN) as socket:
        rev = enter(socket)["rev"]
        for width in range(300, 340):
            say(socket, "set", rev=rev, path=["width"], value=f"{width}pt")
        say(socket, "copy", what="alt")
        files = []
        figures = 0
        while True:
            reply = json.loads(socket.receive_text())
            if reply["op"] == "file":
                files.append(reply["rev"])
            figures += reply["op"] == "figure"
            if reply["op"] == "figure" and len(files) > 1 and reply["rev"] == files[-1]:
                break
            if reply["op"] == "conflict":
                say(socket, "resolve", choice="mine")
        assert unet.file.read_text().startswith("width = ")
        assert figures <= len(files) + 1
