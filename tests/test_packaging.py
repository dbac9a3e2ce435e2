"""The wheel alone draws: with its data, and with nothing but what it declares."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT, save_keras, tiny_model

pytestmark = pytest.mark.slow


def run(*words: object, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command where nothing of this environment or of the repository can be found."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env={**kept, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    (made,) = folder.glob("*.whl")
    return made


def needed(requirements: list[str]) -> dict[str, importlib.metadata.Distribution]:
    """Return what the requirements need, and what that needs in turn."""
    found: dict[str, importlib.metadata.Distribution] = {}
    waiting = [(Requirement(text), frozenset({""})) for text in requirements]
    while waiting:
        requirement, extras = waiting.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras):
            continue
        name = requirement.name.lower().replace("_", "-")
        if name not in found:
            found[name] = importlib.metadata.distribution(name)
            inner = frozenset({"", *requirement.extras})
            waiting += [(Requirement(text), inner) for text in found[name].requires or []]
    return found


def site_of(environment: Path) -> Path:
    """Return the folder of an environment where packages lie."""
    base = str(environment)
    return Path(sysconfig.get_path("purelib", "venv", vars={"base": base, "platbase": base}))


def tops(distribution: importlib.metadata.Distribution) -> Iterator[Path]:
    """Yield what a distribution has put into the folder of packages."""
    names = {path.parts[0] for path in distribution.files or []}
    for name in sorted(names - {"..", "__pycache__"}):
        yield Path(str(distribution.locate_file(name)))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment into which the wheel was installed, and what it declares was linked.

    Linking stands in for pip's download, so that the test needs no network; anything that is used
    and not declared is missing here.
    """
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=True)
    site = site_of(folder)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        metadata = next(name for name in archive.namelist() if name.endswith("/METADATA"))
    distribution = importlib.metadata.PathDistribution(site / Path(metadata).parent)
    for other in needed(distribution.requires or []).values():
        for path in tops(other):
            target = site / path.name
            if path.exists() and not target.exists():
                target.symlink_to(path)
    return folder


def test_the_wheel_carries_the_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        f"net2fig/_data/{path.relative_to(ROOT)}"
        for folder in ("grammar", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert expected <= names
    assert "net2fig/py.typed" in names
    strays = ("tests/", "gallery/", ".ci/")
    assert not [name for name in names if name.startswith(strays)]


def test_the_wheel_is_as_light_as_a_package_should_be(wheel: Path) -> None:
    assert wheel.stat().st_size < 6_000_000


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_the_wheel_alone_draws_in_another_folder(
    installed: Path, tmp_path: Path, suffix: str
) -> None:
    save_keras(tmp_path / "net.keras", tiny_model())
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = installed / scripts / "python"
    code = (
        "import net2fig; print(net2fig.__file__); import sys; from net2fig.cli import main; main()"
    )
    said = run(
        python,
        *("-c", code, "net.keras", "-o", f"fig.{suffix}", "-o", "again.svg", "-v"),
        folder=tmp_path,
    )
    assert said.stdout.startswith(str(installed))
    assert (tmp_path / f"fig.{suffix}").stat().st_size > 1000


def test_the_wheel_draws_the_same_bytes_as_the_repository(installed: Path, tmp_path: Path) -> None:
    save_keras(tmp_path / "net.keras", tiny_model())
    python = installed / ("Scripts" if os.name == "nt" else "bin") / "python"
    words = ("-m", "net2fig", "net.keras", "-o")
    run(python, *words, "wheel.svg", "-o", "wheel.pdf", folder=tmp_path)
    run(
        sys.executable,
        *words,
        *("here.svg", "-o", "here.pdf"),
        folder=tmp_path,
        PYTHONPATH=str(ROOT),
    )
    for suffix in (".svg", ".pdf"):
        first, second = (tmp_path / f"{name}{suffix}" for name in ("wheel", "here"))
        assert first.read_bytes() == second.read_bytes()


def test_the_entry_point_is_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "net2fig = net2fig.__main__:run" in archive.read(name).decode()


def test_the_entry_point_of_the_wheel_draws(installed: Path, tmp_path: Path) -> None:
    """What pip and pipx write as `net2fig` loads this and calls it."""
    save_keras(tmp_path / "net.keras", tiny_model())
    python = installed / ("Scripts" if os.name == "nt" else "bin") / "python"
    code = (
        "from importlib.metadata import entry_points;"
        "(script,) = entry_points(group='console_scripts', name='net2fig'); script.load()()"
    )
    run(python, "-c", code, "net.keras", "-o", "fig.svg", folder=tmp_path)
    assert (tmp_path / "fig.svg").stat().st_size > 1000


def test_the_wheel_holds_the_licences_of_its_code_and_of_its_fonts(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licences = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
        texts = "".join(archive.read(name).decode() for name in licences)
        metadata = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        told = archive.read(metadata).decode()
    assert "MIT License" in texts
    assert "SIL OPEN FONT LICENSE" in texts
    assert "License-Expression: MIT AND OFL-1.1" in told
    assert "Classifier: Typing :: Typed" in told


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """What is built from the archive of sources holds the same files with the same bytes."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, folder=ROOT)
    (sdist,) = tmp_path.glob("*.tar.gz")
    assert sdist.stat().st_size < 12_000_000
    shutil.unpack_archive(sdist, tmp_path / "sources", filter="data")
    (sources,) = (tmp_path / "sources").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, folder=sources)
    (again,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert {i.filename: i.CRC for i in first.infolist()} == {
            i.filename: i.CRC for i in second.infolist()
        }
