"""Check that the wheel builds and carries everything that an installation needs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {"jupyter_mlops": ROOT / "jupyter_mlops", "jupyter_mlops_magics": ROOT / "magics" / "jupyter_mlops_magics"}
NEEDED = {
    "jupyter_mlops/py.typed",
    "jupyter_mlops/cards/card.css",
    "jupyter_mlops_magics/py.typed",
    "jupyter_mlops/demo/digits.ipynb",
    "jupyter_mlops/demo/labconfig/default_setting_overrides.json",
}
# A wheel holds these in a folder that carries its version.
SHARED = {".data/data/etc/jupyter/jupyter_server_config.d/jupyter-mlops.json"}


def main() -> int:
    """Print what is wrong, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
        if built.returncode:
            print(built.stderr.strip())
            return 1
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
    problems = [f"{wheel.name} lacks {name}" for name in sorted((NEEDED | sources()) - names)]
    problems += [f"{wheel.name} lacks {end}" for end in SHARED if not any(name.endswith(end) for name in names)]
    problems += [f"{wheel.name} carries {name}" for name in sorted(names) if is_stray(name)]
    print("\n".join(problems) or f"{wheel.name} carries {len(names)} files, both packages among them")
    return 1 if problems else 0


def sources() -> set[str]:
    """Return the names that the modules of both packages have in a wheel."""
    return {
        f"{package}/{file.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for file in folder.rglob("*.py")
        if ".ipynb_checkpoints" not in file.parts
    }


def is_stray(name: str) -> bool:
    """Say whether ``name`` has no place in a wheel."""
    return name.endswith((".pyc", ".log")) or name.startswith(("tests/", "bench/", "tools/"))


if __name__ == "__main__":
    sys.exit(main())
