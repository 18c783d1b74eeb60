"""A sweep of a thousand trials: described at once, followed for little."""

from __future__ import annotations

import resource
import time

MANY = 1000


async def test_a_sweep_of_a_thousand_trials_is_described_fast_and_followed_for_little(call, make_sweep):
    sweep = make_sweep(values=[number / MANY for number in range(MANY)])
    await call("GET", f"/sweeps/{sweep.id}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Of the processor, and with the answer's validation: what else the machine does changes nothing.
    seconds, sizes = {}, {}
    queries: dict[str, tuple[str, dict[str, object]]] = {
        "whole": (f"/sweeps/{sweep.id}", {}),
        "without trials": (f"/sweeps/{sweep.id}", {"trials": False}),
        "the last ones": (f"/sweeps/{sweep.id}/trials", {"since": 2 * MANY - 5}),
        "listed": ("/sweeps", {}),
    }
    for what, (path, query) in queries.items():
        seconds[what] = 9.0
        for _ in range(3):
            began = time.process_time()
            reply = await call("GET", path, **query)
            seconds[what] = min(seconds[what], time.process_time() - began)
        sizes[what] = len(reply.body)
    print({what: round(value, 3) for what, value in seconds.items()}, sizes)

    assert sizes["whole"] < 250_000
    assert max(sizes[what] for what in sizes if what != "whole") < 3_000
    assert max(seconds[what] for what in seconds if what != "whole") < 0.25
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
