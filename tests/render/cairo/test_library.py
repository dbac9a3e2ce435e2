"""cairo and its fonts: those of the wheel, whatever else is installed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from net2fig.errors import ModelError
from net2fig.render.cairo.library import fetch_own, find_bundled_cairo

ROOT = Path(__file__).parents[3]

CHILD = """
import sys
from net2fig.geometry import Point, Size
from net2fig.render import render
from net2fig.scene import Scene, Text
if "layout" in sys.argv:
    import pygraphviz
    graph = pygraphviz.AGraph("digraph { a -> b }")
    graph.layout("dot")
texts = (
    Text(Point(5, 20), "Conv 3×3 → 64", 7, "#222222"),
    Text(Point(5, 40), "Times", 7, "#222222", family="serif", bold=True),
)
scene = Scene(Size(99, 50), texts, title="From elsewhere")
sys.stdout.buffer.write(render(scene, "png"))
try:
    print(*{line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}, file=sys.stderr)
except OSError:
    pass
"""


def child(*arguments: str, prefix: tuple[str, ...] = (), **changes: str) -> tuple[bytes, str]:
    """What another process draws, and the libraries that it used."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **changes}
    command = [*prefix, sys.executable, "-c", CHILD, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return done.stdout, done.stderr.decode()


@pytest.fixture(scope="session")
def drawing_bytes() -> bytes:
    """The bytes to which every process must come."""
    return child()[0]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://localhost/a.png", "a.png", "data:,x"]
)
def test_nothing_is_fetched(url: str) -> None:
    with pytest.raises(ModelError) as caught:
        fetch_own(url, "image/*")
    assert caught.value.message.startswith(f"unsupported image/* in a drawing: {url!r}")


def test_the_same_bytes_in_another_place_time_and_tongue(
    drawing_bytes: bytes, tmp_path: Path
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig><dir>/usr/share/fonts</dir></fontconfig>")
    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "HOME": str(tmp_path)}
    assert child(FONTCONFIG_FILE=str(config), **elsewhere)[0] == drawing_bytes


@pytest.mark.skipif(find_bundled_cairo() is None, reason="pygraphviz is not from a wheel")
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_cairo_and_fontconfig_are_those_of_the_wheel() -> None:
    libraries = child()[1].split()
    used = [path for path in libraries if re.search(r"lib(cairo|fontconfig|freetype)[.-]", path)]
    assert len(used) == 3
    assert all("pygraphviz" in path for path in used)


def _can_hide() -> bool:
    if not (
        find_bundled_cairo()
        and shutil.which("unshare")
        and hasattr(os, "geteuid")
        and os.geteuid() == 0
    ):
        return False
    return (
        subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


HIDING = """
for folder in /usr/share/fonts /usr/local/share/fonts /etc/fonts /var/cache/fontconfig; do
    [ ! -d $folder ] || mount -t tmpfs none $folder
done
find /lib /usr/lib /usr/local/lib -name 'libcairo.so*' -o -name 'libfontconfig.so*' |
while read -r library; do mount --bind /dev/null "$library" || exit 1; done
exec "$@"
"""
"""Covers the system's fonts and libraries, for this process alone."""


@pytest.mark.skipif(not _can_hide(), reason="needs to be root on Linux, to hide files")
@pytest.mark.parametrize("first", ["drawing", "layout"])
def test_the_same_bytes_without_the_cairo_and_the_fonts_of_the_system(
    drawing_bytes: bytes, first: str
) -> None:
    hidden = ("unshare", "-m", "sh", "-euc", HIDING, "sh")
    data, libraries = child(first, prefix=hidden)
    assert hashlib.sha256(data).digest() == hashlib.sha256(drawing_bytes).digest()
    assert "Fontconfig" not in libraries or first == "layout"
