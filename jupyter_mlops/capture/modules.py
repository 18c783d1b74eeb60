"""Modules of the notebook's own folder, which travel as source."""

from __future__ import annotations

import ast
import functools
import os
import re
import shutil
import site
import sys
import sysconfig
import types
from collections.abc import Iterable, Iterator
from pathlib import Path

from jupyter_mlops.domain.receipts import size_text

SMALL = 1 << 20
"""Data files of a package are copied up to this size; larger ones are linked."""

_LARGEST_PACKAGE = 64 << 20
_MOST_FILES = 2000
OURS = frozenset({"jupyter_mlops", "jupyter_mlops_magics", "__main__", "__mp_main__"})
"""Modules that every rank has."""
_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w., \t]+))", re.MULTILINE)


class Sources:
    """Finds local modules and all that they import, and copies them into a bundle.

    Attributes:
        modules: Path of the file or of the package's folder, by top-level name.
        files: What was copied, relative to the folder it was copied to.
        notes: Sentences about what was not copied.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = [os.path.realpath(root) for root in roots]
        self._seen: set[str] = set()
        self.modules: dict[str, Path] = {}
        self.files: list[str] = []
        self.notes: list[str] = []

    def add(self, names: Iterable[str]) -> None:
        """Take in modules by their dotted names, imported or not, and what they import in turn."""
        todo = {name.partition(".")[0] for name in names}
        while todo:
            name = todo.pop()
            if name in self._seen:
                continue
            self._seen.add(name)
            path = self._find(name)
            if path is not None:
                self.modules[name] = path
                todo.update(_imports_of(path))

    def copy_to(self, folder: Path) -> None:
        """Copy all modules to ``folder``, which is made if there is something to copy."""
        for name, path in sorted(self.modules.items()):
            folder.mkdir(mode=0o700, exist_ok=True)
            if path.is_dir():
                self._copy_package(name, path, folder)
            else:
                self._copy_file(path, folder / path.name, folder)
                for data in _files_beside(path):
                    self._copy_file(data, folder / data.relative_to(path.parent), folder)

    def _find(self, name: str) -> Path | None:
        if name in sys.stdlib_module_names or name in OURS:
            return None
        module = sys.modules.get(name)
        if module is None:
            return self._find_beside(name)
        path = _place_of(module)
        return path if path is not None and self._is_local(name, path) else None

    def _find_beside(self, name: str) -> Path | None:
        for root in self._roots:
            for path in (Path(root, name), Path(root, f"{name}.py")):
                if path.is_file() or (path / "__init__.py").is_file():
                    return path
        return None

    def _is_local(self, name: str, path: Path) -> bool:
        real = os.path.realpath(path)
        if is_installed(real) or not os.path.exists(real):
            return False
        if any(_is_below(real, root) for root in self._roots):
            return True
        # A folder that the notebook itself put on sys.path; what an interpreter has from its start, a rank has too.
        return os.path.dirname(real) not in _startup_folders() and name not in _editable_names()

    def _copy_package(self, name: str, path: Path, folder: Path) -> None:
        files = list(_package_files(path))
        size = sum(file.stat().st_size for file in files if not _is_linked(file))
        if len(files) > _MOST_FILES or size > _LARGEST_PACKAGE:
            (folder / name).symlink_to(path.resolve(), target_is_directory=True)
            self.notes.append(
                f"The package `{name}` is too large to copy ({size_text(size)}): the run reads it in place."
            )
            return
        for file in files:
            self._copy_file(file, folder / name / file.relative_to(path), folder)

    def _copy_file(self, file: Path, target: Path, folder: Path) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shown = str(target.relative_to(folder))
        if _is_linked(file):
            target.symlink_to(file.resolve())
            self.notes.append(f"`{shown}` is too large to copy: the run reads it in place.")
        else:
            shutil.copyfile(file, target)
            target.chmod(0o600)
        self.files.append(shown)


def _place_of(module: types.ModuleType) -> Path | None:
    """Return a top-level module's file, or its folder if it is a package."""
    folders = list(getattr(module, "__path__", ()))
    if folders:
        return Path(folders[0])
    file = getattr(module, "__file__", None)
    return Path(file) if isinstance(file, str) else None


def _imports_of(path: Path) -> set[str]:
    files = _package_files(path) if path.is_dir() else (path,)
    return {name for file in files if file.suffix == ".py" for name in _imports_in(str(file), file.stat().st_mtime_ns)}


@functools.lru_cache(maxsize=4096)
def _imports_in(file: str, _changed: int) -> frozenset[str]:
    """Return the top-level names that a file imports absolutely, also within functions."""
    text = Path(file).read_bytes().decode(errors="replace")
    found: set[str] = set()
    for source, plain in _IMPORT.findall(text):
        for part in (source, *plain.split(",")):
            found.add(part.strip().partition(" ")[0].partition(".")[0])
    return frozenset(found - {""})


def _package_files(path: Path) -> Iterator[Path]:
    for folder, inner, files in os.walk(path):
        inner[:] = [
            name
            for name in sorted(inner)
            if name not in _SKIPPED_FOLDERS
            and not name.startswith(".")
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        ]
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and file.suffix != ".pyc" and file.is_file():
                yield file


def _is_linked(file: Path) -> bool:
    return file.suffix != ".py" and file.stat().st_size > SMALL


def _files_beside(path: Path) -> Iterator[Path]:
    """Yield the files that a single module reads from its own folder, as far as it names them."""
    text = path.read_bytes() if path.suffix == ".py" else b""
    if b"__file__" not in text:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 256:
            data = path.parent / node.value.lstrip("/")
            if "\0" not in node.value and data.is_file() and _is_below(str(data.resolve()), str(path.parent.resolve())):
                yield data


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def is_installed(path: str) -> bool:
    """Say whether the file ``path`` came with Python or with an installed package."""
    if "site-packages" in path or "dist-packages" in path:
        return True
    return any(_is_below(path, root) for root in _library_folders())


@functools.cache
def _library_folders() -> tuple[str, ...]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple({os.path.realpath(path) for name in names if (path := sysconfig.get_path(name))})


@functools.cache
def _startup_folders() -> frozenset[str]:
    """Return the folders that an interpreter with this environment has on its path from the start."""
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    for folder in {*site.getsitepackages(), site.getusersitepackages(), *_library_folders()}:
        for file in Path(folder).glob("*.pth"):
            lines = file.read_text(errors="replace").splitlines()
            entries += [os.path.join(folder, line.strip()) for line in lines if not line.startswith(("import ", "#"))]
    return frozenset(os.path.realpath(entry) for entry in entries if entry)


def _editable_names() -> set[str]:
    """Return the top-level names that editable installs map to folders elsewhere."""
    found: set[str] = set()
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", ""))
        found.update(getattr(module, "MAPPING", ()))
    return found
