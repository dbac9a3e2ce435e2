"""The models of the page of checks: the faulty ones have their fault, the mended ones have not."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.checks.finding import load_catalogue
from net2fig.checks.pipeline import check
from net2fig.pins import NOTE
from tests.docs import conftest as _conftest  # noqa: F401  (puts docs/ on the path)

from making.checks import load_faults, write_program  # isort: skip

FAULTS = {fault["code"]: fault for fault in load_faults()}


@pytest.mark.parametrize("code", FAULTS)
def test_a_faulty_model_has_its_fault_and_the_mended_one_has_none(
    code: str, tmp_path: Path
) -> None:
    faulty, mended = tmp_path / "faulty.py", tmp_path / "mended.py"
    faulty.write_text(write_program(FAULTS[code], "faulty"), "utf-8")
    mended.write_text(write_program(FAULTS[code], "mended"), "utf-8")
    assert code in {each.code for each in check(faulty, notes=True, reader="record")}
    found = check(mended, notes=True, reader="record")
    assert [each for each in found if each.code == code or each.tier != NOTE] == []


def test_every_fault_is_a_check() -> None:
    assert set(FAULTS) <= set(load_catalogue().codes)
