"""The magics where no Jupyter server is: papermill, plain IPython, a script."""

from __future__ import annotations

import sys

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

TRAIN = """\
%%train fit --keep square
for step in range(2):
    print(f"loss={1 / (step + 1)}")
square = scale**2
"""


def test_papermill_runs_a_notebook_with_a_training_cell(home, notebook, tmp_path):
    path = notebook("%load_ext jupyter_mlops", "# parameters\nscale = 2", TRAIN, "fit.values['square']")

    done = papermill.execute_notebook(path, tmp_path / "out.ipynb", {"scale": 7}, progress_bar=False)

    assert done.cells[-1].outputs[0].data["text/plain"] == "49"


def test_papermill_stops_at_a_run_that_failed(home, notebook, tmp_path):
    path = notebook("%load_ext jupyter_mlops", "%%train fit\n1 / 0", "print('never')")

    with pytest.raises(PapermillExecutionError) as failure:
        papermill.execute_notebook(path, tmp_path / "out.ipynb", progress_bar=False)

    assert failure.value.ename == "RunFailed"
    assert "ZeroDivisionError" in failure.value.evalue
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs == []


def test_plain_ipython_runs_a_training_cell_and_prints_the_card(command):
    done = command("ipython", "--ext=jupyter_mlops", "-c", "%%train fit\nprint('loss=0.5')")

    assert done.returncode == 0, done.stderr
    assert "succeeded" in done.stdout.lower()
    assert "loss" in done.stdout


def test_a_script_submits_waits_and_reads(command, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from jupyter_mlops import connect\n"
        "run = connect().runs.submit('lr = 1.0\\nprint(f\"loss={lr / 2}\")', name='fit', params={'lr': 0.5})\n"
        "run.wait()\n"
        "print(run.state, run.metrics, connect().runs.get('fit').id == run.id)\n"
    )

    done = command(sys.executable, str(script))

    assert done.stdout.strip() == "succeeded {'loss': 0.25} True", done.stderr
