"""Write the schema of the grouping file from the table of options.

`python -m net2fig.options.generate` writes it; a test compares it.
"""

from __future__ import annotations

import json

from net2fig.data.resources import data_dir
from net2fig.options.schema import build_grouping_schema


def write_schema() -> str:
    """Return the text of `grammar/schema/grouping.json`."""
    return json.dumps(build_grouping_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (data_dir("grammar") / "schema" / "grouping.json").write_text(write_schema(), encoding="utf-8")
