"""Logs over REST: parts, following, searching, and a hundred megabytes."""

from __future__ import annotations

import asyncio
import resource
import time

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.store.locks import try_lock

LINES = "import time\nfor n in range(4):\n    print(f'\\x1b[32mline {n}\\x1b[0m é', flush=True)\n    time.sleep(0.2)\n"


async def test_a_log_is_followed_to_its_end(call, workspace):
    run = workspace.runs.submit(LINES, "lines")
    text, offset = "", 0
    for _ in range(100):
        part = (await call("GET", f"/runs/{run.id}/logs", offset=offset, wait=5)).json
        assert part["start"] == offset
        text, offset = text + part["text"], part["end"]
        if part["ended"]:
            break
    assert text == "".join(f"\x1b[32mline {n}\x1b[0m é\n" for n in range(4))


async def test_following_returns_soon_after_a_line_is_written(call, make_run):
    run = make_run(state=State.RUNNING)
    path = run.log_path(0, 1)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    lock = try_lock(run.path / "keeper.lock")
    assert lock is not None
    with lock:
        asked = asyncio.ensure_future(call("GET", f"/runs/{run.id}/logs", wait=20))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        path.write_bytes(b"hello\n")
        assert (await asked).json["text"] == "hello\n"
        assert time.monotonic() - began < 2
        make_run.finish(run)


async def test_a_rank_that_is_not_there_is_not_found(call, make_run):
    run = make_run()
    assert (await call("GET", f"/runs/{run.id}/logs", rank=1)).status == 404
    assert (await call("GET", f"/runs/{run.id}/logs", attempt=7)).status == 404
    assert (await call("GET", f"/runs/{run.id}/logs", rank=-1)).status == 400
    assert (await call("GET", f"/runs/{run.id}/logs", wait="nan")).status == 400
    assert (await call("GET", f"/runs/{run.id}/logs/search")).status == 400


async def test_the_last_lines_of_all_ranks_stand_together(call, workspace):
    code = "from jupyter_mlops import rank\nprint('of', rank())\n"
    run = workspace.runs.submit(code, "both", workers=2)
    run.wait(60)
    answer = (await call("GET", f"/runs/{run.id}/logs/lines", most=10)).json
    assert sorted((line["rank"], line["text"]) for line in answer["lines"]) == [(0, "of 0"), (1, "of 1")]
    assert answer["ended"]
    assert (await call("GET", f"/runs/{run.id}/logs/lines", attempt=7)).status == 404
    assert (await call("GET", f"/runs/{run.id}/logs/lines", most=0)).status == 400


@pytest.fixture
def long_log(make_run):
    run = make_run("long")
    path = run.log_path(0, 1)
    path.parent.mkdir(parents=True)
    block = b"".join(b"epoch %d step %d loss=0.1234 accuracy=0.9 eta 3s\n" % (n % 7, n) for n in range(20_000))
    with open(path, "wb") as file:
        while file.tell() < 100_000_000:
            file.write(block)
        file.write("the needle: Nadel im Heuhaufen 🪡\n".encode())
    return run


async def test_a_hundred_megabytes_are_opened_at_the_tail_and_searched_in_little_memory(call, long_log):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    tail = (await call("GET", f"/runs/{long_log.id}/logs", offset=-65_536)).json
    opened = time.monotonic()
    found = (await call("GET", f"/runs/{long_log.id}/logs/search", text="NEEDLE")).json
    searched = time.monotonic()

    assert tail["text"].endswith("🪡\n")
    assert tail["size"] > 100_000_000
    assert [match["text"] for match in found["matches"]] == ["the needle: Nadel im Heuhaufen 🪡"]
    assert found["done"]
    line = (await call("GET", f"/runs/{long_log.id}/logs", offset=found["matches"][0]["line"])).json
    assert line["text"] == "the needle: Nadel im Heuhaufen 🪡\n"
    assert opened - began < 0.5
    assert searched - opened < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
    print(f"tail {opened - began:.3f} s, search {searched - opened:.3f} s")
