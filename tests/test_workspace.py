"""``connect()``: one workspace a home, and lazy names of the package."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import jupyter_mlops
from jupyter_mlops.domain.errors import Unavailable, Unsupported
from jupyter_mlops.workspace import connect


def test_a_home_is_opened_once(home):
    assert connect() is connect() is connect(home) is connect(str(home))
    assert connect().home.path == home


def test_a_home_that_was_deleted_is_made_again(home):
    first = connect()
    (home / "home.json").unlink()
    assert connect() is not first


def test_the_package_offers_what_cells_import():
    assert jupyter_mlops.connect is connect
    assert callable(jupyter_mlops.report)
    assert set(jupyter_mlops.__all__) <= set(dir(jupyter_mlops))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        jupyter_mlops.nothing  # noqa: B018


def test_out_dir_is_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from jupyter_mlops import out_dir

    assert isinstance(out_dir, Path)
    assert out_dir.is_dir()


def test_windows_is_refused_in_one_sentence(home, monkeypatch):
    from jupyter_mlops.store import machine

    monkeypatch.setattr(machine.check_system, "__defaults__", ("win32",))
    with pytest.raises(Unsupported, match="Windows is not supported"):
        connect(home / "other")


def test_a_home_below_a_file_is_refused_in_one_sentence(home):
    (home / "file").write_text("")
    with pytest.raises(Unavailable, match=r"cannot be used"):
        connect(home / "file" / "home")


def test_settings_and_sum_of_a_home(home):
    workspace = connect()
    workspace.change(slots=3)
    summary = workspace.summary()
    assert (summary.slots, summary.taken, summary.path) == (3, 0, str(home))
    assert [setting.name for setting in summary.settings if not setting.is_default] == ["slots"]


def test_a_run_that_waits_says_its_place_in_line_when_it_is_asked(home):
    workspace = connect()
    workspace.change(slots=1)
    first = workspace.runs.submit("import time\ntime.sleep(60)", name="first")
    while first.state != "running":
        first.is_finished_within(0.05)
    runs = [workspace.runs.submit("x = 1", name=name) for name in ("second", "third")]
    try:
        while "1 run is ahead" not in runs[1].why:
            runs[1].is_finished_within(0.05)
        assert runs[1].snapshot().row.why == runs[1].why
        runs[0].stop()
        assert "Next in line" in runs[1].why
    finally:
        for run in [*runs, first]:
            run.stop()


def test_a_conductor_that_was_killed_is_replaced_by_who_looks_next(home):
    sweep = connect().sweeps.submit(
        "x = 0.5\nimport time\nprint(f'score={x}', flush=True)\ntime.sleep(60)",
        "slow",
        space={"x": "0.0..1.0"},
        objective="score:maximize",
        algorithm="random",
        trials=1,
    )
    while not sweep.trials:
        sweep.is_finished_within(0.05)
    conductor = sweep.folder.keeper()
    assert conductor is not None
    os.kill(conductor.pid, signal.SIGKILL)
    # The system takes a moment to let go of a killed process's lock.
    while sweep.folder.status().launches < 2:
        connect().settle_all()
    assert sweep.folder.is_kept()
    assert [run.state for run in sweep.trials] == ["running"]
    assert sweep.stop().state == "stopped"


def test_everything_works_from_a_script(home, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from jupyter_mlops import connect\n"
        "runs = connect().runs\n"
        "code = 'epochs = 1\\nprint(f\"loss={epochs}\")'\n"
        "run = runs.submit(code, name='first', params={'epochs': 4}, timeout='1m')\n"
        "print(run.wait(), run.metrics, runs.get('first') == run, len(runs.list('first')), runs.delete(run.id) > 0)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, env={**os.environ})
    assert done.stderr == ""
    assert done.stdout == "succeeded {'loss': 4.0} True 1 True\n"


def test_all_that_a_run_writes_is_for_its_owner_alone(home):
    code = """
        from jupyter_mlops import display, out_dir, report
        model = bytes(2_000_000)
        report(loss=1)
        display("shown")
        (out_dir / "model.bin").write_bytes(model)
    """
    before = os.umask(0)
    try:
        run = connect().runs.submit(textwrap.dedent(code), name="private", keep="model", workers=2)
        assert run.wait(60) == "succeeded"
        # Its keeper still writes the environment down, and SQLite's companions go when it closes the database.
        while not run.environment or run.folder.is_kept():
            time.sleep(0.01)
    finally:
        os.umask(before)

    # What the cell itself writes has the mode that the cell wanted.
    own = run.files["model.bin"]
    paths = [path for path in home.rglob("*") if path != own]
    assert {path.name for path in paths} >= {"model.pickle", "000001.json", "1.log", "run.db", "environment.json"}
    assert [path for path in paths if path.stat().st_mode & 0o077] == []
