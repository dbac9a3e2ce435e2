"""What keeps a page to itself: it runs its own script, loads nothing, and obeys no name."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any


def make_policy(style: str, script: str) -> str:
    """Return the content policy: the page may run its own script and load nothing."""
    scripts, styles = _compute_digest(script), _compute_digest(style)
    return (
        f"default-src 'none'; script-src '{scripts}'; style-src '{styles}';"
        " img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def guard_script(script: str) -> str:
    """Return a script that is the same for readers of HTML and of XML."""
    return f"//<![CDATA[\n{script}//]]>"


def dump_json(data: Any) -> str:
    """Return data that no name can end or begin a tag in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _compute_digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
