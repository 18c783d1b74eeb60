"""HTTP as clients speak it, well or badly: sizes, limits, encodings, versions, and who may come in."""

from __future__ import annotations

import asyncio
import gzip
import socket

import pytest

from tests.serving.router.conftest import INFER, Endpoint, Opened
from tests.serving.router.test_router import gone, until

PORT = 8917
_HEAD = f"POST {INFER} HTTP/1.1\r\nhost: e\r\n".encode()


def test_a_port_asks_for_the_token_and_the_socket_does_not(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            assert (await endpoint.tell("port", port=PORT, token="s3"))["ok"]
            for headers in ({}, {"Authorization": "Bearer s4"}, {"Authorization": "s3"}):
                client = await endpoint.client(PORT)
                answer = await client.ask(body={}, **headers)
                assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
                assert await client.reader.read() == b""
            assert replica.seen == []
            client = await endpoint.client(PORT)
            assert (await client.ask(body={}, Authorization="Bearer s3")).status == 200
            # The model does not get to know it.
            assert b"s3" not in replica.seen[0][1]
            assert (await endpoint.tell("stats"))["port"] == PORT
            assert (await endpoint.tell("port", port=0))["ok"]
            with pytest.raises(ConnectionRefusedError):
                await endpoint.client(PORT)

    asyncio.run(story())


def test_a_port_that_is_taken_is_said(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            with socket.create_server(("127.0.0.1", 0)) as other:
                port = other.getsockname()[1]
                answer = await endpoint.tell("port", port=port, token="s3")
                assert (answer["ok"], answer["why"]) == (
                    False,
                    f"Port {port} is taken by another program; choose another one.",
                )
            assert not (await endpoint.tell("port", port=99999, token="s3"))["ok"]
            assert not (await endpoint.tell("port", port=8917, token=""))["ok"]

    asyncio.run(story())


@pytest.mark.parametrize("size", [1, 65_537, 3_000_000])
@pytest.mark.parametrize("how", ["length", "chunked", "endless"])
def test_answers_of_any_size_come_whole(opened: Opened, size: int, how: str):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            for _ in range(2):
                answer = await client.ask(
                    body={"bytes": size, "chunked": how == "chunked", "endless": how == "endless"}
                )
                assert answer.body == b"x" * size
                assert answer.revision == 3
            assert (await endpoint.stats(3))["errors"] == 0

    asyncio.run(story())


def test_a_client_of_http_1_0_gets_what_it_understands(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            for asked, kept in ((b"{}", ""), (b'{"chunked": true}', ""), (b"{}", "connection: keep-alive\r\n")):
                client = await endpoint.client()
                for _ in range(2 if kept else 1):
                    head = f"POST {INFER} HTTP/1.0\r\n{kept}content-length: {len(asked)}\r\n\r\n"
                    client.writer.write(head.encode() + asked)
                    answer = await client.read()
                    assert answer.json["replica"] == "a"
                    assert "transfer-encoding" not in answer.headers
                    assert answer.headers["connection"] == ("keep-alive" if kept else "close")
                if not kept:
                    assert await client.reader.read() == b""

    asyncio.run(story())


def test_a_head_is_an_answer_without_its_body(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            for path in ("/v2/models/digits", "/", "/metrics"):
                answer = await client.ask(path, method="HEAD")
                assert answer.status == 200
            assert (await client.ask(body={"id": 4})).json["id"] == 4

    asyncio.run(story())


def test_chunked_and_packed_requests_arrive_as_they_are(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            client.writer.write(_HEAD + b"transfer-encoding: chunked\r\n\r\n")
            for piece in (b'{"id"', b": 12", b"}"):
                client.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await client.writer.drain()
            client.writer.write(b"0\r\n\r\n")
            assert (await client.read()).json["id"] == 12
            packed = gzip.compress(b'{"id": 5}')
            answer = await client.ask(body=packed, Content_Encoding="gzip", Accept_Encoding="gzip")
            assert answer.json["length"] == len(packed)
            assert b"content-encoding: gzip\r\naccept-encoding: gzip" in replica.seen[-1][1].lower()

    asyncio.run(story())


def test_what_is_about_the_connection_is_not_sent_on(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            await endpoint.ask(
                body={}, Connection="close, X-Mine", X_Mine="1", Keep_Alive="9", TE="trailers", X_More="2"
            )
            head = replica.seen[0][1].lower()
            assert b"x-more: 2" in head
            for name in (b"connection", b"x-mine", b"keep-alive", b"te:"):
                assert name not in head

    asyncio.run(story())


def test_a_body_is_asked_for_only_if_it_is_wanted(opened: Opened):
    async def story() -> None:
        async with opened(body=1 << 20) as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            client.writer.write(_HEAD + b"expect: 100-continue\r\ncontent-length: 2\r\n\r\n")
            assert (await client.read()).status == 100
            client.writer.write(b"{}")
            assert (await client.read()).status == 200
            client.writer.write(_HEAD + b"expect: 100-continue\r\ncontent-length: 2000000\r\n\r\n")
            assert (await client.read()).status == 413

    asyncio.run(story())


def test_a_gigabyte_is_refused_and_costs_no_memory(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            before = memory(endpoint)
            client = await endpoint.client()
            client.writer.write(_HEAD + b"content-length: %d\r\n\r\n" % (1 << 30))
            answer = await client.read()
            assert (answer.status, answer.json["error"]) == (413, "A request's body has at most 64 MB here.")
            # Who goes on sending can still read why it is of no use.
            stubborn = await endpoint.client()
            stubborn.writer.write(_HEAD + b"content-length: %d\r\n\r\n" % (1 << 30))
            for _ in range(40):
                stubborn.writer.write(bytes(1 << 20))
                await stubborn.writer.drain()
            assert (await stubborn.read()).status == 413
            assert memory(endpoint) - before < 8 << 20
            assert replica.seen == []

    asyncio.run(story())


def test_chunks_without_end_are_refused_when_they_are_too_many(opened: Opened):
    async def story() -> None:
        async with opened(body=1 << 20) as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            client.writer.write(_HEAD + b"transfer-encoding: chunked\r\n\r\n")
            for _ in range(20):
                client.writer.write(b"%x\r\n%b\r\n" % (1 << 16, bytes(1 << 16)))
            assert (await client.read()).status == 413

    asyncio.run(story())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET http://elsewhere/ HTTP/1.1\r\nhost: e\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.1\r\nhost: e\r\n\r\n", 400),
        (b"TRACE / HTTP/1.1\r\nhost: e\r\n\r\n", 405),
        (b"CONNECT e:80 HTTP/1.1\r\nhost: e\r\n\r\n", 405),
        (_HEAD + b"content-length: 5\r\ncontent-length: 6\r\n\r\nhello", 400),
        (_HEAD + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello", 400),
        (_HEAD + b"content-length: -1\r\n\r\n", 400),
        (_HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 1_000_000, 431),
        (b"GET /" + b"y" * 1_000_000, 431),
    ],
)
def test_what_is_no_good_request_gets_one_sentence_and_the_connection_ends(opened: Opened, sent: bytes, status: int):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            client.writer.write(sent)
            answer = await client.read()
            assert (answer.status, list(answer.json)) == (status, ["error"])
            assert await client.reader.read() == b""
            assert replica.seen == []

    asyncio.run(story())


def test_requests_in_one_piece_are_answered_in_their_order(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            for number in range(20):
                client.send(body={"id": number, "sleep": 0.02 if number % 5 == 0 else 0})
                client.send("/v2/health/live")
            client.writer.write(b"nonsense\r\n\r\n")
            for number in range(20):
                assert (await client.read()).json["id"] == number
                assert (await client.read()).json == {"live": True}
            assert (await client.read()).status == 400

    asyncio.run(story())


def test_an_upgrade_is_answered_as_what_it_is(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            answer = await client.ask("/v2/models/digits", Connection="Upgrade", Upgrade="websocket")
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert await client.reader.read() == b""

    asyncio.run(story())


def test_a_client_that_leaves_takes_its_request_along(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            replica = await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            client = await endpoint.client()
            client.send(body={"fault": "hang"})
            await until(lambda: arrived(replica))
            client.close()
            await until(lambda: gone(replica))
            assert (await endpoint.tell("flight"))["replicas"] == {endpoint.socket("a"): 0}
            # It was nobody's error.
            assert (await endpoint.ask(body={"id": 1})).json["id"] == 1
            stats = await endpoint.stats(3)
            assert (stats["requests"], stats["errors"]) == (1, 0)

    asyncio.run(story())


def test_who_does_not_read_does_not_fill_the_router(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            await endpoint.replica("a")
            await endpoint.route(r3=["a"], stable=3)
            before = memory(endpoint)
            client = await endpoint.client()
            client.send(body={"bytes": 200 << 20, "chunked": True})
            await client.reader.readuntil(b"\r\n\r\n")
            assert (await endpoint.ask(body={"id": 1})).json["id"] == 1
            assert memory(endpoint) - before < 8 << 20

    asyncio.run(story())


def memory(endpoint: Endpoint) -> int:
    """Return the router's peak of resident memory."""
    with open(f"/proc/{endpoint.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024


async def arrived(replica) -> bool:
    return bool(replica.seen)
