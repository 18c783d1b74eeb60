"""Asking a run where its ranks are."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.errors import Conflict
from jupyter_mlops.domain.runs import State
from jupyter_mlops.testing.launcher_contract import FOREVER, await_state
from jupyter_mlops.workspace import Workspace


def test_a_run_tells_where_its_ranks_are_and_goes_on(workspace: Workspace) -> None:
    run = workspace.runs.submit(FOREVER, "loop", workers=2)
    await_state(run.folder, State.RUNNING)
    stacks = run.stacks()
    assert [stack.rank for stack in stacks] == [0, 1]
    assert all(stack.line in (1, 2, 3, 4) for stack in stacks)
    assert "rank 1, line " in repr(stacks)
    assert "in <module>" in repr(stacks)
    assert run.state is State.RUNNING


def test_a_finished_run_is_nowhere(workspace: Workspace) -> None:
    run = workspace.runs.submit("x = 1", "done")
    run.wait()
    with pytest.raises(Conflict, match="is succeeded: only ranks that run have stacks"):
        run.stacks()
