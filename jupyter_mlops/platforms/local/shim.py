"""The folder from which an interpreter without jupyter_mlops runs ranks. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

RUNTIME = Path(__file__).resolve().parents[2] / "runtime"


def shim_dir(home_path: Path) -> Path:
    """Return a folder for the end of ``sys.path`` that holds the runtime and cloudpickle; made once per content.

    Ranks anywhere may have it open, so it never changes: another version of its files is another folder.
    """
    files = dict(_files())
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    folder = home_path / "runtime" / digest.hexdigest()[:16]
    if not folder.exists():
        _make(folder, files)
    return folder


def _files() -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every file of the folder."""
    yield "jupyter_mlops/__init__.py", (RUNTIME / "face.py").read_bytes()
    for path in sorted(RUNTIME.rglob("*.py")):
        yield f"jupyter_mlops/runtime/{path.relative_to(RUNTIME)}", path.read_bytes()
    spec = find_spec("cloudpickle")
    for place in (spec.submodule_search_locations if spec else None) or []:
        for path in sorted(Path(place).glob("*.py")):
            yield f"cloudpickle/{path.name}", path.read_bytes()


def _make(folder: Path, files: dict[str, bytes]) -> None:
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        for name, data in files.items():
            path = draft / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(data)
        # Someone else may have been first; a non-empty target refuses, and holds the same.
        os.rename(draft, folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
