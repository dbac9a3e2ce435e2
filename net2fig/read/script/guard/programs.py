"""Stand-ins for functions that start programs and processes.

Requires: a process of its own. Ensures: a program is a process that has finished, with code 0 and
without output. What would run in other processes of Python runs in threads of this one.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from types import ModuleType
from typing import Any

FIRST_PROCESS = 2**22 + 1
"""The number of the first process that there is not: more than a system gives."""

PIPES = slice(9, 15)
"""Where `_execute_child` of a process gets both ends of its three pipes, on all systems."""

ANSWERS = {"system": 0, "kill": None, "killpg": None, "startfile": None}
"""Functions of `os`, and what they return."""

PROCESSES: Iterator[int] = itertools.count(FIRST_PROCESS)

MAX_NAME = 60

SKIPPED: list[str] = []
"""The programs that were not started."""

THREADED = (
    *("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier"),
    *("Queue", "JoinableQueue", "Value", "Array", "Pipe"),
)
"""What `multiprocessing.dummy` offers for threads by the same name."""


def replace_programs() -> None:
    """Replace the functions of `os`."""
    for name, answer in ANSWERS.items():
        if hasattr(os, name):
            setattr(os, name, lambda *_args, _answer=answer, **_options: _answer)
    for name in ("fork", "posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            setattr(os, name, lambda *args, **_options: start(*args[:1]))
    for name in ("waitpid", "wait", "wait3", "wait4"):
        original = getattr(os, name, None)
        if original is not None:
            setattr(os, name, make_wait(original, 3 if name in ("wait3", "wait4") else 2))


def start(program: Any = "fork") -> int:
    """Return the number of a process that has finished."""
    SKIPPED.append(os.fsdecode(program)[:MAX_NAME])
    return next(PROCESSES)


def make_wait(original: Any, size: int) -> Any:
    """Return a function that waits for a process."""

    def wait(process: int = FIRST_PROCESS, *args: Any) -> Any:
        if process < FIRST_PROCESS:
            return original(process, *args)
        return (process, 0, None)[:size]

    return wait


def replace_popen(subprocess: ModuleType) -> None:
    """Make every program of `subprocess` one that has finished."""
    original: Any = subprocess.Popen

    class Popen(original):  # type: ignore[misc]
        """A process that has finished, without output."""

        stdin: Any

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            if self.stdin is not None:
                self.stdin.close()
                self.stdin = open(os.devnull, "w" if self.text_mode else "wb")  # noqa: PTH123, SIM115

        def _execute_child(self, args: Any, *rest: Any) -> None:
            self._close_pipe_fds(*rest[PIPES])
            self.pid = start(args if isinstance(args, (str, bytes)) else next(iter(args), ""))
            self.returncode = 0

    subprocess.Popen = Popen  # type: ignore[attr-defined]


def replace_processes(multiprocessing: ModuleType) -> None:
    """Run in threads what would run in processes."""
    from multiprocessing import context, dummy, pool

    class Process(dummy.Process):
        """A thread that is called a process."""

        pid = os.getpid()
        sentinel = -1

        def end(self) -> None:
            """Do nothing: a thread ends by itself."""

        terminate = kill = close = end

    base: Any = pool.Pool

    class Pool(pool.ThreadPool):
        """A pool of threads that is called one of processes."""

        def __init__(
            self,
            processes: Any = None,
            initializer: Any = None,
            initargs: Any = (),
            *_rest: Any,
            **_options: Any,
        ) -> None:
            base.__init__(self, processes, initializer, initargs)

        # The module calls class methods of `Pool`, which are those of this class now.
        _wait_for_updates = staticmethod(vars(base)["_wait_for_updates"].__func__)

    class Manager:
        """What a manager offers, without a server."""

        def __getattr__(self, name: str) -> Any:
            return getattr(dummy, name)

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_error: object) -> None:
            """Do nothing."""

        def start(self, *_args: Any) -> None:
            """Do nothing."""

        shutdown = connect = start

    offered = {name: getattr(dummy, name) for name in THREADED}
    offered |= {"Process": Process, "Pool": Pool, "Manager": Manager}
    for name, value in offered.items():
        setattr(multiprocessing, name, value)
    for owner in vars(context).values():
        if isinstance(owner, type) and issubclass(owner, context.BaseContext):
            for name in offered.keys() & set(dir(owner)):
                setattr(owner, name, keep(offered[name]))
    pool.Pool = Pool  # type: ignore[misc]


def keep(value: Any) -> Any:
    """Return a function that a class does not take for a method."""
    return value if isinstance(value, type) else staticmethod(value)


def replace_executor(module: ModuleType) -> None:
    """Run in threads what an executor would run in processes."""
    from concurrent.futures import ThreadPoolExecutor

    class ProcessPoolExecutor(ThreadPoolExecutor):
        """An executor with threads that is called one with processes."""

        def __init__(
            self,
            max_workers: Any = None,
            _context: Any = None,
            initializer: Any = None,
            initargs: Any = (),
            **_options: Any,
        ) -> None:
            super().__init__(max_workers, "", initializer, initargs)

    module.ProcessPoolExecutor = ProcessPoolExecutor  # type: ignore[attr-defined]
