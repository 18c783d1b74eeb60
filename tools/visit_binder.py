"""See what a visitor of Binder sees: the demo notebook with the panel of runs beside it, and a run in both."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import time
import urllib.error
import urllib.request

from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
START_SECONDS = 60
# A kernel starts, and then a run: on Binder's machines and on those of a build.
PATIENCE_MS = 90_000


def main() -> int:
    """Visit, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="where Jupyter answers")
    parser.add_argument("--picture", help="where a picture of it goes")
    options = parser.parse_args()
    await_server(options.address)
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        print("Chromium was not found; make browser installs it.", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        visit(page, options.address)
        if options.picture:
            page.screenshot(path=options.picture)
        browser.close()
    print("A visitor sees the demo notebook, and its run in the panel")
    return 0


def visit(page: Page, address: str) -> None:
    """Open what Binder opens, and run the notebook."""
    page.goto(address)
    expect(page.get_by_role("tab", name="digits.ipynb", selected=True)).to_be_visible()
    panel = page.locator("#jupyter-mlops-runs")
    expect(panel).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(panel.get_by_role("row", name=re.compile("digits")).first).to_be_visible()


def await_server(address: str) -> None:
    """Return when Jupyter answers at ``address``."""
    for _ in range(START_SECONDS * 10):
        try:
            urllib.request.urlopen(f"{address}api").close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Nothing answers at {address}.")


if __name__ == "__main__":
    sys.exit(main())
