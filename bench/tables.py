"""What every benchmark needs: a home of its own, a median, and a table."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jupyter_mlops import connect
from jupyter_mlops.workspace import Workspace


@contextmanager
def new_workspace() -> Iterator[Workspace]:
    """Open an empty home, and remove it afterwards."""
    # Bytecode is compiled beforehand; a process that may not write any, where it is missing, would measure compilation.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = Path(tempfile.mkdtemp(prefix="mlops-bench-"))
    workspace = connect(folder)
    try:
        yield workspace
    finally:
        workspace.close()
        shutil.rmtree(folder, ignore_errors=True)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose first column is words and whose others are numbers."""
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    print(f"\n{title}")
    for cells in (columns, ["-" * width for width in widths], *rows):
        first, *others = zip(cells, widths, strict=True)
        print("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]))


def summary(seconds: Sequence[float]) -> list[str]:
    """Return median, best and 90th percentile in milliseconds."""
    ordered = sorted(seconds)
    worst = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    return [f"{1000 * value:.1f}" for value in (statistics.median(ordered), ordered[0], worst)]
