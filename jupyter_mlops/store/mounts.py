"""On which kind of file system a path lies: a local disk, or one that several machines may share."""

from __future__ import annotations

import os
import re
from pathlib import Path

# fmt: off
_SHARED = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
    "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
})
_LOCAL_FUSE = frozenset({
    "fuseblk", "fuse.exfat", "fuse.fuse-overlayfs", "fuse.lxcfs", "fuse.ntfs", "fuse.ntfs-3g",
})
# fmt: on
_ESCAPE = re.compile(r"\\([0-7]{3})")


def is_local(path: Path) -> bool:
    """Say whether only this machine writes to the file system of ``path``; True where the system does not say."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as file:
            mounts = file.read()
    except OSError:
        return True
    return not is_shared_type(file_system_type(os.path.realpath(path), mounts))


def file_system_type(path: str, mounts: str) -> str:
    """Return the type of the file system that holds ``path``; empty if ``mounts`` does not name it.

    Args:
        path: Absolute and without links.
        mounts: Text in the form of ``/proc/mounts``. Of two mounts on one point the later hides the earlier.
    """
    longest, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[1])
        if _holds(point, path) and len(point) >= longest:
            longest, found = len(point), fields[2]
    return found


def is_shared_type(name: str) -> bool:
    """Say whether several machines may write to a file system of this type. FUSE is taken for shared if unknown."""
    if name.startswith("fuse"):
        return name not in _LOCAL_FUSE
    return name in _SHARED


def _holds(point: str, path: str) -> bool:
    return point in ("/", path) or path.startswith(point.rstrip("/") + "/")
