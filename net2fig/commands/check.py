"""The command `net2fig check`: a model, and perhaps a run of it → faults, in words and as JSON.

Exit codes: 0 no error was found, 1 an error was found, 2 the command is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from net2fig.checks.data import describe_sample, read_sample
from net2fig.checks.finding import Case, Finding, Settings, load_catalogue
from net2fig.checks.pipeline import find_faults
from net2fig.checks.training import estimate_memory, write_bytes
from net2fig.commands.arguments import (
    SETTINGS,
    STDOUT,
    add_config_option,
    add_file_option,
    add_model_argument,
    add_options,
    add_output_options,
    check_one_model,
    check_outputs,
    collect_options,
    to_json,
    write_outputs,
)
from net2fig.commands.terminal import print_lines, print_warnings
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.figure import draw_network
from net2fig.network import Network
from net2fig.options.option import FIGURE
from net2fig.options.resolve import load_options
from net2fig.options.table import Options
from net2fig.pins import ERROR
from net2fig.read import read
from net2fig.render import FORMATS
from net2fig.runs.files import read_run

MAX_ALIKE = 3
"""The most findings of one sort that are told one by one; others are counted."""

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}

NUMBER = re.compile(r"\{\w+\}")
"""A number of a finding in a text of the grammar."""

MEMORY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*", re.IGNORECASE)


@click.command("check", context_settings=SETTINGS)
@add_model_argument("model", "MODEL")
@add_output_options("Draw the model with the findings as pins.", "format")
@add_file_option("--run", "FILE", "The record of a training: run.jsonl, CSV, events, database.")
@add_file_option("--data", "FILE.npz", "A sample of the data: arrays x and y.")
@click.option("--notes", is_flag=True, help="Advice as well.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave out a check.")
@click.option("--batch", type=click.IntRange(1), metavar="N", help="The samples of a step.")
@click.option("--memory", metavar="8GB", help="The memory that training may take.")
@click.option("--explain", metavar="CODE", help="Explain a check, or 'all' of them.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@add_config_option("-c", "--config")
@add_options(FIGURE)
@click.option("-q", "--quiet", is_flag=True, help="No warnings of the reader.")
def check_command(
    model: tuple[str, ...],
    outputs: tuple[str, ...],
    format: str | None,
    run: str | None,
    data: str | None,
    notes: bool,
    ignore: tuple[str, ...],
    batch: int | None,
    memory: str | None,
    explain: str | None,
    as_json: bool,
    config: str | None,
    quiet: bool,
    **values: Any,
) -> None:
    """Find faults of a model, of its training, and of a run of it.

    An error says what cannot work, a warning what may not. The exit code is 1 if there is an error.
    """
    if explain is not None:
        print_lines(explain_check(explain))
        return
    source = check_one_model(model, "check model.py")
    check_codes(ignore, "--ignore")
    check_outputs(outputs, format, (*FORMATS, "html"))
    options = load_options(source, config, collect_options(values), command=True)
    settings = make_settings(options, ignore, notes=notes)
    limit = None if memory is None else parse_memory(memory)
    record = None if run is None else read_run(run)
    network = read(source, **options.reading)
    sample = None if data is None else describe_sample(network, read_sample(Path(data)))
    found = find_faults(network, record, settings, batch=batch, memory=limit, sample=sample)
    if outputs:
        figure = draw_network(network, replace(options, pins=found))
        write_outputs(figure, outputs, format, None)
    if STDOUT not in outputs:
        print_lines(report_findings(network, found, batch, as_json=as_json))
    if not quiet:
        print_warnings(network.notices)
    if any(each.tier == ERROR for each in found):
        raise click.exceptions.Exit(1)


def report_findings(
    network: Network, found: Sequence[Finding], batch: int | None, *, as_json: bool
) -> Iterator[str]:
    """Yield findings as text or as JSON."""
    if as_json:
        yield from to_json(describe_findings(network, found, batch)).splitlines()
        return
    yield from write_findings(found)
    if batch is not None:
        yield from write_memory(network, batch)


def check_codes(codes: Sequence[str], option: str) -> None:
    """Raise an error unless there are checks with these codes."""
    known = load_catalogue().codes
    for code in codes:
        if code not in known:
            message = f"unknown check: {code!r} in {option} {one_of(known)}"
            raise UsageError(message, hint=suggestion(code, known))


def make_settings(options: Options, ignore: Sequence[str], *, notes: bool) -> Settings:
    """Return the settings of the grouping file and of the command."""
    thresholds = {key: each for key, each in options.checks.items() if key != "ignore"}
    return Settings(thresholds, frozenset((*ignore, *options.checks.get("ignore", ()))), notes)


def parse_memory(text: str) -> float:
    """Return a number of bytes.

    >>> parse_memory("8GB"), parse_memory("512 MiB")
    (8589934592.0, 536870912.0)
    """
    match = MEMORY.fullmatch(text)
    if match is None:
        message = f"invalid memory: {text!r} in --memory (a size such as '8GB')"
        raise UsageError(message)
    return float(match[1]) * UNITS[match[2].upper()]


def write_findings(found: Sequence[Finding]) -> Iterator[str]:
    """Yield findings as lines; of many of one sort, the first ones and the number of the others."""
    sorts: dict[tuple[str, str], list[Finding]] = {}
    for each in found:
        sorts.setdefault((each.code, each.case), []).append(each)
    for alike in sorts.values():
        for each in alike[:MAX_ALIKE]:
            place = f"{each.line}: " if each.line else ""
            yield f"{each.tier}[{each.code}] {place}{each.message}"
        if len(alike) > MAX_ALIKE:
            yield f"  and {len(alike) - MAX_ALIKE} others like it"
        yield f"  to do: {alike[0].action}"
    counts = {tier: sum(each.tier == tier for each in found) for tier in ("error", "warning")}
    words = [f"{count} {tier}{'' if count == 1 else 's'}" for tier, count in counts.items()]
    yield ", ".join(words)


def write_memory(network: Network, batch: int) -> Iterator[str]:
    """Yield the memory that training a batch may take."""
    estimate = estimate_memory(network)
    if estimate is None:
        yield "memory: not known, since a size of the network is not"
    else:
        yield f"memory: about {write_bytes(estimate.need(batch))} for a batch of {batch}"


def describe_findings(
    network: Network, found: Sequence[Finding], batch: int | None
) -> dict[str, Any]:
    """Return findings for scripts."""
    estimate = estimate_memory(network)
    memory = None if estimate is None or batch is None else estimate.need(batch)
    return {
        "source": network.source,
        "memory": memory,
        "findings": [
            {
                "code": each.code,
                "case": each.case,
                "tier": each.tier,
                "layer": each.layer,
                "line": each.line,
                "message": each.message,
                "why": each.why,
                "causes": list(each.texts.causes),
                "action": each.action,
                "snippet": each.snippet,
                "numbers": {key: str(value) for key, value in each.numbers.items()},
            }
            for each in found
        ],
    }


def explain_check(code: str) -> Iterator[str]:
    """Yield what there is to say of a check, or of all."""
    catalogue = load_catalogue()
    if code != "all":
        check_codes((code,), "--explain")
    cases = [each for each in catalogue.check if code in ("all", each.code)]
    for number, case in enumerate(cases):
        if number:
            yield ""
        yield from explain_case(case)
    if code in catalogue.threshold:
        yield f"threshold: {catalogue.threshold[code]:g} ([checks] {code} in the grouping file)"


def explain_case(case: Case) -> Iterator[str]:
    """Yield what there is to say of one condition; a number of a finding is "…"."""
    yield f"{case.code}{f' ({case.case})' if case.case else ''}: {case.tier}"
    yield f"  when: {case.when}"
    yield f"  why: {NUMBER.sub('…', case.why)}"
    yield "  perhaps:"
    yield from (f"    - {cause}" for cause in case.causes)
    yield f"  to do: {NUMBER.sub('…', case.action)}"
    yield f"  for instance: {NUMBER.sub('…', case.snippet)}"
