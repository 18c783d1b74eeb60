"""What travels is described, and the descriptions are those of the structs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from jupyter_mlops.server.openapi import VERBS, document, operation
from jupyter_mlops.server.routes import PREFIX, ROUTES, pattern

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("wire_ts", ROOT / "tools" / "wire_ts.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["wire_ts"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["wire_ts"]


def test_what_is_made_from_the_structs_is_up_to_date(tool):
    for path, text in tool.made().items():
        assert path.read_text("utf-8") == text, f"run: python tools/wire_ts.py ({path.name})"


def test_every_verb_of_every_route_is_described():
    for path, handler in ROUTES.items():
        described = document()["paths"][PREFIX + path]
        has = {verb for verb in VERBS if operation(handler, verb) is not None}
        written = {verb for verb in VERBS if verb in vars(handler)}
        assert has == written == set(described) - {"parameters"}, path
        assert all(described[verb]["summary"] for verb in has), path


def test_every_operation_has_its_own_name():
    paths = document()["paths"].values()
    names = [path[verb]["operationId"] for path in paths for verb in VERBS if verb in path]
    assert len(names) == len(set(names))


def test_every_reference_leads_to_a_struct():
    text = str(document())
    known = document()["components"]["schemas"]
    assert all(name in known for name in {part.partition("'")[0] for part in text.split("#/components/schemas/")[1:]})


def test_a_pattern_takes_one_id_and_a_whole_path():
    assert pattern("/runs/{run_id}/files/{path}") == r"/jupyter-mlops/runs/([^/]+)/files/(.+)"
