"""The files of a run's folder as outsiders may have them: no way leads out of it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from jupyter_mlops.domain.errors import NotFound

MOST_FILES = 10_000

_NO_WAY = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENAMETOOLONG)


class FileEntry(msgspec.Struct, frozen=True):
    """A file below ``out_dir``.

    Attributes:
        path: Below the folder, with ``/``.
        size: Bytes.
        modified: Seconds since the epoch.
    """

    path: str
    size: int
    modified: float


def list_files(folder: Path, most: int = MOST_FILES) -> tuple[list[FileEntry], int]:
    """Return the files below ``folder`` by name, and how many entries were left out, as ``open_file`` refuses them."""
    found: list[FileEntry] = []
    left_out = 0
    for entry in _walk(os.fspath(folder)):
        if entry is None or len(found) >= most:
            left_out += 1
        else:
            found.append(entry)
    return sorted(found, key=lambda file: file.path), left_out


def open_file(folder: Path, name: str) -> BinaryIO:
    """Return a file below ``folder``, open for reading.

    The way goes from folder to folder and follows no link, so what is renamed meanwhile leads nowhere else either.

    Raises:
        NotFound: there is no such file, or its name leads elsewhere.
    """
    *parents, last = name.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in (*parents, last)):
        raise NotFound(f"The run left no file {name!r}.")
    try:
        return _open_below(folder, parents, last)
    except (OSError, UnicodeEncodeError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_WAY:
            raise
        raise NotFound(f"The run left no file {name!r}.") from error


def _open_below(folder: Path, parents: list[str], last: str) -> BinaryIO:
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        for part in parents:
            there = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
            os.close(here)
            here = there
        # Opening a pipe for reading would wait for its writer.
        fd = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=here)
    finally:
        os.close(here)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), last)
    return os.fdopen(fd, "rb")


def _walk(root: str) -> Iterator[FileEntry | None]:
    """Yield a file or, for what cannot be had, None; a loop and no recursion, for a cell may nest as it likes."""
    waiting = [] if os.path.islink(root) else [(root, "")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            continue
        except OSError:
            yield None
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{prefix}{entry.name}/"))
            else:
                yield _entry(entry, f"{prefix}{entry.name}")


def _entry(entry: os.DirEntry[str], path: str) -> FileEntry | None:
    try:
        path.encode()
        status = entry.stat(follow_symlinks=False)
    except (FileNotFoundError, UnicodeEncodeError):
        return None
    return FileEntry(path, status.st_size, status.st_mtime) if stat.S_ISREG(status.st_mode) else None
