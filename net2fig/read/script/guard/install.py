"""Holds a process to one folder, for good."""

from __future__ import annotations

import os
import sys

from net2fig.read.script.guard import audit, landlock, seccomp
from net2fig.read.script.guard.files import replace_files
from net2fig.read.script.guard.import_hook import ImportHook
from net2fig.read.script.guard.libraries import ACTIONS
from net2fig.read.script.guard.programs import replace_programs
from net2fig.read.script.guard.scratch import Scratch

DEATH_SIGNAL, KILL = 1, 9


def install_guard(folder: str) -> bool:
    """Hold this process to a folder; tell whether the kernel lets it start no process.

    Requires: a process of its own, with one thread. Ensures: see each of the modules.
    """
    Scratch.open(folder)
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = Scratch.temporary
    install_stand_ins()
    audit.install_hook()
    landlock.hold_files(Scratch.folder)
    return seccomp.hold_calls()


def install_stand_ins() -> None:
    """Replace functions now, and those of libraries as soon as they are imported."""
    replace_files()
    replace_programs()
    for name in ACTIONS:
        if name in sys.modules:
            ACTIONS[name](sys.modules[name])
    sys.meta_path.insert(0, ImportHook(ACTIONS))


def end_with_parent(parent: int) -> None:
    """Let this process end as soon as its parent does, where Linux tells it."""
    libc = landlock.load_libc()
    if libc is not None:
        libc.prctl(DEATH_SIGNAL, KILL, 0, 0, 0)
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os._exit(1)
        except PermissionError:
            return
