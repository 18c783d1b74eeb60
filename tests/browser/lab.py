"""JupyterLab as a person uses it: notebooks, cells, kernels, themes."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, expect

from tests.browser.card import Card
from tests.browser.server import TOKEN, Server
from tests.browser.watch import Watch

Theme = Literal["light", "dark", "contrast"]
THEMES: dict[Theme, str] = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "contrast": "JupyterLab Dark High Contrast",
}
_workspaces = itertools.count()


class Lab:
    """One tab with JupyterLab.

    Attributes:
        page: The tab.
        watch: What must not happen in it.
    """

    def __init__(self, server: Server, context: BrowserContext, watch: Watch) -> None:
        self.server = server
        self.context = context
        self.watch = watch
        self.page: Page = context.new_page()
        self.workspace = f"w{next(_workspaces)}"

    def open(self, theme: Theme = "light") -> Lab:
        """Return when JupyterLab is there, in a layout of its own."""
        self.server.set("@jupyterlab/apputils-extension:themes", theme=THEMES[theme])
        self.page.goto(f"{self.server.address}lab/workspaces/{self.workspace}?token={quote(TOKEN)}&reset")
        self.await_start()
        # It takes the focus late, and would take it from a test.
        self.page.wait_for_function("() => document.activeElement?.closest('.jp-Launcher')")
        return self

    def reload(self) -> Lab:
        """Return when JupyterLab is there again."""
        self.page.reload()
        return self.await_start()

    def await_start(self) -> Lab:
        """Return when all plugins have started and the layout is restored."""
        # The name is there before its value.
        self.page.wait_for_function("() => window.jupyterapp?.restored")
        self.page.evaluate("async () => { await window.jupyterapp.started; await window.jupyterapp.restored; }")
        return self

    def await_layout_saved(self) -> None:
        """Return when the server has the layout as it is."""
        with self.page.expect_response(lambda reply: "/api/workspaces/" in reply.url and reply.request.method == "PUT"):
            pass

    def execute(self, command: str, **arguments: Any) -> None:
        """Execute one of JupyterLab's commands, and return when it is done."""
        self.page.evaluate(
            "async ([command, arguments]) => { await window.jupyterapp.commands.execute(command, arguments); }",
            [command, arguments],
        )

    def begin(self, command: str, **arguments: Any) -> None:
        """Execute a command that will ask something, and return at once."""
        self.page.evaluate(
            "([command, arguments]) => { void window.jupyterapp.commands.execute(command, arguments); }",
            [command, arguments],
        )

    def use_theme(self, theme: Theme) -> None:
        """Change the theme of the page as it is."""
        self.execute("apputils:change-theme", theme=THEMES[theme])
        expect(self.page.locator(f'body[data-jp-theme-name="{THEMES[theme]}"]')).to_be_attached()

    def open_notebook(self, path: Path, *, kernel: bool = True) -> Notebook:
        """Return an open notebook, with its kernel idle if it shall have one."""
        relative = str(path.relative_to(self.server.folder))
        how = {} if kernel else {"kernelPreference": {"shouldStart": False}}
        self.execute("docmanager:open", path=relative, factory="Notebook", **how)
        notebook = Notebook(self, path.name)
        expect(notebook.cells.first).to_be_visible()
        if kernel:
            notebook.await_kernel()
        return notebook

    def devtools(self) -> CDPSession:
        """Return a line to the browser's own tools."""
        return self.context.new_cdp_session(self.page)


class Notebook:
    """A notebook that is open in a tab."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.lab = lab
        self.page = lab.page
        self.name = name
        self.tab = self.page.locator(".lm-TabBar-tab").filter(has_text=name)

    @property
    def panel(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    @property
    def cells(self) -> Locator:
        """All cells."""
        return self.panel.locator(".jp-Cell")

    def cell(self, number: int) -> Locator:
        """Return a cell, counted from 0."""
        return self.cells.nth(number)

    def output(self, number: int) -> Locator:
        """Return what a cell shows below itself."""
        return self.cell(number).locator(".jp-OutputArea").first

    def card(self, number: int) -> Card:
        """Return the card of a run below a cell."""
        return Card(self.output(number).get_by_role("article").first)

    def open_cards(self) -> None:
        """Open all cards that stand as one line."""
        for button in self.panel.get_by_role("button", name="Show more").element_handles():
            button.click()

    def run(self, number: int) -> None:
        """Let a cell run, and return when the kernel has taken it."""
        self.cell(number).locator(".jp-InputPrompt").click()
        before = self.prompt(number).inner_text()
        self.page.keyboard.press("Control+Enter")
        expect(self.prompt(number)).not_to_have_text(before)

    def run_to_end(self, number: int, timeout: float = 30_000) -> None:
        """Let a cell run, and return when it is done."""
        self.run(number)
        expect(self.prompt(number)).to_have_text(re.compile(r"\[\d+\]"), timeout=timeout)

    def prompt(self, number: int) -> Locator:
        """Return the ``[n]:`` before a cell."""
        return self.cell(number).locator(".jp-InputPrompt")

    def await_kernel(self) -> None:
        """Return when there is a kernel that waits for work, and the notebook listens to it."""
        # An idle kernel may not be connected yet, and what is run then is dropped without a word.
        self.page.wait_for_function(
            """() => {
              const session = window.jupyterapp.shell.currentWidget?.context?.sessionContext;
              const kernel = session?.session?.kernel;
              return kernel?.connectionStatus === 'connected' && kernel.status === 'idle' && session.isReady;
            }""",
            timeout=60_000,
        )

    def kernel_pid(self) -> int:
        """Return the kernel's process."""
        kernel = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.id"
        )
        return process_with(f"kernel-{kernel}.json")

    def model(self) -> dict[str, Any]:
        """Return the notebook as it would be saved."""
        model: dict[str, Any] = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.toJSON()")
        return model

    def is_dirty(self) -> bool:
        """Say whether there is something to save."""
        dirty: bool = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.dirty")
        return dirty

    def save(self) -> None:
        """Save it."""
        self.lab.execute("docmanager:save")


def process_with(word: str) -> int:
    """Return the id of the process whose command line holds ``word``."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if word.encode() in (entry / "cmdline").read_bytes():
                    return int(entry.name)
            except OSError:
                continue
    raise AssertionError(f"no process has {word!r} on its command line")
