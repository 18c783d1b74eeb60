"""A line that a rank prints, until a client of the server has it: keeper, feed, event bus, snapshot over HTTP.

The client does what the card does: it reads the snapshot upon a hint. Each line says when it was printed.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

import tornado.httpclient

from bench.serving import TOKEN, Listener, Server, serving
from bench.tables import new_workspace, print_table, summary
from jupyter_mlops.server.routes import PREFIX
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import Workspace

LIMIT_MS = 250.0
LINES = 40
# Times between lines that are no multiple of anything that a keeper or a server does.
PLAIN = """
import random, time
random.seed(7)
for step in range({lines}):
    time.sleep(random.uniform(0.5, 1.1))
    print(f"line {{step}} {{time.time()!r}}")
"""
REPORT = """
import random, time
from jupyter_mlops import report
random.seed(7)
for step in range({lines}):
    time.sleep(random.uniform(0.5, 1.1))
    report(step=step, loss=1 / (step + 1), printed=time.time())
"""


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    found: dict[str, list[float]] = {}
    with new_workspace() as workspace, serving(workspace.home.path) as server:
        for what, code in (("print", PLAIN), ("report()", REPORT)):
            heard, seen = asyncio.run(follow(server, workspace, code.format(lines=LINES)))
            found[f"{what} → event"], found[f"{what} → snapshot"] = heard, seen
    rows = [[what, *summary(seconds)] for what, seconds in found.items()]
    print_table("Milliseconds until a client has it", ["", "median", "best", "90 %"], rows)
    worst = 1000 * max(map(statistics.median, found.values()))
    print(f"limit: {LIMIT_MS:.0f}")
    return 0 if worst < LIMIT_MS else 1


async def follow(server: Server, workspace: Workspace, code: str) -> tuple[list[float], list[float]]:
    """Return how old each line was when an event came, and when the snapshot with it had come."""
    listener = await server.listen()
    run = workspace.runs.submit(code, "live")
    heard: list[float] = []
    seen: list[float] = []
    known = 0.0
    while len(seen) < LINES:
        event_at = await _hint(listener, run)
        printed = await _last_printed(server, run)
        if printed > known:
            known = printed
            heard.append(event_at - printed)
            seen.append(time.time() - printed)
    listener.close()
    await asyncio.to_thread(run.wait)
    # The first line comes amidst the events of the start.
    return heard[1:], seen[1:]


async def _hint(listener: Listener, run: Run) -> float:
    while True:
        event = await asyncio.wait_for(listener.next(), 30)
        if run.id in event["runs"]:
            return time.time()


async def _last_printed(server: Server, run: Run) -> float:
    client = tornado.httpclient.AsyncHTTPClient()
    url = f"http://127.0.0.1:{server.port}{PREFIX}/runs/{run.id}/snapshot"
    reply = await client.fetch(url, headers={"Authorization": f"token {TOKEN}"})
    snapshot = json.loads(reply.body)
    if (metric := snapshot["row"].get("metrics", {}).get("printed")) is not None:
        return float(metric["last"])
    lines = [line.split() for _, line in snapshot.get("log", []) if line.startswith("line ")]
    return float(lines[-1][2]) if lines else 0.0


if __name__ == "__main__":
    sys.exit(main())
