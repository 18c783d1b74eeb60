from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyter_mlops.store import feed
from jupyter_mlops.store.feed import Feed
from jupyter_mlops.store.home import Home

TOUCHER = """
import sys, time
from pathlib import Path
from jupyter_mlops.store import feed
for line in sys.stdin:
    feed.touch(Path(sys.argv[1]))
    print(time.time(), flush=True)
"""


@pytest.fixture
def path(home: Home) -> Path:
    return home.feed


@pytest.fixture
def touch_elsewhere(path):
    """Return what lets another process touch the feed after a delay, and the time when it did."""
    command = [sys.executable, "-c", TOUCHER, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def touch() -> float:
            asked.write(b"\n")
            asked.flush()
            return float(told.readline())

        touch()
        yield touch
        asked.close()


def test_another_process_wakes_a_waiter_within_300_ms(path, touch_elsewhere):
    delays = []
    with Feed(path) as waiter:
        for _ in range(5):
            touched: list[float] = []
            later = threading.Timer(0.15, lambda touched=touched: touched.append(touch_elsewhere()))
            later.start()
            assert waiter.wait(10)
            woken = time.time()
            later.join()
            delays.append(woken - touched[0])
    assert sorted(delays)[2] < 0.3, delays


def test_a_touch_between_two_waits_is_not_missed(path):
    with Feed(path) as waiter:
        assert not waiter.wait(0)
        feed.touch(path)
        feed.touch(path)
        assert waiter.wait(5)
        assert not waiter.wait(0.05)


def test_two_touches_in_one_tick_of_the_clock_are_two(path):
    with Feed(path) as waiter:
        for _ in range(50):
            feed.touch(path)
            assert waiter.wait(0)


def test_a_feed_that_is_missing_is_made_by_the_first_touch(tmp_path):
    with Feed(tmp_path / "feed") as waiter:
        threading.Timer(0.1, feed.touch, [tmp_path / "feed"]).start()
        assert waiter.wait(5)


def test_a_feed_that_was_replaced_still_wakes(path):
    with Feed(path) as waiter:
        assert not waiter.wait(0.05)
        path.unlink()
        feed.touch(path)
        assert waiter.wait(5)
        threading.Timer(0.1, feed.touch, [path]).start()
        assert waiter.wait(5)


def test_closing_ends_a_wait_in_another_thread(path):
    waiter = Feed(path)
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(waiter.wait(60)))
    thread.start()
    time.sleep(0.1)
    waiter.close()
    thread.join(30)
    assert answers == [False]


def test_where_inotify_is_refused_it_looks_once_a_second(path, touch_elsewhere):
    code = f"""
import os, resource, sys
from pathlib import Path
from jupyter_mlops.store.feed import Feed
import watchfiles._rust_notify
feed = Feed(Path({str(path)!r}))
taken = [os.dup(0) for _ in range(3)]
resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + 1, max(taken) + 1))
print(feed.wait(0.1), feed._notify, flush=True)
print(feed.wait(10), flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "False None\n"
        start = time.time()
        touch_elsewhere()
        assert process.stdout.readline() == "True\n"
        # Were it not for the looks, it would wait for all of the ten seconds.
        assert time.time() - start < 8


def test_an_interrupt_is_heard_while_waiting(path):
    code = f"""
import signal
from pathlib import Path
from jupyter_mlops.store.feed import Feed
# Whoever runs the tests in the background may have told its children to ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
feed = Feed(Path({str(path)!r}))
feed.wait(0.01)
try:
    print("ready", flush=True)
    feed.wait(60)
except KeyboardInterrupt:
    print("interrupted")
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(2)
        assert process.stdout.readline() == "interrupted\n"


def test_an_async_reader_is_woken_once_per_touch(path):
    async def read() -> int:
        count = 0
        with Feed(path) as waiter:
            threading.Timer(0.1, feed.touch, [path]).start()
            async for _ in waiter.touches():
                count += 1
                if count == 2:
                    break
                threading.Timer(0.1, feed.touch, [path]).start()
        return count

    assert asyncio.run(asyncio.wait_for(read(), 10)) == 2


def test_waiters_leave_no_descriptor_behind(path):
    with Feed(path) as waiter:
        waiter.wait(0.01)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with Feed(path) as waiter:
            waiter.wait(0.01)
    # The watcher's own thread closes what it had open, a moment later.
    end = time.monotonic() + 30
    while len(os.listdir("/proc/self/fd")) > before and time.monotonic() < end:
        time.sleep(0.02)
    assert len(os.listdir("/proc/self/fd")) <= before
