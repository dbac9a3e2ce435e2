"""Landlock: the kernel lets a process write below one folder alone, native code included.

Requires: one thread. Ensures: where Linux has Landlock, files are created, written, renamed and
deleted below the folder alone, no program is started, no connection of TCP is made, and no signal
is sent to others. What the kernel is too old for is left out. It cannot be taken back.
"""

from __future__ import annotations

import os
import sys
from typing import Any

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of the system calls, the same on all machines."""

ASK_VERSION = 1
BENEATH = 1
NO_NEW_PRIVILEGES = 38

EXECUTE = 1 << 0
WRITE = 1 << 1
MAKE_DEVICES = 1 << 6 | 1 << 11
CHANGES = sum(1 << bit for bit in (4, 5, 7, 8, 9, 10, 12))
"""Removing and making files, folders, sockets, pipes and links."""

REFER = 1 << 13
"""Renaming and linking from one folder to another, since the second version."""

TRUNCATE = 1 << 14
"""Since the third version."""

BIND_AND_CONNECT = 0b11
"""Of TCP, since the fourth version."""

SOCKETS_AND_SIGNALS = 0b11
"""To processes outside, since the sixth version."""


def load_libc() -> Any:
    """Return the C library; None where Python cannot call it or this is not Linux."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True)
    except (ImportError, OSError):
        return None


def find_version(libc: Any) -> int:
    """Return the version of Landlock; 0 if there is none."""
    return max(libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION), 0) if libc is not None else 0


def hold_files(folder: str) -> bool:
    """Let this process write below a folder alone; tell whether the kernel does so."""
    libc = load_libc()
    version = find_version(libc)
    if not version:
        return False
    import ctypes

    beneath = WRITE | CHANGES
    beneath |= REFER if version >= 2 else 0
    beneath |= TRUNCATE if version >= 3 else 0
    fields = [beneath | EXECUTE | MAKE_DEVICES]
    fields += [BIND_AND_CONNECT] if version >= 4 else []
    fields += [SOCKETS_AND_SIGNALS] if version >= 6 else []
    attributes = (ctypes.c_uint64 * len(fields))(*fields)
    rules = libc.syscall(
        CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), 0
    )
    if rules < 0:
        return False
    try:
        add_rule(libc, rules, folder, beneath)
        add_rule(libc, rules, os.devnull, beneath & (WRITE | TRUNCATE))
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(libc.syscall(RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def add_rule(libc: Any, rules: int, path: str, allowed: int) -> None:
    """Allow something below a path."""
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = allowed.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        libc.syscall(ADD_RULE, rules, BENEATH, rule, 0)
    finally:
        os.close(place)
