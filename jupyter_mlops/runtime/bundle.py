"""Reads the folder in which a cell came here."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


class Bundle:
    """What was captured: the cell, facts about it, and where it lies."""

    def __init__(self, run_dir: str, folder: str = "bundle") -> None:
        """Read the cell of the run in ``run_dir``, or another one that lies there."""
        self.path = os.path.join(run_dir, folder)
        self.about = self._json("cell.json")
        self.filename: str = self.about["filename"]
        self.keep: list[str] = self.about.get("keep") or []
        self.source = self._text("cell.py")

    @property
    def sources(self) -> str:
        """The folder of the notebook's local modules; empty if it has none."""
        return os.path.join(self.path, "sources") if self.about.get("sources") else ""

    @property
    def has_values(self) -> bool:
        """Say whether the cell uses anything that the notebook made."""
        return os.path.exists(os.path.join(self.path, "values.pickle"))

    def fill_linecache(self, linecache: ModuleType) -> None:
        """Let tracebacks and ``inspect`` find the lines of this cell, and of those that made what it uses."""
        cells = {self.filename: self.source}
        if os.path.exists(os.path.join(self.path, "cells.json")):
            cells.update(self._json("cells.json"))
        for filename, source in cells.items():
            # No time stamp: checkcache() then leaves the entry alone.
            linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)

    def _json(self, name: str) -> dict[str, Any]:
        return dict(decode(self._text(name)))

    def _text(self, name: str) -> str:
        with open(os.path.join(self.path, name), encoding="utf-8", newline="") as file:
            return file.read()


def decode(text: str) -> Any:
    """Return what a JSON text says."""
    try:
        from _json import make_scanner
    except ImportError:
        import json

        return json.loads(text)
    # The json module compiles regular expressions when it is imported, 10 ms; the scanner itself needs none.
    return make_scanner(_Scanning)(text.strip(), 0)[0]  # type: ignore[arg-type]


class _Scanning:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}
