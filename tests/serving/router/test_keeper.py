"""A router without a keeper starts one, and goes on answering; without a folder it ends."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.serving.router.conftest import Opened
from tests.serving.router.test_router import until

# It writes down that it was started, with what, and whether it would take itself for one of the endpoint's processes.
_KEEPER = (
    "import os, sys; open(sys.argv[1], 'a').write(f'{os.getsid(0)} {\"JUPYTER_MLOPS_ENDPOINT\" in os.environ}\\n')"
)


def test_a_keeper_that_is_gone_is_followed_by_another_until_one_comes(opened: Opened):
    async def story() -> None:
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder, "told")
            async with opened(revive=[sys.executable, "-c", _KEEPER, str(told)]) as endpoint:
                await endpoint.replica("a")
                await endpoint.route(r3=["a"], stable=3)
                # Two keepers, of which one hangs up: nobody is missing.
                second = await asyncio.open_unix_connection(endpoint.socket("c"))
                second[1].write(b'{"id": 1, "do": "flight"}\n')
                await second[0].readline()
                begun = time.monotonic()
                endpoint.writer.close()
                await asyncio.sleep(0.4)
                assert not told.exists()
                second[1].close()
                await until(lambda: lines(told, 1))
                assert (await endpoint.ask(body={"id": 1})).json["id"] == 1
                await until(lambda: lines(told, 2))
                assert time.monotonic() - begun > 2.3
                started = told.read_text().split("\n")[0].split()
                assert started[1] == "False"
                assert int(started[0]) != os.getsid(endpoint.process.pid)

    asyncio.run(story())


def test_a_router_whose_folder_is_gone_starts_no_keeper_and_ends(opened: Opened):
    async def story() -> None:
        folder = tempfile.mkdtemp()
        async with opened(folder=folder, look=0.1, revive=["/nowhere"]) as endpoint:
            shutil.rmtree(folder)
            assert await asyncio.to_thread(endpoint.process.wait, 15) == 0

    asyncio.run(story())


def test_what_is_no_order_is_answered(opened: Opened):
    async def story() -> None:
        async with opened() as endpoint:
            reader, writer = await asyncio.open_unix_connection(endpoint.socket("c"))
            for line in (b"nonsense\n", b"[]\n", b'{"do": "dance"}\n', b"7\n"):
                writer.write(line)
                assert json.loads(await reader.readline())["why"].startswith("The router knows only: routes")
            writer.close()
            assert (await endpoint.tell("flight"))["ok"]

    asyncio.run(story())


async def lines(path: Path, number: int) -> bool:
    return path.exists() and len(path.read_text().splitlines()) >= number
