"""The models of the page of checks: the faulty ones have their fault, the mended ones have not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from net2fig.checks.finding import load_catalogue
from net2fig.checks.pipeline import check
from net2fig.commands.check import parse_memory
from net2fig.pins import NOTE
from tests.docs import conftest as _conftest  # noqa: F401  (puts docs/ on the path)

from making.checks import load_faults, pick, write_program  # isort: skip

FAULTS = {fault["code"]: fault for fault in load_faults()}


def find_codes(code: str, which: str, folder: Path) -> dict[str, str]:
    """Return the codes that a model of the page and its run have, with their tiers."""
    fault = FAULTS[code]
    program = folder / f"{which}.py"
    program.write_text(write_program(fault, which), "utf-8")
    values: dict[str, Any] = {}
    if text := pick(fault, "run", which):
        values["run"] = folder / f"{which}.{'jsonl' if text.startswith('{') else 'csv'}"
        values["run"].write_text(text, "utf-8")
    if options := pick(fault, "options", which):
        _, batch, _, memory = options.split()
        values |= {"batch": int(batch), "memory": parse_memory(memory)}
    found = check(program, notes=True, **values)
    return {each.code: each.tier for each in found}


@pytest.mark.parametrize("code", FAULTS)
def test_a_faulty_model_has_its_fault_and_the_mended_one_has_none(
    code: str, tmp_path: Path
) -> None:
    assert code in find_codes(code, "faulty", tmp_path)
    found = find_codes(code, "mended", tmp_path)
    assert [each for each, tier in found.items() if each == code or tier != NOTE] == []


def test_every_check_has_a_fault() -> None:
    assert set(FAULTS) == set(load_catalogue().codes)
