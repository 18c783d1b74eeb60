"""Take the pictures of the demo notebook: a real JupyterLab in headless Chromium, light and dark."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from jupyter_mlops import connect

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SIZE: ViewportSize = {"width": 1280, "height": 800}
# Chromium's own chatter with the network has no place in a picture, and no network in a build.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> int:
    """Take all pictures and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", required=True, help="the browser's executable")
    parser.add_argument("--out", type=Path, default=IMAGES, help="where the pictures go")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=FLAGS)
        for word, theme in THEMES.items():
            with jupyterlab(theme) as (address, home):
                take(browser, address, home, out=options.out, word=word)
        browser.close()
    return 0


@contextmanager
def jupyterlab(theme: str) -> Iterator[tuple[str, Path]]:
    """Start the demo with a home of its own, and yield its address and the home."""
    with tempfile.TemporaryDirectory(prefix="mlops-pictures-") as name, socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        held.close()
        folder = Path(name)
        write_settings(folder / "settings", theme)
        environment = {
            **os.environ,
            "HOME": str(folder),
            "JUPYTER_MLOPS_HOME": str(folder / "home"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        }
        command = [str(Path(sys.executable).with_name("jupyter")), "mlops", "demo", "--no-browser", f"--port={port}"]
        command += ["--IdentityProvider.token=", "--ServerApp.port_retries=0"]
        with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as server:
            try:
                address = f"http://127.0.0.1:{port}/lab"
                await_server(address)
                place_long_run(folder / "jupyter-mlops-demo")
                yield address, folder / "home"
            finally:
                server.terminate()
                server.wait()
                # What outlives a kernel is ended by hand.
                for kept in (*connect(folder / "home").runs.list(), *connect(folder / "home").endpoints.list()):
                    kept.stop()


def write_settings(folder: Path, theme: str) -> None:
    """Let JupyterLab have ``theme``, and render every cell, in sight or not."""
    settings = {
        "apputils-extension/themes": {"theme": theme},
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for name, values in settings.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


def place_long_run(folder: Path) -> None:
    """Put the notebook a second time into ``folder``, with a run that goes for long enough to be seen."""
    text = (folder / "digits.ipynb").read_text()
    (folder / "long").mkdir()
    (folder / "long" / "digits.ipynb").write_text(text.replace("digits epochs=5 ", "digits epochs=90 "))


def await_server(address: str) -> None:
    """Return when ``address`` answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(address).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"JupyterLab did not answer at {address} within 30 s.")


def take(browser: Browser, address: str, home: Path, *, out: Path, word: str) -> None:
    """Write the pictures of one theme; ``word`` names it."""
    page = open_notebook(browser, f"{address}/workspaces/long/tree/long/digits.ipynb")
    page.get_by_role("tab", name="Machine learning runs").click()
    picture(page, "digits epochs=90", re.compile(r"epoch [123]\d/90"), out / f"running-{word}.png")
    page_of_a_run(page, out, word)
    page.close()
    page = open_notebook(browser, f"{address}/workspaces/short/tree/digits.ipynb")
    expect(cell(page, "%runs").locator(".jp-OutputArea-output").first).to_be_visible(timeout=300_000)
    picture(page, "digits epochs=5", re.compile("Succeeded"), out / f"demo-{word}.png")
    picture(page, "%tune digits", re.compile("Succeeded"), out / f"tune-{word}.png")
    page.get_by_role("tab", name="Machine learning runs").click()
    page_of_a_sweep(page, out, word)
    picture(page, "%deploy digits@challenger", re.compile("canary"), out / f"deploy-{word}.png")
    page_of_a_model(page, out, word)
    with traffic(home):
        page_of_an_endpoint(page, out, word)
    page.close()


def page_of_a_run(page: Page, out: Path, word: str) -> None:
    """Write a picture of the page of the first run in the panel."""
    page.get_by_role("row", name=re.compile("digits, running")).click()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name=re.compile("Curves")).click()
    expect(page.get_by_role("img", name=re.compile("^loss by epoch, last")).last).to_be_visible(timeout=30_000)
    still(page, out / f"curves-{word}.png")


def page_of_a_sweep(page: Page, out: Path, word: str) -> None:
    """Write pictures of the page of the first sweep in the panel, and of its trials beside each other."""
    row = page.get_by_role("grid", name=re.compile("sweeps", re.IGNORECASE)).get_by_role("row").first
    row.click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name=re.compile("What matters"))).to_be_visible(timeout=30_000)
    still(page, out / f"sweep-{word}.png")
    row.click()
    page.keyboard.press("c")
    expect(page.get_by_role("img", name=re.compile("^accuracy")).first).to_be_visible(timeout=30_000)
    still(page, out / f"compare-{word}.png")


def page_of_a_model(page: Page, out: Path, word: str) -> None:
    """Write a picture of the page of the demo's model."""
    row = page.get_by_role("treegrid", name=re.compile("models", re.IGNORECASE)).get_by_role("row").first
    row.click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid", name=re.compile("^Versions of"))).to_be_visible(timeout=30_000)
    still(page, out / f"model-{word}.png")


def page_of_an_endpoint(page: Page, out: Path, word: str) -> None:
    """Write a picture of the page of the demo's endpoint."""
    row = page.get_by_role("grid", name=re.compile("endpoints", re.IGNORECASE)).get_by_role("row").first
    row.click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name=re.compile("canary", re.IGNORECASE))).to_be_visible(timeout=30_000)
    # So long that the charts have something to draw.
    page.wait_for_timeout(25_000)
    still(page, out / f"endpoint-{word}.png")


@contextmanager
def traffic(home: Path) -> Iterator[None]:
    """Bring the demo's endpoint up with a canary, and ask it all the time."""
    from sklearn.datasets import load_digits

    images = load_digits().data / 16
    endpoints = connect(home).endpoints
    endpoints.get("digits").start()
    endpoint = endpoints.deploy("digits@challenger", canary=20)
    over = threading.Event()

    def ask() -> None:
        for image in itertools.cycle(images):
            if over.wait(0.02):
                return
            endpoint.predict(image)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()


def open_notebook(browser: Browser, address: str) -> Page:
    """Return a page with the notebook open, side bar closed, and all cells started."""
    page = browser.new_page(viewport=SIZE, device_scale_factor=2)
    page.goto(address)
    page.get_by_role("button", name=re.compile(r"Python 3.*Idle")).wait_for(timeout=60_000)
    page.keyboard.press("Control+b")
    # An idle kernel may not be connected yet, and what is run then is dropped without a word.
    last = cell(page, "%runs").locator(".jp-InputPrompt")
    for _ in range(5):
        run_all(page)
        with suppress(AssertionError):
            expect(last).to_have_text(re.compile(r"\[(\*|\d+)\]:"), timeout=5_000)
            return page
    raise SystemExit(f"Nothing runs at {address}.")


def run_all(page: Page) -> None:
    """Choose *Run All Cells*."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def cell(page: Page, text: str) -> Locator:
    """Return the code cell that holds ``text``."""
    return page.locator(".jp-CodeCell").filter(has_text=text).first


def picture(page: Page, line: str, shows: re.Pattern[str], path: Path) -> None:
    """Write a picture of the window when the card below the cell with ``line`` shows what is wanted."""
    train = cell(page, line)
    # A card that is out of sight does not work.
    train.locator(".jp-OutputArea-output").first.wait_for(timeout=300_000)
    train.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    expect(train.locator(".jp-OutputArea-output").first).to_contain_text(shows, timeout=300_000)
    train.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    still(page, path)


def still(page: Page, path: Path) -> None:
    """Write a picture of the window once nothing in it moves any more."""
    page.mouse.move(SIZE["width"] / 2, 5)
    page.wait_for_timeout(600)
    page.screenshot(path=str(path))
    print(path)


if __name__ == "__main__":
    sys.exit(main())
