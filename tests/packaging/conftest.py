"""Models that were stored once for all tests, and what a process that knows nothing of us makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.packaging.pack import Pack, pack
from jupyter_mlops.serving import loading
from tests.packaging import zoo

_LOAD = """
import importlib.util, json, sys
folders = json.load(sys.stdin)
file = importlib.util.spec_from_file_location("loading", sys.argv[1])
loading = importlib.util.module_from_spec(file)
file.loader.exec_module(loading)
answers = {}
for name, (folder, flavor, how, rows) in folders.items():
    model = loading.load(folder, flavor)
    if how == "table":
        import pandas
        rows = pandas.DataFrame(rows)
    else:
        import numpy
        rows = numpy.array(rows)
    answer = loading.predictor(model, flavor).predict(rows)
    kind = type(model)
    answers[name] = [kind.__module__ + "." + kind.__qualname__, getattr(answer, "tolist", lambda: answer)()]
ours = [name for name in sys.modules if name.startswith("jupyter_mlops")]
said = {"answers": answers, "ours": ours, "modules": sorted(sys.modules)}
print(json.dumps(said, default=lambda each: each.tolist()))
"""


class Stored:
    """A model that was stored.

    Attributes:
        told: What is told of it.
        folder: Its files.
    """

    def __init__(self, model: Any, folder: Path, table: Any, source: str = "rows") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.model = model
        self.table = table
        self.folder = folder
        self.told: Pack = pack(model, folder, "flowers", loading.predictor, table=table, source=source)

    @property
    def paths(self) -> set[str]:
        """Its files, by their paths."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}

    def load(self) -> Any:
        """Return the object, here."""
        return loading.load(self.folder, self.told.flavor)

    def answer(self, rows: Any) -> Any:
        """Return what the model that was never stored says."""
        found = loading.predictor(self.model, self.told.flavor).predict(rows)
        return found.tolist() if hasattr(found, "tolist") else found


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Stored]:
    """Return what stores a model in a folder of its own."""

    def stored(model: Any, table: Any = None, source: str = "rows") -> Stored:
        return Stored(model, tmp_path / f"m{len(list(tmp_path.iterdir()))}", table, source)

    return stored


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stored]:
    """Return a model of each kind, stored with its training input."""
    place = tmp_path_factory.mktemp("models")
    return {name: Stored(model, place / name, table) for name, (model, table) in zoo.models().items()}


@pytest.fixture(scope="session")
def reloaded(stored: dict[str, Stored]) -> dict[str, Any]:
    """Return what another process says that loads all of them, and nothing of ours but one file."""
    asked = {name: [str(one.folder), one.told.flavor, *zoo.rows(one.table)] for name, one in stored.items()}
    return loaded_elsewhere(asked)


def loaded_elsewhere(asked: dict[str, Any]) -> dict[str, Any]:
    """Load versions in another process."""
    command = [sys.executable, "-W", "ignore", "-c", _LOAD, loading.__file__]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
