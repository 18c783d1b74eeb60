"""What a page must not do while it is tested: fail, complain, ask questions, or reach for the outside."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

_INSIDE = ("data", "blob", "about", "chrome-error")
# What JupyterLab itself says, each with its reason.
_NOT_OURS: tuple[str, ...] = (
    # ipywidgets asks a notebook for its kernel also where it has none.
    r"reading 'kernel'.*@jupyter-widgets/jupyterlab-manager",
    # A kernel that has widgets cannot know that this JupyterLab has none.
    r"Exception opening new comm",
    # A theme that is changed twice within a moment takes its splash away twice: by a timer, with nothing above it.
    r"^uncaught: Failed to execute 'removeChild' on 'Node'.* at \S+/jlab_core\.\S+$",
)


class Watch:
    """Collects what went wrong in all pages of a context.

    Attributes:
        troubles: One line each.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.troubles: list[str] = []
        self._expected: list[re.Pattern[str]] = [re.compile(pattern) for pattern in _NOT_OURS]
        self._inside = urlsplit(address).netloc
        context.on("weberror", self._on_error)
        context.on("console", self._on_console)
        context.on("request", self._on_request)
        context.on("page", self._on_page)

    def expect(self, pattern: str) -> None:
        """Let the test cause what ``pattern`` matches: a server that is killed is missed loudly."""
        self._expected.append(re.compile(pattern))

    def check(self) -> None:
        """Fail if anything went wrong."""
        found = [line for line in self.troubles if not any(pattern.search(line) for pattern in self._expected)]
        assert not found, "the page was not quiet:\n  " + "\n  ".join(dict.fromkeys(found))

    def _on_page(self, page: Page) -> None:
        page.on("dialog", self._on_dialog)
        page.on("crash", lambda _: self._say("the page crashed"))

    def _on_dialog(self, dialog: Dialog) -> None:
        # Leaving a notebook that is not saved is a question of JupyterLab's.
        if dialog.type != "beforeunload":
            self._say(f"dialog: {dialog.message}")
        dialog.accept()

    def _on_error(self, error: WebError) -> None:
        where = [line.strip() for line in (error.error.stack or "").splitlines()[1:4]]
        self._say(" ".join(["uncaught:", error.error.message, *where]))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            said = " ".join(line.strip() for line in message.text.splitlines()[:4])
            self._say(f"console: {said} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _INSIDE and address.netloc != self._inside:
            self._say(f"request to the outside: {request.url}")

    def _say(self, line: str) -> None:
        self.troubles.append(line)
