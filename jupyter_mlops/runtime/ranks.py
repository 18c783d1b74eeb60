"""Where a cell stands among the processes of its run, and where its files go; outside a run it is the only one."""

from __future__ import annotations

import os

from jupyter_mlops.runtime.distributed import is_chief, local_rank, rank, world_size
from jupyter_mlops.runtime.records import RUN_DIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_chief", "local_rank", "out_dir", "rank", "world_size"]


def out_dir() -> Path:
    """Return the folder whose files stay with the run; outside a run it is ``./files``. It is there when this returns.

    Cells write ``from jupyter_mlops import out_dir`` and use it as the path it is.
    """
    from pathlib import Path

    folder = Path(os.environ.get(RUN_DIR) or ".", "files")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
