"""A server that has nothing to do: the processor time that it takes with 20 open tabs and nothing running."""

from __future__ import annotations

import asyncio
import sys
import time

from bench.serving import Listener, Server, serving
from bench.tables import new_workspace, print_table
from jupyter_mlops import wire
from jupyter_mlops.domain.runs import Event, RunSpec, State, StateChanged
from jupyter_mlops.store.home import publish_folder
from jupyter_mlops.workspace import Workspace

LIMIT = 1.0
"""Percent of a core."""
CLIENTS = 20
RUNS = 200
SECONDS = 30.0


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    with new_workspace() as workspace:
        make_runs(workspace, RUNS)
        with serving(workspace.home.path, extension=False) as bare:
            peer = asyncio.run(at_rest(bare, listeners=0))
        with serving(workspace.home.path) as server:
            alone = asyncio.run(at_rest(server, listeners=0))
            found = asyncio.run(at_rest(server, listeners=CLIENTS))
    rows = [
        ["Jupyter server alone", f"{peer:.2f}"],
        ["with jupyter-mlops", f"{alone:.2f}"],
        [f"with {CLIENTS} open tabs", f"{found:.2f}"],
    ]
    print_table(f"Percent of a core at rest, {RUNS} finished runs", ["", "used"], rows)
    print(f"limit: {LIMIT}")
    return 0 if found < LIMIT else 1


async def at_rest(server: Server, *, listeners: int) -> float:
    """Return the percentage of a core that the server takes while nothing happens."""
    open_ = [await server.listen() for _ in range(listeners)]
    reading = [asyncio.create_task(_read(listener)) for listener in open_]
    await asyncio.sleep(5)
    begun, used = time.monotonic(), server.cpu_seconds()
    await asyncio.sleep(SECONDS)
    share = (server.cpu_seconds() - used) / (time.monotonic() - begun)
    for task in reading:
        task.cancel()
    for listener in open_:
        listener.close()
    return 100 * share


async def _read(listener: Listener) -> None:
    while True:
        await listener.next()


def make_runs(workspace: Workspace, number: int) -> None:
    """Publish runs that have ended."""
    for at in range(number):
        name = f"digits-20261124-{at // 3600:02d}{at // 60 % 60:02d}{at % 60:02d}-7f3k"
        spec = RunSpec(id=name, name="digits", code_hash="c0de", created=1e6 + at, python="python", cwd="/")
        draft = workspace.home.draft()
        (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
        states = [State.QUEUED, State.STARTING, State.RUNNING, State.SUCCEEDED]
        events: list[Event] = [StateChanged(time=1e6 + at, state=state) for state in states]
        (draft / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
        publish_folder(draft, workspace.home.runs / name)
    workspace.index.rebuild()


if __name__ == "__main__":
    sys.exit(main())
