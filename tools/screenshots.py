"""Take the pictures of the demo notebook: a real JupyterLab in headless Chromium, light and dark."""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SIZE: ViewportSize = {"width": 1180, "height": 1000}
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
            with jupyterlab(theme) as address:
                take(browser, address, options.out, word)
        browser.close()
    return 0


@contextmanager
def jupyterlab(theme: str) -> Iterator[str]:
    """Start the demo with a home of its own, and yield the address of its notebook."""
    with tempfile.TemporaryDirectory(prefix="mlops-pictures-") as name, socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        held.close()
        folder = Path(name)
        settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
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
                yield f"{address}/tree/digits.ipynb"
            finally:
                server.terminate()
                server.wait()


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


def take(browser: Browser, address: str, out: Path, word: str) -> None:
    """Run the notebook in ``browser`` and write its pictures; ``word`` names the theme."""
    page = browser.new_page(viewport=SIZE, device_scale_factor=2)
    page.goto(address)
    page.get_by_role("region", name="notebook content").wait_for()
    expect(page.get_by_text(re.compile(r"Python 3.*Idle", re.IGNORECASE)).first).to_be_visible(timeout=60_000)
    page.keyboard.press("Control+b")
    train = cell(page, "%%train digits epochs=5")
    run_all(page)
    picture(page, train, "Running", out / f"running-{word}.png")
    expect(cell(page, "%runs").locator(".jp-OutputArea-output").first).to_be_visible(timeout=120_000)
    picture(page, train, "Succeeded", out / f"demo-{word}.png")
    page.close()


def run_all(page: Page) -> None:
    """Choose *Run All Cells*."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def cell(page: Page, text: str) -> Locator:
    """Return the code cell that holds ``text``."""
    return page.locator(".jp-CodeCell").filter(has_text=text).first


def picture(page: Page, train: Locator, state: str, path: Path) -> None:
    """Write a picture of the window when the card below ``train`` shows ``state``."""
    card = train.locator(".jp-OutputArea-output").first
    expect(card).to_contain_text(state, timeout=120_000)
    train.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(400)
    page.screenshot(path=str(path))
    print(path)


if __name__ == "__main__":
    sys.exit(main())
