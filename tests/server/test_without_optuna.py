"""A server whose environment has no Optuna starts searches all the same: the run's own interpreter keeps them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bench.serving import Server, serving
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import open_workspace

LACKS = "import sys\nsys.modules['optuna'] = None\n"
CODE = "lr = 0.5\nprint(f'loss={lr}')"


@pytest.fixture
def workspace(home: Path):
    opened = open_workspace(home)
    yield opened
    for sweep in opened.sweeps.list():
        sweep.stop()
    opened.close()


@pytest.fixture
def server(home: Path, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(LACKS)
    with serving(home, env={"PYTHONPATH": str(tmp_path)}) as server:
        yield server


def search(server: Server, run: Run):
    return server.post("/sweeps", run=run.id, space={"lr": "0.0..1.0"}, objective="loss", trials=1, algorithm="random")


def test_the_interpreter_of_the_run_keeps_the_search(workspace, server):
    # The same interpreter under another name.
    names = ("python", f"python{sys.version_info.major}")
    other = next(path for path in map(Path(sys.executable).with_name, names) if str(path) != sys.executable)
    run = workspace.runs.submit(CODE, "digits", python=other)
    run.wait()

    sweep = workspace.sweeps.get(search(server, run)["row"]["id"])

    assert sweep.spec.python == str(other)
    assert sweep.wait(60) == "succeeded", sweep.why


def test_a_package_that_nobody_has_is_named_with_the_command(workspace, server):
    run = workspace.runs.submit(CODE, "digits")
    run.wait()

    with pytest.raises(HTTPError) as refused:
        search(server, run)

    failure = json.loads(refused.value.read())
    assert (refused.value.code, failure["code"]) == (501, "unsupported")
    assert 'The algorithm random needs the package optuna, not installed here; %pip install "' in failure["message"]
    assert workspace.sweeps.list() == []
