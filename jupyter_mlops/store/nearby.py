"""Modules of the user that lie beside a run's notebook, where its ranks may not look."""

from __future__ import annotations

import os

from jupyter_mlops.domain.runs import RunSpec


def place_of(spec: RunSpec, module: str) -> str:
    """Return the folder near the run's notebook in which a module lies; empty if there is none."""
    top = module.partition(".")[0]
    notebook = os.path.dirname(spec.origin.notebook)
    folders = [spec.cwd, os.path.join(spec.cwd, "src")] + ([notebook] if os.path.isabs(notebook) else [])
    return next((folder for folder in folders if _has(folder, top)), "")


def _has(folder: str, module: str) -> bool:
    return os.path.isfile(f"{folder}/{module}.py") or os.path.isfile(f"{folder}/{module}/__init__.py")
