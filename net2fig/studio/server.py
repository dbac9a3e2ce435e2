"""The server of the studio: the page, its files, and one socket for each window.

Requires: Starlette and uvicorn (the extra `studio`).
Ensures: one thread draws and edits; of figures that a window waits for, only the newest is drawn.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from socket import create_server, socket
from typing import Any, TypeVar

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from net2fig.commands.watch import POLL, read_stamps, wait_for_changes
from net2fig.studio import messages, replies
from net2fig.studio.guard import App, Guard, is_token
from net2fig.studio.messages import decode_request
from net2fig.studio.replies import encode_reply
from net2fig.studio.studio import EDITS, Studio, Window

STATIC = Path(__file__).parent / "static"

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/studio.js": ("studio.js", "text/javascript; charset=utf-8"),
    "/text.js": ("text.js", "text/javascript; charset=utf-8"),
    "/studio.css": ("studio.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
"""All that can be asked for, and its type."""

MAX_MESSAGE = 1 << 20
"""A message of more bytes is refused."""

WAIT_FOR_TOKEN = 20.0
"""How many seconds a socket may stay open without a token."""

Value = TypeVar("Value")


class Connection:
    """One window of the page."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.window = Window()
        self.wants_figure = asyncio.Event()

    async def send(self, reply: replies.Reply | None) -> None:
        """Send a reply, if there is one."""
        if reply is not None:
            await self.socket.send_text(encode_reply(reply).decode())


class Server:
    """The application and its windows."""

    def __init__(self, studio: Studio, token: str, port: int) -> None:
        self.studio, self.token = studio, token
        self.connections: set[Connection] = set()
        self.worker = ThreadPoolExecutor(1, thread_name_prefix="net2fig")
        self.stopped = threading.Event()
        self.sent_revision = ""
        routes: list[Any] = [Route(path, self.serve_file) for path in FILES]
        routes.append(WebSocketRoute("/socket", self.serve_window))
        self.app: App = Guard(Starlette(routes=routes, lifespan=self.run), port)

    @asynccontextmanager
    async def run(self, _: Starlette) -> Any:
        """Watch the files while the application runs."""
        self.loop = asyncio.get_running_loop()
        watcher = threading.Thread(target=self.watch, daemon=True)
        watcher.start()
        yield
        self.stopped.set()
        self.worker.shutdown(wait=False, cancel_futures=True)

    async def work(self, function: Callable[..., Value], *arguments: Any) -> Value:
        """Call a function in the one thread that draws and edits."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, function, *arguments)

    # The page

    async def serve_file(self, request: Request) -> Response:
        """Return a file of the page."""
        name, type = FILES[request.url.path]
        return Response((STATIC / name).read_bytes(), headers={"content-type": type})

    # Windows

    async def serve_window(self, socket: WebSocket) -> None:
        """Talk with a window until it closes."""
        await socket.accept()
        connection = Connection(socket)
        drawing = None
        try:
            async with asyncio.timeout(WAIT_FOR_TOKEN):
                request = self.decode(await socket.receive_text())
            if not isinstance(request, messages.Hello) or not is_token(request.token, self.token):
                await socket.close(1008)
                return
            self.connections.add(connection)
            await connection.send(await self.work(self.studio.welcome))
            await connection.send(await self.work(self.studio.file))
            drawing = asyncio.create_task(self.draw_for(connection))
            connection.wants_figure.set()
            while True:
                request = self.decode(await socket.receive_text())
                if request is None:
                    await connection.send(replies.Refused("invalid message", ""))
                    continue
                await self.handle(connection, request)
        except (WebSocketDisconnect, TimeoutError, KeyError, RuntimeError):
            pass
        finally:
            self.connections.discard(connection)
            if drawing:
                drawing.cancel()
            with suppress(RuntimeError):
                await socket.close()

    @staticmethod
    def decode(text: str) -> Any:
        """Return a request; None if the text is none."""
        if len(text) > MAX_MESSAGE:
            return None
        try:
            return decode_request(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            return None

    async def handle(self, connection: Connection, request: Any) -> None:
        """Do what a window asks for."""
        studio, window = self.studio, connection.window
        match request:
            case messages.Look():
                window.level, window.opened = request.level, tuple(request.opened)
                connection.wants_figure.set()
            case messages.Resolve():
                await connection.send(await self.work(studio.resolve, window, request.choice))
                await self.tell_change()
            case messages.WriteText() | messages.Undo() | messages.Redo():
                await connection.send(await self.work(studio.edit, window, request))
                await self.tell_change()
            case _ if isinstance(request, EDITS):
                await connection.send(await self.work(studio.edit, window, request))
                await self.tell_change()
            case _:
                await connection.send(await self.work(studio.answer, window, request))

    async def tell_change(self) -> None:
        """Send the text to all windows and draw their figures, if the text is another."""
        file = await self.work(self.studio.file)
        state = f"{file.rev} {file.undo} {file.redo}"
        if state == self.sent_revision:
            return
        self.sent_revision = state
        for connection in tuple(self.connections):
            with suppress(RuntimeError, WebSocketDisconnect):
                await connection.send(file)
            connection.wants_figure.set()

    async def draw_for(self, connection: Connection) -> None:
        """Draw the figure of a window whenever it wants one; several wishes are one."""
        while True:
            await connection.wants_figure.wait()
            connection.wants_figure.clear()
            await connection.send(await self.work(self.studio.preview, connection.window))
            if connection.wants_figure.is_set():
                continue
            for reply in await self.work(self.studio.draw, connection.window):
                await connection.send(reply)
                if isinstance(reply, replies.FigureDrawn):
                    await connection.send(await self.work(self.studio.settings))

    # Files

    def watch(self) -> None:
        """Tell of files that change; runs in a thread of its own."""
        paths = self.studio.list_files
        for changed in wait_for_changes(paths, read_stamps(paths()), self.tick()):
            with suppress(RuntimeError):
                asyncio.run_coroutine_threadsafe(self.take_in(changed), self.loop)

    def tick(self) -> Iterator[None]:
        """Yield a tick every now and then until the server stops."""
        while not self.stopped.wait(POLL):
            yield None

    async def take_in(self, changed: frozenset[Path]) -> None:
        """Take in what another program has written."""
        if await self.work(self.studio.take_in, changed):
            for connection in tuple(self.connections):
                connection.wants_figure.set()
        await self.tell_change()


def make_server(studio: Studio, token: str, port: int) -> tuple[uvicorn.Server, socket]:
    """Return a server on this machine that is not started, and the socket it listens at."""
    listener = create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        Server(studio, token, listener.getsockname()[1]).app,
        log_level="error",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config), listener


def serve(studio: Studio, token: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve the page until the user interrupts; `ready` is told the port."""
    server, listener = make_server(studio, token, port)
    ready(listener.getsockname()[1])
    with suppress(KeyboardInterrupt):
        server.run([listener])
