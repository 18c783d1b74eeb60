"""The data that a run was given is told beside the run, and never in its way."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.datasets import Datasets
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.testing.launcher_contract import await_that
from jupyter_mlops.workspace import connect

pd = pytest.importorskip("pandas")


def submit(home, name, code, namespace):
    return connect(home.path).runs.submit(Cell(code, namespace), name=name)


def told(run) -> Datasets:
    path = run.folder.path / "datasets.json"
    await_that(path.exists)
    return wire.decode(path.read_bytes(), Datasets)


def test_a_run_tells_what_its_tables_hold(home):
    frame = pd.DataFrame({"pixel": np.arange(300_000.0), "label": "a"})
    code = "X, y = pair\nframe['pixel'] = 0\nprint(len(X), names)"
    namespace = {"frame": frame, "pair": (np.zeros((5, 2)), np.ones(5)), "names": ["a"]}
    run = submit(home, "digits", code, namespace)
    assert run.wait() == "succeeded", run.logs()
    assert [item.name for item in run.receipt.items if item.table] == ["pair", "frame"]
    first, second, third = told(run).datasets
    assert (first.name, first.part, first.shape, first.rows) == ("pair", "[0]", [5, 2], 5)
    assert (second.name, second.part, second.shape) == ("pair", "[1]", [5])
    assert (third.name, third.rows, [column.name for column in third.columns]) == ("frame", 300_000, ["pixel", "label"])
    again = submit(home, "again", code, {**namespace, "frame": frame.iloc[::-1]})
    assert [data.digest for data in told(again).datasets] == [first.digest, second.digest, third.digest]


def test_a_run_without_tables_has_no_file(home):
    run = submit(home, "plain", "print(x)", {"x": [1]})
    assert run.wait() == "succeeded"
    assert not (run.folder.path / "datasets.json").exists()


def test_a_run_that_repeats_another_has_its_file(home):
    run = submit(home, "first", "print(x)", {"x": np.ones(3)})
    run.wait()
    told(run)
    again = run.retry()
    told(again)
    assert os.path.samefile(run.folder.path / "datasets.json", again.folder.path / "datasets.json")


def test_what_cannot_be_told_gets_a_sentence(home):
    frame = pd.DataFrame({"a": [object()]})
    run = submit(home, "odd", "print(len(x))", {"x": frame})
    assert told(run) == Datasets(
        notes=["`x` has no fingerprint: it holds objects of type object, which do not say what they hold."]
    )
    assert run.wait() == "succeeded"


def test_a_value_that_cannot_be_loaded_again_gets_a_sentence(home, tmp_path, monkeypatch):
    (tmp_path / "boxes.py").write_text(
        "import os\n"
        "class Box(dict):\n"
        "    def __reduce__(self):\n"
        "        return load, ()\n"
        "def load():\n"
        "    if 'JUPYTER_MLOPS_RANK' not in os.environ:\n"
        "        raise OSError('only once')\n"
        "    return Box()\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    boxes = importlib.import_module("boxes")

    try:
        namespace = {"x": np.ones(3), "box": boxes.Box(a=np.ones(2))}
        run = submit(home, "box", "print(x, box)", namespace)
        assert run.wait() == "succeeded", run.logs()
        found = told(run)
    finally:
        del sys.modules["boxes"]
    assert [data.name for data in found.datasets] == ["x"]
    assert "only once" in found.notes[0]


def test_a_child_that_dies_leaves_a_sentence_and_the_run_well(home, tmp_path, monkeypatch):
    (tmp_path / "killer.py").write_text(
        "import os, signal\n"
        "class Killer(dict):\n"
        "    def __reduce__(self):\n"
        "        return load, ()\n"
        "def load():\n"
        "    if 'JUPYTER_MLOPS_RANK' not in os.environ:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return {}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    killer = importlib.import_module("killer")

    try:
        value = killer.Killer(a=np.ones(2))
        run = submit(home, "killer", "print(x)", {"x": value})
        assert run.wait() == "succeeded", run.logs()
        found = told(run)
    finally:
        del sys.modules["killer"]
    assert found.notes == ["There are no fingerprints: the program that takes them has ended early."]


def test_trials_of_one_sweep_share_one_file(home, tmp_path):
    from jupyter_mlops.platforms.local import datasets

    sweep = home.path / "sweeps" / "s"
    sweep.mkdir(parents=True)
    run = submit(home, "origin", "print(x)", {"x": np.ones(3)})
    run.wait()
    told(run)
    trials = [tmp_path / str(number) for number in range(2)]
    for trial in trials:
        trial.mkdir()
        (trial / "bundle").symlink_to(run.folder.path / "bundle")
        spec = {"python": sys.executable, "cwd": str(Path.cwd()), "sweep": "s", "env": dict(os.environ)}
        pid = datasets.start(str(home.path), str(trial), spec)
        assert bool(pid) == (trial == trials[0]), "only the first has work to do"
        if pid:
            assert os.waitpid(pid, 0)[1] == 0
    assert os.path.samefile(trials[0] / "datasets.json", trials[1] / "datasets.json")
    assert os.path.samefile(trials[0] / "datasets.json", sweep / "datasets.json")
    assert wire.decode((sweep / "datasets.json").read_bytes(), Datasets) == told(run)


def test_the_child_ends_with_its_keeper(home, tmp_path, monkeypatch):
    (tmp_path / "slow.py").write_text(
        "import os, pathlib, time\n"
        "class Slow(dict):\n"
        "    def __reduce__(self):\n"
        "        return load, ()\n"
        "def load():\n"
        "    if 'JUPYTER_MLOPS_RANK' not in os.environ:\n"
        f"        pathlib.Path({str(tmp_path)!r}, 'draft').write_text(str(os.getpid()))\n"
        f"        os.rename({str(tmp_path / 'draft')!r}, {str(tmp_path / 'pid')!r})\n"
        "        time.sleep(1000)\n"
        "    return {}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    slow = importlib.import_module("slow")
    try:
        run = submit(home, "slow", "print(x)", {"x": slow.Slow(a=np.ones(2))})
    finally:
        del sys.modules["slow"]
    assert run.wait() == "succeeded", run.logs()
    await_that((tmp_path / "pid").exists)
    pid = int((tmp_path / "pid").read_text())
    keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGTERM)
    await_that(lambda: not Path(f"/proc/{pid}").exists())
