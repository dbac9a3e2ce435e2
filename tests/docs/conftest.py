"""Puts docs/ on the path, so that tests can import docs/making."""

from __future__ import annotations

import sys

from tests.conftest import ROOT

# At the end, so that docs/build.py hides no package of that name.
if str(ROOT / "docs") not in sys.path:
    sys.path.append(str(ROOT / "docs"))
