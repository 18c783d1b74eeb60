"""Replica and router against other servers of models: requests a second, and what the router adds."""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.modelservers import (
    PEERS,
    make_model,
    replica,
    router,
)
from bench.tables import print_table

ROUNDS = 5
SECONDS = 2.0
CLIENTS = 8
FASTER = 1.8
"""Times the requests of mlserver, behind the router, with all clients."""
ROUTER_MS = 0.6


def main() -> int:
    """Print the tables, and return 0 if the limits are kept."""
    with tempfile.TemporaryDirectory(prefix="mlops-e-") as name:
        folder = Path(name)
        make_model(folder)
        is_kept = compare(folder)
    return 0 if is_kept else 1


def compare(folder: Path) -> bool:
    """Ask all servers in turn."""
    with ExitStack() as stack:
        ours = stack.enter_context(replica(folder))
        between = stack.enter_context(router(folder))
        between.route(1, r1=["r1-0"])
        opened = [stack.enter_context(open_(folder)) for open_ in PEERS]
        servers = [
            *[server for server in opened if server is not None],
            ours,
            between.server(ours.pids),
            between.server(ours.pids, port=True),
        ]
        found: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for server in servers:
            server.load(2, seconds=0.5)
        own_before = between.tell("stats")["own"]
        for _ in range(ROUNDS):
            for clients in (1, CLIENTS):
                for server in servers:
                    found.setdefault((server.name, clients), []).append(server.load(clients, seconds=SECONDS))
        own = between.tell("stats")["own"]
    for clients in (1, CLIENTS):
        _print_comparison(clients, [server.name for server in servers], found)
    alone, behind = (_median(found[name, 1], "p50") for name in ("replica alone", "behind the router, socket"))
    inside = 1000 * (own["seconds"] - own_before["seconds"]) / (own["requests"] - own_before["requests"])
    print(f"\nThe router's own time, 1 client: {behind - alone:.2f} ms between medians (limit {ROUTER_MS});", end=" ")
    print(f"as it measures it, mean of all: {inside:.2f} ms")
    if not any(server.name == "mlserver" for server in servers):
        return behind - alone < ROUTER_MS
    theirs, mine = found["mlserver", CLIENTS], found["behind the router, socket", CLIENTS]
    ratio = statistics.median(a["rate"] / b["rate"] for a, b in zip(mine, theirs, strict=True))
    slower = _median(mine, "p99") > _median(theirs, "p99")
    told = "worse" if slower else "better"
    print(f"Behind the router {ratio:.2f} x the requests of mlserver (limit {FASTER}), p99 {told}")
    return ratio >= FASTER and not slower and behind - alone < ROUTER_MS


def _median(found: list[dict[str, Any]], what: str) -> float:
    return float(statistics.median(one[what] for one in found))


def _print_comparison(clients: int, names: list[str], found: dict[tuple[str, int], list[dict[str, Any]]]) -> None:
    first = found[names[0], clients]
    rows = []
    for name in names:
        mine = found[name, clients]
        ratio = statistics.median(a["rate"] / b["rate"] for a, b in zip(mine, first, strict=True))
        cells = [
            f"{_median(mine, what):.{digits}f}" for what, digits in (("rate", 0), ("p50", 2), ("p99", 2), ("cpu", 0))
        ]
        rows.append([name, *cells, str(sum(one["failed"] for one in mine)), f"{ratio:.2f}"])
    columns = ["", "requests/s", "p50 ms", "p99 ms", "cpu us", "failed", "ratio"]
    print_table(f"{clients} client{'s' if clients > 1 else ''}, medians of {ROUNDS} rounds in turn", columns, rows)


if __name__ == "__main__":
    sys.exit(main())
