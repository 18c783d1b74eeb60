"""Where a cell stands among the processes of its run; outside a run it is the only one."""

from __future__ import annotations

import os

from jupyter_mlops.runtime.records import RUN_DIR, number_of_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def rank() -> int:
    """Return the number of this process in its run, from 0."""
    return number_of_rank()


def world_size() -> int:
    """Return how many ranks the run has."""
    return int(os.environ.get("WORLD_SIZE") or 1)


def local_rank() -> int:
    """Return the number of this process among those on its machine, from 0."""
    return int(os.environ.get("LOCAL_RANK") or 0)


def is_chief() -> bool:
    """Say whether this is rank 0, which saves checkpoints and prints what one process should print."""
    return rank() == 0


def out_dir() -> Path:
    """Return the folder whose files stay with the run; outside a run it is ``./files``. It is there when this returns.

    Cells write ``from jupyter_mlops import out_dir`` and use it as the path it is.
    """
    from pathlib import Path

    folder = Path(os.environ.get(RUN_DIR) or ".", "files")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
