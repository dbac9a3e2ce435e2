"""The command `net2fig`, and `python -m net2fig`: a process of its own, which starts and ends fast.

Looking for garbage is a tenth of the time of a small figure, and taking the process apart another.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109  (imports nothing)
    # A file of that folder, such as copy.py, must not hide a module of Python.
    del sys.path[0]

import signal
from contextlib import suppress
from typing import NoReturn

from net2fig.gc_tuning import collect_rarely


def run() -> NoReturn:
    """Run the command and end the process as soon as all is written."""
    collect_rarely()
    signal.signal(signal.SIGTERM, leave)
    from net2fig.cli import main

    code = 1
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def leave(number: int, _frame: object) -> NoReturn:
    """End as after an error, so that no file is left half written and no process behind."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    run()
