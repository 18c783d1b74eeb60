"""What a replica counts: rows by the bins of the profile, requests, itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving.replica.conftest import PROFILE, TABLE
from tests.serving.replica.models import Named
from tests.serving.replica.running import Replica, replica


@pytest.fixture
def fresh() -> Iterator[Replica]:
    with replica(Named(), TABLE, profile=PROFILE, methods=["predict", "predict_proba"]) as running:
        yield running


def test_rows_requests_and_refusals_are_counted(fresh: Replica) -> None:
    rows: list[Any] = [["a", 0.5, 1, None], ["z", 1.0, 1, 60], ["b", 7, 1, 40]]
    for row in rows * 100:
        assert fresh.predict({"instances": [row]}).status_code == 200
    fresh.client.post("/v1/models/iris:predict", json={"instances": rows}, headers={"x-mlops-replay": "1"})
    fresh.predict({"instances": [["a"]]})

    told = fresh.client.get("/mlops/stats").json()
    assert told["rows"] == 300
    assert told["columns"] == {
        "name": {"counts": [100, 100, 100], "missing": 0},
        "size": {"counts": [100, 100, 100], "missing": 0},
        "old": {"counts": [100, 100], "missing": 100},
    }

    answer = fresh.client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    values = _values(answer.text)
    labels = 'endpoint="flowers",model="iris",version="3",revision="2",replica="0"'
    assert values[f'mlops_requests_total{{{labels},protocol="v1",code="200"}}'] == 301
    assert values[f'mlops_requests_total{{{labels},protocol="v1",code="400"}}'] == 1
    assert values[f'mlops_request_seconds_bucket{{{labels},le="+Inf"}}'] == 302
    assert values[f"mlops_rows_total{{{labels}}}"] == 300
    assert values[f"process_resident_memory_bytes{{{labels}}}"] > 1e7


def _values(text: str) -> dict[str, float]:
    """Read the text format: each value has its HELP and TYPE before it."""
    values: dict[str, float] = {}
    known = set()
    for line in text.splitlines():
        if line.startswith("# "):
            known.add(line.split()[2])
            continue
        name, value = line.rsplit(" ", 1)
        assert name not in values
        root = name.partition("{")[0]
        assert root in known or root.rpartition("_")[0] in known
        values[name] = float(value)
    return values
