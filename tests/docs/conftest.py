"""What makes the pages lies beside them, in docs/making."""

from __future__ import annotations

import sys

from tests.conftest import ROOT

# Behind all else, so that docs/build.py hides no package of that name.
if str(ROOT / "docs") not in sys.path:
    sys.path.append(str(ROOT / "docs"))
