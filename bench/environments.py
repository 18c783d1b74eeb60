"""Environments of their own for peers that are not among what ``make install`` brings."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

PLACE = Path(__file__).parent.parent / ".bench"


class Missing(Exception):
    """A peer cannot be had; the message says why."""


def environment(name: str, *packages: str) -> Path:
    """Return the interpreter of an environment with ``packages``, which is made once.

    Raises:
        Missing: it cannot be made.
    """
    folder = PLACE / name
    python = folder / "bin" / "python"
    made = folder / ".made"
    wanted = "\n".join(packages)
    if made.exists() and made.read_text() == wanted:
        return python
    print(f"Making an environment for {name} (once) …", flush=True)
    try:
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--compile"]
        subprocess.run([*pip, *packages], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"{', '.join(packages)} cannot be installed: {error}") from error
    made.write_text(wanted)
    return python


def framework(name: str) -> Path:
    """Return the interpreter of one of the environments of ``make test-frameworks``.

    Raises:
        Missing: it is not there.
    """
    python = PLACE / "frameworks" / name / "bin" / "python"
    if not any(python.parent.parent.glob(".installed-*")):
        raise Missing(f"there is no environment with {name}: ONLY={name} bash tools/frameworks.sh .venv makes it")
    return python


def plain() -> dict[str, str]:
    """Return the environment for processes that are measured: bytecode is used, as on people's machines."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
