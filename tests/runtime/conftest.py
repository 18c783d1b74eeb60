"""Runs cells in real ranks: the smallest run folder, and the command that a platform uses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

LABEL = "Cell [5] (digits)"
COMMAND = "import sys; sys.path.append({!r}) ; from jupyter_mlops.runtime.bootstrap import main; main()"


@dataclass
class Ended:
    """What a rank left behind."""

    code: int
    log: str
    folder: Path
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The log as a person sees it: no records, no colours."""
        return re.sub("\x1b\\[[0-9;]*m", "", re.sub("\x1e[^\n]*\n", "", self.log))

    def only(self, kind: str) -> list[Any]:
        return [record[kind] for record in self.records if kind in record]

    @property
    def error(self) -> dict[str, Any]:
        (error,) = self.only("error")
        return dict(error)

    @property
    def made(self) -> dict[str, str]:
        (made,) = self.only("made")
        return {item["name"]: item["type"] for item in made}

    @property
    def shown(self) -> list[dict[str, Any]]:
        files = sorted((self.folder / "display").glob("1/0/*.json"))
        return [json.loads(file.read_text()) for file in files]


class Rank:
    """A rank that has not started yet."""

    def __init__(self, folder: Path, cell: str, about: dict[str, Any], options: dict[str, Any]) -> None:
        self.folder, self.options = folder, options
        bundle = folder / "bundle"
        bundle.mkdir(parents=True)
        (bundle / "cell.py").write_text("# %%train digits\n" + cell, encoding="utf-8")
        facts = {"format": 1, "name": "digits", "prompt": 5, "filename": LABEL, "keep": [], "sources": False}
        (bundle / "cell.json").write_text(json.dumps({**facts, **about}))

    def start(self) -> subprocess.Popen[bytes]:
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MPL"))}
        env.update({"JUPYTER_MLOPS_RUN_DIR": str(self.folder), "JUPYTER_MLOPS_RUN": "digits-1"})
        env.update({"JUPYTER_MLOPS_ATTEMPT": "1", "JUPYTER_MLOPS_RANK": "0", "RANK": "0", "WORLD_SIZE": "1"})
        env.update(self.options.get("env", {}))
        command = [str(self.options.get("python", sys.executable)), "-c"]
        command.append(COMMAND.format(str(self.options.get("shim", "/nowhere"))))
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def end(self, process: subprocess.Popen[bytes]) -> Ended:
        try:
            code = process.wait(60)
        finally:
            process.kill()
        log = (self.folder / "log").read_text()
        records = [json.loads(record) for record in re.findall("\x1e([^\n]*)\n", log)]
        return Ended(code, log, self.folder, records)


@pytest.fixture
def rank(tmp_path):
    """Make a rank for a cell; line 1 of the cell is the magic's, so what is given here begins with line 2."""

    def make(cell: str, about: dict[str, Any] | None = None, **options: Any) -> Rank:
        count = len(list(tmp_path.iterdir()))
        return Rank(tmp_path / f"run{count}", cell, about or {}, options)

    return make


@pytest.fixture
def run(rank):
    """Run a cell to its end."""

    def run_cell(cell: str, about: dict[str, Any] | None = None, **options: Any) -> Ended:
        it = rank(cell, about, **options)
        return it.end(it.start())

    return run_cell
