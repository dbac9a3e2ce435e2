"""A seccomp filter: the kernel refuses calls that start processes, send, or change the machine.

Requires: one thread; Linux on x86-64 or 64-bit ARM. Ensures: no process is started, nothing is sent
to an address, and no signal reaches another process. Modes, owners and times of files stay as they
are, and the caller is told that they were changed. It cannot be taken back.
"""

from __future__ import annotations

import errno
import os
import platform
import struct
from collections.abc import Mapping

from net2fig.read.script.guard.landlock import NO_NEW_PRIVILEGES, load_libc

SET_SECCOMP, FILTER = 22, 2

ALLOW = 0x7FFF0000
ERROR = 0x00050000
PRETEND = ERROR
"""The call is left out, and returns 0."""

DENIED = ERROR | errno.EACCES
UNKNOWN_CALL = ERROR | errno.ENOSYS

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Operations of the filter's machine."""

NUMBER, MACHINE, ARGUMENTS = 0, 4, 16
"""Where the filter finds the call, the machine and the arguments of the call."""

THREAD = 0x00010000
"""The flag of `clone` for a thread."""

FOREIGN = 0x40000000
"""From here on, x86-64 has the calls of another interface."""

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""The name of a machine: its number in filters, and its column below."""

Calls = Mapping[str, tuple[int | None, int | None]]

PRETENDED: Calls = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "listen": (50, 201),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}

REFUSED: Calls = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "connect": (42, 203),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "bpf": (321, 280),
    "ptrace": (101, 117),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "move_mount": (429, 429),
    "mount_setattr": (442, 442),
    "setns": (308, 268),
    "unshare": (272, 97),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "open_by_handle_at": (304, 265),
}

MISSING: Calls = {"clone3": (435, 435), "io_uring_setup": (425, 425)}
"""Calls that the filter cannot look into: libraries know what to do where they are not there."""

CLONE: tuple[int, int] = (56, 220)
SEND_TO: tuple[int, int] = (44, 206)
KILL: tuple[tuple[int, int], ...] = ((62, 129), (234, 131))
"""`kill` and `tgkill`, whose first argument is a process."""


def step(operation: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    """Return an instruction: both jumps count from the next one."""
    return struct.pack("=HBBI", operation, if_so, if_not, value & 0xFFFFFFFF)


def write_filter(machine: int, column: int, process: int) -> bytes:
    """Return the filter for a machine and a process, which may send signals to itself."""
    parts = [
        step(LOAD, MACHINE) + step(EQUAL, machine, 1) + step(RETURN, DENIED) + step(LOAD, NUMBER)
    ]
    if column == 0:
        parts.append(step(AT_LEAST, FOREIGN, 0, 1) + step(RETURN, UNKNOWN_CALL))
    answers = ((PRETENDED, PRETEND), (REFUSED, DENIED), (MISSING, UNKNOWN_CALL))
    for calls, answer in answers:
        numbers = (each[column] for each in calls.values())
        parts += [step(EQUAL, n, 0, 1) + step(RETURN, answer) for n in numbers if n is not None]
    allowed, denied = step(RETURN, ALLOW), step(RETURN, DENIED)
    first, address = ARGUMENTS, ARGUMENTS + 4 * 8
    own = step(LOAD, first) + step(EQUAL, process, 1) + step(RETURN, PRETEND) + allowed
    parts += [step(EQUAL, each[column], 0, 4) + own for each in KILL]
    parts += [
        step(EQUAL, CLONE[column], 0, 4)
        + (step(LOAD, first) + step(ANY_BIT, THREAD, 1) + denied + allowed),
        # What goes to no address goes to the other end of a pair of sockets.
        step(EQUAL, SEND_TO[column], 0, 6)
        + (step(LOAD, address) + step(EQUAL, 0, 0, 2))
        + (step(LOAD, address + 4) + step(EQUAL, 0, 1) + denied + allowed),
    ]
    return b"".join([*parts, allowed])


def hold_calls() -> bool:
    """Install the filter; tell whether the kernel has taken it."""
    libc = load_libc()
    machine = MACHINES.get(platform.machine())
    if libc is None or machine is None or struct.calcsize("P") != 8:
        return False
    import ctypes

    program = write_filter(*machine, os.getpid())
    text = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(text))
    )
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(SET_SECCOMP, FILTER, header, 0, 0) == 0)
