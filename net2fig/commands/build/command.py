"""`net2fig build figures.toml`: many figures from one list, only those out of date.

    template = "cvpr"               # options for all

    [[figure]]
    model = "unet.py"
    output = ["unet.pdf", "unet.svg"]
    width = "3.25in"                # options of its own

Precedence: figure → the list's own options → grouping file → template → grammar. Paths are seen
from the folder of the list.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from typing import Any

import click

from net2fig.commands.arguments import SETTINGS, check_folder
from net2fig.commands.build.build_state import BuildState
from net2fig.commands.build.jobs import Job, load_jobs
from net2fig.commands.internal_errors import convert_error
from net2fig.commands.terminal import print_lines, print_message
from net2fig.errors import UsageError, is_traceback_wanted
from net2fig.figure import draw_network
from net2fig.read import read
from net2fig.spinner import disable_spinner

DEFAULT_LIST = "figures.toml"


@click.command("build", context_settings=SETTINGS)
@click.argument("lists", nargs=-1, metavar="[figures.toml]")
@click.option("--force", is_flag=True, help="Draw those that are up to date as well.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be drawn.")
@click.option("-j", "--jobs", "workers", type=int, metavar="N", help="How many at a time.")
@click.option("-q", "--quiet", is_flag=True, help="No summary and no warnings.")
def build_command(
    lists: tuple[str, ...], force: bool, dry_run: bool, workers: int | None, quiet: bool
) -> None:
    """Draw the figures of a list, those that are out of date."""
    if len(lists) > 1:
        raise UsageError(f"unknown argument: {lists[1]!r} (one list at a time)")
    if workers is not None and workers < 1:
        raise UsageError(f"invalid value: {workers} in --jobs (must be at least 1)")
    start = time.perf_counter()
    path = Path(lists[0] if lists else DEFAULT_LIST)
    jobs = load_jobs(path)
    state = BuildState.load_beside(path)
    stale = [job for job in jobs if force or not state.is_current(job)]
    if dry_run:
        for job in stale:
            print_lines([job.name])
        return
    failed_codes = _build(stale, workers, state, quiet=quiet)
    if not quiet:
        counts = (
            f"{len(stale) - len(failed_codes)} drawn, {len(jobs) - len(stale)} up to date"
            f"{f', {len(failed_codes)} failed' if failed_codes else ''}"
        )
        print_message(f"{counts}, {time.perf_counter() - start:.2f} s")
    if failed_codes:
        raise SystemExit(max(failed_codes))


def _build(jobs: list[Job], workers: int | None, state: BuildState, *, quiet: bool) -> list[int]:
    """Draw the figures, print errors and record successes; return the exit codes of failures.

    Ensures: figures that were drawn before an interruption are not drawn again.
    """
    failed_codes: list[int] = []
    bar: Any = click.progressbar(
        length=len(jobs), label="figures", file=sys.stderr, hidden=quiet or not sys.stderr.isatty()
    )
    with bar:
        for job, code, lines in run_jobs(jobs, workers):
            bar.update(1)
            if code:
                failed_codes.append(code)
            else:
                state.record(job)
            if code or not quiet:
                for line in lines:
                    print_message(line)
    return failed_codes


JobResult = tuple[Job, int, list[str]]


def run_jobs(jobs: list[Job], workers: int | None = None) -> Iterator[JobResult]:
    """Yield each finished job with its exit code and its messages."""
    count = min(workers or os.cpu_count() or 1, len(jobs))
    if count < 2:
        yield from ((job, *run_job(job)) for job in jobs)
        return
    with ProcessPoolExecutor(count, initializer=end_with_parent) as pool:
        waiting = {pool.submit(run_job, job): job for job in jobs}
        try:
            for future in as_completed(waiting):
                job = waiting.pop(future)
                yield job, *future.result()
        except SystemExit:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            # Those that were being drawn are finished.
            for future, job in waiting.items():
                if not future.cancelled() and not future.exception():
                    yield job, *future.result()
            raise


def end_with_parent() -> None:
    """Let a worker end when the command ends, however that happens."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()


def run_job(job: Job) -> tuple[int, list[str]]:
    """Draw one figure; return its exit code and its messages."""
    disable_spinner()  # the line of progress is enough
    try:
        for output in job.outputs:
            check_folder(str(output))
        network = read(job.model, **job.options.reading)
        figure = draw_network(network, job.options)
        figure.save(*job.outputs)
    except Exception as error:  # one figure that fails does not stop the others
        if is_traceback_wanted():
            raise
        failure = convert_error(error)
        return failure.exit_code, list(_prefix_lines(job, failure.lines(line_numbers=True)))
    return 0, list(
        _prefix_lines(job, (f"warning: {notice.numbered}" for notice in figure.warnings))
    )


def _prefix_lines(job: Job, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that say which figure they are about."""
    yield from (f"{job.name}: {line}" for line in lines)
