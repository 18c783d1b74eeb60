"""What has finished is removed: under its lock, and so that whoever is killed in between leaves nothing half there."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_mlops.domain.errors import Broken, Conflict, NotFound, Unavailable, Unsupported
from jupyter_mlops.store import locks
from jupyter_mlops.store.blobs import Blobs
from jupyter_mlops.store.folders import AnyFolder
from jupyter_mlops.store.home import Home, condemn, remove_tree


def delete(home: Home, folder: AnyFolder, first: Callable[[], int] = lambda: 0) -> int:
    """Remove what has finished and return the bytes that this freed.

    The index is told by its owner: ``Index.refresh``. If this process dies in the middle, the next sweep goes on.

    Args:
        home: Where it is.
        folder: What is removed.
        first: Called under the folder's lock, before it goes; returns the bytes that this freed.

    Raises:
        Conflict: it has not finished, or somebody keeps it.
        NotFound: it is gone already.
    """
    check_finished(folder)
    try:
        lock = locks.try_lock(folder.path / "keeper.lock")
    except FileNotFoundError as error:
        raise NotFound(f"There is no {folder.noun} {folder.id!r}.") from error
    except OSError as error:
        raise Unavailable(f"The {folder.noun} {folder.id} cannot be deleted: {error.strerror}.") from error
    if lock is None:
        raise Conflict(
            f"The {folder.noun} {folder.id} is being kept right now; stop it first, or try again in a moment."
        )
    with lock:
        # Somebody may have launched it between the look and the lock.
        check_finished(folder)
        freed = first() + folder.frees()
        remove_tree(condemn(home, folder.path))
    Blobs(home.blobs).collect()
    return freed


def check_finished(folder: AnyFolder) -> None:
    """Refuse what has not finished.

    Raises:
        Conflict: it has not.
    """
    try:
        state = folder.status().state
    except (Broken, Unsupported):
        # Nobody can say whether it has finished; its lock says whether it still goes.
        return
    if not state.is_finished:
        raise Conflict(f"The {folder.noun} {folder.id} has not finished ({state}); stop it first.")
