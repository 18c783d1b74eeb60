"""One Chromium and one JupyterLab for all tests that leave both alive, and a fresh context for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.browser import FLAGS, NoBrowser, find_chromium
from tests.browser.gallery import Gallery
from tests.browser.lab import Lab
from tests.browser.server import Server
from tests.browser.watch import Watch

HERE = Path(__file__).parent
# What people would wait for; a page that is slower than this has failed.
PATIENCE_MS = 15_000
# A context's own timeout is not that of expectations, which would be five seconds.
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let browser tests come last.

    Others fail faster; and Playwright keeps an event loop running in this thread, beside which no other test
    could run one of its own.
    """
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        path = find_chromium()
    except NoBrowser as missing:
        pytest.fail(str(missing), pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """JupyterLab for tests that leave it as they found it."""
    server = Server()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(scope="session")
def gallery(gallery_server: Server) -> Gallery:
    """A home with runs in every state, to be looked at and left alone."""
    return Gallery(gallery_server.workspace, gallery_server.folder)


@pytest.fixture(scope="session")
def gallery_server() -> Iterator[Server]:
    """JupyterLab with the gallery's home; nothing new would start there, for every slot is taken."""
    server = Server()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def server(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture
def make_server() -> Iterator[Callable[..., Server]]:
    """Return what starts JupyterLab for one test: ``make_server(disabled=True)``."""
    servers: list[Server] = []

    def make(**options: Any) -> Server:
        servers.append(Server(**options))
        return servers[-1].start()

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def own_server(make_server: Callable[..., Server]) -> Server:
    """JupyterLab for one test, which may kill it."""
    return make_server()


@pytest.fixture
def make_lab(chromium: Browser, make_server: Callable[..., Server]) -> Iterator[Callable[..., Lab]]:
    """Return what opens a tab of its own: ``make_lab(server, timezone_id="Asia/Kolkata")``.

    It is closed before the servers of the test, which it would miss.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def make(server: Server, **settings: object) -> Lab:
        chosen: dict[str, object] = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "Europe/London"}
        context = chromium.new_context(**(chosen | settings))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, server.address)
        opened.append((context, watch))
        return Lab(server, context, watch)

    yield make
    for context, _ in opened:
        context.close()
    for _, watch in opened:
        watch.check()


@pytest.fixture
def lab(make_lab: Callable[..., Lab], server: Server) -> Lab:
    return make_lab(server).open()
