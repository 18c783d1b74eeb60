"""Content-addressed files: buffers that several runs share are stored once and linked into each."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

Buffer = bytes | bytearray | memoryview

SPARED_SECONDS = 600.0
"""An object this young may be between being put and being linked."""

_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_CHUNK = 1 << 24


class Blobs:
    """The objects of a home. Safe to use from several processes at once.

    An object is whole or absent, never changes, and is garbage when nothing but the store links to it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def path_of(self, digest: str) -> Path:
        """Return where the object with this SHA-256 is, if it is stored."""
        return self.path / digest[:2] / digest

    def put(self, data: Buffer) -> str:
        """Store ``data``, any contiguous buffer, and return its SHA-256. What is there already is not written again."""
        view = memoryview(data).cast("B")
        digest = hashlib.sha256(view).hexdigest()
        if not self._refresh(digest, len(view)):
            self._write(digest, view)
        return digest

    def link(self, digest: str, target: Path) -> None:
        """Let ``target`` be the object: a hard link, or a copy where links are refused.

        Raises:
            FileNotFoundError: there is no such object.
            FileExistsError: ``target`` is there already.
        """
        source = self.path_of(digest)
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            _copy(source, target)

    def place(self, data: Buffer, target: Path) -> str:
        """Store ``data``, let ``target`` be it, and return its SHA-256."""
        while True:
            try:
                digest = self.put(data)
                self.link(digest, target)
            except FileNotFoundError:
                # A collector whose clock is ahead took the object, or its draft, away in between.
                if target.parent.is_dir():
                    continue
                raise
            return digest

    def collect(self, spared_seconds: float = SPARED_SECONDS) -> int:
        """Remove what nothing links to, unless it was put within ``spared_seconds``; return the bytes freed."""
        youngest = time.time() - spared_seconds
        return sum(_remove(entry) for entry in self._files() if _is_garbage(entry, youngest))

    def _refresh(self, digest: str, size: int) -> bool:
        """Say whether the object is there, and make it young."""
        path = self.path_of(digest)
        try:
            # After a power cut a file may have its name but not its content: that one is written anew.
            if os.stat(path).st_size != size:
                return False
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def _write(self, digest: str, view: memoryview) -> None:
        path = self.path_of(digest)
        os.makedirs(path.parent, mode=0o700, exist_ok=True)
        draft = path.parent / f"{digest}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
        try:
            with os.fdopen(fd, "wb", buffering=0) as file:
                _write_all(file.fileno(), view)
            os.replace(draft, path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _files(self) -> Iterator[os.DirEntry[str]]:
        for folder in _entries(self.path):
            if folder.is_dir(follow_symlinks=False):
                yield from _entries(folder.path)


def _entries(path: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_garbage(entry: os.DirEntry[str], youngest: float) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return status.st_nlink == 1 and status.st_mtime < youngest


def _remove(entry: os.DirEntry[str]) -> int:
    try:
        size = entry.stat(follow_symlinks=False).st_size
        os.unlink(entry.path)
    except FileNotFoundError:
        return 0
    return size


def _write_all(fd: int, view: memoryview) -> None:
    # In pieces, so that an interrupt is heard between them; one write takes 2 GiB at most anyway.
    while view:
        view = view[os.write(fd, view[:_CHUNK]) :]


def _copy(source: Path, target: Path) -> None:
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        with os.fdopen(fd, "wb") as to, open(source, "rb") as file:
            shutil.copyfileobj(file, to, _CHUNK)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
