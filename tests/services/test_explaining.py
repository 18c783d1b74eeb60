"""What would be started is said as it is then started, and nothing need be there for it."""

from __future__ import annotations

import json
import os
import sys

import pytest

from jupyter_mlops.domain.errors import InvalidCell, InvalidOption, InvalidParameter
from jupyter_mlops.domain.kinds import KINDS, Address, Job, Shape, environment, pods
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.workspace import connect


@pytest.mark.parametrize(
    ("asked", "ranks"),
    [
        ({}, ["worker-0"]),
        ({"kind": "pytorch", "workers": 2}, ["master-0", "worker-0"]),
        ({"kind": "pytorch", "workers": 2, "slots": 2}, ["master-0", "master-0", "worker-0", "worker-0"]),
        (
            {"kind": "tensorflow", "workers": 2, "chief": True, "ps": 1, "evaluator": True},
            ["chief-0", "worker-0", "ps-0", "evaluator-0"],
        ),
        ({"kind": "mpi", "workers": 2}, ["worker-0", "worker-1", "launcher-0"]),
        ({"kind": "mxnet", "workers": 2}, ["worker-0", "worker-1", "server-0", "scheduler-0"]),
    ],
)
def test_every_rank_is_there_in_its_order(workspace, asked, ranks):
    plans = workspace.runs.explain("print(1)", **asked)

    assert [f"{plan.role}-{plan.index}" for plan in plans] == ranks
    assert [plan.rank for plan in plans] == list(range(len(ranks)))
    assert [plan.env["JUPYTER_MLOPS_RANK"] for plan in plans] == [str(rank) for rank in range(len(ranks))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_rank_is_told_what_its_operator_tells_it_and_besides_only_what_is_marked_as_ours(workspace, kind):
    plans = workspace.runs.explain("print(1)", "digits", kind=kind, workers=3)

    shape = Shape(kind, 3)
    job = Job("digits", shape, [Address("h", port) for port in range(1, 1 + len(pods(shape)))])
    for plan in plans:
        theirs = {name for name in plan.env if not name.startswith("JUPYTER_MLOPS_")}
        assert theirs == set(environment(job, job.pod_of(plan.rank)))


def test_the_starters_of_processes_are_named_whether_they_are_there_or_not(workspace, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    launcher = workspace.runs.explain("1", kind="mpi", workers=2, slots=2)[-1]
    torchrun = workspace.runs.explain("1", kind="pytorch", slots=2)[0]
    paddle = workspace.runs.explain("1", kind="paddle", workers=2)[0]

    assert (launcher.argv[0], launcher.starts) == ("mpirun", "mpirun")
    assert launcher.argv[launcher.argv.index("-np") + 1] == "4"
    assert torchrun.argv[:3] == [sys.executable, "-m", "torch.distributed.run"]
    assert paddle.argv[:3] == [sys.executable, "-m", "paddle.distributed.launch"]


def test_nothing_is_started_and_nothing_is_left(workspace):
    workspace.runs.explain("print(1)", kind="mpi", workers=4)

    assert not os.listdir(workspace.home.runs)
    assert not os.listdir(workspace.home.tmp)
    assert not workspace.runs.list()


def test_what_submit_would_refuse_is_refused(workspace):
    for error, code, asked in (
        (InvalidOption, "1", {"kind": "jax", "ps": 1}),
        (InvalidOption, "1", {"worker": 1}),
        (InvalidCell, "", {}),
        (InvalidParameter, "epochs = 1", {"params": {"epoch": 2}}),
        (SyntaxError, "1 +", {}),
    ):
        with pytest.raises(error):
            workspace.runs.explain(code, **asked)


def test_it_says_what_is_then_started(home):
    code = (
        "import json, os\nfrom jupyter_mlops import distributed, out_dir\n"
        "(out_dir / str(distributed.rank())).write_text(json.dumps(dict(os.environ)))"
    )
    runs = connect(home).runs
    plans = runs.explain(Cell(code), "same", kind="pytorch", workers=2, cpus=1)

    run = runs.submit(Cell(code), "same", kind="pytorch", workers=2, cpus=1)

    assert run.wait() == "succeeded", run.why
    for plan in plans:
        started = json.loads((run.path / "files" / str(plan.rank)).read_text())
        own = {name for name in started if name.startswith("JUPYTER_MLOPS_")} - set(os.environ)
        assert own <= set(plan.env)
        for name, value in plan.env.items():
            # Which ports are free, and what the run is called, is known only then.
            if not name.endswith(("_PORT", "_RUN", "_RUN_DIR")):
                assert started[name] == value, name


def test_it_is_shown_with_a_block_for_each_pod(workspace):
    text = repr(workspace.runs.explain("print(1)", "digits", kind="pytorch", workers=2, slots=2))

    assert text.splitlines()[0] == "digits: 4 ranks of kind pytorch; nothing is started."
    assert "  ranks 0–1 · master-0, started by torchrun" in text.splitlines()
    assert "    $ python -m torch.distributed.run …/wrapper.py" in text.splitlines()
    assert "    JUPYTER_MLOPS_RANK        0, 1" in text.splitlines()


def test_a_pod_that_is_told_nothing_says_so(workspace):
    assert "(the operator tells this worker nothing)" in repr(workspace.runs.explain("1", kind="mpi"))


def test_what_is_shown_cannot_break_out_of_its_page(workspace):
    hostile = workspace.runs.explain("1")
    hostile[0].env["EVIL"] = "<script>alert(1)</script>"

    assert "<script>" not in hostile._repr_html_()
