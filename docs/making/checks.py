"""The page of checks: each with a faulty model, its picture, and the mended one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from making.markdown import MADE, table
from net2fig.checks.finding import Case, load_catalogue
from net2fig.pins import ERROR

FAULTS = Path(__file__).resolve().parent.parent / "faults.toml"

PROGRAM = """\
{first}from keras import Sequential, {more}

model = Sequential(
    [
        layers.Input({shape}),
{lines}
    ]
)
model.compile({compile})
{rest}"""

PLACEHOLDER = re.compile(r"\{\w+\}")


def load_faults() -> list[dict[str, Any]]:
    """Return the faulty and the mended models."""
    faults: list[dict[str, Any]] = tomllib.loads(FAULTS.read_text("utf-8"))["fault"]
    return faults


def pick(fault: dict[str, Any], key: str, which: str) -> Any:
    """Return what a faulty or a mended model has under a key; the same for both if stated once."""
    mended = fault.get(f"mended_{key}") if which == "mended" else None
    return fault.get(key, "") if mended is None else mended


def write_program(fault: dict[str, Any], which: str) -> str:
    """Return the program of a faulty or a mended model."""
    stated, fit = pick(fault, "compile", which), "\n".join(pick(fault, "fit", which))
    lines = "\n".join(f"        {line}," for line in fault[which])
    more = [name for name in ("datasets", "optimizers") if f"{name}." in stated + fit]
    return PROGRAM.format(
        first="import numpy\n" if "numpy." in fit else "",
        more=", ".join(sorted(["layers", *more])),
        shape=fault["shape"],
        lines=lines,
        compile=stated,
        rest=fit,
    )


def write_run(fault: dict[str, Any], code: str, which: str) -> tuple[list[str], str]:
    """Return the block of the record of a training, and the option that reads it."""
    text = pick(fault, "run", which)
    options = f" {found}" if (found := pick(fault, "options", which)) else ""
    if not text:
        return [], options
    suffix, language = ("jsonl", "text") if text.startswith("{") else ("csv", "text")
    name = f"{code}-mended.{suffix}" if which == "mended" else f"{code}.{suffix}"
    block = [
        f"<!-- file: {name} -->",
        f'```{language} title="{name}"',
        text.rstrip(),
        "```\n",
    ]
    return block, f"{options} --run {name}"


def checks_page() -> str:
    """Return the page."""
    catalogue = load_catalogue()
    limits = {code: f"{value:g}" for code, value in catalogue.threshold.items()}
    faults = {fault["code"]: fault for fault in load_faults()}
    parts = [
        MADE,
        "# Checks\n",
        (
            "`net2fig check MODEL` finds faults of a model and of its training. An *error* cannot"
            " work: the exit code is 1. A *warning* may not work. A *note* is advice, shown with"
            " `--notes`. `--run FILE` also checks the record of a training: `run.jsonl` of the"
            " callback `net2fig.Watch`, a CSV log of Keras, events of TensorBoard, a database of"
            " MLflow or Optuna.\n"
        ),
        (
            "The loss and the optimizer are those of `compile`: in the file of a saved model, or in"
            " code, which is not run for it. What is not known is not checked.\n"
        ),
        table(
            ("check", "tier", "condition", "threshold"),
            [
                (
                    f"[`{case.code}`](#{case.code})",
                    case.tier,
                    case.when,
                    limits.get(case.code, ""),
                )
                for case in catalogue.check
            ],
        ),
        "## Change what is checked\n",
        "The table `[checks]` of the grouping file leaves out checks and sets thresholds.\n",
        "<!-- file: checked.toml -->",
        '```toml title="checked.toml"',
        "[checks]",
        'ignore = ["rate"]',
        "high-dropout = 0.9",
        "```\n",
    ]
    parts += [
        "## How much is found\n",
        (
            "`benchmarks/faults.py` checks faulty programs of other people, and their corrected"
            " twins. Collections for research hold such pairs: questions of Stack Overflow, commits"
            " of GitHub, exercises. Those that name a model were halved by chance. One half was"
            " looked at while checks were written, the other was not. A second set, the bugs of"
            " Defects4ML, came later and was measured before anybody read it. Programs for PyTorch"
            " are those of which others wrote, in the issues of their repositories, that the loss"
            " does not fit, with the repair that is named there, and exercises. A program is"
            " flagged if an error or a warning is told that its twin does not have.\n"
        ),
        table(
            ("pairs", "read", "flagged", "twins with an error"),
            [
                ("looked at", "51 of 52", "37 (73 %)", "0"),
                ("kept back", "41 of 42", "29 (71 %)", "1"),
                ("Defects4ML, kept back", "29 of 33", "10 (34 %)", "3"),
                ("PyTorch", "20 of 32", "11 (55 %)", "0"),
            ],
        ),
        (
            "The errors are true: those twins have a second fault, which their repair left. It is"
            " the softmax of one unit twice, and one sigmoid for ten classes twice. Not flagged"
            " are rates, widths, dropout and numbers of epochs that a run has to show, calls that"
            " Keras refuses, and data from files. For PyTorch, before losses were followed to the"
            " models that they read, 3 of 15 were flagged. In 114 further"
            " programs, of twenty public repositories, nothing was called an error.\n"
        ),
    ]
    for code in catalogue.codes:
        cases = [case for case in catalogue.check if case.code == code]
        parts += write_check(code, cases, faults.get(code))
    return "\n".join(parts)


def write_check(code: str, cases: list[Case], fault: dict[str, Any] | None) -> list[str]:
    """Return the section of a check."""
    parts = [f"## {code}\n"]
    for case in cases:
        causes = "; ".join(case.causes)
        name = f"*{case.case}*, {case.tier}" if case.case else f"*{case.tier}*"
        parts.append(
            f"- {name}: {case.when}. {plain(case.why)} Perhaps: {causes}. To do:"
            f" {plain(case.action)}."
        )
    parts.append("")
    if fault is None:
        return parts
    run, options = write_run(fault, code, "faulty")
    mended_run, mended_options = write_run(fault, code, "mended")
    parts += [
        f"<!-- file: {code}.py -->",
        f'```python title="{code}.py"',
        write_program(fault, "faulty").rstrip(),
        "```\n",
        *run,
        *(("<!-- fails: 1 -->",) if fault.get("fails", cases[0].tier == ERROR) else ()),
        "```sh",
        f"net2fig check {code}.py{options} --notes -o check-{code}.svg",
        "```\n",
        f"![The findings as pins](pictures/check-{code}.svg)\n",
        "Mended:\n",
        f"<!-- file: {code}-mended.py -->",
        f'```python title="{code}-mended.py"',
        write_program(fault, "mended").rstrip(),
        "```\n",
        *mended_run,
        "```sh",
        f"net2fig check {code}-mended.py{mended_options}",
        "```\n",
    ]
    return parts


def plain(text: str) -> str:
    """Return a text of the grammar with dots in place of numbers."""
    return PLACEHOLDER.sub("…", text)
