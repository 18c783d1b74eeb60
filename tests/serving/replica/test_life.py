"""A replica's process: how it starts, fails, and ends."""

from __future__ import annotations

import shutil
import signal
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from jupyter_mlops.serving.replica import server
from tests.serving.replica.models import Echo, Odd, Threads, Unloadable, Whole
from tests.serving.replica.running import Replica, replica, starting

WORD = {"kind": "tensor", "inputs": [{"name": "word", "type": "BYTES"}]}


def test_only_the_user_may_connect(echo: Replica) -> None:
    socket = next(echo.folder.parent.glob("*.sock"))
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600


def test_the_end_waits_for_what_was_asked() -> None:
    with replica(Odd(), WORD) as running, _slow_request(running) as answers:
        assert running.stop() == 0
    assert [answer.json() for answer in answers] == [{"predictions": ["slow"]}]


def test_while_the_model_predicts_health_is_answered(odd: Replica) -> None:
    with _slow_request(odd) as answers:
        assert odd.client.get("/v2/health/ready").json() == {"ready": True}
        assert not answers
    assert [answer.status_code for answer in answers] == [200]


@contextmanager
def _slow_request(running: Replica) -> Iterator[list[httpx.Response]]:
    """Ask for something that takes a second; on entry it is being answered, on exit it has been."""
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(running.predict({"instances": ["slow"]})))
    asking.start()
    while _in_flight(running) != "1":
        assert asking.is_alive()
    yield answers
    asking.join()


def _in_flight(running: Replica) -> str:
    lines = running.client.get("/metrics").text.splitlines()
    return next(line for line in lines if line.startswith("mlops_requests_in_flight")).rpartition(" ")[2]


def test_a_model_that_cannot_be_loaded_is_said_in_the_last_line() -> None:
    with starting(Unloadable(), None) as (process, _, log, _):
        assert process.wait(30) == 1
        last = log.read_text().splitlines()[-1]
    assert last.startswith("iris v3 cannot be loaded: ")
    assert last.endswith("libmagic.so: cannot open shared object file")


def test_a_stop_before_it_is_ready_ends_it_at_once() -> None:
    with starting(Echo(), None) as (process, _, _, told):
        while not Path(told["socket"]).exists():
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_an_endpoint_whose_folder_is_gone_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import asyncio

    monkeypatch.setattr(server, "LOOK_SECONDS", 0.001)
    folder = tmp_path / "endpoint"
    folder.mkdir()

    async def look() -> None:
        ended = asyncio.Event()
        watching = asyncio.create_task(server._watch(str(folder), ended))
        await asyncio.sleep(0.01)
        assert not ended.is_set()
        shutil.rmtree(folder)
        await asyncio.wait_for(watching, 10)
        assert ended.is_set()

    asyncio.run(look())


def test_libraries_are_told_how_many_threads_they_may_use() -> None:
    with replica(Threads(), None, cpus=1) as running:
        assert running.predict({"instances": [1]}).json() == {"predictions": ["1"]}


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("raise", "'predict' failed: RuntimeError: the disk is on fire."),
        ("exit", "'predict' failed: SystemExit: 3."),
        ("object", "'predict' gave object, and can give arrays, tables and lists of numbers or texts."),
        ("ragged", "'predict' gave list, and can give arrays, tables and lists of numbers or texts."),
    ],
)
def test_what_fails_in_the_model_is_said_in_one_sentence(odd: Replica, word: str, sentence: str) -> None:
    answer = odd.predict({"instances": [word]})
    assert answer.status_code == 500
    assert answer.json() == {"error": sentence}
    assert odd.predict({"instances": ["fine"]}).json() == {"predictions": ["fine"]}


def test_the_traceback_of_a_failed_prediction_is_in_the_log(odd: Replica) -> None:
    while "RuntimeError: the disk is on fire\nand more" not in odd.log.read_text():
        odd.predict({"instances": ["raise"]})


def test_what_is_no_number_is_null_in_json(odd: Replica) -> None:
    inputs = [{"name": "x", "datatype": "BYTES", "shape": [1], "data": ["nan"]}]
    assert odd.infer({"inputs": inputs}).json()["outputs"][0]["data"] == [None, 1.0]
    assert odd.predict({"instances": ["nan"]}).json() == {"predictions": [None, 1.0]}
    assert odd.predict({"instances": ["none"]}).json() == {"predictions": [None]}


def test_a_table_is_given_as_a_frame_with_its_types() -> None:
    inputs = [{"name": "a", "type": "INT64"}, {"name": "b", "type": "FP32"}, {"name": "c", "type": "BOOL"}]
    with replica(Whole(), {"kind": "table", "inputs": inputs}) as running:
        answer = running.predict({"instances": [[1, 2.5, True], [1, 2, False]]})
        assert answer.json() == {"predictions": ["a=int64 b=float32 c=bool"] * 2}
