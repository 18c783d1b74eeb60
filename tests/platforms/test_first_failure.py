"""Which rank a run names as the first that failed, whatever order the ranks end in."""

from __future__ import annotations

import os
import signal
import textwrap

import pytest

from jupyter_mlops.domain.runs import Launched, State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import PATIENCE_SECONDS, await_that, log_lines, submit

# Ranks in a ring: each holds a connection to the first, and ends when that breaks.
RING = """
import atexit, os, signal, socket, sys, threading, time
rank, world, port = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]), int(os.environ["MASTER_PORT"])
def connect():
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.01)
if rank == 0:
    server = socket.create_server(("127.0.0.1", port))
    peers = [server.accept()[0] for _ in range(world - 1)]
    for peer in peers:
        peer.sendall(b"go")
else:
    peers = [connect()]
    peers[0].recv(2)
def wait_for_a_peer_to_go():
    for peer in peers:
        threading.Thread(target=lambda: (peer.recv(1), gone.set()), daemon=True).start()
    gone.wait()
    raise RuntimeError("[gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:%d" % port)
gone = threading.Event()
"""


def run_ring(home: Home, cell: str, workers: int = 3) -> RunFolder:
    launcher = LocalLauncher(home)
    run = submit(home, launcher, RING.strip() + "\n" + textwrap.dedent(cell), workers=workers)
    try:
        assert launcher.wait(run.path, PATIENCE_SECONDS)
    finally:
        launcher.stop(run.path, "a test")
    assert run.status().state is State.FAILED
    return run


@pytest.mark.parametrize("guilty", [0, 1, 2])
def test_the_rank_that_raises_is_named_though_its_peers_are_gone_before_it(home: Home, guilty: int) -> None:
    # Its connections break at once, while it still leaves its libraries for a second.
    cell = f"""
        if rank == {guilty}:
            atexit.register(lambda: (time.sleep(1), print("saved")))
            for peer in peers:
                threading.Timer(0.1, peer.shutdown, (socket.SHUT_RDWR,)).start()
            raise KeyError("the true reason")
        wait_for_a_peer_to_go()
    """
    run = run_ring(home, cell)
    status = run.status()
    assert status.failed_rank == guilty
    assert log_lines(run, guilty)[-1] == "saved"
    assert status.ranks[guilty].why == "ended itself with exit code 1"
    assert status.why.startswith(f"Rank {guilty}: KeyError: 'the true reason'")
    assert status.error is not None
    assert status.error.type == "KeyError"


def test_a_rank_that_is_killed_is_named_and_no_error_of_its_victims_is_shown_as_its_own(home: Home) -> None:
    cell = """
        if rank == 1:
            # Who looks at this process sees it a little later than its peers do.
            if os.fork():
                time.sleep(0.05)
                os.kill(os.getpid(), signal.SIGKILL)
            for peer in peers:
                peer.shutdown(socket.SHUT_RDWR)
            os._exit(0)
        wait_for_a_peer_to_go()
    """
    status = run_ring(home, cell).status()
    assert status.failed_rank == 1
    assert "Rank 1 was killed by SIGKILL" in status.why
    assert status.error is None


def test_a_rank_that_gives_itself_up_in_c_as_it_lost_another_is_not_the_first(home: Home) -> None:
    cell = """
        if rank == 1:
            for peer in peers:
                threading.Timer(0.05, peer.shutdown, (socket.SHUT_RDWR,)).start()
            time.sleep(0.2)
            os._exit(7)
        try:
            wait_for_a_peer_to_go()
        except RuntimeError:
            os.write(2, b"terminate called after throwing an instance of 'gloo::IoException'\\n")
            os.write(2, b"  what():  [gloo/transport/tcp/pair.cc:534] Connection closed by peer\\n")
            os.abort()
    """
    status = run_ring(home, cell).status()
    assert status.failed_rank == 1
    assert status.why == "Rank 1 ended itself with exit code 7."


def test_a_lost_connection_without_another_failure_is_the_failure(home: Home) -> None:
    cell = """
        if rank == 0:
            for peer in peers:
                peer.shutdown(socket.SHUT_RDWR)
        if rank == 2:
            wait_for_a_peer_to_go()
        time.sleep(1000)
    """
    status = run_ring(home, cell).status()
    assert status.failed_rank == 2
    assert "Connection closed by peer" in status.why


def test_the_first_of_several_that_fail_by_themselves_is_named(home: Home) -> None:
    cell = """
        if rank == 2:
            raise ValueError("first")
        time.sleep(2)
        raise ValueError("later")
    """
    assert run_ring(home, cell).status().failed_rank == 2


def test_a_rank_that_cannot_end_since_its_libraries_wait_for_the_others_is_ended(home: Home) -> None:
    cell = """
        if rank == 1:
            import jupyter_mlops.runtime.records as records
            atexit.register(time.sleep, 1000)
            # As if the error had been raised long ago.
            records.time = lambda: time.time() - 60
            raise ValueError("the true reason")
        time.sleep(1000)
    """
    run = run_ring(home, cell)
    assert run.status().failed_rank == 1
    assert run.status().why.startswith("Rank 1: ValueError: the true reason")
    assert run.status().ranks[1].why == "was ended after its error"


def test_who_takes_over_names_the_first_too(home: Home) -> None:
    cell = """
        if rank == 2:
            # Its keeper, and the guardians of all, die in the moment in which this one fails.
            time.sleep(0.3)
            os._exit(7)
        time.sleep(1000)
    """
    launcher = LocalLauncher(home)
    run = submit(home, launcher, RING.strip() + "\n" + textwrap.dedent(cell), workers=3)
    await_that(lambda: all(rank.pid for rank in run.status().ranks) and run.status().state is State.RUNNING)
    keeper = next(event.pid for event in run.events() if isinstance(event, Launched))
    exit_file = run.path / "logs" / "1" / "2.exit"
    os.kill(keeper, signal.SIGSTOP)
    await_that(exit_file.exists)
    os.kill(keeper, signal.SIGKILL)
    assert launcher.wait(run.path, PATIENCE_SECONDS)
    status = run.status()
    assert (status.state, status.failed_rank) == (State.FAILED, 2)
    assert status.why == "Rank 2 ended itself with exit code 7."
