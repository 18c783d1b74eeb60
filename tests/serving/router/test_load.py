"""Under load, while things change and die: nothing fails, and nobody gets another one's answer."""

from __future__ import annotations

import asyncio
import random
import signal

from tests.serving.router.conftest import Endpoint, Opened

CLIENTS = 8


class Load:
    """Clients that ask as fast as they are answered.

    Attributes:
        answers: How many came, by revision.
        wrong: Answers of another status than 200, to another question, and connections that ended.
    """

    def __init__(self, endpoint: Endpoint, requests: int) -> None:
        self.endpoint = endpoint
        self.answers: dict[int, int] = {}
        self.wrong: list[str] = []
        self._left = requests
        self._reached: dict[int, asyncio.Event] = {}

    async def run(self) -> None:
        await asyncio.gather(*[self._ask(number) for number in range(CLIENTS)])

    async def reached(self, answers: int) -> None:
        """Return when so many answers have come."""
        await self._reached.setdefault(answers, asyncio.Event()).wait()

    async def _ask(self, client_number: int) -> None:
        client = await self.endpoint.client()
        number = 0
        while self._left > 0:
            self._left -= 1
            number += 1
            key = f"{client_number}-{number}"
            try:
                answer = await client.ask(body={"id": key})
            except (OSError, asyncio.IncompleteReadError) as error:
                self.wrong.append(repr(error))
                client = await self.endpoint.client()
                continue
            if answer.status != 200 or answer.json["id"] != key:
                self.wrong.append(f"{key}: {answer.status} {answer.body!r}")
            self.answers[answer.revision] = self.answers.get(answer.revision, 0) + 1
            total = sum(self.answers.values())
            for due in [due for due in self._reached if total >= due]:
                self._reached.pop(due).set()


def test_nothing_fails_while_revisions_come_and_go(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            for name in "ab":
                await endpoint.replica(name)
            await endpoint.route(r3=["a", "b"], stable=3)
            load = Load(endpoint, 3000)
            asking = asyncio.create_task(load.run())
            await load.reached(300)
            await endpoint.replica("c")
            await endpoint.route(r3=["a", "b"], r4=["c"], stable=3, canary=4, percent=20)
            await load.reached(900)
            await endpoint.replica("d")
            await endpoint.route(r3=["a", "b"], r4=["c", "d"], stable=4)
            await load.reached(1500)
            await endpoint.route(r4=["c", "d"], stable=4)
            await drained(endpoint, "a", "b")
            await load.reached(2000)
            await endpoint.route(r4=["c"], stable=4)
            await drained(endpoint, "d")
            await asking
            assert load.wrong == []
            assert sum(load.answers.values()) == 3000
            assert set(load.answers) == {3, 4}
            stats = [await endpoint.stats(revision) for revision in (3, 4)]
            assert sum(one["requests"] for one in stats) == 3000
            assert sum(one["errors"] + one["refused"] for one in stats) == 0

    asyncio.run(story())


def test_nothing_fails_when_one_of_two_is_killed(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            processes = {name: await asyncio.to_thread(endpoint.process_replica, name) for name in "ab"}
            try:
                await endpoint.route(r3=["a", "b"], stable=3)
                load = Load(endpoint, 3000)
                asking = asyncio.create_task(load.run())
                await load.reached(500)
                processes["a"].kill()
                await asyncio.to_thread(processes["a"].wait)
                await load.reached(1200)
                processes["a"] = await asyncio.to_thread(endpoint.process_replica, "a")
                await load.reached(2000)
                processes["b"].send_signal(signal.SIGTERM)
                await asking
                assert load.wrong == []
            finally:
                for process in processes.values():
                    process.kill()
                    process.wait()

    asyncio.run(story())


def test_the_only_replica_may_be_killed_if_another_one_comes(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            process = await asyncio.to_thread(endpoint.process_replica, "a")
            try:
                await endpoint.route(r3=["a"], stable=3)
                load = Load(endpoint, 1000)
                asking = asyncio.create_task(load.run())
                await load.reached(300)
                process.kill()
                process.wait()
                await endpoint.route(r3=[], stable=3)
                process = await asyncio.to_thread(endpoint.process_replica, "a")
                await endpoint.route(r3=["a"], stable=3)
                await asking
                assert load.wrong == []
            finally:
                process.kill()
                process.wait()

    asyncio.run(story())


def test_nobody_gets_the_answer_to_another_ones_question(opened: Opened):
    """Clients leave in the midst of requests, and others ask at the same time."""
    noise = random.Random(7)

    async def leave(endpoint: Endpoint, times: int) -> None:
        for number in range(times):
            client = await endpoint.client()
            for _ in range(noise.randrange(1, 4)):
                client.send(body={"id": f"left-{number}", "sleep": 0.002 * noise.random(), "bytes": 200_000})
            await asyncio.sleep(0.002 * noise.random())
            client.close()

    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.replica("b")
            await endpoint.route(r3=["a", "b"], stable=3)
            load = Load(endpoint, 2000)
            await asyncio.gather(load.run(), *[leave(endpoint, 100) for _ in range(3)])
            assert load.wrong == []
            await drained(endpoint, "a", "b")
            assert (await endpoint.stats(3))["errors"] == 0

    asyncio.run(story())


async def drained(endpoint: Endpoint, *names: str) -> None:
    """Return when these replicas owe nothing."""
    sockets = [endpoint.socket(name) for name in names]
    while True:
        flight = (await endpoint.tell("flight"))["replicas"]
        if not any(flight.get(socket) for socket in sockets):
            return
        await asyncio.sleep(0.005)
