"""Every operation of the OpenAPI document, asked what nobody would ask, of a real server in a process of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from bench.serving import TOKEN, Server, serving
from jupyter_mlops.server.openapi import VERBS, document
from jupyter_mlops.server.routes import PREFIX
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.workspace import Workspace, open_workspace

EXAMPLES = 20
FEW = 3
"""How often what starts or ends processes is asked for."""

CODE = """
lr = 0.5
from jupyter_mlops import out_dir, report
for step in range(20):
    report(step=step, loss=1 / (step + 1))
    print("line", step)
(out_dir / "model.bin").write_bytes(b"weights")
"""
HEADERS = {"Authorization": f"token {TOKEN}"}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.content_type_conformance,
    checks.ignored_auth,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]
OPERATIONS = [(path, verb) for path, told in document()["paths"].items() for verb in VERBS if verb in told]


@pytest.mark.timeout(240)
def test_no_question_is_answered_with_what_is_not_in_the_document(home: Path) -> None:
    workspace = open_workspace(home)
    runs = [workspace.runs.submit(CODE, "whole"), workspace.runs.submit("1 / 0", "failed")]
    spare = [workspace.runs.submit("pass", "spare") for _ in range(2)]
    sweeps = [_search(workspace, "searched"), _search(workspace, "spared")]
    for run in (*runs, *spare):
        run.wait()
    for sweep in sweeps:
        sweep.wait()
    ids = [run.id for run in (*runs, sweeps[0].best)]
    try:
        with serving(home) as server:
            for path, verb in OPERATIONS:
                there = [run.id for run in spare] if verb == "delete" else ids
                met = _ask(server, path, verb, there, sweeps[verb == "delete"].id)
                print(f"{verb} {path}: {dict(sorted(met.items()))}")
                # Nothing here may be closed by hand.
                assert path.endswith("/close") or any(status < 300 for status in met), (verb, path, met)
    finally:
        for sweep in workspace.sweeps.list(archived=None):
            sweep.stop()
        for run in workspace.runs.list(archived=None, sweep=None):
            run.stop()
        workspace.close()


def _search(workspace: Workspace, name: str) -> Sweep:
    return workspace.sweeps.submit(
        CODE, name, space={"lr": "0.0..1.0"}, objective="loss", trials=2, algorithm="random", parallel=1
    )


def _ask(server: Server, path: str, verb: str, run_ids: list[str], sweep_id: str) -> Counter[int]:
    """Ask one operation many things, of what there is and of what there is not; count the statuses."""
    operation = _schema(server)[path][verb]
    asked = st.one_of(operation.as_strategy(), operation.as_strategy(GenerationMode.NEGATIVE))
    met: Counter[int] = Counter()
    is_slow = verb in ("post", "delete")

    @seed(9)
    @settings(
        max_examples=FEW if is_slow else EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(case=asked, data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        _fill(case, data, run_ids, sweep_id)
        response = case.call(headers=HEADERS)
        met[response.status_code] += 1
        case.validate_response(response, CHECKS, headers=HEADERS)

    ask()
    # What nobody would guess is asked once as it should be.
    if (right := _RIGHT.get((path.removeprefix(PREFIX), verb))) is not None:
        told = right(run_ids[0])
        server.post(path.removeprefix(PREFIX).format(sweep_id=sweep_id), **told)
        met[200] += 1
    return met


_RIGHT: dict[tuple[str, str], Callable[[str], dict[str, Any]]] = {
    ("/sweeps", "post"): lambda run: {"run": run, "space": {"lr": "0.0..1.0"}, "objective": "loss", "trials": 1},
    ("/sweeps/{sweep_id}/resume", "post"): lambda _: {"trials": 1},
}


def _fill(case: Any, data: st.DataObject, run_ids: list[str], sweep_id: str) -> None:
    """Put names of what is there where a path or a question takes one, now and then."""
    known = {"run_id": run_ids, "sweep_id": [sweep_id], "path": ["model.bin"]}
    for field, there in known.items():
        found = data.draw(st.sampled_from([*there, None]), label=field)
        if found is not None and field in (case.path_parameters or {}):
            case.path_parameters[field] = found
    for field in {"run", "a", "b"} & set(case.query or {}):
        if data.draw(st.booleans(), label=field):
            case.query[field] = run_ids[0]


def _schema(server: Server) -> Any:
    schema = schemathesis.openapi.from_dict(document())
    schema.config.update(base_url=f"http://127.0.0.1:{server.port}")
    return schema
