"""Check that the wheel builds and carries everything that an installation needs."""

from __future__ import annotations

import json
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
    "jupyter_mlops/widgets/card.css",
    "jupyter_mlops/widgets/card.js",
}
# A wheel holds what goes beside the packages in a folder that carries its version.
BESIDE = ".data/data/"
BUILT = ROOT / "labextension" / "dist"
SERVER = "etc/jupyter/jupyter_server_config.d/jupyter-mlops.json"
EXTENSION = "share/jupyter/labextensions/jupyter-mlops/"


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
    shared = {name.partition(BESIDE)[2] for name in names} - {""}
    extension = {f"{EXTENSION}{file}" for file in built_files()}
    missing = (NEEDED | sources()) - names | ({SERVER} | extension) - shared
    stray = {name for name in names if is_stray(name)} | (shared - extension - {SERVER})
    problems = [f"{wheel.name} lacks {name}" for name in sorted(missing)]
    problems += [f"{wheel.name} carries {name}" for name in sorted(stray)]
    if extension_version() not in wheel.name.split("-"):
        problems.append(f"labextension/package.json says {extension_version()}, and {wheel.name} is of another version")
    print("\n".join(problems) or f"{wheel.name} carries {len(names)} files: both packages and the JupyterLab extension")
    return 1 if problems else 0


def built_files() -> set[str]:
    """Return the names of the built extension's files that JupyterLab reads, and of the note how to uninstall it."""
    files = {file.relative_to(BUILT).as_posix() for file in BUILT.rglob("*") if file.is_file()}
    return {file for file in files if not file.startswith(".")} | {"install.json", "package.json"}


def extension_version() -> str:
    """Return the version that the extension says it has."""
    version: str = json.loads((ROOT / "labextension" / "package.json").read_text())["version"]
    return version


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
    return name.endswith((".pyc", ".log")) or name.startswith(("tests/", "bench/", "tools/", "labextension/"))


if __name__ == "__main__":
    sys.exit(main())
