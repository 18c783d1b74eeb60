"""The real server on a home of its own; every answer is held against the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403 - its fixtures, for these tests alone

from jupyter_mlops import wire
from jupyter_mlops.domain.models import VersionSpec
from jupyter_mlops.domain.runs import State, StateChanged
from jupyter_mlops.server.openapi import document
from jupyter_mlops.server.routes import PREFIX
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.workspace import Workspace, open_workspace
from tests.published import publish_run, publish_sweep, publish_version


@pytest.fixture(name="jp_server_config")
def server_config(home: Path) -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyter_mlops": True}}}


@pytest.fixture
def workspace(home: Path):
    """Another process's view of the home, as a kernel has it."""
    workspace = open_workspace(home)
    yield workspace
    for sweep in workspace.sweeps.list(archived=None):
        sweep.stop()
    for run in workspace.runs.list(archived=None, sweep=None):
        run.stop()
    workspace.close()


class Reply:
    """An answer that is what the document says."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.code
        self.headers = response.headers
        self.body: bytes = response.body
        self.json: Any = None
        if "json" in response.headers.get("Content-Type", ""):
            self.json = json.loads(response.body)


@pytest.fixture
def call(http_server_client, jp_auth_header, jp_base_url) -> Callable[..., Any]:
    """Return what asks the server: ``await call("GET", "/runs", limit=3)``; the answer is validated."""

    async def ask(method: str, path: str, sent: Any = None, headers: Any = None, **params: Any) -> Reply:
        body = None if method in ("GET", "HEAD", "DELETE") else json.dumps(sent) if sent is not None else ""
        told = {name: json.dumps(value) if isinstance(value, bool) else value for name, value in params.items()}
        # The path goes as it is: pytest-jupyter's own client would escape what a test has escaped.
        url = f"{jp_base_url.rstrip('/')}{PREFIX}{path}?{urlencode(told, doseq=True)}"
        response = await http_server_client.fetch(
            url, method=method, body=body, headers=headers or jp_auth_header, raise_error=False, request_timeout=60
        )
        reply = Reply(response)
        check(method, path, reply)
        return reply

    return ask


def check(method: str, path: str, reply: Reply) -> None:
    operation = find(path).get(method.lower())
    assert operation is not None or reply.status in (404, 405), (method, path)
    if operation is None:
        validate({"$ref": "#/components/schemas/Failure"}, reply.json)
        return
    told = operation["responses"].get(str(reply.status)) or operation["responses"]["default"]
    content = told["content"].get("application/json")
    if content is not None and method != "HEAD":
        validate(content["schema"], reply.json)


def find(path: str) -> dict[str, Any]:
    """Return the description of the route that ``path`` takes; the one with the fewest names if several do."""
    fitting = [
        (known.count("{"), known)
        for known in document()["paths"]
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.sub(r"\\\{path\\\}", ".+", re.escape(known))), PREFIX + path)
    ]
    return document()["paths"][min(fitting)[1]] if fitting else {}


def validate(schema: dict[str, Any], value: Any) -> None:
    jsonschema.Draft202012Validator(schema | {"components": document()["components"]}).validate(value)


@pytest.fixture
def make_run(home: Path) -> Callable[..., RunFolder]:
    """Return what publishes a run that has ended; see ``publish_run``."""
    make = partial(publish_run, Home.open(home))
    make.finish = finish  # type: ignore[attr-defined]
    return make


@pytest.fixture
def make_sweep(home: Path) -> Callable[..., SweepFolder]:
    """Return what publishes a sweep that has ended; see ``publish_sweep``."""
    return partial(publish_sweep, Home.open(home))


@pytest.fixture
def make_version(home: Path) -> Callable[..., VersionSpec]:
    """Return what publishes a version of a model; see ``publish_version``."""
    return partial(publish_version, Home.open(home))


def finish(run: RunFolder) -> None:
    """Let a run be over, before the server takes it over."""
    with open(run.path / "events.jsonl", "ab") as file:
        file.write(wire.encode_line(StateChanged(time=9.0, state=State.SUCCEEDED)))


__all__ = ["Reply", "Workspace"]
