"""Folders of a run that its rank makes."""

from __future__ import annotations

import os


def make(run: str, *names: str) -> str:
    """Return the folder of these names, one below the other, in the folder ``run``; only its owner may look into it.

    ``os.makedirs`` would give those on the way the mode that the umask leaves.
    """
    folder = run
    for name in names:
        folder = os.path.join(folder, name)
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            pass
    return folder
