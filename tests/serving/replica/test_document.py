"""The OpenAPI document and the page of a model; every operation is asked what nobody would ask."""

from __future__ import annotations

from collections import Counter
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from tests.serving.replica.running import Replica

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]


@pytest.mark.parametrize("which", ["table", "iris"])
def test_no_question_is_answered_with_what_is_not_in_the_document(request: pytest.FixtureRequest, which: str) -> None:
    running: Replica = request.getfixturevalue(which)
    document = running.client.get("/openapi.json").json()
    schema: Any = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"http://{running.url}")
    for path, told in document["paths"].items():
        for verb in told:
            met = _ask(schema[path][verb], 20 if verb == "post" else 2)
            print(f"{verb} {path}: {dict(sorted(met.items()))}")
            assert any(status < 300 for status in met), (verb, path, met)


def _ask(operation: Any, times: int) -> Counter[int]:
    met: Counter[int] = Counter()

    @seed(9)
    @settings(max_examples=times, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(case=st.one_of(operation.as_strategy(), operation.as_strategy(GenerationMode.NEGATIVE)))
    def ask(case: Any) -> None:
        response = case.call()
        met[response.status_code] += 1
        case.validate_response(response, CHECKS)

    ask()
    if "requestBody" in operation.definition.raw:
        # What nobody would guess is asked once as it should be.
        name = operation.definition.raw["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[
            2
        ]
        example = operation.schema.raw_schema["components"]["schemas"][name]["examples"][0]
        met[operation.Case(body=example, media_type="application/json").call().status_code] += 1
    return met


@pytest.mark.parametrize("which", ["table", "iris", "echo", "odd"])
def test_the_examples_of_a_document_are_what_it_says_and_are_answered(
    request: pytest.FixtureRequest, which: str
) -> None:
    running: Replica = request.getfixturevalue(which)
    document = running.client.get("/openapi.json").json()
    jsonschema.Draft202012Validator.check_schema(document["components"]["schemas"])
    for name, ask in (("Infer", running.infer), ("Predict", running.predict)):
        (example,) = document["components"]["schemas"][name]["examples"]
        jsonschema.validate(example, document["components"]["schemas"][name])
        assert ask(example).status_code == 200


def test_the_page_has_the_columns_and_loads_nothing_else(table: Replica) -> None:
    answer = table.client.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for word in ("flowers", "iris, version 3", "<code>size</code>", "[rows, 2]", "may be missing"):
        assert word in answer.text
    assert "http://" not in answer.text and "https://" not in answer.text
    assert table.client.get("/").headers["location"] == "docs"
