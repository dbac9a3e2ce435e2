"""What code does while it builds a model leaves no trace: no file, no folder, no program."""

from __future__ import annotations

from net2fig.read import read

CODE = """\
import json, os, pathlib, shutil, subprocess, tempfile
import keras

os.environ["RUNS"] = os.path.join(os.path.dirname(__file__), "runs")
folder = os.environ["RUNS"]
os.makedirs(folder, exist_ok=True)
pathlib.Path(folder, "deep").mkdir(parents=True, exist_ok=True)
os.system(f"touch {folder}.txt")
said = subprocess.check_output(["touch", f"{folder}.txt"], text=True)
assert said == "" and subprocess.run(["touch", f"{folder}.txt"]).returncode == 0
shutil.copy(__file__, f"{folder}.py")
shutil.rmtree(os.path.join(os.path.dirname(__file__), "kept"))
os.kill(os.getpid(), 9)
os.remove(os.path.join(os.path.dirname(__file__), "kept", "a.txt"))
with open(f"{folder}.json", "w") as file:
    json.dump({"units": 3}, file)
pathlib.Path(f"{folder}.md").write_text("words")
with tempfile.TemporaryDirectory() as place:
    assert os.path.isdir(place)
kept = open(os.path.join(os.path.dirname(__file__), "kept", "a.txt")).read()
vars()["model"] = keras.Sequential([keras.Input((len(kept),)), keras.layers.Dense(1)])
"""


def test_code_writes_moves_and_starts_nothing(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_text("four")
    (tmp_path / "writes.py").write_text(CODE)
    before = sorted(tmp_path.rglob("*"))
    network = read(tmp_path / "writes.py", reader="record", timeout=60)
    assert network.layers[0].output == (None, 4)
    assert sorted(tmp_path.rglob("*")) == before
