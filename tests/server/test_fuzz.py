"""Every operation of the OpenAPI document, asked what nobody would ask, of a real server in a process of its own."""

from __future__ import annotations

from collections import Counter
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
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import open_workspace

EXAMPLES = 20
FEW = 3
"""How often what starts or ends processes is asked for."""

CODE = """
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


@pytest.mark.timeout(180)
def test_no_question_is_answered_with_what_is_not_in_the_document(home: Path) -> None:
    workspace = open_workspace(home)
    runs = [workspace.runs.submit(CODE, "whole"), workspace.runs.submit("1 / 0", "failed")]
    for run in runs:
        run.wait()
    spare = [workspace.runs.submit("pass", "spare") for _ in range(2)]
    try:
        with serving(home) as server:
            for path, verb in OPERATIONS:
                met = _ask(server, path, verb, spare if verb == "delete" else runs)
                print(f"{verb} {path}: {dict(sorted(met.items()))}")
                # Nothing here may be closed by hand.
                assert path.endswith("/close") or any(status < 300 for status in met), (verb, path, met)
    finally:
        for run in workspace.runs.list(archived=None, sweep=None):
            run.stop()
        workspace.close()


def _ask(server: Server, path: str, verb: str, runs: list[Run]) -> Counter[int]:
    """Ask one operation many things, of runs that there are and of such that there are not; count the statuses."""
    operation = _schema(server)[path][verb]
    asked = st.one_of(operation.as_strategy(), operation.as_strategy(GenerationMode.NEGATIVE))
    ids = st.sampled_from([*(run.id for run in runs), None])
    met: Counter[int] = Counter()
    is_slow = verb in ("post", "delete")

    @seed(9)
    @settings(
        max_examples=FEW if is_slow else EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(case=asked, run_id=ids, name=st.sampled_from(["model.bin", None]))
    def ask(case: Any, run_id: str | None, name: str | None) -> None:
        for field, value in (("run_id", run_id), ("path", name)):
            if value is not None and field in (case.path_parameters or {}):
                case.path_parameters[field] = value
        response = case.call(headers=HEADERS)
        met[response.status_code] += 1
        case.validate_response(response, CHECKS, headers=HEADERS)

    ask()
    return met


def _schema(server: Server) -> Any:
    schema = schemathesis.openapi.from_dict(document())
    schema.config.update(base_url=f"http://127.0.0.1:{server.port}")
    return schema
