"""Every operation of the OpenAPI document, asked what nobody would ask, of a real server in a process of its own."""

from __future__ import annotations

import json
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
from tests.published import publish_endpoint, publish_version

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
class Model:
    def predict(self, rows):
        return rows
model = Model()
"""
_There = dict[str, list[str]]
"""Names of what is there, by what a path calls them."""
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
    runs = [workspace.runs.submit(CODE, "whole", keep="model"), workspace.runs.submit("1 / 0", "failed")]
    spare = [workspace.runs.submit("pass", "spare") for _ in range(2)]
    sweeps = [_search(workspace, "searched"), _search(workspace, "spared")]
    for name in ("whole", "spare"):
        for _ in range(3):
            publish_version(workspace.home, name, "champion")
        publish_endpoint(workspace.home, name)
    for run in (*runs, *spare):
        run.wait()
    for sweep in sweeps:
        sweep.wait()
    ids = [run.id for run in (*runs, sweeps[0].best)]
    try:
        with serving(home) as server:
            for path, verb in OPERATIONS:
                is_last = verb == "delete"
                there = {
                    "run_id": [run.id for run in spare] if is_last else ids,
                    "sweep_id": [sweeps[is_last].id],
                    "path": ["model.bin"],
                    "name": ["spare" if path in _WHOLE and is_last else "whole"],
                    "version": ["1"] if is_last else ["3", "2"],
                    "alias": ["champion"],
                }
                met = _ask(server, path, verb, there)
                print(f"{verb} {path}: {dict(sorted(met.items()))}")
                # Nothing here may be closed by hand, and no endpoint is up.
                assert path.endswith(_NOT_NOW) or any(status < 300 for status in met), (verb, path, met)
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


def _ask(server: Server, path: str, verb: str, there: _There) -> Counter[int]:
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
        _fill(case, data, there)
        response = case.call(headers=HEADERS)
        met[response.status_code] += 1
        case.validate_response(response, CHECKS, headers=HEADERS)

    ask()
    # What nobody would guess is asked once as it should be.
    if (right := _RIGHT.get((path.removeprefix(PREFIX), verb))) is not None:
        told = right(there["run_id"][0])
        names = {name: known[0] for name, known in there.items()}
        sent = json.dumps(told).encode()
        server.raw(verb.upper(), path.removeprefix(PREFIX).format(**names), sent)
        met[200] += 1
    return met


_WHOLE = (f"{PREFIX}/models/{{name}}", f"{PREFIX}/endpoints/{{name}}")
_OF_ENDPOINTS = ("predict", "promote", "rollback", "canary", "scale", "gates", "port", "replay", "start")
_NOT_NOW = ("/close", *(f"/endpoints/{{name}}/{verb}" for verb in _OF_ENDPOINTS))
_RIGHT: dict[tuple[str, str], Callable[[str], dict[str, Any]]] = {
    ("/sweeps", "post"): lambda run: {"run": run, "space": {"lr": "0.0..1.0"}, "objective": "loss", "trials": 1},
    ("/sweeps/{sweep_id}/resume", "post"): lambda _: {"trials": 1},
    ("/endpoints", "post"): lambda _: {"model": "whole", "check": True},
    ("/models", "post"): lambda run: {"run": run, "check": True},
    ("/models/{name}/aliases/{alias}", "put"): lambda _: {"version": 2},
}


def _fill(case: Any, data: st.DataObject, there: _There) -> None:
    """Put names of what is there where a path or a question takes one, now and then."""
    for field, known in there.items():
        found = data.draw(st.sampled_from([*known, None]), label=field)
        if found is not None and field in (case.path_parameters or {}):
            case.path_parameters[field] = found
    for field in {"run", "a", "b"} & set(case.query or {}):
        if data.draw(st.booleans(), label=field):
            case.query[field] = there["run_id"][0]


def _schema(server: Server) -> Any:
    schema = schemathesis.openapi.from_dict(document())
    schema.config.update(base_url=f"http://127.0.0.1:{server.port}")
    return schema
