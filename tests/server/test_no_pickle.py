"""The server executes nothing that a run left: it never unpickles, and does not even load what could."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from bench.serving import Server, serving
from jupyter_mlops.server.openapi import VERBS, operation
from jupyter_mlops.server.routes import ROUTES
from jupyter_mlops.workspace import open_workspace
from tests.published import publish_endpoint, publish_version

CODE = """
from jupyter_mlops import out_dir, report
class Model:
    def predict(self, rows): return rows
model = Model()
lr = 0.5
report(loss=1)
(out_dir / "model.bin").write_bytes(b"weights")
"""
# The interpreter runs this first: it writes down who loads cloudpickle, and what any pickle asks for.
WATCH = """
import os, sys
def look(event, arguments, told=os.environ["TOLD"]):
    if event == "pickle.find_class" or (event == "import" and arguments[0].partition(".")[0] == "cloudpickle"):
        with open(told, "a") as file:
            file.write(f"{os.getpid()} {event}\\n")
sys.addaudithook(look)
"""
# What is asked of an endpoint that is up; this one is not.
UP = ("predict", "promote", "rollback", "canary", "scale", "gates", "port", "replay", "start")
# How an operation answers if not well: nothing can be closed here, and a change needs a body.
REFUSED = {
    ("post", "/runs/{run_id}/close"): 409,
    ("patch", "/runs/{run_id}"): 400,
    ("patch", "/sweeps/{sweep_id}"): 400,
    ("patch", "/models/{name}"): 400,
    ("patch", "/models/{name}/versions/{version}"): 400,
    ("patch", "/endpoints/{name}"): 400,
    **{("post", f"/endpoints/{{name}}/{verb}"): 409 for verb in UP},
}
EVERY = [(verb, path) for path, handler in ROUTES.items() for verb in VERBS if operation(handler, verb) is not None]


def test_no_route_unpickles_or_loads_what_could(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    log = tmp_path / "told"
    env = {"PYTHONPATH": str(tmp_path), "TOLD": str(log)}
    control = subprocess.Popen([sys.executable, "-c", "import cloudpickle"], env=os.environ | env)
    control.wait()
    workspace = open_workspace(home)
    run = workspace.runs.submit(CODE, "pickled", keep="model")
    sweep = workspace.sweeps.submit(CODE, "searched", space={"lr": "0.0..1.0"}, objective="loss", trials=1)
    run.wait()
    sweep.wait()
    for name in ("pickled", "spare"):
        publish_version(workspace.home, name, "champion")
        publish_endpoint(workspace.home, name)
        publish_version(workspace.home, name)
    try:
        with serving(home, env=env) as server:
            for verb, path in sorted(EVERY, key=lambda one: one[0] == "delete"):
                wanted = REFUSED.get((verb, path), 200)
                assert ask(server, verb, path, run.id, sweep.id) == wanted, (verb, path)
            pid = server.pid
    finally:
        for each in workspace.sweeps.list(archived=None):
            each.stop()
        for other in workspace.runs.list(archived=None):
            other.stop()
        workspace.close()
    told = {int(line.split()[0]) for line in log.read_text().splitlines()}
    assert control.pid in told
    assert pid not in told


def ask(server: Server, verb: str, path: str, run_id: str, sweep_id: str) -> int:
    """Return the status with which an operation answers that is told what it must be."""
    queries: dict[str, dict[str, Any]] = {
        "points": {"name": "loss"},
        "bands": {"name": "loss"},
        "search": {"text": "x"},
        "differences": {"a": run_id, "b": f"{sweep_id}t1"},
        "step": {"run": run_id, "metric": "loss", "step": 0},
        "overlay": {"run": run_id, "metric": "loss"},
    }
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        ("post", "/sweeps"): {"run": run_id, "space": {"lr": "0.0..1.0"}, "objective": "loss", "trials": 1},
        ("post", "/sweeps/{sweep_id}/resume"): {"trials": 1},
        ("post", "/models"): {"run": run_id},
        ("post", "/endpoints"): {"model": "pickled", "check": True},
        ("post", "/endpoints/{name}/predict"): {"rows": [[1.0]]},
        ("post", "/endpoints/{name}/rollback"): {"to": 1},
        ("post", "/endpoints/{name}/canary"): {"percent": 5},
        ("post", "/endpoints/{name}/scale"): {"replicas": "2"},
        ("post", "/endpoints/{name}/gates"): {},
        ("post", "/endpoints/{name}/port"): {"port": 0},
        ("put", "/models/{name}/aliases/{alias}"): {"version": 1},
    }
    names = {"run_id": run_id, "sweep_id": sweep_id, "path": "model.bin", "alias": "champion"}
    # Whole models go before their versions and aliases do.
    is_whole = path in ("/models/{name}", "/endpoints/{name}")
    names |= {"name": "spare", "version": "2"} if is_whole else {"name": "pickled", "version": "2"}
    query = {"stop": "true"} if verb == "delete" else queries.get(path.rpartition("/")[2], {})
    query = {} if path.startswith("/endpoints") and verb == "get" else query
    body = bodies.get((verb, path))
    sent = None if body is None else json.dumps(body).encode()
    try:
        server.raw(verb.upper(), path.format(**names), sent, **query)
    except HTTPError as error:
        return error.code
    return 200
