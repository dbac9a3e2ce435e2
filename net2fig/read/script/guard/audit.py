"""An audit hook: sees what Python itself is asked to do, in every thread, and refuses the rest.

Requires: `Scratch` is open. Ensures: what goes past the stand-ins raises an error that names it:
files outside the scratch folder that are opened for writing or changed, programs, databases,
connections and packets. It cannot be taken back.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any

from net2fig.read.script.guard.scratch import WRITE_FLAGS, Scratch

CHANGES = {
    **dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod"), (0,)),
    **dict.fromkeys(("os.chown", "os.utime", "os.chflags", "os.setxattr"), (0,)),
    **dict.fromkeys(("os.removexattr", "os.lchmod"), (0,)),
    "os.rename": (0, 1),
    "os.link": (1,),
    "os.symlink": (1,),
}
"""Events that change files, and which of their arguments are paths."""

IN_FOLDERS = frozenset(
    {"os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.utime", "os.rename"}
    | {"os.link", "os.symlink"}
)
"""Events whose last argument may be an open folder, which the path begins at."""

NO_FOLDER = -1

PROGRAMS = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
    | {"os.startfile", "os.startfile/2", "subprocess.Popen", "pty.spawn", "os.kill", "os.killpg"}
    | {"_winapi.CreateProcess"}
)
"""Events that start programs, or send signals to them."""

PACKETS = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
    | {"socket.sendto", "socket.sendmsg", "socket.getnameinfo", "syslog.openlog", "syslog.syslog"}
)
"""Events that send something."""

SYSTEM = frozenset(
    {"winreg.CreateKey", "winreg.DeleteKey", "winreg.DeleteValue", "winreg.SaveKey"}
    | {"winreg.SetValue", "winreg.LoadKey", "socket.sethostname", "setrlimit"}
)
"""Events that change the machine."""


def refuse(error: type[OSError], text: str) -> None:
    """Raise an error that says what net2fig does not do."""
    raise error(errno.EACCES, f"net2fig {text}")


def check_open(_event: str, args: tuple[Any, ...]) -> None:
    """Refuse a file that is opened for writing outside the scratch folder."""
    path, _mode, flags = args
    if isinstance(path, (str, bytes)) and flags & WRITE_FLAGS and not Scratch.holds(path):
        refuse(PermissionError, f"writes no file: {os.fsdecode(path)}")


def check_change(event: str, args: tuple[Any, ...]) -> None:
    """Refuse a change of a file outside the scratch folder."""
    for place in CHANGES[event]:
        path = args[place]
        if event == "os.truncate" and isinstance(path, int):
            continue  # it was opened for writing
        is_path = isinstance(path, (str, bytes, os.PathLike))
        in_folder = event in IN_FOLDERS and args[-1] != NO_FOLDER
        if not is_path or in_folder or not Scratch.holds(path):
            refuse(PermissionError, f"changes no file: {event}({path!r})")


def check_program(event: str, args: tuple[Any, ...]) -> None:
    """Refuse to start a program."""
    named = ": ".join([event, *(repr(arg) for arg in args[:1])])
    refuse(PermissionError, f"starts no program, and sends it no signal: {named}")


def check_packet(event: str, args: tuple[Any, ...]) -> None:
    """Refuse to send something to another machine, or to another program."""
    address = args[1] if event.startswith(("socket.connect", "socket.send")) else args[:1]
    if address is None and event == "socket.sendmsg":
        return
    refuse(ConnectionRefusedError, f"opens no connection (to {address!r})")


def check_database(_event: str, args: tuple[Any, ...]) -> None:
    """Refuse a database outside the scratch folder, unless it is only read."""
    text = os.fsdecode(args[0]) if isinstance(args[0], (str, bytes, os.PathLike)) else ""
    path, _, options = text.removeprefix("file:").partition("?")
    is_open = "mode=ro" in options or "mode=memory" in options or path in ("", ":memory:")
    if not is_open and not Scratch.holds(path):
        refuse(PermissionError, f"writes no database: {path}")


def check_system(event: str, _args: tuple[Any, ...]) -> None:
    """Refuse a change of the machine."""
    refuse(PermissionError, f"does not change the machine: {event}")


CHECKS: dict[str, Callable[[str, tuple[Any, ...]], None]] = {
    "open": check_open,
    "sqlite3.connect": check_database,
    **dict.fromkeys(CHANGES, check_change),
    **dict.fromkeys(PROGRAMS, check_program),
    **dict.fromkeys(PACKETS, check_packet),
    **dict.fromkeys(SYSTEM, check_system),
}


def install_hook() -> None:
    """Check all events from now on."""
    find = CHECKS.get

    def hook(event: str, args: tuple[Any, ...]) -> None:
        check = find(event)
        if check is not None:
            check(event, args)

    sys.addaudithook(hook)
