"""What a template has imported: from installed packages only, and whether that still stands. Standard library only."""

from __future__ import annotations

import os
import sys
import time
from _frozen_importlib_external import PathFinder  # as ``importlib.machinery`` has it
from importlib import import_module

from jupyter_mlops.runtime import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Inventory:
    """The modules of this process. While they are loaded, the working directory is no place of modules."""

    def __init__(self) -> None:
        self._has_cwd = sys.path[:1] == [""]
        if self._has_cwd:
            del sys.path[0]
        self._packages = _package_folders()
        self._library = _library_folders()
        self._times = {folder: _time(folder) for folder in self._packages}
        self._known: frozenset[str] = frozenset()
        self._began = time.time()

    def load(self, names: Iterable[str]) -> list[str]:
        """Import modules of packages; return those that are none, or cannot be imported, with the reason."""
        skipped = [f"{name}: {why}" for name in names if (why := self._load(name))]
        self._times.update((file, _time(file)) for file in self._files())
        self._known = frozenset(name.partition(".")[0] for name in sys.modules)
        return skipped

    def restore_path(self) -> None:
        """Let the working directory be a place of modules again."""
        if self._has_cwd:
            sys.path.insert(0, "")

    def obstacle(self) -> str:
        """Return why this process cannot be forked, or may not stand for a new one; empty if nothing is wrong."""
        threading = sys.modules.get("threading")
        if threading is not None and threading.active_count() > 1:
            return "what the cell imports starts a thread"
        if processes.children(os.getpid()):
            return "what the cell imports starts a process"
        if _has_threads_after_fork():
            return "what the cell imports starts a thread that does not survive a fork"
        if _shares_memory():
            return "what the cell imports shares memory between processes"
        for file in self._files():
            if not self._is_installed(file):
                return f"what the cell imports loads {file}, which belongs to no installed package"
        return ""

    def change(self) -> str:
        """Return what of what was loaded is not as it was; empty if all is."""
        for path, then in self._times.items():
            if _time(path) != then:
                what = "packages" if path in self._packages else path
                return f"{what} changed since it had imported them"
        return ""

    def shadow(self, folders: Iterable[str]) -> str:
        """Return which module a rank would import from one of its own ``folders`` instead; empty if none.

        Args:
            folders: The rank's working directory first, then what else it puts before the packages.
        """
        first, *others = folders
        for folder in [*([first] if self._has_cwd else []), *others, *self._early_folders()]:
            for name in _modules_in(folder, self._known):
                return f"{folder} has a module {name!r} of its own"
        return ""

    def _load(self, name: str) -> str:
        spec = PathFinder.find_spec(name.partition(".")[0])
        origin = spec and (spec.origin or next(iter(spec.submodule_search_locations or ()), None))
        if not origin or not any(_is_below(origin, folder) for folder in self._packages):
            return "no installed package"
        try:
            import_module(name)
        except BaseException as error:
            return type(error).__name__
        return ""

    def _files(self) -> list[str]:
        """Return the files of all loaded modules."""
        files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        # PyTorch has modules whose file is only a name.
        absolute = (file for file in files if isinstance(file, str) and os.path.isabs(file))
        return [file for file in absolute if not self._is_made_here(file)]

    def _is_made_here(self, file: str) -> bool:
        """Say whether what was imported has written ``file`` itself, as PyTorch does; it is soon gone."""
        tempfile = sys.modules.get("tempfile")
        if tempfile is None or not _is_below(file, tempfile.gettempdir()):
            return False
        return _time(file) >= self._began * 1e9

    def _is_installed(self, file: str) -> bool:
        return any(_is_below(file, folder) for folder in (*self._packages, *self._library, _OURS))

    def _early_folders(self) -> list[str]:
        """Return the folders that come before the standard library: those of PYTHONPATH."""
        found = []
        for folder in sys.path:
            if folder in self._library or folder.endswith(".zip"):
                break
            found.append(folder)
        return found


def _package_folders() -> tuple[str, ...]:
    return tuple(
        path
        for path in sys.path
        if os.path.basename(path) in ("site-packages", "dist-packages") and os.path.isdir(path)
    )


def _library_folders() -> tuple[str, ...]:
    library = os.path.dirname(os.path.abspath(os.__file__))
    return tuple({library, *(path for path in sys.path if path.endswith("lib-dynload")), os.path.realpath(library)})


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder + os.sep)


def _time(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _has_threads_after_fork() -> bool:
    # OpenBLAS ends its threads before each fork and starts them again when it needs them; others would be missed.
    pid = processes.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    return len(os.listdir("/proc/self/task")) > 1


def _shares_memory() -> bool:
    with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
        return any(line.split(" ", 2)[1] == "rw-s" for line in file)


def _modules_in(folder: str, known: frozenset[str]) -> list[str]:
    """Return which of the ``known`` modules ``folder`` has too, and that were not loaded from there."""
    folder = os.path.realpath(folder)
    try:
        entries = os.listdir(folder)
    except OSError:
        return []
    found = (entry for entry in entries if entry.partition(".")[0] in known and _is_module(folder, entry))
    return [name for name in (entry.partition(".")[0] for entry in found) if _place(name) != folder]


def _is_module(folder: str, entry: str) -> bool:
    if entry.endswith((".py", ".pyc", ".so")):
        return True
    return os.path.isfile(os.path.join(folder, entry, "__init__.py"))


def _place(name: str) -> str:
    """Return the folder in which a loaded module is."""
    module = sys.modules.get(name)
    paths: list[str] = list(getattr(module, "__path__", ())) or [getattr(module, "__file__", None) or ""]
    return os.path.dirname(os.path.realpath(paths[0]))
