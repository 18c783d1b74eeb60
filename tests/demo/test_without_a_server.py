"""The magics where no Jupyter server is: papermill, plain IPython, a script."""

from __future__ import annotations

from pathlib import Path

import nbformat

TRAIN = """\
%%train fit --keep square
for step in range(2):
    print(f"loss={1 / (step + 1)}")
square = scale**2
"""


def test_papermill_runs_a_notebook_with_a_training_cell(command, notebook, tmp_path):
    path = notebook("%load_ext jupyter_mlops", "# parameters\nscale = 2", TRAIN, "fit.values['square']")

    done = command("papermill", str(path), "out.ipynb", "-p", "scale", "7", "--no-progress-bar")

    assert done.returncode == 0, done.stderr
    assert _last_cell(tmp_path).outputs[0].data["text/plain"] == "49"


def test_papermill_stops_at_a_run_that_failed(command, notebook, tmp_path):
    path = notebook("%load_ext jupyter_mlops", "%%train fit\n1 / 0", "print('never')")

    done = command("papermill", str(path), "out.ipynb", "--no-progress-bar")

    assert done.returncode != 0
    assert "RunFailed" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert _last_cell(tmp_path).outputs == []


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

    done = command("python", str(script))

    assert done.stdout.strip() == "succeeded {'loss': 0.25} True", done.stderr


def _last_cell(folder: Path) -> nbformat.NotebookNode:
    return nbformat.read(folder / "out.ipynb", as_version=4).cells[-1]
