"""For MkDocs: pages that stand elsewhere in the repository, and the links to them.

The gallery, CONTRIBUTING.md and CHANGELOG.md are one text each, shown on the site as well; links
that lead out of docs/ to something else lead to the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = {
    "gallery/README.md": "gallery/index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
"""Where a page of the repository stands on the site."""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of the repository, and the figures of the gallery."""
    for source, target in PAGES.items():
        files.append(File.generated(config, target, content=(ROOT / source).read_text("utf-8")))
    for path in sorted((ROOT / "gallery" / "figures").glob("*.svg")):
        if not path.stem.endswith("-changed"):
            name = f"gallery/figures/{path.name}"
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Lead links to where they stand on the site."""
    uri = page.file.src_uri
    source = next((path for path, at in PAGES.items() if at == uri), f"docs/{uri}")
    depth = "../" * uri.count("/")

    def led(found: re.Match[str]) -> str:
        link, mark, anchor = found[1].partition("#")
        if "://" in link or not link:
            return found[0]
        # From the root of the repository, whatever page it is in.
        path = (ROOT / source).parent.joinpath(link).resolve()
        name = path.relative_to(ROOT).as_posix()
        inside = PAGES.get(name) or (name.removeprefix("docs/") if name.startswith("docs/") else "")
        if name.startswith("gallery/figures/") and name.endswith(".svg"):
            inside = name
        if inside and files.get_file_from_path(inside):
            return f"]({depth}{inside}{mark}{anchor})"
        return f"]({config['repo_url']}/blob/main/{name}{mark}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", led, markdown)
