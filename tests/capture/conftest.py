"""A notebook without a kernel, and a rank that is a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_mlops.capture.bundle import Captured, capture
from jupyter_mlops.capture.restore import restore

_RANK = """
import json, linecache, sys, types
folder, names = sys.argv[1], json.loads(sys.argv[2])
bundle = folder + "/bundle"
main = types.ModuleType("__main__")
sys.modules["__main__"] = main
facts = json.load(open(bundle + "/cell.json"))
if facts["sources"]:
    sys.path.insert(0, bundle + "/sources")
from jupyter_mlops.runtime import values
from jupyter_mlops.runtime.bundle import Bundle
Bundle(folder).fill_linecache(linecache)
values.load(bundle, main.__dict__)
exec(compile(open(bundle + "/cell.py").read(), facts["filename"], "exec"), main.__dict__)
made = values.keep(folder, 1, names, main.__dict__, bundle)
print("MADE" + json.dumps(made))
"""


class Ended:
    """What a rank left."""

    def __init__(self, result: subprocess.CompletedProcess[str]) -> None:
        text, _, made = result.stdout.partition("MADE")
        self.out = text
        self.err = result.stderr
        self.code = result.returncode
        self.made: list[dict[str, Any]] = json.loads(made) if made else []


class Notebook:
    """Runs cells, captures one, and runs what was captured."""

    def __init__(self, shell: InteractiveShell, folder: Path) -> None:
        self.shell, self.folder = shell, folder
        self.bundle = folder / "bundle"
        self.number = 1

    @property
    def namespace(self) -> dict[str, Any]:
        return self.shell.user_ns

    def run(self, cell: str) -> None:
        self.shell.run_cell(cell, store_history=True).raise_error()

    def capture(self, cell: str, **options: Any) -> Captured:
        return capture(cell, self.namespace, self.bundle, name="digits", **options)

    def rank(self, *keep: str, cwd: Path | None = None, python: str = sys.executable) -> Ended:
        command = [python, "-c", _RANK, str(self.folder), json.dumps(keep)]
        return Ended(subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False))

    def output_of(self, cell: str, **options: Any) -> str:
        """Return what the captured cell prints in a rank."""
        self.capture(cell, **options)
        ended = self.rank()
        assert ended.code == 0, ended.err
        return ended.out.strip()

    def kept(self, name: str, notes: list[str] | None = None) -> Any:
        said: list[str] = [] if notes is None else notes
        return restore(self.folder, 1, name, self.namespace, said.append)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    """Yield a notebook whose namespace is that of ``__main__``, as in a kernel."""
    main, hook, path = sys.modules["__main__"], sys.displayhook, list(sys.path)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    assert shell.history_manager is not None
    shell.history_manager.enabled = False
    folder = tmp_path / "run"
    folder.mkdir()
    yield Notebook(shell, folder)
    InteractiveShell.clear_instance()
    sys.modules["__main__"], sys.displayhook = main, hook
    sys.path[:] = path
