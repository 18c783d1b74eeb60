"""The router's process over real sockets: who answers, what is held, resent, cut, and counted."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from typing import Any

import pytest

from tests.serving.router.conftest import INFER, Endpoint, Opened


def test_a_canary_gets_its_percent_and_answers_say_who_gave_them(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a"], r4=["b"], stable=3, canary=4, percent=10)
            client = await endpoint.client()
            answers = [await client.ask(body={"id": number}) for number in range(100)]
            assert [answer.json["id"] for answer in answers] == list(range(100))
            assert sum(answer.revision == 4 and answer.json["replica"] == "b" for answer in answers) == 10
            assert sum(answer.revision == 3 and answer.json["replica"] == "a" for answer in answers) == 90
            assert (await endpoint.stats(4))["requests"] == 10
            # What only looks is asked of the stable revision.
            assert {(await client.ask("/v2/models/digits")).revision for _ in range(20)} == {3}

    asyncio.run(story())


def test_a_revision_is_pinned_by_header_and_by_version(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a"], r4=["b"], r5=[], stable=3, canary=4, percent=0)
            assert (await endpoint.ask(body={}, X_Mlops_Revision="4")).revision == 4
            assert (await endpoint.ask("/v2/models/digits/versions/14/infer", {})).revision == 4
            assert (await endpoint.ask("/v1/models/digits/versions/14:predict", {})).revision == 4
            for wrong in ("5", "9"):
                answer = await endpoint.ask(body={}, X_Mlops_Revision=wrong)
                assert answer.status == 404
                assert answer.json["error"].startswith(f"Revision {wrong} has no replicas; there is revision 3")
            assert (await endpoint.ask(body={}, X_Mlops_Revision="x")).status == 400
            answer = await endpoint.ask("/v2/models/digits/versions/99/infer", {})
            assert (answer.status, "version 99" in answer.json["error"]) == (404, True)

    asyncio.run(story())


def test_replays_and_looks_are_not_counted(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            await endpoint.ask(body={}, X_Mlops_Replay="1")
            await endpoint.ask("/v2/models/digits")
            await endpoint.ask(body={"status": 500})
            await endpoint.ask(body={"status": 400})
            stats = await endpoint.stats(3)
            assert (stats["requests"], stats["errors"], stats["refused"]) == (2, 1, 1)
            assert sum(stats["buckets"]) == 2

    asyncio.run(story())


def test_samples_are_texts_and_come_once(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            await endpoint.ask(body={"id": "ä"})
            told = await endpoint.tell("stats")
            [sample] = told["samples"]
            assert json.loads(sample["request"]) == {"id": "ä"}
            assert json.loads(sample["answer"])["id"] == "ä"
            assert (sample["revision"], sample["status"]) == (3, 200)
            assert (await endpoint.tell("stats", samples_after=told["last"]))["samples"] == []
            await asyncio.sleep(0.06)
            await endpoint.ask(body=b"\x00\x01\xff" * 2000)
            [sample] = (await endpoint.tell("stats", samples_after=told["last"]))["samples"]
            assert sample["request"] == "(binary, 6000 bytes)"
            await asyncio.sleep(0.06)
            await endpoint.ask(body=b"[" * 10_000)
            samples = (await endpoint.tell("stats"))["samples"]
            assert len(samples[-1]["request"]) == 4096

    asyncio.run(story())


def test_requests_wait_until_a_replica_is_up(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            client = await endpoint.client()
            client.send(body={"id": 1})
            answer = await endpoint.ask("/v2/health/ready")
            assert (answer.status, answer.json) == (503, {"error": "No replica is up."})
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            assert (await client.read()).json["id"] == 1

    asyncio.run(story())


def test_waiting_has_an_end(opened: Opened):
    async def story() -> None:
        async with opened(hold=0.2) as endpoint:
            answer = await endpoint.ask(body={})
            assert (answer.status, answer.json["error"]) == (503, "No replica came up within 0.2 s.")
            await endpoint.route(r3=["nobody"], stable=3)
            answer = await endpoint.ask(body={})
            assert (answer.status, answer.revision) == (503, 0)
            assert (await endpoint.stats(3))["errors"] == 1

    asyncio.run(story())


def test_a_replica_that_is_back_is_found_without_being_told(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            client.send(body={"id": 1})
            await until(lambda: in_flight(endpoint, 3))
            replica = await endpoint.replica("a")
            assert (await client.read()).json["id"] == 1
            await replica.stop()
            replica.ready = False
            await replica.start()
            client.send(body={"id": 2})
            assert (await client.read()).json["id"] == 2

    asyncio.run(story())


def test_connections_are_kept(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            clients = [await endpoint.client() for _ in range(4)]
            for number in range(10):
                asked = [client.ask(body={"id": number, "chunked": number % 2 == 0}) for client in clients]
                assert [answer.json["id"] for answer in await asyncio.gather(*asked)] == [number] * 4
            assert replica.connections <= 4

    asyncio.run(story())


def test_a_stale_connection_is_dialled_again_and_breaks_nothing(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            for number in range(40):
                # Each answer is followed by a close that nobody announced; some requests meet it, some come after it.
                assert (await client.ask(body={"id": number, "fault": "close"})).json["id"] == number
            assert len(replica.seen) == 40
            assert (await endpoint.stats(3))["errors"] == 0

    asyncio.run(story())


def test_a_request_without_an_answer_goes_to_another_replica(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a", "b"], stable=3)
            client = await endpoint.client()
            for _ in range(6):
                answer = await client.ask(body={"fault": "die", "at": "a"})
                assert (answer.status, answer.json["replica"]) == (200, "b")
            assert (await endpoint.tell("stats"))["resent"] >= 1
            assert (await endpoint.stats(3))["errors"] == 0

    asyncio.run(story())


def test_a_model_with_side_effects_is_asked_once(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            a, b = await endpoint.replica("a"), await endpoint.replica("b")
            await endpoint.route(r3=["a", "b"], stable=3, resend=False)
            client = await endpoint.client()
            answer = await client.ask(body={"fault": "die"})
            assert answer.status == 503
            assert "it may have done what was asked" in answer.json["error"]
            assert len(a.seen) + len(b.seen) == 1
            # What never reached anybody may go elsewhere.
            await a.stop()
            for _ in range(4):
                assert (await client.ask(body={})).json["replica"] == "b"

    asyncio.run(story())


def test_a_request_that_ends_every_replica_is_given_up(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            answer = await endpoint.ask(body={"fault": "die"})
            assert (answer.status, "4 replicas" in answer.json["error"]) == (503, True)
            assert len(replica.seen) == 4

    asyncio.run(story())


def test_an_answer_that_is_torn_is_no_whole_answer(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await client.ask(body={"fault": "tear"})
            assert (await endpoint.stats(3))["errors"] == 1

    asyncio.run(story())


def test_a_replica_that_is_silent_gets_nothing_more_and_its_request_ends(opened: Opened):
    async def story() -> None:
        async with opened(answer=1.0) as endpoint:
            a = await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a", "b"], stable=3)
            clients = [await endpoint.client() for _ in range(2)]
            answers = [client.ask(body={"fault": "hang", "at": "a"}) for client in clients]
            statuses = sorted([answer.status for answer in await asyncio.gather(*answers)])
            assert statuses == [200, 504]
            await until(lambda: gone(a))

    asyncio.run(story())


def test_a_canary_that_is_down_costs_nobody_an_answer(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], r4=["nobody"], stable=3, canary=4, percent=50)
            client = await endpoint.client()
            assert {(await client.ask(body={})).revision for _ in range(10)} == {3}

    asyncio.run(story())


def test_a_shadow_gets_copies_that_delay_nobody(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            shadow = await endpoint.replica("b")
            await endpoint.route(r3=["a"], r4=["b"], stable=3, shadow=4)
            client = await endpoint.client()
            begun = time.monotonic()
            for number in range(10):
                answer = await client.ask(body={"id": number, "fault": "hang", "at": "b"})
                assert (answer.revision, answer.json["id"]) == (3, number)
            assert time.monotonic() - begun < 5
            await until(lambda: seen(shadow, 10))
            # It owes all of them; more than it may owe are not made.
            for _ in range(60):
                await client.ask(body={"fault": "hang", "at": "b"})
            await until(lambda: seen(shadow, 32))
            assert (await endpoint.stats(3))["requests"] == 70

    asyncio.run(story())


def test_new_routes_hold_from_the_next_request_on_and_the_old_replica_drains(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a"], stable=3)
            slow = await endpoint.client()
            slow.send(body={"id": 1, "sleep": 0.3})
            await until(lambda: in_flight(endpoint, 3))
            await endpoint.route(r4=["b"], stable=4)
            assert (await endpoint.ask(body={})).revision == 4
            flight = (await endpoint.tell("flight"))["replicas"]
            assert flight == {endpoint.socket("a"): 1, endpoint.socket("b"): 0}
            assert (await slow.read()).revision == 3
            assert (await endpoint.tell("flight"))["replicas"] == {endpoint.socket("b"): 0}

    asyncio.run(story())


def test_routes_that_make_no_sense_change_nothing(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            wrong: list[Any] = [{}, {"revisions": {"4": {}}}, {"revisions": {}, "stable": 9}, None, {"revisions": []}]
            for routes in wrong:
                answer = await endpoint.tell("routes", routes=routes)
                assert (answer["ok"], bool(answer["why"])) == (False, True)
            assert (await endpoint.ask(body={})).revision == 3

    asyncio.run(story())


def test_the_endpoint_says_what_it_is(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a"], r4=["b"], stable=3, canary=4, percent=20)
            told = (await endpoint.ask("/")).json
            assert (told["endpoint"], told["stable"], told["canary"], told["percent"]) == ("digits", 3, 4, 20)
            assert [one["version"] for one in told["revisions"]] == [13, 14]
            assert (await endpoint.ask("/v2/health/live")).json == {"live": True}
            for _ in range(10):
                await endpoint.ask(body={})
            metrics = (await endpoint.ask("/metrics")).body.decode()
            labels = 'endpoint="digits",revision="4",model="digits",version="14"'
            assert f"mlops_requests_total{{{labels}}} 2" in metrics
            assert f'mlops_request_duration_seconds_bucket{{{labels},le="+Inf"}} 2' in metrics

    asyncio.run(story())


def test_a_stopped_router_answers_what_was_asked(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            idle, slow = await endpoint.client(), await endpoint.client()
            await idle.ask(body={})
            slow.send(body={"id": 1, "sleep": 0.3})
            await until(lambda: in_flight(endpoint, 3))
            endpoint.process.send_signal(signal.SIGTERM)
            answer = await slow.read()
            assert (answer.json["id"], answer.headers["connection"]) == (1, "close")
            assert await idle.reader.read() == b""
            await asyncio.to_thread(endpoint.process.wait, 5)

    asyncio.run(story())


def test_a_router_ends_when_its_keeper_says_so(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            assert (await endpoint.tell("stop"))["ok"]
            assert await asyncio.to_thread(endpoint.process.wait, 5) == 0

    asyncio.run(story())


def test_a_second_router_takes_the_place_of_the_first_without_a_moment_between(opened: Opened):
    async def story() -> None:
        async with opened() as first:
            await first.replica("a")
            await first.route(r3=["a"], stable=3)
            os.kill(first.process.pid, signal.SIGSTOP)
            try:
                async with opened() as second:
                    second.replicas = {}
                    await second.route(r3=["a"], stable=3)
                    assert (await second.ask(INFER, {"id": 1})).json["id"] == 1
            finally:
                os.kill(first.process.pid, signal.SIGCONT)

    asyncio.run(story())


async def in_flight(endpoint: Endpoint, revision: int) -> bool:
    told = await endpoint.tell("stats")
    return bool(told["revisions"].get(str(revision), {}).get("in_flight"))


async def gone(replica) -> bool:
    return replica.gone > 0


async def seen(replica, number: int) -> bool:
    return len(replica.seen) == number


async def until(look) -> None:
    """Return when ``look`` is true."""
    end = time.monotonic() + 10
    while not await look():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)
