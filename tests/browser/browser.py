"""Chromium: where it is, and how it is started so that it asks nobody outside for anything."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium's own chatter with the network has no place in a test; fonts are drawn the same on every machine.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--disable-font-subpixel-positioning",
    "--force-color-profile=srgb",
]


class NoBrowser(Exception):
    """There is no Chromium."""


def find_chromium() -> str:
    """Return the path of Chromium: ``$CHROMIUM``, else what is on the path.

    Raises:
        NoBrowser: there is none, or what ``$CHROMIUM`` names is none.
    """
    named = os.environ.get("CHROMIUM", "")
    candidates = [named] if named else list(NAMES)
    found = next(filter(None, map(shutil.which, candidates)), None)
    if found is None:
        where = f"at {named}, which CHROMIUM names" if named else "on the path"
        raise NoBrowser(
            f"The browser tests need Chromium, and there is none {where}: `make browser` installs it "
            "(on Debian: apt-get install chromium fonts-dejavu-core)."
        )
    return found
