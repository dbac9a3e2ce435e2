"""Hooks of MkDocs: pages outside docs/, and the links to them.

The gallery, CONTRIBUTING.md and CHANGELOG.md become pages of the site. Other links that leave docs/
point to the repository.
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
"""Pages outside docs/, and their paths on the site."""

PICTURES = ("gallery/figures", "gallery/chips")
"""Folders whose SVG files are part of the site."""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages outside docs/ and the pictures of the gallery."""
    for source, target in PAGES.items():
        files.append(File.generated(config, target, content=(ROOT / source).read_text("utf-8")))
    for folder in PICTURES:
        for path in sorted((ROOT / folder).glob("*.svg")):
            if not path.stem.endswith("-changed"):
                name = f"{folder}/{path.name}"
                files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Point each link to its target on the site, or else in the repository."""
    uri = page.file.src_uri
    source = next((path for path, at in PAGES.items() if at == uri), f"docs/{uri}")
    depth = "../" * uri.count("/")

    def target(found: re.Match[str]) -> str:
        link, mark, anchor = found[1].partition("#")
        if "://" in link or not link:
            return found[0]
        # The path from the root of the repository.
        path = (ROOT / source).parent.joinpath(link).resolve()
        name = path.relative_to(ROOT).as_posix()
        inside = PAGES.get(name) or (name.removeprefix("docs/") if name.startswith("docs/") else "")
        if name.startswith(PICTURES) and name.endswith(".svg"):
            inside = name
        if inside and files.get_file_from_path(inside):
            return f"]({depth}{inside}{mark}{anchor})"
        return f"]({config['repo_url']}/blob/main/{name}{mark}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", target, markdown)
