"""The home: one folder that holds everything, and the ways to make, set, sweep and measure it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, MlopsError, Unavailable, Unsupported
from jupyter_mlops.store import feed, locks, machine
from jupyter_mlops.store.blobs import Blobs
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.settings import Settings, checked, merged

FORMAT = 1
VARIABLE = "JUPYTER_MLOPS_HOME"

FREE_SECONDS = 60.0
"""A folder in ``tmp/`` is rubbish when its lock has been free for so long: a keeper may be about to take it."""

UNLOCKED_SECONDS = 600.0
"""What in ``tmp/`` never had a lock is rubbish when it is so old."""

COLLECT_SECONDS = 600.0
"""How often a sweep looks for objects that nothing links to."""

_DELETING = "deleting-"
_REFUSES_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF})
_REASONS = {
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "its file system is read-only",
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.ENOTDIR: "a part of its path is a file",
    errno.EEXIST: "it is a file",
}
_IS_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskUse(msgspec.Struct, frozen=True):
    """Where the bytes of a home are; what several runs share counts once.

    Attributes:
        runs: Bytes of all run folders, without what they share with ``blobs``.
        sweeps: Bytes of all sweep folders, without what they share with runs.
        models: Bytes of all versions of models.
        endpoints: Bytes of what endpoints have logged and remembered.
        blobs: Bytes of stored buffers.
        other: Bytes of the index, drafts and the rest.
        free: Bytes that are left on the disk.
    """

    runs: int
    sweeps: int
    models: int
    endpoints: int
    blobs: int
    other: int
    free: int

    @property
    def total(self) -> int:
        """Bytes of the home."""
        return self.runs + self.sweeps + self.models + self.endpoints + self.blobs + self.other


class _Identity(msgspec.Struct):
    id: str
    created: float
    format: int = FORMAT


class Home:
    """An open home. Cheap to make and to hold; several processes may hold the same one."""

    def __init__(self, path: Path, home_id: str) -> None:
        self.path = path
        self.id = home_id
        self.runs = path / "runs"
        self.sweeps = path / "sweeps"
        self.models = path / "models"
        self.endpoints = path / "endpoints"
        self.tmp = path / "tmp"
        self.slots = path / "slots"
        self.queue = path / "queue"
        self.ports = path / "ports"
        self.index = path / "index.sqlite"
        self.feed = path / "feed"
        self.blobs = path / "blobs"

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    @classmethod
    def open(cls, path: Path | None = None) -> Home:
        """Return the home at ``path``, by default the user's own, which is made if it is missing.

        Raises:
            Unavailable: it cannot be made or written, or its file system refuses locks.
            Unsupported: a newer version made it, or the system is Windows.
        """
        machine.check_system()
        path = Path(os.path.abspath(path or default_path()))
        with _in_one_sentence(path):
            identity = _read_identity(path) or _make(path)
            _furnish(path)
        return cls(path, identity)

    @property
    def settings(self) -> Settings:
        """The settings as they are on disk now.

        Raises:
            Broken: ``settings.json`` was edited into something else.
        """
        return _settings(self.path / "settings.json")

    def change(self, **values: Any) -> Settings:
        """Set what is named, from values or text (``capture="2GiB"``), and return all settings.

        Raises:
            InvalidOption: a name is unknown or a value makes no sense; nothing is changed.
        """
        wanted = checked(**values)
        with _in_one_sentence(self.path), self.exclusively():
            # A newer version's settings that are unknown here stay as they are.
            known = _stored_settings(self.path / "settings.json")
            write_atomic(self.path / "settings.json", wire.encode_pretty(merged(known, wanted)))
        return self.settings

    def draft(self) -> Path:
        """Return a new empty folder in ``tmp/``."""
        path = self.tmp / f"draft-{secrets.token_hex(8)}"
        with _in_one_sentence(self.path):
            path.mkdir(mode=0o700)
        return path

    def sweep(self) -> None:
        """Remove what crashes left behind: drafts nobody keeps, half-deleted folders, objects nothing links to."""
        for entry in _entries(self.tmp):
            _sweep_entry(entry, time.time())
        if time.time() - _modified(self.blobs) > COLLECT_SECONDS:
            Blobs(self.blobs).collect()
            with contextlib.suppress(OSError):
                os.utime(self.blobs)

    def disk_use(self) -> DiskUse:
        """Measure the home. Takes a moment in a home of many runs."""
        seen: set[tuple[int, int]] = set()
        blobs = _allocated(self.blobs, seen)
        runs = _allocated(self.runs, seen)
        sweeps = _allocated(self.sweeps, seen)
        models = _allocated(self.models, seen)
        endpoints = _allocated(self.endpoints, seen)
        other = _allocated(self.path, seen)
        free = shutil.disk_usage(self.path).free
        return DiskUse(
            runs=runs, sweeps=sweeps, models=models, endpoints=endpoints, blobs=blobs, other=other, free=free
        )

    @contextlib.contextmanager
    def exclusively(self) -> Iterator[None]:
        """Wait for the home's own lock and hold it: for what only one process may do at a time, and quickly."""
        fd = os.open(self.path / "home.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


def default_path() -> Path:
    """Return where the user's home is: ``$JUPYTER_MLOPS_HOME``, else the system's folder for a user's data."""
    told = os.environ.get(VARIABLE)
    if told:
        return Path(told).expanduser()
    # Costs 14 ms, so only where it is needed.
    import platformdirs

    return platformdirs.user_data_path("jupyter-mlops", appauthor=False)


def publish_folder(draft: Path, target: Path) -> None:
    """Rename ``draft``, which is complete, to ``target``: it appears whole or not at all.

    Raises:
        FileExistsError: something is there already; the draft is untouched.
    """
    try:
        os.rename(draft, target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(target)) from error
        raise


def condemn(home: Home, folder: Path) -> Path:
    """Move ``folder`` to where the next sweep removes it, and return where that is."""
    target = home.tmp / f"{_DELETING}{folder.name}-{secrets.token_hex(4)}"
    os.rename(folder, target)
    return target


def remove_tree(folder: Path) -> None:
    """Remove a condemned folder, its lock last: while the lock is held, nobody else removes it."""
    for entry in _entries(folder):
        if entry.name != "keeper.lock":
            _remove(entry)
    shutil.rmtree(folder, ignore_errors=True)


def check_locks(folder: Path, try_lock: Callable[[Path], locks.Lock | None] = locks.try_lock) -> None:
    """Try one lock in ``folder``.

    Raises:
        Unavailable: the file system refuses locks.
    """
    probe = folder / f"lock-{secrets.token_hex(4)}"
    try:
        with try_lock(probe) or contextlib.nullcontext():
            pass
    except OSError as error:
        if error.errno not in _REFUSES_LOCKS:
            raise
        raise Unavailable(
            f"The file system of {folder.parent} refuses locks ({error.strerror}), by which runs are kept; "
            f"set {VARIABLE} to a folder on a local disk."
        ) from error
    finally:
        probe.unlink(missing_ok=True)


def _read_identity(path: Path) -> str | None:
    """Return the home's id, or None if there is no home yet or its file was lost in a power cut."""
    try:
        data = (path / "home.json").read_bytes()
    except FileNotFoundError:
        return None
    try:
        found = wire.decode(data, _Identity)
    except (msgspec.DecodeError, UnicodeDecodeError):
        _refuse_newer(path, data)
        return None
    if found.format > FORMAT:
        _refuse_newer(path, data)
    return found.id


def _refuse_newer(path: Path, data: bytes) -> None:
    try:
        number = msgspec.json.decode(data, type=dict[str, Any]).get("format")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if isinstance(number, int) and number > FORMAT:
        raise Unsupported(
            f"The home {path} has format {number}, which a newer version of jupyter-mlops made; "
            f"update jupyter-mlops, or set {VARIABLE} to another folder."
        )


def _make(path: Path) -> str:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _entries(path) and path.stat().st_uid == os.getuid():
        # Somebody made it for us. A folder that holds other things keeps its mode: it may be shared on purpose.
        path.chmod(0o700)
    _furnish(path)
    check_locks(path / "tmp")
    home = Home(path, "")
    with home.exclusively():
        # Another process may have made it in the meantime; both must see one id.
        found = _read_identity(path)
        if found is not None:
            return found
        identity = _Identity(id=secrets.token_hex(8), created=time.time())
        feed.touch(home.feed)
        write_atomic(path / "home.json", wire.encode_pretty(identity))
        return identity.id


def _furnish(path: Path) -> None:
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    for name in ("runs", "sweeps", "models", "endpoints", "tmp", "blobs"):
        with contextlib.suppress(FileExistsError):
            os.mkdir(path / name, mode=0o700)


def _settings(path: Path) -> Settings:
    stored = _stored_settings(path)
    try:
        return Settings(**checked(**{name: stored[name] for name in Settings.__struct_fields__ if name in stored}))
    except MlopsError as error:
        raise Broken(f"{path} cannot be used: {error} Mend or delete it.") from error


def _stored_settings(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes().rstrip(b"\0")
    except FileNotFoundError:
        return {}
    try:
        return wire.decode(data, dict[str, Any]) if data else {}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Broken(f"{path} cannot be read ({error}); mend or delete it.") from error


@contextlib.contextmanager
def _in_one_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = _REASONS.get(error.errno or 0, error.strerror or str(error))
        remedy = "free some space" if error.errno in _IS_FULL else "mend that"
        raise Unavailable(
            f"The home {path} cannot be used: {why}; {remedy}, or set {VARIABLE} to a folder of yours."
        ) from error


def _sweep_entry(entry: os.DirEntry[str], now: float) -> None:
    path = Path(entry.path)
    lock_path = path / "keeper.lock"
    age = now - _modified(path)
    try:
        if not lock_path.exists():
            if age > UNLOCKED_SECONDS or entry.name.startswith(_DELETING):
                _remove(entry)
            return
        if age < FREE_SECONDS and not entry.name.startswith(_DELETING):
            return
        with locks.try_lock(lock_path) or contextlib.nullcontext() as lock:
            if lock is not None:
                remove_tree(path)
    except OSError:
        # Somebody else sweeps too, or the folder is not ours to remove: the next sweep sees what is left.
        return


def _entries(path: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)


def _modified(path: Path) -> float:
    try:
        return path.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return time.time()


def _allocated(path: Path, seen: set[tuple[int, int]]) -> int:
    """Return the allocated bytes below ``path`` that are not in ``seen`` yet, and add them."""
    total = 0
    for entry in _entries(path):
        with contextlib.suppress(FileNotFoundError):
            if entry.is_dir(follow_symlinks=False):
                total += _allocated(Path(entry.path), seen)
                continue
            status = entry.stat(follow_symlinks=False)
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_blocks * 512
    return total
